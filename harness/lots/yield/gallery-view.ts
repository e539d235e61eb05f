import { z } from 'zod'
import type { Verdict } from '../../core/vocabulary.ts'
import type { JournalEntry } from '../../custody/journal/entry.ts'
import { judgedIn, RunEntry } from '../../record/journal-kinds.ts'
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
  /** What it was closed as before that. */
  readonly before: readonly string[]
  /** What the journal says of it since that may change the decision; null where it says nothing. */
  readonly since: { readonly entries: number; readonly first: string; readonly isBad: boolean } | null
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
  readonly looks: number
  /** Units that were recognised in it, and those of them that counted as good at their last look. */
  readonly units: number
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
/** A lot with the rigs that judged it. */
type KnownLot = Writable<PastLot> & { readonly rigs: Set<string> }
/** A run with what its units counted as. */
type KnownRun = Writable<PastRun> & { readonly seen: Map<string, Verdict> }

/** Takes a journal, entry by entry. */
export class Gallery {
  readonly #tally = new YieldTally()
  readonly #lots = new Map<string, KnownLot>()
  /** Of which lots units were looked at. */
  readonly #lotsOf = new Map<string, Set<string>>()
  readonly #runs: KnownRun[] = []
  /** The run that goes on at each rig. */
  readonly #going = new Map<string, KnownRun>()
  readonly #gauges: GalleryView['gauges'][number][] = []
  #entries = 0
  #from: string | null = null
  #to: string | null = null

  take(entry: JournalEntry): void {
    const { kind, at, who, why, station, facts: said } = entry
    const facts = factsOnly(said)
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
      const its = this.#lot(lot)
      const before = its.closed === null ? its.before : [...its.before, its.closed.decision]
      Object.assign(its, { closed: { at, decision, manifestSha256 }, before, since: null, signed: [] })
    } else if (kind === 'lot-signed') {
      const read = SignedFacts.safeParse(facts)
      const its = read.success ? this.#lot(read.data.lot) : null
      if (read.success && its?.closed?.manifestSha256 === read.data.manifestSha256)
        its.signed = [...its.signed, `${who} as ${read.data.meaning}`]
    } else if (kind === 'run-begun') {
      const read = Run.safeParse(facts)
      if (!read.success) return
      const { rig, lot, out } = read.data
      const run = {
        at,
        rig,
        lot,
        station,
        who,
        looks: 0,
        units: 0,
        passed: 0,
        out,
        ended: null,
        seen: new Map<string, Verdict>(),
      }
      this.#going.set(rig, run)
      this.#runs.push(run)
    } else if (kind === 'run-ended') {
      const read = Run.safeParse(facts)
      const run = read.success ? this.#going.get(read.data.rig) : undefined
      if (!read.success || run === undefined) return
      run.ended = why ?? 'It ended.'
      this.#going.delete(read.data.rig)
    } else if (kind === 'inspection') this.#inspected(entry)
    else if (kind === 'gauge-studied') {
      const study = studyIn(facts)
      if (study !== null) this.#gauges.push({ ...study, at })
    }
    this.#news(entry)
  }

  view(by: Grouping, filter: YieldFilter = {}): GalleryView {
    return {
      entries: this.#entries,
      from: this.#from,
      to: this.#to,
      lots: [...this.#lots.values()].reverse().map(({ rigs: _, ...its }) => its),
      runs: this.#runs.toReversed().map(({ seen, ...its }) => ({
        ...its,
        units: seen.size,
        passed: [...seen.values()].filter(verdict => verdict === 'PASS').length,
      })),
      gauges: this.#gauges.toReversed(),
      yields: this.#tally.result(by, filter),
    }
  }

  #lot(lot: string): KnownLot {
    const its =
      this.#lots.get(lot) ??
      ({
        lot,
        plannedAt: null,
        rehearsal: false,
        closed: null,
        before: [],
        since: null,
        signed: [],
        rigs: new Set(),
      } as KnownLot)
    this.#lots.set(lot, its)
    return its
  }

  #inspected({ unit, station, facts }: JournalEntry): void {
    const { rig, lot } = (facts['record'] ?? {}) as { rig?: { name?: string }; lot?: unknown }
    if (unit !== null && typeof lot === 'string') {
      this.#lotsOf.set(unit, (this.#lotsOf.get(unit) ?? new Set()).add(lot))
      this.#lots.get(lot)?.rigs.add(rig?.name ?? '')
    }
    const run = this.#going.get(rig?.name ?? '')
    if (run === undefined) return
    run.looks++
    // A FAIL stands, whatever is seen after it.
    if (unit !== null) run.seen.set(unit, this.#tally.verdictOf(unit, station ?? '') ?? judgedIn(facts).verdict)
  }

  /** What another closing of a lot would take into account. */
  #news({ index, kind, unit, station, facts }: JournalEntry): void {
    const note = (lot: string, says: string, isBad: boolean) => {
      const its = this.#lots.get(lot)
      if (its?.closed == null) return
      const { entries, first, isBad: wasBad } = its.since ?? { entries: 0, first: `${index}, ${says}`, isBad: false }
      its.since = { entries: entries + 1, first, isBad: wasBad || isBad }
    }
    if (/^(?:inspection|disposition|unit-destroyed)$/.test(kind)) {
      const { lot } = (facts['record'] ?? {}) as { lot?: unknown }
      const lots = unit === null ? [] : [...(this.#lotsOf.get(unit) ?? [])]
      const verdict = kind === 'inspection' ? judgedIn(facts).verdict : null
      const says = `${kind} of ${unit ?? 'no known unit'}${verdict === null ? '' : `, ${verdict} at ${station}`}`
      for (const its of new Set([...lots, ...(typeof lot === 'string' ? [lot] : [])]))
        note(its, says, verdict === 'FAIL')
    } else if (kind.startsWith('lot-') && !/^lot-(?:closed|signed)$/.test(kind)) note(`${facts['lot']}`, kind, false)
    else if (kind === 'restored') for (const lot of this.#lots.keys()) note(lot, 'an older copy was put back', true)
    else if (kind === 'gauge-studied') {
      const study = studyIn(factsOnly(facts))
      if (study === null || study.unfit.length === 0) return
      for (const { lot, rigs } of this.#lots.values())
        if (rigs.has(study.rig)) note(lot, `rig ${study.rig} is not fit`, true)
    }
  }
}

const factsOnly = ({ signature: _, ...facts }: JournalEntry['facts']) => facts
