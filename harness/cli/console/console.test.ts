import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { BenchState } from '../../console/bench-state.ts'
import { readJournal } from '../../custody/journal/journal-folder.ts'

const program = join(import.meta.dirname, '..', '..', '..', 'bin', 'assay.js')
let here: string
let console_: ChildProcess
let url: string
let said: string

beforeEach(async () => {
  here = mkdtempSync(join(tmpdir(), 'assay-console-command-'))
  said = ''
  console_ = spawn(process.execPath, [program, 'console', '--port', '0'], { cwd: here })
  url = await new Promise((resolve, reject) => {
    const hear = (chunk: Buffer) => {
      said += chunk
      const found = /http:\S+/.exec(said)
      if (found) resolve(found[0])
    }
    console_.stdout!.on('data', hear)
    console_.stderr!.on('data', hear)
    console_.on('exit', () => reject(new Error(said)))
  })
})
afterEach(() => {
  console_.kill('SIGKILL')
  rmSync(here, { recursive: true, force: true })
})

const act = async (action: object) =>
  await fetch(`${url}actions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() },
    body: JSON.stringify(action),
  })

async function until(holds: (state: BenchState) => boolean): Promise<BenchState> {
  const { body } = await fetch(`${url}events`)
  let rest = ''
  for await (const chunk of body!.pipeThrough(new TextDecoderStream())) {
    const parts = (rest + chunk).split('\n\n')
    rest = parts.pop()!
    for (const part of parts) {
      const data = /^data: (.*)$/m.exec(part)?.[1]
      const state = data === undefined ? null : (JSON.parse(data) as BenchState)
      if (state !== null && holds(state)) return state
      if (state?.phase === 'ended') throw new Error(state.said ?? 'it ended')
    }
  }
  throw new Error('the console is gone')
}

test('a newcomer begins on the virtual rig, judges a card, and what was said is in the journal when it is interrupted', async () => {
  await act({ do: 'begin' })
  const { units, bench } = await until(({ phase }) => phase === 'waiting')
  expect([units.length, bench?.isVirtual, bench?.station]).toEqual([8, true, 'sealed'])
  const { unit } = units[0]!
  await act({ do: 'scan', text: unit })
  const { newest } = await until(state => state.newest !== null)
  expect(newest!.scanned).toBe(unit)
  expect(newest!.pictures.map(({ of }) => of)).toContain('card')
  const exit = new Promise<number | null>(resolve => console_.once('exit', resolve))
  console_.kill('SIGINT')
  expect(await exit).toBe(130)
  const [run] = readdirSync(join(here, 'runs'))
  await using journal = await readJournal(join(here, 'runs', run!, 'assay-journal'))
  expect((await journal.verify()).faults).toEqual([])
  const kept = (await Array.fromAsync(journal.entries())).filter(({ kind }) => kind === 'inspection')
  expect(kept.map(one => one.unit)).toEqual([newest!.unit])
  expect(JSON.parse(readFileSync(join(here, 'runs', run!, 'lot.json'), 'utf8')).units).toHaveLength(8)
  expect(readdirSync(here)).toEqual(['runs'])
})
