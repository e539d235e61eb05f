import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { writeNewFolder } from './release-folder.ts'

let here: string
beforeEach(() => {
  here = mkdtempSync(join(tmpdir(), 'assay-folder-'))
})
afterEach(() => rmSync(here, { recursive: true, force: true }))

test.each([
  ['first', 0],
  ['last', 1],
])('a signal while the %s file is written leaves no folder and nothing that says there is one', async (_, at) => {
  const controller = new AbortController()
  const stop = new Error('stopped')
  function* files() {
    for (const [i, name] of ['rows.ndjson', 'manifest'].entries()) {
      // As a signal comes: when the work gives way, not in its middle.
      if (i === at) setImmediate(() => controller.abort(stop))
      yield [name, name] as const
    }
  }
  let said = 0
  const written = writeNewFolder(join(here, 'LR'), files(), async () => void said++, controller.signal)
  await expect(written).rejects.toBe(stop)
  expect([said, existsSync(join(here, 'LR')), readdirSync(here)]).toEqual([0, false, []])
})
