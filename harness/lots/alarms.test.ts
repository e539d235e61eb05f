import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import type { Journal } from '../custody/journal/journal.ts'
import { openJournal } from '../custody/journal/journal-folder.ts'
import { openAlarms, refuseOpenAlarms } from './alarms.ts'
import { noteChanges } from './changes.ts'

const folder = mkdtempSync(join(tmpdir(), 'assay-alarms-'))
afterAll(() => rmSync(folder, { recursive: true }))
let places = 0
const journalNow = async (): Promise<Journal> =>
  await openJournal(join(folder, String(places++)), {
    clock: () => new Date('2026-11-21T08:00:00.000Z'),
    password: () => Promise.reject(new Error('none')),
  })

const alarm = (rig: string | null) => ({
  kind: 'alarm',
  station: 'sealed',
  facts: { rig, unit: 'BX0000001', code: 'epk-exposed', because: 'The EPK can be read.' },
})
const about = (journal: Journal) => journal.entriesOn('alarms', 'people')

it('an alarm stops its rig, and no other, until a person with the role quality acknowledges it with a reason', async () => {
  await using journal = await journalNow()
  const { index } = await journal.append(alarm('bench'))
  await refuseOpenAlarms(about(journal), 'other')
  await expect(refuseOpenAlarms(about(journal), 'bench')).rejects.toMatchObject({ code: 'alarm-open' })
  const acknowledged = (who: string | null, why: string | null) => ({
    kind: 'alarm-acknowledged',
    who,
    why,
    facts: { alarm: index },
  })
  await journal.append({ kind: 'person-added', facts: { name: 'ann', roles: ['operator'], publicKey: null } })
  for (const [who, why] of [
    [null, 'put away'],
    ['ann', 'put away'],
    ['quinn', 'put away'],
  ] as const) {
    await journal.append(acknowledged(who, why))
    expect(await openAlarms(about(journal))).toMatchObject([{ index, rig: 'bench' }])
  }
  await journal.append({ kind: 'person-added', facts: { name: 'quinn', roles: ['quality'], publicKey: null } })
  await journal.append(acknowledged('quinn', null))
  expect(await openAlarms(about(journal))).toHaveLength(1)
  await journal.append(acknowledged('quinn', 'the card is put away'))
  expect(await openAlarms(about(journal))).toEqual([])
  await refuseOpenAlarms(about(journal), 'bench')
})

it('the acknowledgement of one alarm is not that of another', async () => {
  await using journal = await journalNow()
  const first = await journal.append(alarm('bench'))
  const second = await journal.append(alarm('bench'))
  await journal.append({ kind: 'person-added', facts: { name: 'quinn', roles: ['quality'], publicKey: null } })
  await journal.append({ kind: 'alarm-acknowledged', who: 'quinn', why: 'done', facts: { alarm: first.index } })
  expect((await openAlarms(about(journal))).map(({ index }) => index)).toEqual([second.index])
})

it('a change is written once: what is the same as last time is not, and one rig is not another', async () => {
  await using journal = await journalNow()
  const [a, b] = ['a'.repeat(64), 'b'.repeat(64)]
  const calibration = (sha256: string | null, rig: string) =>
    noteChanges(journal, { calibration: sha256, names: { calibration: rig } }, 'ann')
  await calibration(null, 'bench')
  await calibration(a, 'bench')
  await calibration(a, 'bench')
  await calibration(a, 'twin')
  await calibration(b, 'bench')
  await calibration(null, 'bench')
  const entries = await Array.fromAsync(journal.entriesOn('changes'))
  expect(entries.map(({ kind, who, facts }) => [kind, who, facts])).toEqual([
    ['calibration-changed', 'ann', { name: 'bench', beforeSha256: null, afterSha256: a }],
    ['calibration-changed', 'ann', { name: 'twin', beforeSha256: null, afterSha256: a }],
    ['calibration-changed', 'ann', { name: 'bench', beforeSha256: a, afterSha256: b }],
    ['calibration-changed', 'ann', { name: 'bench', beforeSha256: b, afterSha256: null }],
  ])
})
