import { z } from 'zod'
import { withoutTypography } from '../core/bare-serial.ts'
import { worst } from '../core/verdict.ts'
import { type StationName, stationNames, type Verdict } from '../core/vocabulary.ts'
import type { JournalEntry } from '../custody/journal/entry.ts'
import { People } from '../custody/journal/people.ts'
import { judgedIn, lotFileIn, readIn, SpotCheckLook } from '../record/journal-kinds.ts'
import { isByOtherFile, type Standing, Standings } from './attempts.ts'
import { isWorseThanSteps, type KnownSpotCheck, SpotChecks } from './spot-checks.ts'
import { WrongFiles } from './wrong-file.ts'

/** What of a lot file says which units there are. */
export interface LotOfUnits {
  readonly lot: string | null
  readonly units: readonly { readonly serial: string }[]
}

/** A unit of the lot, and where it stands at each station that it visited, in the order of the process. */
export interface UnitStatus {
  readonly unit: string
  readonly stations: readonly Standing[]
  /** The worst of all stations: a FAIL at one is not hidden by a PASS at a later one. Null of a unit never seen. */
  readonly verdict: Verdict | null
}

/** The lot at one station. */
export interface StationStatus {
  readonly station: StationName
  /** Units that were seen there, of all. */
  readonly seen: number
  readonly counts: Readonly<Record<Verdict, number>>
  /** Units that were never seen there. */
  readonly missing: readonly string[]
  /** Only units that spot checks opened pass by there: the others are not awaited. */
  readonly isSample: boolean
}

/** A unit that was inspected again at a station although it had been judged good or bad: one card twice, or two of one serial. */
export interface Doubled {
  readonly unit: string
  readonly station: string
  /** Entries of the journal, the first one included. */
  readonly entries: readonly number[]
}

/** An inspection that belongs to no unit of the lot. */
export interface Unknown {
  readonly index: number
  readonly at: string
  readonly station: string | null
  readonly verdict: Verdict
  readonly because: string
  /** Public texts that were read on it, by their marks. */
  readonly read: readonly string[]
  /** The unit in whose spot check it was looked at; null: in none, or in one of a unit that was not known yet. */
  readonly spotCheckOf: string | null
  /** Who said that it was held against the wrong lot's file, in a sentence; null where that is not said. */
  readonly wrongFile: string | null
  /** The unit that it is by its own lot file; null while that has not judged it. */
  readonly own: string | null
  /** A unit of this lot whose serial was read on it, where it was held against another lot's file; null where against this one's. */
  readonly shows: string | null
}

/** Where a lot stands, by the journal. */
export interface LotStatus {
  readonly lot: string | null
  readonly units: readonly UnitStatus[]
  readonly stations: readonly StationStatus[]
  readonly doubled: readonly Doubled[]
  readonly unknown: readonly Unknown[]
  /** Units whose PASS counts and was judged by another lot file than this one. */
  readonly otherFile: readonly UnitAtStation[]
  /** Units that failed by another lot file than this one, and never by this one. */
  readonly failedByOtherFile: readonly UnitAtStation[]
  /** Units that were opened to see whether they are good, and are sold to nobody. */
  readonly destroyed: readonly string[]
  /** Units that were taken out of the lot: missing nowhere. */
  readonly takenOut: readonly TakenOut[]
  /** Spot checks that proved nothing: broken off, or ended by a person since the unit cannot be read. */
  readonly unproved: readonly UnprovedSpotCheck[]
}

interface UnitAtStation {
  readonly unit: string
  readonly station: string
}

/** A unit that does not ship, and who said so. */
export interface TakenOut {
  readonly unit: string
  readonly as: string
  readonly who: string
}

/** A unit that was spent on a spot check without being proved good or bad by it. */
export interface UnprovedSpotCheck extends Pick<KnownSpotCheck, 'unit' | 'unread'> {
  /** The last step that was seen to be done. */
  readonly step: string
  /** Why the whole came to less than its steps; null where it did not come to an end. */
  readonly because: string | null
}

/**
 * Where every unit of a lot stands at every station, and what does not belong, by all that a journal says of it: entry by entry, in one
 * pass.
 */
export class LotTally {
  readonly #lot: LotOfUnits
  readonly #recordsSha256: string | null
  readonly #own: ReadonlySet<string>
  readonly #standings = new Standings()
  readonly #spotChecks = new SpotChecks()
  readonly #unknown: Omit<Unknown, 'wrongFile' | 'own'>[] = []
  readonly #wrongFiles = new WrongFiles()
  /** The entry that says so. */
  readonly #destroyed = new Map<string, number>()
  /** A spent unit that was seen again: another card with its serial. */
  readonly #afterSpent: Doubled[] = []
  readonly #begun = new Set<string>()
  /** Stations that saw units of the lot besides in spot checks. */
  readonly #ownVisits = new Set<string>()
  #planned: readonly string[] = []
  readonly #people = new People()
  readonly #decoys = new Map<string, string>()
  readonly #takenOut = new Map<string, TakenOut>()

  /**
   * @param recordsSha256 of the lot file: an unknown unit belongs to the lot that it was looked for in, by it or by the lot's
   * name
   */
  constructor(lot: LotOfUnits, recordsSha256: string | null) {
    this.#lot = lot
    this.#recordsSha256 = recordsSha256
    this.#own = new Set(lot.units.map(({ serial }) => serial))
  }

  /** @param entry in the journal's order, at least all about these units, people, and units that were not known */
  take(entry: JournalEntry): void {
    const { unit, kind, index, at, station, facts } = entry
    this.#wrongFiles.take(entry)
    if (unit !== null && this.#own.has(unit)) {
      this.#standings.take(entry)
      this.#spotChecks.take(entry)
      if (kind === 'inspection' && station !== null && this.#spotChecks.isSpent(unit))
        this.#afterSpent.push({ unit, station, entries: [this.#destroyed.get(unit) ?? index, index] })
      if (kind === 'unit-destroyed') this.#destroyed.set(unit, index)
      if (kind === 'inspection' && station !== null && !SpotCheckLook.safeParse(facts['spotCheck']).success)
        this.#ownVisits.add(station)
    } else if (kind.startsWith('person-')) {
      this.#people.take(entry)
      this.#standings.take(entry)
      this.#spotChecks.take(entry)
    } else if (kind === 'inspection') {
      const isOurs = isOfLot(facts, this.#lot.lot, this.#recordsSha256)
      const shows = isOurs || this.#wrongFiles.of(index) === undefined ? null : this.#shownIn(facts)
      if (!isOurs && shows === null) return
      const { verdict, because } = judgedIn(facts)
      const spotCheckOf = SpotCheckLook.safeParse(facts['spotCheck']).data?.unit ?? null
      this.#unknown.push({ index, at, station, verdict, because, read: readIn(facts), spotCheckOf, shows })
    } else this.#await(entry)
  }

  /** A unit of the lot whose serial was read. */
  #shownIn(facts: JournalEntry['facts']): string | null {
    const texts = readIn(facts).map(text => withoutTypography(text.slice(text.indexOf(' '))))
    return texts.find(text => this.#own.has(text)) ?? null
  }

  /** Stations that the lot has to pass, as far as these entries say: its last plan's, and where a run over it was begun on a rig. */
  get awaited(): ReadonlySet<string> {
    return new Set([...this.#planned, ...this.#begun])
  }

  /** Units that are known to be bad at a station, by themselves: told to nobody who inspects. */
  get decoys(): ReadonlyMap<string, string> {
    return this.#decoys
  }

  /** Said of a unit that was seen, it would hide what it turned out to be. */
  #takeDecoy(entry: JournalEntry): void {
    const { unit, station } = DecoySaid.safeParse(entry.facts).data ?? {}
    if (unit === undefined || station === undefined || this.#decoys.has(unit) || !this.#own.has(unit)) return
    const wasSeen = this.#standings.all.some(one => one.unit === unit)
    if (!wasSeen && this.#people.mayAct(entry, 'quality')) this.#decoys.set(unit, station)
  }

  #takeOut(entry: JournalEntry): void {
    const { who, why } = entry
    const { unit, as } = OutSaid.safeParse(entry.facts).data ?? {}
    if (unit === undefined || as === undefined || who === null || why === null || !this.#own.has(unit)) return
    if (this.#people.mayAct(entry, 'quality')) this.#takenOut.set(unit, { unit, as, who })
  }

  /** Is what counts of a unit there by another lot file? */
  #isByOther({ counts, attempts }: Standing): boolean {
    const counting = attempts.find(({ number }) => number === counts)
    return counting !== undefined && isByOtherFile(counting, this.#recordsSha256)
  }

  #await(entry: JournalEntry): void {
    const { kind, station, facts } = entry
    const { lot } = this.#lot
    if (lot === null || facts['lot'] !== lot) return
    if (kind === 'lot-decoy') this.#takeDecoy(entry)
    if (kind === 'lot-unit-out') this.#takeOut(entry)
    if (kind === 'run-begun' && station !== null && facts['isSpotCheck'] !== true) this.#begun.add(station)
    else if (kind === 'lot-planned')
      this.#planned = PlannedPath.safeParse(facts).data?.path.map(one => one.station) ?? this.#planned
  }

  /** @param awaited stations to tell of also where none of the units was seen */
  status(awaited: ReadonlySet<string> = new Set()): LotStatus {
    const { lot, units } = this.#lot
    const all = this.#standings.all
    const unproved = [...this.#spotChecks.all.values()].flatMap(one => {
      const { unit, isOpen, unread, done, came } = one
      const because = isWorseThanSteps(one) ? came!.because : null
      return isOpen || unread !== null || because !== null ? [{ unit, unread, step: done.at(-1)!.step, because }] : []
    })
    const byUnit = Map.groupBy(all, ({ unit }) => unit)
    return {
      lot,
      units: units.map(({ serial }) => statusOf(serial, byUnit.get(serial) ?? [])),
      stations: stationNames
        .filter(name => awaited.has(name) || all.some(({ station }) => station === name))
        .map(name => {
          const there = all.filter(one => one.station === name)
          const isSample = !awaited.has(name) && !this.#ownVisits.has(name)
          const left = units.filter(({ serial }) => !this.#takenOut.has(serial))
          return stationStatus(name, left, there, name === 'opened' || isSample)
        }),
      doubled: [
        ...all.flatMap(one => (this.#destroyed.has(one.unit) ? [] : doubledOf(one, this.#recordsSha256))),
        ...this.#afterSpent,
      ],
      unknown: this.#unknown.flatMap(one => {
        const { index, shows } = one
        const [wrongFile, own] = [this.#wrongFiles.sentence(index), this.#wrongFiles.ownOf(index)]
        return shows !== null && (wrongFile === null || own !== null) ? [] : [{ ...one, wrongFile, own }]
      }),
      otherFile: all.flatMap(one => {
        const { unit, station, verdict } = one
        // A unit that is spent is looked at by no file any more: why that proved nothing is told of its spot check.
        const isLeft = !unproved.some(its => its.unit === unit && its.because !== null)
        return verdict === 'PASS' && isLeft && this.#isByOther(one) ? [{ unit, station }] : []
      }),
      failedByOtherFile: all.flatMap(one => {
        const { unit, station, verdict, attempts } = one
        const isOwn = attempts.some(its => its.verdict === 'FAIL' && !isByOtherFile(its, this.#recordsSha256))
        return verdict === 'FAIL' && !isOwn && this.#isByOther(one) ? [{ unit, station }] : []
      }),
      destroyed: [...this.#destroyed.keys()],
      takenOut: [...this.#takenOut.values()],
      unproved,
    }
  }
}

/** The same of these entries. */
export async function lotStatus(
  entries: AsyncIterable<JournalEntry> | Iterable<JournalEntry>,
  lot: LotOfUnits,
  recordsSha256: string | null,
): Promise<LotStatus> {
  const tally = new LotTally(lot, recordsSha256)
  for await (const entry of entries) tally.take(entry)
  return tally.status()
}

const DecoySaid = z.looseObject({ unit: z.string(), station: z.string() })
const OutSaid = z.looseObject({ unit: z.string(), as: z.string() })
const PlannedPath = z.looseObject({ path: z.array(z.looseObject({ station: z.string() })) })

/** Was this unknown unit looked for in this lot? */
export function isOfLot(facts: JournalEntry['facts'], lot: string | null, recordsSha256: string | null): boolean {
  const { record } = facts as { record?: { lot?: unknown } }
  const isSameFile = recordsSha256 !== null && lotFileIn(facts) === recordsSha256
  return isSameFile || (lot !== null && record?.lot === lot)
}

const orderOf = (station: string) => (stationNames as readonly string[]).indexOf(station)

function statusOf(unit: string, standing: readonly Standing[]): UnitStatus {
  const stations = standing.toSorted((a, b) => orderOf(a.station) - orderOf(b.station))
  return { unit, stations, verdict: stations.length === 0 ? null : worst(stations.map(({ verdict }) => verdict)) }
}

function stationStatus(
  station: StationName,
  units: LotOfUnits['units'],
  there: readonly Standing[],
  isSample: boolean,
): StationStatus {
  const seen = new Set(there.map(({ unit }) => unit))
  const counts = { PASS: 0, INCONCLUSIVE: 0, FAIL: 0, ERROR: 0 }
  for (const { verdict } of there) counts[verdict]++
  const missing = units.flatMap(({ serial }) => (seen.has(serial) ? [] : [serial]))
  return { station, seen: there.length, counts, missing, isSample }
}

/** What was neither good nor bad is looked at again, as is what another lot file was used for, and, once, what a second person sent back. */
function doubledOf(
  { unit, station, attempts: all, again }: Standing,
  recordsSha256: string | null,
): readonly Doubled[] {
  const attempts = all.filter(one => !isByOtherFile(one, recordsSha256))
  const sentBack = again.length === 0 ? -1 : attempts.findLastIndex(({ verdict }) => verdict === 'FAIL')
  const judged = attempts.findIndex(({ verdict }, i) => i > sentBack && (verdict === 'PASS' || verdict === 'FAIL'))
  if (judged < 0 || judged === attempts.length - 1) return []
  return [{ unit, station, entries: attempts.slice(judged).map(({ index }) => index) }]
}

/** The lot at one station in a sentence: «sealed: 5 of 6 seen: 3 passed, 1 failed, 1 inconclusive, 0 errors; missing: …». */
export function stationSentence({ station, seen, counts, missing, isSample }: StationStatus): string {
  const { PASS, FAIL, INCONCLUSIVE, ERROR } = counts
  const rest = missing.length === 0 || isSample ? '' : `; missing: ${shortened(missing)}`
  return `${station}: ${seen} of ${seen + missing.length} seen: ${PASS} passed, ${FAIL} failed, ${INCONCLUSIVE} inconclusive, ${ERROR} errors${rest}`
}

const mostNamed = 20
/** «A, B, C and 17 more». */
export const shortened = (names: readonly string[]) =>
  `${names.slice(0, mostNamed).join(', ')}${names.length > mostNamed ? ` and ${names.length - mostNamed} more` : ''}`
