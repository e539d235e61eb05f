import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { lockFile } from './process-lock.node.ts'

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-lock-'))
  path = join(folder, 'lock')
})
afterEach(() => rmSync(folder, { recursive: true }))

/** What a process of its own finds. */
function foundByAnother(): string {
  const program = `import { lockFile } from ${JSON.stringify(new URL('./process-lock.node.ts', import.meta.url).href)}
    console.log(lockFile(${JSON.stringify(path)}) === null ? 'held' : 'free')`
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' })
  return stdout.trim()
}

test('is held once, against this process and others, until it is disposed of', () => {
  const lock = lockFile(path)!
  expect(lock.isOurs).toBe(true)
  // An attempt of the owner's must not free what it holds: closing any handle on the file would.
  expect(lockFile(path)).toBeNull()
  expect(foundByAnother()).toBe('held')
  lock[Symbol.dispose]()
  expect(foundByAnother()).toBe('free')
})

test('says when another file stands in its place', () => {
  using lock = lockFile(path)!
  renameSync(path, join(folder, 'elsewhere'))
  expect(lock.isOurs).toBe(false)
  writeFileSync(path, '')
  expect(lock.isOurs).toBe(false)
})

test('may be taken by every user only where that was asked for', () => {
  lockFile(path)?.[Symbol.dispose]()
  expect(statSync(path).mode & 0o022).toBe(0)
  rmSync(path)
  lockFile(path, { shared: true })?.[Symbol.dispose]()
  expect(statSync(path).mode & 0o777).toBe(0o666)
})

test('throws what the operating system says of the file', () => {
  expect(() => lockFile(join(folder, 'none', 'lock'))).toThrow(expect.objectContaining({ code: 'ENOENT' }))
})

test.skipIf(process.getuid?.() === 0 || process.platform === 'win32')('of a file that may not be written', () => {
  writeFileSync(path, '')
  chmodSync(path, 0o444)
  expect(() => lockFile(path)).toThrow(expect.objectContaining({ code: 'EACCES' }))
})
