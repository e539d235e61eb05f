import { z } from 'zod'
import { stationNames, type Verdict, verdicts } from '../../core/vocabulary.ts'
import type { JournalEntry } from '../../custody/journal/entry.ts'
import { judgedIn, lotFileIn } from '../../record/journal-kinds.ts'
import { keyOf, Standings } from '../attempts.ts'
import type { Grouping } from './groupings.ts'

/** Which units are counted; what is left out is not asked. */
export type YieldFilter = Partial<Readonly<Record<'product' | 'lot' | 'rig' | 'operator' | 'since' | 'until', string>>>

type Counts = Readonly<Record<Verdict, number>>

/** Units at a station, of one group. */
export interface YieldRow {
  readonly group: string
  readonly station: string
  readonly units: number
  /** By their first attempts, and by what counts now. */
  readonly first: Counts
  readonly final: Counts
  readonly attempts: number
}

/** What units failed at a station, at whichever attempt. */
export interface FindingCount {
  readonly check: string
  readonly station: string
  readonly units: number
}

export interface Yield {
  readonly by: Grouping
  readonly rows: readonly YieldRow[]
  readonly findings: readonly FindingCount[]
  /** Inspections in which no unit was recognised: in no yield. */
  readonly unknown: number
  /** Inspections of decoys, and of gauge cards: in no yield. */
  readonly known: number
}

/** What of a record, of whatever format, says where it is counted. */
const Counted = z.looseObject({
  product: z.string().catch('unknown'),
  lot: z.string().nullish().catch(null),
  operator: z.string().nullish().catch(null),
  rig: z.looseObject({ name: z.string().catch('unknown') }).catch({ name: 'unknown' }),
  findings: z.array(z.looseObject({ check: z.string(), verdict: z.enum(verdicts) })).catch([]),
  alarm: z.looseObject({ code: z.string() }).nullish().catch(null),
})

type Attributes = Readonly<Record<Exclude<Grouping, 'station'>, string>>

/** One inspection of a unit, as it is counted. */
interface Look {
  readonly lot: string
  readonly verdict: Verdict
  readonly failed: readonly string[]
}

/**
 * Counts what a journal says of units, entry by entry. A unit belongs where it was first seen at the station, and to each lot that it
 * was looked at as of. Known cards are no production: decoys, and the cards of a gauge study.
 */
export class YieldTally {
  readonly #standings = new Standings()
  readonly #visits = new Map<string, { readonly attributes: Attributes; readonly looks: Look[] }>()
  readonly #unknown: Attributes[] = []
  readonly #known: Attributes[] = []
  readonly #decoys = new Set<string>()
  /** Lot files of gauge studies, by their sha256. */
  readonly #gaugeFiles = new Set<string>()
  readonly #seen = new Set<string>()
  /** What an alarm stopped has no record's lot: that of the unit elsewhere, else that of the run on its rig. */
  readonly #lotOf = new Map<string, string>()
  readonly #lotOnRig = new Map<string, string>()

  take(entry: JournalEntry): void {
    const { kind, unit, station, facts, who, at } = entry
    if (kind !== 'inspection' || station === null) {
      this.#standings.take(entry)
      this.#note(entry)
      return
    }
    const read = Counted.safeParse(facts['record'])
    const record = read.success ? read.data : Counted.parse({})
    const lot = record.lot ?? this.#lotOnRig.get(record.rig.name) ?? NO_LOT
    const attributes = { ...attributesOf(record, who), lot, ...periodsOf(at) }
    if (this.#gaugeFiles.has(lotFileIn(facts) ?? '') || (unit !== null && this.#decoys.has(unit))) {
      this.#known.push(attributes)
      return
    }
    this.#standings.take(entry)
    if (unit === null) {
      this.#unknown.push(attributes)
      return
    }
    this.#seen.add(unit)
    if (record.lot != null) this.#lotOf.set(unit, record.lot)
    const key = keyOf(unit, station)
    const visit = this.#visits.get(key) ?? { attributes, looks: [] }
    this.#visits.set(key, visit)
    const failed = record.findings.flatMap(({ check, verdict }) => (verdict === 'FAIL' ? [check] : []))
    visit.looks.push({
      lot,
      verdict: judgedIn(facts).verdict,
      failed: record.alarm ? [...failed, record.alarm.code] : failed,
    })
  }

  #note({ kind, facts }: JournalEntry): void {
    const { rig, lot, unit, recordsSha256 } = facts
    if (kind === 'run-begun' && typeof rig === 'string' && typeof lot === 'string') this.#lotOnRig.set(rig, lot)
    else if (kind === 'gauge-planned') this.#gaugeFiles.add(`${recordsSha256}`)
    // Said of a unit that was seen, it would hide what it turned out to be.
    else if (kind === 'lot-decoy' && !this.#seen.has(`${unit}`)) this.#decoys.add(`${unit}`)
  }

  /** What counts of a unit at a station now; null where it is not counted. */
  verdictOf(unit: string, station: string): Verdict | null {
    return this.#standings.of(unit, station)?.verdict ?? null
  }

  result(by: Grouping, filter: YieldFilter = {}): Yield {
    const rows = new Map<string, CountedUnit[]>()
    const findings = new Map<string, FindingCount>()
    for (const one of this.#standings.all) {
      const visit = this.#visits.get(keyOf(one.unit, one.station))
      if (visit === undefined) continue
      const own = (lot: string) => (lot === NO_LOT ? (this.#lotOf.get(one.unit) ?? lot) : lot)
      const lot = own(visit.attributes.lot)
      const isByLot = by === 'lot' || filter.lot !== undefined
      const looks = isByLot ? Map.groupBy(visit.looks, look => own(look.lot)) : new Map([[lot, visit.looks]])
      for (const [its, seen] of looks) {
        const attributes = { ...visit.attributes, lot: its }
        if (!isWanted(attributes, filter)) continue
        const key = JSON.stringify([by === 'station' ? '' : attributes[by], one.station])
        const counted = { first: seen[0]!.verdict, final: one.verdict, attempts: seen.length }
        const row = rows.get(key) ?? []
        rows.set(key, row)
        row.push(counted)
        for (const check of new Set(seen.flatMap(({ failed }) => failed))) {
          const found = JSON.stringify([check, one.station])
          findings.set(found, { check, station: one.station, units: (findings.get(found)?.units ?? 0) + 1 })
        }
      }
    }
    return {
      by,
      rows: [...rows].map(([key, its]) => rowOf(...(JSON.parse(key) as [string, string]), its)).sort(inOrder),
      findings: [...findings.values()].sort((a, b) => b.units - a.units || (a.check < b.check ? -1 : 1)),
      unknown: this.#unknown.filter(attributes => isWanted(attributes, filter)).length,
      known: this.#known.filter(attributes => isWanted(attributes, filter)).length,
    }
  }
}

/** A unit at a station, in a group. */
interface CountedUnit {
  readonly first: Verdict
  readonly final: Verdict
  readonly attempts: number
}

const NO_LOT = 'none'

const attributesOf = ({ product, operator, rig }: z.infer<typeof Counted>, who: string | null) => ({
  product,
  rig: rig.name,
  operator: operator ?? who ?? 'nobody',
})

/** Day, week (ISO 8601) and month of a time, in UTC. */
function periodsOf(at: string) {
  const day = at.slice(0, 10)
  // The week of a day is that of its Thursday.
  const thursday = new Date(`${day}T00:00:00Z`)
  thursday.setUTCDate(thursday.getUTCDate() + 4 - (thursday.getUTCDay() || 7))
  const year = thursday.getUTCFullYear()
  const week = Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / (7 * 86_400_000)) + 1
  return { day, week: `${year}-W${String(week).padStart(2, '0')}`, month: day.slice(0, 7) }
}

const isWanted = (attributes: Attributes, { since, until, ...names }: YieldFilter) =>
  (since === undefined || attributes.day >= since) &&
  (until === undefined || attributes.day <= until) &&
  (['product', 'lot', 'rig', 'operator'] as const).every(
    name => names[name] === undefined || names[name] === attributes[name],
  )

function rowOf(group: string, station: string, all: readonly CountedUnit[]): YieldRow {
  const counts = (of: (one: CountedUnit) => Verdict) => {
    const its = { PASS: 0, INCONCLUSIVE: 0, FAIL: 0, ERROR: 0 }
    for (const one of all) its[of(one)]++
    return its
  }
  return {
    ...{ group, station },
    units: all.length,
    first: counts(one => one.first),
    final: counts(one => one.final),
    attempts: all.reduce((sum, one) => sum + one.attempts, 0),
  }
}

const orderOf = (station: string) => (stationNames as readonly string[]).indexOf(station)
const inOrder = (a: YieldRow, b: YieldRow) =>
  a.group === b.group ? orderOf(a.station) - orderOf(b.station) : a.group < b.group ? -1 : 1
