// @module-tag long
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openRig } from '../../../devices/rig.ts'
import { VirtualLine } from '../../../fixtures/virtual-line/virtual-line.ts'
import type { BenchState } from '../../console/bench-state.ts'
import type { LotView } from '../../console/lot-view.ts'
import { readJournal } from '../../custody/journal/journal-folder.ts'
import { loadProfile } from '../../products/load-profile.ts'

const program = join(import.meta.dirname, '..', '..', '..', 'bin', 'assay.js')
let here: string
let console_: ChildProcess
let url: string
let said: string

beforeEach(() => {
  here = mkdtempSync(join(tmpdir(), 'assay-console-command-'))
  said = ''
})
afterEach(() => {
  console_.kill('SIGKILL')
  rmSync(here, { recursive: true, force: true })
})

async function start(...args: readonly string[]): Promise<void> {
  console_ = spawn(process.execPath, [program, 'console', '--port', '0', ...args], { cwd: here })
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
}

async function interrupted(): Promise<number | null> {
  const exit = new Promise<number | null>(resolve => console_.once('exit', resolve))
  console_.kill('SIGINT')
  return await exit
}

const act = async (action: object) =>
  await fetch(`${url}actions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() },
    body: JSON.stringify(action),
  })

const stateNow = async () => (await (await fetch(`${url}state`)).json()) as BenchState

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
  await start()
  await act({ do: 'examine' })
  const { symptoms, said: health } = await until(({ phase, said }) => phase === 'closed' && said !== null)
  // How fast devices answer is the machine's, which may be busy.
  for (const seen of ['lamp dome', 'lamp left', 'repeatability'])
    expect(symptoms).toContainEqual(expect.objectContaining({ name: seen, state: 'good' }))
  expect(health).toMatch(/^virtual: \d+ good, /)
  await act({ do: 'begin' })
  const { units, bench, looks } = await until(({ phase }) => phase === 'waiting')
  expect(looks).toMatchObject({ light: 'dome', pose: 'inspect', lights: expect.arrayContaining(['left']) })
  expect([units.length, bench?.source, bench?.station]).toEqual([8, 'virtual', 'sealed'])
  const { unit } = units[0]!
  await act({ do: 'scan', text: unit })
  const { newest } = await until(state => state.newest !== null)
  expect(newest!.scanned).toBe(unit)
  expect(newest!.pictures.map(({ of }) => of)).toContain('card')
  // Of a fault that somebody tries the journal knows that it was planted.
  await act({ do: 'fault', name: 'slow-camera', isOn: true })
  const { done: lot } = (await (await fetch(`${url}lot`)).json()) as { done: LotView }
  expect(lot.stations).toMatchObject([{ station: 'sealed', seen: 1, missingInAll: 7 }])
  expect(await interrupted()).toBe(130)
  const [run] = readdirSync(join(here, 'runs'))
  await using journal = await readJournal(join(here, 'runs', run!, 'assay-journal'))
  expect((await journal.verify()).faults).toEqual([])
  const entries = await Array.fromAsync(journal.entries())
  const kept = entries.filter(({ kind }) => kind === 'inspection')
  expect(kept.map(one => one.unit)).toEqual([newest!.unit])
  expect(entries.filter(({ kind }) => kind === 'fault-planted').map(({ facts }) => facts)).toEqual([
    { rig: 'virtual', fault: 'slow-camera', isOn: true },
  ])
  expect(JSON.parse(readFileSync(join(here, 'runs', run!, 'lot.json'), 'utf8')).units).toHaveLength(8)
  expect(readdirSync(here)).toEqual(['runs'])
})

test('without a rig a card is judged by photographs that were handed in; what is no picture, or was there before, is none', async () => {
  const profile = loadProfile('assay-reference')
  await using line = await VirtualLine.make({ profile, seed: 3, count: 1, share: 0 })
  writeFileSync(join(here, 'lot.json'), line.records)
  await using rig = await openRig({ kind: 'virtual', name: 'virtual', seed: 3 })
  rig.place(await line.card(0, 'sealed'))
  await rig.stage.goTo('inspect')
  await rig.light.set('dome')
  const { bytes } = await rig.camera.photograph()
  await start(
    '--by-hand',
    '--out',
    'out',
    '--records',
    'lot.json',
    '--station',
    'sealed',
    '--accept-unproved',
    'cover-material',
  )
  const handIn = async (name: string, body: Uint8Array) =>
    (await (
      await fetch(`${url}photographs?name=${encodeURIComponent(name)}&card=${(await stateNow()).card}`, {
        method: 'POST',
        headers: { 'content-type': 'application/octet-stream' },
        body: Buffer.from(body),
      })
    ).json()) as { refused: string | null }
  expect((await handIn('too-early.jpg', bytes)).refused).toBe('not-now')
  await act({ do: 'begin' })
  await until(({ phase }) => phase === 'waiting')
  expect(await (await act({ do: 'judge' })).json()).toEqual({ refused: 'no-picture' })
  expect((await handIn('../../card.jpg', bytes)).refused).toBeNull()
  expect((await handIn('again.jpg', bytes)).refused).toBeNull()
  expect((await handIn('none.jpg', new Uint8Array(2000))).refused).toBeNull()
  await act({ do: 'judge' })
  const { newest } = await until(({ phase, newest: its }) => its !== null && phase === 'waiting')
  expect(newest).toMatchObject({ unit: line.lot.units[0]!.record.serial, verdict: 'PASS' })
  expect(newest!.unproved).toContain('cover-material (accepted)')
  expect(newest!.besides).toEqual([
    expect.stringMatching(/^again\.jpg is the same picture as /),
    expect.stringMatching(/^none\.jpg: /),
  ])
  // The next card comes to no result, and the verdict of this one is not said to be its.
  expect((await handIn('card.jpg', bytes)).refused).toBeNull()
  await act({ do: 'judge' })
  const after = await until(({ phase, noResult }) => noResult.length > 0 && phase === 'waiting')
  expect(after.noResult).toEqual([expect.stringMatching(/^card\.jpg is the same picture as .*; it counts once\.$/)])
  expect(after.results).toHaveLength(1)
  expect(await interrupted()).toBe(130)
  await using journal = await readJournal(join(here, 'assay-journal'))
  const kinds = (await Array.fromAsync(journal.entries())).map(({ kind }) => kind)
  expect(kinds).toEqual(expect.arrayContaining(['files-named', 'repeated-file', 'unreadable-file', 'inspection']))
  expect(readdirSync(here).sort()).toEqual(['assay-journal', 'lot.json', 'out'])
  expect(readFileSync(join(here, 'out', 'junit.xml'), 'utf8')).toMatch(/<testsuites [^>]*failures="0"/)
  expect(readFileSync(join(here, 'out', 'report.html'), 'utf8')).toContain('again.jpg')
})
