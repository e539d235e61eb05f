import { describe, expect, it } from 'vitest'
import type { CheckName, StationName } from '../../core/vocabulary.ts'
import type { Said } from '../../custody/journal/entry.ts'
import { decideLot } from './decide-lot.ts'
import { failing, inspection, madeIdentity, madeLot, rowsOf } from './made-lot.testing.ts'

const lot = madeIdentity(10)
const good = [...madeLot(lot)]
const opened = good.flatMap(({ kind, unit }) => (kind === 'unit-destroyed' ? [unit!] : []))
const kept = lot.serials.find(serial => !opened.includes(serial))!

/** The unit fails, the deciders have it inspected again, it passes, and these say something of the entry by which it failed. */
async function setAside(
  unit: string,
  station: StationName,
  check: CheckName,
  {
    explainers = [],
    more = [],
    early = [],
  }: {
    readonly explainers?: readonly string[]
    readonly more?: readonly Said[]
    readonly early?: readonly Said[]
  } = {},
) {
  const index = good.findIndex(said => said.kind === 'inspection' && said.unit === unit && said.station === station)
  const fails = inspection(lot, unit, station, {
    ...failing(station, check),
    photographs: [],
    readings: [],
  })
  const again: Said = {
    kind: 'disposition',
    who: 'ann',
    why: 'dust',
    unit,
    station,
    facts: { decision: 'inspect-again' },
  }
  const explained = explainers.map(
    (who): Said => ({
      kind: 'lot-entry-explained',
      who,
      why: 'dust on the lens',
      facts: { lot: lot.lot, entries: [index] },
    }),
  )
  const said = [...good.toSpliced(index, 0, fails, ...early, again), ...explained, ...more]
  const { decision, because, reasons } = await decideLot({
    lot,
    rows: rowsOf(said, lot),
    journalFaults: [],
    otherAddresses: [],
    counted: lot.serials.length - opened.length,
  })
  return { decision, because, codes: reasons.map(({ code }) => code), sentences: reasons.map(one => one.because) }
}

describe('a failure that one person set aside', () => {
  it('holds the lot where it was critical, until another one of quality explains it', async () => {
    const alone = await setAside(kept, 'sealed', 'address-matches')
    expect([alone.decision, alone.codes]).toEqual(['HELD', ['set-aside']])
    expect(alone.sentences[0]).toMatch(
      /^BX\d{7} failed at sealed \(entry \d+: address-matches is wrong\) and was inspected again on the word of ann alone: somebody else of quality has to explain that entry\.$/,
    )
    // Neither who decided, nor who had found it, nor who only signs lots off.
    for (const who of ['ann', 'tom', 'rita'])
      expect((await setAside(kept, 'sealed', 'address-matches', { explainers: [who] })).codes).toContain('set-aside')
    const both = await setAside(kept, 'sealed', 'address-matches', { explainers: ['bob'] })
    expect([both.decision, both.codes]).toEqual(['RELEASED', []])
    expect(both.because).toMatch(/ 1 of all these units had failed before, and was inspected again by decision\.$/)
  })

  it('holds the lot where a unit of the sample had it, however small it is', async () => {
    const [unit] = opened
    expect((await setAside(unit!, 'opened', 'known-unit')).codes).toEqual(['set-aside'])
    expect((await setAside(unit!, 'opened', 'known-unit', { explainers: ['bob'] })).decision).toBe('RELEASED')
  })

  it('holds no lot where it was neither, and is told in the first sentence', async () => {
    const its = await setAside(kept, 'sealed', 'nothing-else')
    expect([its.decision, its.because]).toEqual([
      'RELEASED',
      expect.stringContaining('had failed before, and was inspected again by decision.'),
    ])
  })

  it('is explained once it was decided, not before: nobody knows what is set aside then', async () => {
    const index = good.findIndex(({ unit, station }) => unit === kept && station === 'sealed')
    const early: Said = {
      ...{ kind: 'lot-entry-explained', who: 'bob', why: 'dust' },
      facts: { lot: lot.lot, entries: [index] },
    }
    const { codes } = await setAside(kept, 'sealed', 'address-matches', { early: [early] })
    expect(codes).toEqual(['set-aside'])
  })

  it('is not forgotten when the unit is taken out afterwards', async () => {
    const out: Said = {
      kind: 'lot-unit-out',
      who: 'ann',
      why: 'a stain',
      facts: { lot: lot.lot, unit: kept, as: 'scrapped' },
    }
    const { codes } = await setAside(kept, 'sealed', 'address-matches', { more: [out] })
    expect(codes).toEqual(expect.arrayContaining(['set-aside']))
  })
})
