import { z } from 'zod'
import { stationNames, type Verdict, verdicts } from '../../core/vocabulary.ts'
import type { JournalEntry } from '../../custody/journal/entry.ts'
import { type Standing, Standings } from '../attempts.ts'
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

/** Counts what a journal says of units, entry by entry. A unit belongs where it was first seen at the station. */
export class YieldTally {
  readonly #standings = new Standings()
  readonly #visits = new Map<string, { readonly attributes: Attributes; readonly failed: Set<string> }>()
  readonly #unknown: Attributes[] = []
  /** What an alarm stopped has no record's lot: that of the unit elsewhere, else that of the run on its rig. */
  readonly #lotOf = new Map<string, string>()
  readonly #lotOnRig = new Map<string, string>()

  take(entry: JournalEntry): void {
    this.#standings.take(entry)
    const { kind, unit, station, facts, who, at } = entry
    if (kind === 'run-begun' && typeof facts['rig'] === 'string' && typeof facts['lot'] === 'string')
      this.#lotOnRig.set(facts['rig'], facts['lot'])
    if (kind !== 'inspection' || station === null) return
    const read = Counted.safeParse(facts['record'])
    const record = read.success ? read.data : Counted.parse({})
    if (unit !== null && record.lot != null) this.#lotOf.set(unit, record.lot)
    const lot = record.lot ?? this.#lotOnRig.get(record.rig.name) ?? NO_LOT
    const attributes = { ...attributesOf(record, who), lot, ...periodsOf(at) }
    if (unit === null) {
      this.#unknown.push(attributes)
      return
    }
    const key = keyOf(unit, station)
    const visit = this.#visits.get(key) ?? { attributes, failed: new Set<string>() }
    this.#visits.set(key, visit)
    for (const { check, verdict } of record.findings) if (verdict === 'FAIL') visit.failed.add(check)
    if (record.alarm) visit.failed.add(record.alarm.code)
  }

  result(by: Grouping, filter: YieldFilter = {}): Yield {
    const rows = new Map<string, Standing[]>()
    const findings = new Map<string, FindingCount>()
    for (const one of this.#standings.all) {
      const visit = this.#visits.get(keyOf(one.unit, one.station))
      if (visit === undefined) continue
      const { lot } = visit.attributes
      const attributes = { ...visit.attributes, lot: lot === NO_LOT ? (this.#lotOf.get(one.unit) ?? lot) : lot }
      if (!isWanted(attributes, filter)) continue
      const group = by === 'station' ? '' : attributes[by]
      const key = JSON.stringify([group, one.station])
      const its = rows.get(key) ?? []
      rows.set(key, its)
      its.push(one)
      for (const check of visit.failed) {
        const found = JSON.stringify([check, one.station])
        findings.set(found, { check, station: one.station, units: (findings.get(found)?.units ?? 0) + 1 })
      }
    }
    return {
      by,
      rows: [...rows].map(([key, its]) => rowOf(...(JSON.parse(key) as [string, string]), its)).sort(inOrder),
      findings: [...findings.values()].sort((a, b) => b.units - a.units || (a.check < b.check ? -1 : 1)),
      unknown: this.#unknown.filter(attributes => isWanted(attributes, filter)).length,
    }
  }
}

const keyOf = (unit: string, station: string) => JSON.stringify([unit, station])

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

function rowOf(group: string, station: string, all: readonly Standing[]): YieldRow {
  const counts = (of: (one: Standing) => Verdict) => {
    const its = { PASS: 0, INCONCLUSIVE: 0, FAIL: 0, ERROR: 0 }
    for (const one of all) its[of(one)]++
    return its
  }
  return {
    ...{ group, station },
    units: all.length,
    first: counts(one => one.attempts[0]!.verdict),
    final: counts(one => one.verdict),
    attempts: all.reduce((sum, one) => sum + one.attempts.length, 0),
  }
}

const orderOf = (station: string) => (stationNames as readonly string[]).indexOf(station)
const inOrder = (a: YieldRow, b: YieldRow) =>
  a.group === b.group ? orderOf(a.station) - orderOf(b.station) : a.group < b.group ? -1 : 1
