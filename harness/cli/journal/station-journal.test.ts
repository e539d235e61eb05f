import { existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { openStationJournal } from './station-journal.ts'

const prompts: string[] = []
let typed: string[] = []
vi.mock('../bip38/secret-input.ts', async original => ({
  ...(await original<typeof import('../bip38/secret-input.ts')>()),
  SecretInput: class {
    async read(what: string, descriptor?: number) {
      prompts.push(descriptor === undefined ? what : `${what} (${descriptor})`)
      return Buffer.from(typed.shift()!)
    }
  },
}))

let folder: string
const isTty = [process.stdin.isTTY, process.stderr.isTTY] as const
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-first-journal-'))
  prompts.length = 0
})
afterEach(() => {
  sitAtTerminal(...isTty)
  rmSync(folder, { recursive: true })
})

function sitAtTerminal(input: boolean, output: boolean): void {
  process.stdin.isTTY = input
  process.stderr.isTTY = output
}
const never = new AbortController().signal
const open = async (passwordFd?: number) => {
  const options = { journal: join(folder, 'j'), ...(passwordFd !== undefined && { passwordFd }) }
  await using journal = await openStationJournal(options, never)
  await journal.append({ kind: 'note', facts: {} })
}
const key = () => JSON.parse(readFileSync(join(folder, 'j', 'station.key'), 'utf8')).format

test('who makes the first journal at a terminal is asked, twice, for what seals its key, and then for it', async () => {
  sitAtTerminal(true, true)
  typed = ['correct horse battery', 'correct horse battery']
  await open()
  expect(key()).not.toBe('assay-open-key-1')
  expect(prompts).toEqual(['new password of the journal', 'the same once more'])
  typed = ['correct horse battery']
  await open()
  expect(prompts.at(-1)).toBe('password of the journal')
  typed = ['another horse battery']
  await expect(open()).rejects.toThrow()
})

test('Enter leaves the key open, and two passwords that differ make nothing', async () => {
  sitAtTerminal(true, true)
  typed = ['correct horse battery', 'correct house battery']
  await expect(open()).rejects.toMatchObject({ code: 'passwords-differ' })
  expect(existsSync(join(folder, 'j'))).toBe(false)
  typed = ['', '']
  await open()
  expect(key()).toBe('assay-open-key-1')
})

test.each([
  [false, true],
  [true, false],
])('nobody is asked where nobody is: input %s, output %s', async (input, output) => {
  sitAtTerminal(input, output)
  await open()
  expect([key(), prompts]).toEqual(['assay-open-key-1', []])
})

test('a password that was handed over seals it without a terminal', async () => {
  sitAtTerminal(false, false)
  writeFileSync(join(folder, 'p'), 'correct horse battery')
  typed = ['correct horse battery']
  const descriptor = openSync(join(folder, 'p'), 'r')
  await open(descriptor)
  expect(key()).not.toBe('assay-open-key-1')
  expect(prompts).toEqual([`password of the journal (${descriptor})`])
})
