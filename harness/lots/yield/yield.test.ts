import { describe, expect, it } from 'vitest'
import { bodyOf, type Said } from '../../custody/journal/entry.ts'
import { failing, goldenCard, inspection, madeIdentity, madeLot } from '../release/made-lot.testing.ts'
import { Gallery } from './gallery-view.ts'
import { YieldTally } from './yield.ts'

const lot = madeIdentity(4)
const [a, b, c] = lot.serials as [string, string, string]

/** @param at hours after Friday, 1 January 2027, noon */
const entry = (said: Said, index: number, at = index) => ({
  index,
  at: new Date(Date.UTC(2027, 0, 1, 12 + at)).toISOString(),
  ...bodyOf(said),
})

function tallied(...said: readonly (Said | readonly [Said, number])[]) {
  const tally = new YieldTally()
  said.forEach((one, i) => void tally.take('kind' in one ? entry(one, i) : entry(one[0], i, one[1])))
  return tally
}
const fails = failing('sealed', 'concealed')
const unread = failing('sealed', 'concealed', 'INCONCLUSIVE')

describe('yield', () => {
  it('tells first attempts from what counts in the end, and counts each unit once', () => {
    const tally = tallied(
      inspection(lot, a, 'sealed'),
      inspection(lot, b, 'sealed', unread),
      inspection(lot, b, 'sealed'),
      inspection(lot, c, 'sealed', fails),
      // A FAIL stands, whatever is seen after it.
      inspection(lot, c, 'sealed'),
      inspection(lot, a, 'etched'),
      inspection(lot, null, 'sealed', unread),
    )
    const { rows, findings, unknown } = tally.result('station')
    expect(
      rows.map(({ station, units, first, final, attempts }) => [station, units, first.PASS, final.PASS, attempts]),
    ).toEqual([
      ['etched', 1, 1, 1, 1],
      ['sealed', 3, 1, 2, 5],
    ])
    expect([findings, unknown]).toEqual([[{ check: 'concealed', station: 'sealed', units: 1 }], 1])
  })

  it('counts by lot, rig, operator and period, and where a unit was first seen', () => {
    const other = {
      rig: { ...(inspection(lot, a, 'sealed').facts as { record: { rig: object } }).record.rig, name: 'other' },
    }
    const tally = tallied(
      [inspection(lot, a, 'sealed', unread), 0],
      [inspection(lot, a, 'sealed', other as object), 72],
      [inspection(lot, b, 'sealed', { ...other, operator: 'eve', lot: 'L-2' } as object), 72],
    )
    const groups = (by: Parameters<typeof tally.result>[0]) =>
      tally.result(by).rows.map(({ group, units }) => `${group} ${units}`)
    expect([groups('rig'), groups('operator'), groups('lot')]).toEqual([
      ['bench 1', 'other 1'],
      ['eve 1', 'tom 1'],
      ['L-0042 1', 'L-2 1'],
    ])
    // The first of January 2027 is in the last week of 2026 (ISO 8601).
    expect([groups('day'), groups('week'), groups('month')]).toEqual([
      ['2027-01-01 1', '2027-01-04 1'],
      ['2026-W53 1', '2027-W01 1'],
      ['2027-01 2'],
    ])
    expect(tally.result('station', { rig: 'other' }).rows).toMatchObject([{ units: 1, first: { PASS: 1 } }])
    expect(tally.result('station', { since: '2027-01-02', until: '2027-01-04' }).rows).toMatchObject([{ units: 1 }])
    expect(tally.result('station', { lot: 'L-3' })).toMatchObject({ rows: [], findings: [] })
  })

  it('counts what an alarm stopped, whose record names no lot, for the lot that the unit or the run is of', () => {
    const stopped = { ...fails, lot: null }
    const begun: Said = {
      kind: 'run-begun',
      who: 'tom',
      station: 'sealed',
      facts: { rig: 'bench', lot: 'L-7', units: 1 },
    }
    const tally = tallied(
      inspection(lot, a, 'etched'),
      inspection(lot, a, 'sealed', stopped),
      begun,
      inspection(lot, b, 'sealed', stopped),
    )
    expect(tally.result('station', { lot: lot.lot }).rows.map(({ station, final }) => [station, final.FAIL])).toEqual([
      ['etched', 0],
      ['sealed', 1],
    ])
    expect(tally.result('lot').rows.map(({ group }) => group)).toContain('L-7')
  })

  it('counts a unit in each lot that it was looked at as of, with what it was there', () => {
    const asTrial = (unit: string, over: object) => inspection(lot, unit, 'sealed', { ...over, lot: 'TRIAL' } as object)
    const tally = tallied(
      asTrial(a, fails),
      asTrial(b, {}),
      inspection(lot, a, 'sealed', fails),
      inspection(lot, b, 'sealed'),
      inspection(lot, c, 'sealed'),
    )
    const told = (its: ReturnType<typeof tally.result>) =>
      its.rows.map(({ group, units, first, final, attempts }) => [group, units, first.PASS, final.PASS, attempts])
    expect(told(tally.result('lot'))).toEqual([
      ['L-0042', 3, 2, 2, 3],
      ['TRIAL', 2, 1, 1, 2],
    ])
    expect(told(tally.result('station', { lot: lot.lot }))).toEqual([['', 3, 2, 2, 3]])
    // All together, each unit once.
    expect(told(tally.result('station'))).toEqual([['', 3, 2, 2, 5]])
    expect(tally.result('lot', { lot: lot.lot }).findings).toEqual([
      { check: 'concealed', station: 'sealed', units: 1 },
    ])
  })

  it('counts no decoy, wherever it was seen, and no card of a gauge study, and says how many looks those were', () => {
    const decoy = (unit: string): Said => ({
      kind: 'lot-decoy',
      who: 'ann',
      facts: { lot: lot.lot, unit, station: 'sealed' },
    })
    const gauge: Said = { kind: 'gauge-planned', who: 'ann', facts: { gauge: 'G-1', recordsSha256: 'c4'.repeat(32) } }
    const tally = tallied(
      decoy(a),
      gauge,
      inspection(lot, a, 'etched'),
      inspection(lot, a, 'sealed', fails),
      inspection(lot, b, 'sealed', fails),
      // Said of a unit that was seen, it would hide what it turned out to be.
      decoy(b),
      inspection(lot, b, 'sealed', fails),
      inspection(lot, 'GA0000001', 'sealed', fails, { recordsSha256: 'c4'.repeat(32) }),
    )
    const { rows, findings, known } = tally.result('station')
    expect(rows.map(({ station, units, final }) => [station, units, final.FAIL])).toEqual([['sealed', 1, 1]])
    expect([findings, known]).toEqual([[{ check: 'concealed', station: 'sealed', units: 1 }], 3])
  })

  it('takes records that cannot be read for errors, and never fails on them', () => {
    const tally = tallied(
      { kind: 'inspection', unit: a, station: 'sealed', facts: {} },
      { kind: 'inspection', unit: b, station: 'sealed', facts: { record: { findings: 7, rig: null, lot: 5 } } },
    )
    expect(tally.result('rig').rows).toMatchObject([
      { group: 'unknown', units: 2, first: { ERROR: 2 }, final: { ERROR: 2 } },
    ])
  })
})

it('the gallery has each lot with its last decision and who signed that one, and each run', () => {
  const gallery = new Gallery()
  const closed = (decision: string, digit: string): Said => ({
    kind: 'lot-closed',
    who: 'ann',
    facts: { lot: lot.lot, decision, manifestSha256: digit.repeat(64), size: 9, root: 'f'.repeat(64) },
  })
  const signed = (digit: string): Said => ({
    kind: 'lot-signed',
    who: 'rita',
    facts: { lot: lot.lot, manifestSha256: digit.repeat(64), meaning: 'releaser', envelopeSha256: 'e'.repeat(64) },
  })
  const run = (kind: string): Said => ({
    kind,
    who: 'tom',
    station: 'sealed',
    why: kind === 'run-ended' ? 'All are judged.' : null,
    facts: { rig: 'bench', lot: lot.lot, units: 4, out: '/srv/out', isWhole: true },
  })
  const said = [
    ...madeLot(lot),
    run('run-begun'),
    inspection(lot, a, 'sealed'),
    inspection(lot, b, 'sealed', fails),
    run('run-ended'),
  ]
  const last = [closed('RELEASED', 'a'), signed('a'), closed('HELD', 'b'), signed('a'), signed('b')]
  ;[...said, ...last].forEach((one, i) => void gallery.take(entry(one, i)))
  const view = gallery.view('lot')
  expect(view.lots).toMatchObject([
    {
      lot: lot.lot,
      closed: { decision: 'HELD' },
      before: ['RELEASED'],
      since: null,
      signed: ['rita as releaser'],
    },
  ])
  // One of the two had failed before, somewhere else: that stands.
  expect(view.runs).toMatchObject([
    { rig: 'bench', looks: 2, units: 2, passed: 1, ended: 'All are judged.', out: '/srv/out' },
  ])
  expect(view.entries).toBe(said.length + last.length)
})

describe('the gallery', () => {
  const closed: Said = {
    kind: 'lot-closed',
    who: 'ann',
    facts: { lot: lot.lot, decision: 'RELEASED', manifestSha256: 'a'.repeat(64), size: 9, root: 'f'.repeat(64) },
  }
  const run: Said = {
    kind: 'run-begun',
    who: 'tom',
    station: 'sealed',
    facts: { rig: 'bench', lot: lot.lot, out: null },
  }
  const viewOf = (...said: readonly Said[]) => {
    const gallery = new Gallery()
    for (const [i, one] of said.entries()) gallery.take(entry(one, i))
    return gallery.view('lot')
  }

  it.each([
    ['a shipped unit fails', inspection(lot, a, 'sealed', fails), `inspection of ${a}, FAIL at sealed`, true],
    ['a unit is seen again', inspection(lot, a, 'sealed'), `inspection of ${a}, PASS at sealed`, false],
    [
      'a unit is taken out',
      { kind: 'lot-unit-out', who: 'ann', why: 'a stain', facts: { lot: lot.lot, unit: a, as: 'scrapped' } },
      'lot-unit-out',
      false,
    ],
    ['an older copy is put back', { kind: 'restored', facts: {} }, 'an older copy was put back', true],
  ] as const)('says what the journal says of a released lot since, where %s', (_, said, first, isBad) => {
    const good = [...madeLot(lot)]
    expect(viewOf(...good, closed).lots).toMatchObject([{ since: null }])
    expect(viewOf(...good, closed, said, said).lots).toMatchObject([
      { closed: { decision: 'RELEASED' }, since: { entries: 2, first: `${good.length + 1}, ${first}`, isBad } },
    ])
    // Closed again, it is none of it.
    expect(viewOf(...good, closed, said, closed).lots).toMatchObject([{ since: null, before: ['RELEASED'] }])
  })

  it('says nothing of a lot for what other lots and golden cards come to', () => {
    const other = madeIdentity(9, 'L-2')
    const [foreign] = other.serials.slice(-1)
    expect(
      viewOf(...madeLot(lot), closed, inspection(other, foreign!, 'sealed', fails), goldenCard(lot)).lots,
    ).toMatchObject([{ since: null }])
  })

  it('counts the units of a run by what counts of them, and its looks beside them', () => {
    const said = [
      run,
      inspection(lot, a, 'sealed', fails),
      inspection(lot, a, 'sealed'),
      inspection(lot, b, 'sealed', unread),
      inspection(lot, b, 'sealed'),
      inspection(lot, null, 'sealed', unread),
    ]
    expect(viewOf(...said).runs).toMatchObject([{ looks: 5, units: 2, passed: 1 }])
  })
})
