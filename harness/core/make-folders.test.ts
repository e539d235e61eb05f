import { existsSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { makeFolders } from './make-folders.node.ts'

let here: string
beforeEach(() => {
  here = mkdtempSync(join(tmpdir(), 'assay-folders-'))
})
afterEach(() => rmSync(here, { recursive: true, force: true }))

test('makes what is missing, and leaves what is there', () => {
  makeFolders(join(here, 'a', 'b', 'c'), 0o700)
  expect(statSync(join(here, 'a', 'b', 'c')).mode & 0o777).toBe(0o700)
  writeFileSync(join(here, 'a', 'kept'), '')
  makeFolders(join(here, 'a', 'b'))
  expect(existsSync(join(here, 'a', 'kept'))).toBe(true)
})

test('says what stands in the way', () => {
  writeFileSync(join(here, 'file'), '')
  symlinkSync(join(here, 'gone'), join(here, 'link'))
  for (const [path, code] of [
    ['file', 'EEXIST'],
    ['file/below', 'ENOTDIR'],
    ['link', 'ENOENT'],
  ] as const)
    expect(() => makeFolders(join(here, path)), path).toThrow(expect.objectContaining({ code }))
})

test.skipIf(process.platform !== 'linux')('comes back from where no folder can be made', () => {
  expect(() => makeFolders('/proc/assay/x')).toThrow(/mkdir/)
})
