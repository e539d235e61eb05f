import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { realPathOf } from './real-path.node.ts'

it('is one for a folder and for every link to it, also of what is not there yet', () => {
  const here = realpathSync(mkdtempSync(join(tmpdir(), 'assay-real-')))
  try {
    mkdirSync(join(here, 'out'))
    symlinkSync(join(here, 'out'), join(here, 'link'))
    expect(realPathOf(join(here, 'link'))).toBe(join(here, 'out'))
    expect(realPathOf(join(here, 'link', 'new', 'deeper'))).toBe(join(here, 'out', 'new', 'deeper'))
    expect(realPathOf(join(here, 'none'))).toBe(join(here, 'none'))
  } finally {
    rmSync(here, { recursive: true })
  }
})
