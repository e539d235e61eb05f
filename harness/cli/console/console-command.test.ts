import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { runCommand } from '../run-command.testing.ts'

let here: string
beforeEach(() => {
  here = mkdtempSync(join(tmpdir(), 'assay-console-options-'))
  writeFileSync(join(here, 'lot.json'), '{"units": []}')
})
afterEach(() => rmSync(here, { recursive: true }))

test.each([
  [['--keys', 'keys'], /--keys needs --log-in/],
  [['--log-in', '--operator', 'ann', '--records', 'lot.json'], /leave --operator out/],
  [['--log-in'], /name a lot with --records FILE/],
  [['--log-in', '--records', 'lot.json', '--keys', 'nowhere'], /nowhere cannot be read \(ENOENT\)/],
  [['--log-in', '--idle', '0'], /--idle/],
])('console %j is refused before anything is served', async (args, why) => {
  const ended = await runCommand(here, ['console', '--port', '0', ...args])
  expect(ended.code).toBe(2)
  expect(ended.stdout).toBe('')
  expect(ended.stderr).toMatch(why)
})
