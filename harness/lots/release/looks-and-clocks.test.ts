import { describe, expect, it } from 'vitest'
import type { Said } from '../../custody/journal/entry.ts'
import type { InspectionRecord } from '../../record/inspection-record.ts'
import { decideLot } from './decide-lot.ts'
import type { PlannedFacts } from './lot-kinds.ts'
import {
  failing,
  goldenCard,
  inspection,
  madeIdentity,
  madeLot,
  madePlan,
  madeRecord,
  rowsOf,
  writtenAt,
} from './made-lot.testing.ts'
import type { ReleaseDocument } from './release-record.ts'
import { releaseView } from './release-view.ts'

const lot = madeIdentity(10)
const good = [...madeLot(lot)]
const { sample } = (madePlan(lot).facts as PlannedFacts).opening!

async function decided(said: readonly Said[]) {
  const rows = rowsOf(said, lot)
  const its = await decideLot({ lot, rows, journalFaults: [], otherAddresses: [], counted: 10 - sample })
  const { decision, reasons } = its
  const view = releaseView(
    {
      document: { ...lot, decision, because: its.because } as unknown as ReleaseDocument,
      rows,
      measurements: { series: [], placements: [] },
      decided: its,
      pictures: [],
    },
    '',
    [],
  )
  return { decision, codes: reasons.map(({ code }) => code), reasons, view }
}

describe('a look at the golden card', () => {
  const [serial, station] = ['GG0000001', 'sealed'] as const
  const look = (over: Partial<InspectionRecord>, facts: object = {}): Said => ({
    ...goldenCard(lot),
    facts: { ...goldenCard(lot).facts, record: madeRecord(lot, serial, over.station ?? station, over), ...facts },
  })
  const checks = madeRecord(lot, serial, station).findings
  const last = good.length - 1
  const first = good.findIndex(({ kind }) => kind === 'golden-card')
  const leftover: InspectionRecord['leftovers'][number] = {
    ...{ kind: 'blot', rect: { x: 1, y: 1, width: 1, height: 1 }, strength: 0.2, because: 'a blot' },
    ...{ photograph: '', where: madeRecord(lot, serial, station).readings[0]!.where! },
  }
  const nowhere = { ...(madePlan(lot).facts as PlannedFacts), opening: null }

  it.each<readonly [string, Partial<InspectionRecord>]>([
    ['by somebody who is not in the register', { operator: 'eve' }],
    ['by whoever signs lots off and does not inspect', { operator: 'rita' }],
    ['of another product', { product: 'another-card' }],
    [
      'with fewer checks than the plan has there',
      { findings: checks.slice(1), plannedChecks: checks.slice(1).map(({ check }) => check) },
    ],
    ['with a photograph that shows something else', { leftovers: [{ ...leftover, photograph: 'e5'.repeat(32) }] }],
    [
      'with a proof that was waived',
      { unproved: [{ name: 'cover-material', because: 'Nobody knows.', holds: true, accepted: true }] as never },
    ],
    ['in a record of another Assay', { format: 'assay-inspection-0' as never }],
  ])('%s proves no rig, before or after the units', async (_, over) => {
    expect((await decided(good.with(last, look({})))).decision).toBe('RELEASED')
    const after = await decided(good.with(last, look(over)))
    expect([after.decision, after.codes]).toEqual(['HELD', ['rig-unproved-after', 'golden-void']])
    expect(after.reasons[1]!.because).toContain(`(entry ${last}) proves nothing for this lot: `)
    expect(after.view.rigs[0]).toMatchObject({ golden: 'PASS', isClosed: false })
    expect((await decided(good.with(first, look(over)))).codes).toEqual(['rig-unproved', 'golden-void'])
    // One that counts stands beside it: nothing hangs on the other.
    expect((await decided([...good, look(over)])).codes).toEqual([])
    expect((await decided(good.toSpliced(last, 0, look(over)))).codes).toEqual([])
  })

  it('in which a check was not passed is bad, whatever verdict its record says', async () => {
    for (const findings of [checks.slice(1), checks.with(0, { ...checks[0]!, verdict: 'INCONCLUSIVE' })])
      for (const which of [first, last])
        expect((await decided(good.with(which, look({ findings })))).codes).toEqual(['rig-unfit'])
  })

  it('whose photograph was evidence of something else before proves no rig', async () => {
    const before = (good[first]!.facts as { record: InspectionRecord }).record
    const [unit] = lot.serials
    for (const { photographs } of [before, madeRecord(lot, unit!, station)]) {
      const its = await decided(good.with(last, look({ photographs })))
      expect(its.codes).toEqual(expect.arrayContaining(['rig-unproved-after', 'golden-void']))
      expect(its.reasons.map(({ because }) => because).join()).toContain('was evidence of something else before')
    }
    // The twin draws it the same each time.
    const rig = { ...before.rig, kind: 'virtual' } as const
    const { photographs } = before
    const twin = good.with(first, look({ photographs, rig })).with(last, look({ photographs, rig }))
    expect((await decided(twin)).reasons.map(({ because }) => because).join()).not.toContain('something else before')
  })

  it('said of nobody proves nothing either, nor one at a station where no unit of the lot is looked at', async () => {
    const nobody = { ...look({ operator: null }), who: null }
    expect((await decided(good.with(last, nobody))).codes).toContain('golden-void')
    const plan = good.findIndex(({ kind }) => kind === 'lot-planned')
    const elsewhere = good.with(last, look({ station: 'opened' })).with(plan, { ...good[plan]!, facts: nowhere })
    expect((await decided(elsewhere)).codes).toContain('golden-void')
  })

  it('judged by another profile than was planned, or by one that nobody wrote down, proves no rig', async () => {
    for (const judgedBy of [{ profileSha256: 'd4'.repeat(32) }, { profileSha256: null }, undefined]) {
      const its = await decided(good.with(last, look({}, { judgedBy })))
      expect([its.decision, its.codes]).toEqual(['HELD', ['rig-unproved-after', 'golden-void']])
      expect(its.reasons[1]!.because).toContain('judged by another profile than was planned')
    }
  })

  it('at a card that is a unit of the lot itself proves no rig', async () => {
    const [unit] = lot.serials
    const its = await decided(good.with(last, look({ unit: unit! }, { serial: unit })))
    expect([its.decision, its.codes]).toEqual(['HELD', ['rig-unproved-after', 'golden-void']])
    expect(its.reasons[1]!.because).toContain('the card is a unit of the lot itself')
  })

  it('that is bad counts against the rig, whoever took it', async () => {
    for (const over of [{ operator: 'eve' }, { product: 'another-card' }])
      expect(
        (await decided(good.toSpliced(last, 0, look({ ...failing(station, 'concealed'), ...over })))).codes,
      ).toContain('rig-unfit')
  })
})

it('a plan that came when a unit had been seen at any station holds the lot', async () => {
  const plan = good.findIndex(({ kind }) => kind === 'lot-planned')
  const seen = good.findIndex(({ kind }) => kind === 'inspection')
  const moved = (to: number) => good.toSpliced(plan, 1).toSpliced(to, 0, good[plan]!)
  expect((await decided(moved(seen - 1))).codes).not.toContain('planned-late')
  expect((await decided(moved(seen))).codes).toContain('planned-late')
})

it('secrets that were shown in clear since the plan are told on page one, with who and how and nothing of the pictures', async () => {
  const shown: Said = { kind: 'secrets-revealed', who: 'tom', facts: { command: 'qr', files: ['IMG_7041.jpg'] } }
  const its = await decided([...good, shown])
  expect(its.decision).toBe('RELEASED')
  expect(its.view.deviations).toContain(
    `Secrets were shown in clear once since the plan, of whichever card: entry ${good.length} (qr, by tom)`,
  )
  expect(its.view.extract.at(-1)).toMatchObject({ kind: 'secrets-revealed', who: 'tom', says: 'command qr' })
  expect(JSON.stringify(its.view)).not.toContain('IMG_7041')
  expect((await decided([shown, ...good])).view.deviations.join()).not.toContain('shown in clear')
})

describe('the calibration that a unit was judged by', () => {
  const [unit] = lot.serials.filter(
    serial => !good.some(said => said.kind === 'unit-destroyed' && said.unit === serial),
  )
  const { rig } = madeRecord(lot, unit!, 'sealed')
  const { calibrationExpiresAt: _, ...unknown } = rig
  const entryOf = (whose = unit, station = 'etched') =>
    good.findIndex(said => said.unit === whose && said.station === station)
  const ended = writtenAt(entryOf())
  const judgedBy = async (its: InspectionRecord['rig'], whose = unit, station: 'etched' | 'opened' = 'etched') => {
    const which = entryOf(whose, station)
    return await decided(good.with(which, inspection(lot, whose!, station, { rig: its })))
  }
  const until = (calibrationExpiresAt: string) => ({ ...rig, calibrationExpiresAt })

  it('holds the lot from the moment on at which it expired, or where nobody can tell when that was', async () => {
    expect((await judgedBy(until(ended.replace('.000Z', '.001Z')))).decision).toBe('RELEASED')
    for (const expiry of [ended, '2026-07-19T08:00:00.000Z', '2026-07-20T08:00:00.100Z', 'soon', '']) {
      const its = await judgedBy(until(expiry))
      expect([its.decision, its.codes]).toEqual(['HELD', ['calibration-expired']])
      expect(its.reasons[0]!.because).toBe(
        `Judged by a calibration that expired on ${expiry}, at etched: 1 unit (${unit}).`,
      )
    }
    // Written down in July, it says that it ended in June, when its calibration was valid.
    const backdated = { ended: '2026-06-01T08:00:01.000Z', rig: until('2026-07-01T00:00:00.000Z') }
    const old = { ...backdated, started: '2026-06-01T08:00:00.000Z' }
    expect((await decided(good.with(entryOf(), inspection(lot, unit!, 'etched', old)))).codes).toContain(
      'written-apart',
    )
    const its = await judgedBy(unknown)
    expect([its.decision, its.codes]).toEqual(['HELD', ['calibration-unknown']])
  })

  it('counts of opened units, of the twin in a rehearsal, and not of a unit that is taken out', async () => {
    const opened = good.find(said => said.station === 'opened')!.unit!
    expect((await judgedBy(until(writtenAt(entryOf(opened, 'opened'))), opened, 'opened')).codes).toEqual([
      'calibration-expired',
    ])
    const twin = await judgedBy({ ...until(ended), kind: 'virtual' })
    expect(twin.codes).toContain('calibration-expired')
    const out: Said = {
      kind: 'lot-unit-out',
      who: 'ann',
      why: 'a stain',
      unit: unit!,
      facts: { lot: lot.lot, unit, as: 'scrapped' },
    }
    const rows = [...good.with(entryOf(), inspection(lot, unit!, 'etched', { rig: until(ended) })), out]
    expect((await decided(rows)).codes).not.toContain('calibration-expired')
  })

  it('stands in the report with the day on which it expires', async () => {
    const { view } = await decided(good)
    expect(view.rigs[0]!.calibrations).toEqual([{ id: rig.calibration, expiresAt: rig.calibrationExpiresAt }])
  })
})

describe('a clock that was put right', () => {
  const clock = (who: string, facts: object = { clockSaid: '2027-07-20T08:00:00.000Z' }): Said => ({
    kind: 'clock-set',
    who,
    why: 'it was a year ahead',
    facts,
  })
  const explained = (by: string, entry: number): Said => ({
    kind: 'lot-entry-explained',
    who: by,
    why: 'the battery was empty',
    facts: { lot: lot.lot, entries: [entry] },
  })
  const told = (entry: number) => new RegExp(`^Times before entry ${entry} are those of a clock that was wrong.*, by `)

  it('is told first on page one, and in the extract of the journal, with what it had said', async () => {
    const { decision, view } = await decided([...good, clock('ann')])
    expect(decision).toBe('RELEASED')
    expect(view.deviations[0]).toMatch(told(good.length))
    expect(view.deviations[0]).toContain('it said 2027-07-20T08:00:00.000Z, and was put to 2026-07-20T08:')
    expect(view.extract.at(-1)).toMatchObject({ kind: 'clock-set', who: 'ann', index: good.length })
  })

  it('by nobody of quality, or without their key, holds the lot until somebody else of quality explains it', async () => {
    const unsigned = { ...clock('ann'), facts: { signature: 'A'.repeat(86) } }
    for (const one of [clock('tom'), clock('rita'), clock('eve'), unsigned]) {
      const held = await decided([...good, one])
      expect([held.decision, held.codes]).toEqual(['HELD', ['clock-set']])
      expect(held.view.deviations[0]).toMatch(told(good.length))
      const its = await decided([...good, one, explained('bob', good.length)])
      expect([its.decision, its.view.deviations[0]]).toEqual(['RELEASED', expect.stringMatching(told(good.length))])
    }
    const own = await decided([...good, unsigned, explained('ann', good.length)])
    expect(own.codes).toEqual(['clock-set'])
  })

  it('before the lot was planned is none of its', async () => {
    const { decision, view } = await decided([clock('tom'), ...good])
    expect([decision, view.deviations]).toEqual(['RELEASED', []])
  })
})
