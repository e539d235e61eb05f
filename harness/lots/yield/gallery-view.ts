import { z } from 'zod'
import type { JournalEntry } from '../../custody/journal/entry.ts'
import { RunEntry } from '../../record/journal-kinds.ts'
import { type GaugeStudy, studyIn } from '../gauge/gauge-kinds.ts'
import { ClosedFacts, SignedFacts } from '../release/lot-kinds.ts'
import type { Grouping } from './groupings.ts'
import { type Yield, type YieldFilter, YieldTally } from './yield.ts'

/** A lot that was planned or closed here. */
export interface PastLot {
  readonly lot: string
  readonly plannedAt: string | null
  readonly rehearsal: boolean
  /** The last time that it was closed; null: it was not. */
  readonly closed: { readonly at: string; readonly decision: string; readonly manifestSha256: string } | null
  /** Who signed what was closed last, and as what. */
  readonly signed: readonly string[]
}

/** A run over cards. */
export interface PastRun {
  readonly at: string
  readonly rig: string
  readonly lot: string | null
  readonly station: string | null
  readonly who: string | null
  readonly inspections: number
  readonly passed: number
  /** The folder that results were asked for in. */
  readonly out: string | null
  /** How it ended, in a sentence; null: it has not. */
  readonly ended: string | null
}

/** Everything that a workplace did, by its journal. */
export interface GalleryView {
  readonly entries: number
  readonly from: string | null
  readonly to: string | null
  readonly lots: readonly PastLot[]
  /** The newest first. */
  readonly runs: readonly PastRun[]
  readonly gauges: readonly (GaugeStudy & { readonly at: string })[]
  readonly yields: Yield
}

const Planned = z.looseObject({ lot: z.string(), rehearsal: z.boolean() })
const Run = RunEntry.and(
  z.looseObject({ lot: z.string().nullable().catch(null), out: z.string().nullable().catch(null) }),
)
type Writable<T> = { -readonly [K in keyof T]: T[K] }

/** Takes a journal, entry by entry. */
export class Gallery {
  readonly #tally = new YieldTally()
  readonly #lots = new Map<string, Writable<PastLot>>()
  readonly #runs: Writable<PastRun>[] = []
  /** The run that goes on at each rig. */
  readonly #going = new Map<string, Writable<PastRun>>()
  readonly #gauges: GalleryView['gauges'][number][] = []
  #entries = 0
  #from: string | null = null
  #to: string | null = null

  take(entry: JournalEntry): void {
    const { kind, at, who, why, station, facts: said } = entry
    const { signature: _, ...facts } = said
    this.#tally.take(entry)
    this.#entries++
    this.#from ??= at
    this.#to = at
    if (kind === 'lot-planned') {
      const read = Planned.safeParse(facts)
      if (!read.success) return
      const its = this.#lot(read.data.lot)
      its.plannedAt ??= at
      its.rehearsal ||= read.data.rehearsal
    } else if (kind === 'lot-closed') {
      const read = ClosedFacts.safeParse(facts)
      if (!read.success) return
      const { lot, decision, manifestSha256 } = read.data
      Object.assign(this.#lot(lot), { closed: { at, decision, manifestSha256 }, signed: [] })
    } else if (kind === 'lot-signed') {
      const read = SignedFacts.safeParse(facts)
      const its = read.success ? this.#lot(read.data.lot) : null
      if (read.success && its?.closed?.manifestSha256 === read.data.manifestSha256)
        its.signed = [...its.signed, `${who} as ${read.data.meaning}`]
    } else if (kind === 'run-begun') {
      const read = Run.safeParse(facts)
      if (!read.success) return
      const { rig, lot, out } = read.data
      const run = { at, rig, lot, station, who, inspections: 0, passed: 0, out, ended: null }
      this.#going.set(rig, run)
      this.#runs.push(run)
    } else if (kind === 'run-ended') {
      const read = Run.safeParse(facts)
      const run = read.success ? this.#going.get(read.data.rig) : undefined
      if (!read.success || run === undefined) return
      run.ended = why ?? 'It ended.'
      this.#going.delete(read.data.rig)
    } else if (kind === 'inspection') this.#inspected(facts)
    else if (kind === 'gauge-studied') {
      const study = studyIn(facts)
      if (study !== null) this.#gauges.push({ ...study, at })
    }
  }

  view(by: Grouping, filter: YieldFilter = {}): GalleryView {
    return {
      entries: this.#entries,
      from: this.#from,
      to: this.#to,
      lots: [...this.#lots.values()].reverse(),
      runs: this.#runs.toReversed(),
      gauges: this.#gauges.toReversed(),
      yields: this.#tally.result(by, filter),
    }
  }

  #lot(lot: string): Writable<PastLot> {
    const its = this.#lots.get(lot) ?? { lot, plannedAt: null, rehearsal: false, closed: null, signed: [] }
    this.#lots.set(lot, its)
    return its
  }

  #inspected({ record }: JournalEntry['facts']): void {
    const { rig, verdict } = (record ?? {}) as { rig?: { name?: string }; verdict?: string }
    const run = this.#going.get(rig?.name ?? '')
    if (run === undefined) return
    run.inspections++
    if (verdict === 'PASS') run.passed++
  }
}
