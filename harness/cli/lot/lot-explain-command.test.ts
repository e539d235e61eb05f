import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Said } from '../../custody/journal/entry.ts'
import { openJournal } from '../../custody/journal/journal-folder.ts'
import {
  failing,
  goldenCard,
  inspection,
  madeIdentity,
  madePlan,
  madeRecord,
} from '../../lots/release/made-lot.testing.ts'
import { sha256Of } from '../../lots/release/release-record.ts'
import { runCommand } from '../run-command.testing.ts'

const identity = madeIdentity(6)
const records = JSON.stringify({ lot: identity.lot, units: identity.serials.map(serial => ({ serial })) })
const lot = { ...identity, recordsSha256: sha256Of(records) }
const [decoy, critical, twice, scrapped, standing, other] = lot.serials as [
  string,
  string,
  string,
  string,
  string,
  string,
]

const place = mkdtempSync(join(tmpdir(), 'assay-explain-'))
afterAll(() => rmSync(place, { recursive: true, force: true }))

const entryOf = new Map<string, number>()
async function append(...all: readonly (readonly [name: string, said: Said])[]): Promise<void> {
  await using journal = await openJournal(join(place, 'assay-journal'), {
    clock: () => new Date(),
    password: () => Promise.reject(new Error('no password')),
  })
  for (const [name, said] of all) {
    const head = await journal.head()
    entryOf.set(name, head!.size)
    await journal.append(said)
  }
}
const explain = (by: string, ...names: readonly string[]) =>
  runCommand(place, [
    ...['lot', 'explain', 'lot.json', ...names.map(name => `${entryOf.get(name)!}`)],
    ...['--why', 'looked into', '--by', by],
  ])
const written = async (): Promise<number> => {
  const { stdout } = await runCommand(place, ['journal', 'list', '--json'])
  return (JSON.parse(stdout).entries as Said[]).filter(({ kind }) => kind === 'lot-entry-explained').length
}

beforeAll(async () => {
  writeFileSync(join(place, 'lot.json'), records)
  for (const [name, role, ...by] of [
    ['ann', 'quality'],
    ['bob', 'quality', '--by', 'ann'],
    ['tom', 'operator', '--by', 'ann'],
  ] as const)
    expect(await runCommand(place, ['people', 'add', name, '--role', role, ...by])).toMatchObject({ code: 0 })
  const at = (unit: string, over: Parameters<typeof inspection>[3] = {}) => inspection(lot, unit, 'sealed', over)
  const fails = { ...failing('sealed', 'concealed'), photographs: [], readings: [] }
  const again: Said = {
    ...{ kind: 'disposition', who: 'ann', why: 'dust', unit: critical, station: 'sealed' },
    facts: { decision: 'inspect-again' },
  }
  const decoySaid: Said = { kind: 'lot-decoy', who: 'ann', facts: { lot: lot.lot, unit: decoy, station: 'sealed' } }
  const out: Said = {
    kind: 'lot-unit-out',
    who: 'ann',
    why: 'a stain',
    facts: { lot: lot.lot, unit: scrapped, as: 'scrapped' },
  }
  const golden = goldenCard(lot)
  const bad = madeRecord(lot, 'GG0000001', 'sealed', failing('sealed', 'concealed'))
  await append(
    ['plan', madePlan(lot)],
    ['decoy', decoySaid],
    ['golden', golden],
    ['golden failed', { ...golden, facts: { ...golden.facts, record: bad } }],
    ['decoy passed', at(decoy)],
    ['critical', at(critical, fails)],
    ['again', again],
    ['critical passed', at(critical)],
    ['first', at(twice)],
    ['second', at(twice)],
    ['third', at(twice)],
    ['scrapped', at(scrapped, fails)],
    ['out', out],
    ['stands', at(standing, fails)],
    ['unread', at(other, failing('sealed', 'concealed', 'INCONCLUSIVE'))],
  )
})

it.each([
  ['bob', 'decoy passed', 'how a decoy is judged speaks for itself'],
  ['bob', 'scrapped', 'the unit is taken out, and it does not speak for that'],
  ['bob', 'stands', 'the failure stands. Somebody of quality takes the unit out'],
  ['bob', 'unread', 'what could not be judged is inspected again'],
  ['bob', 'critical passed', 'nothing of this lot waits for a word on it'],
  ['bob', 'golden', 'nothing of this lot waits for a word on it'],
  ['bob', 'plan', 'nothing of this lot waits for a word on it'],
  ['ann', 'critical', 'was decided over by ann: somebody else of quality explains it'],
  ['ann', 'plan', "is ann's own: somebody else of quality explains it"],
])('nobody explains what their word would not count for: %s, %s', async (by, name, why) => {
  const before = await written()
  expect(await explain(by, name)).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringMatching(new RegExp(`Entry ${entryOf.get(name)} \\(.*${why}.*Nothing was written\\.`)),
  })
  expect(await written()).toBe(before)
})

it('one entry that waits for nothing keeps all of them from being explained', async () => {
  const before = await written()
  expect(await explain('bob', 'golden failed', 'golden')).toMatchObject({ code: 2, stdout: '' })
  expect(await written()).toBe(before)
})

it('what was explained is told by what it was, and what still waits for a word, too', async () => {
  const all = await explain('bob', 'golden failed', 'second')
  expect(all).toMatchObject({ code: 0, stderr: '' })
  expect(all.stdout.trim().split('\n')).toEqual([
    `Explained for ${lot.lot}: A golden card that failed (on bench in entry ${entryOf.get('golden failed')}).`,
    `Explained for ${lot.lot}: A unit that was seen again after it was judged (${twice} in entry ${entryOf.get('second')}).`,
    `Still to be explained: A failure that was inspected again (${critical} at sealed in entry ${entryOf.get('critical')}).`,
    `Still to be explained: A unit that was seen again after it was judged (${twice} in entry ${entryOf.get('third')}).`,
  ])
})
