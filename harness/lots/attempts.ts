import { worst } from '../core/verdict.ts'
import type { Verdict } from '../core/vocabulary.ts'
import type { JournalEntry } from '../custody/journal/entry.ts'
import { People } from '../custody/journal/people.ts'
import { DispositionFacts, judgedIn, lotFileIn, picturesIn } from '../record/journal-kinds.ts'

/** One inspection of a unit at a station. */
export interface Attempt {
  /** From 1, in the order of the journal. */
  readonly number: number
  /** Its entry. */
  readonly index: number
  readonly at: string
  readonly verdict: Verdict
  readonly because: string
  /** Who inspected, as far as was said. */
  readonly inspector: string | null
  /** sha256 of the lot file that it was judged by; null: by none, or it is not known. */
  readonly recordsSha256: string | null
}

/** Where a unit stands at a station. */
export interface Standing {
  readonly unit: string
  readonly station: string
  readonly attempts: readonly Attempt[]
  /** What counts now. */
  readonly verdict: Verdict
  /** Why that counts, in a sentence. */
  readonly because: string
  /** Number of the attempt that counts; null where a person's decision does. */
  readonly counts: number | null
  /** The entry of the FAIL that stands: what a decision is about. */
  readonly failed: { readonly index: number; readonly at: string } | null
  /** Who has decided to inspect it again; while it is a FAIL nevertheless, it takes one more. */
  readonly again: readonly string[]
}

type Told = Pick<JournalEntry, 'index' | 'at' | 'kind' | 'who' | 'why' | 'unit' | 'station' | 'facts'>

/**
 * Where a unit stands at a station, by the journal's entries in their order. A FAIL stands, whatever comes after it, until
 * a second person decides; INCONCLUSIVE and ERROR may be followed by a later attempt, which then counts; so may a PASS,
 * which a later FAIL ends.
 * @returns null of a unit that was never inspected there
 */
export function standing(entries: Iterable<Told>, unit: string, station: string): Standing | null {
  return standings(entries).find(one => one.unit === unit && one.station === station) ?? null
}

/** Where every unit stands at every station that it visited, in the order of the first visits. */
export function standings(entries: Iterable<Told>): Standing[] {
  const all = new Standings()
  for (const entry of entries) all.take(entry)
  return all.all
}

/** The same, entry by entry: of a long journal no entry is held. */
export class Standings {
  readonly #visits = new Map<string, Visited>()
  readonly #people = new People()

  take(entry: Told): void {
    this.#people.take(entry)
    const { unit, station } = entry
    if (unit === null || station === null) return
    const key = keyOf(unit, station)
    if (entry.kind === 'inspection') {
      const visited = this.#visits.get(key) ?? new Visited(unit, station)
      this.#visits.set(key, visited)
      visited.inspected(entry)
    } else if (entry.kind === 'disposition') this.#visits.get(key)?.disposed(entry, this.#people)
  }

  /** Null of a unit that was never inspected there. */
  of(unit: string, station: string): Standing | null {
    return this.#visits.get(keyOf(unit, station))?.standing ?? null
  }

  get all(): Standing[] {
    return [...this.#visits.values()].map(visited => visited.standing)
  }
}

/** Tells a unit at a station from every other. */
export const keyOf = (unit: string, station: string): string => JSON.stringify([unit, station])

/** What holds a unit back whatever it was last seen as, in a sentence; null where nothing worse counts. */
export function heldSentence({ unit, station, verdict, because }: Standing, seen: Verdict): string | null {
  if (verdict === 'FAIL' ? seen === 'FAIL' : worst([seen, verdict]) === seen) return null
  if (verdict !== 'FAIL') return `${unit} counts as ${verdict} at ${station}, whatever is seen here: ${because}`
  return `${unit} still counts as failed at ${station}, whatever is seen now, until a second person decides (assay journal dispose): ${because}`
}

/** Was it judged by the records of another lot file than this one? Not known of one that was judged without any. */
export const isByOtherFile = (attempt: Attempt, recordsSha256: string | null): boolean =>
  recordsSha256 !== null && attempt.recordsSha256 !== null && attempt.recordsSha256 !== recordsSha256

/** «Attempts 1 and 3 were judged by another lot file.» than the one of that number; null where none was. */
export function otherFileSentence({ attempts }: Standing, number: number): string | null {
  const own = attempts.find(one => one.number === number)?.recordsSha256 ?? null
  const others = attempts.filter(one => isByOtherFile(one, own)).map(one => one.number)
  if (others.length === 0) return null
  return `${others.length === 1 ? 'Attempt' : 'Attempts'} ${others.join(', ')} ${others.length === 1 ? 'was' : 'were'} judged by another lot file than this one.`
}

/** How many units passed, failed and so on at their first attempt at a station. */
export function firstPass(all: readonly Standing[], station: string): Readonly<Record<Verdict, number>> {
  const counts = { PASS: 0, INCONCLUSIVE: 0, FAIL: 0, ERROR: 0 }
  for (const one of all) if (one.station === station) counts[one.attempts[0]!.verdict]++
  return counts
}

class Visited {
  readonly #unit: string
  readonly #station: string
  readonly #attempts: Attempt[] = []
  /** The FAIL that stands. */
  #failed: {
    readonly because: string
    readonly counts: number | null
    readonly index: number
    readonly at: string
  } | null = null
  /**
   * Who ever found a fault or rejected the unit here, none of whom overturns one; null where that was not said. Of a fault that is found anew
   * nobody knows whether it is another one.
   */
  readonly #against: (string | null)[] = []
  /** Who has decided to inspect again since. */
  #again: string[] = []
  /** Everybody agreed to inspect again, and nobody has yet. */
  #isOpen = false
  /** How many attempts there were at the last decision. */
  #decidedAfter = 0
  /** Digests of the photographs of all attempts, and of the last one that brought a new one: an older one shows nothing of the unit as it is now. */
  readonly #photographs = new Set<string>()
  #latest: ReadonlySet<string> = new Set()
  /** Where no FAIL stands, this one counts. */
  #counting: Attempt | null = null

  constructor(unit: string, station: string) {
    this.#unit = unit
    this.#station = station
  }

  inspected({ index, at, facts, who }: Told): void {
    const { verdict, because, operator } = judgedIn(facts)
    const [number, inspector] = [this.#attempts.length + 1, operator ?? who]
    const attempt = { number, index, at, verdict, because, inspector, recordsSha256: lotFileIn(facts) }
    this.#attempts.push(attempt)
    const isStale = this.#isStale(picturesIn(facts))
    if (isStale && verdict !== 'FAIL' && (this.#isOpen || isBetter(verdict, this.#counting))) return
    this.#counting = attempt
    this.#isOpen = false
    if (verdict !== 'FAIL') return
    this.#against.push(attempt.inspector)
    if (this.#failed !== null) return
    this.#failed = { because, counts: attempt.number, index, at }
    this.#again = []
  }

  /** Is it judged by nothing but photographs of before: before the decision that is open, or before those that count now? */
  #isStale(photographs: readonly (readonly string[])[]): boolean {
    const isIn = (known: ReadonlySet<string>) => (digests: readonly string[]) => digests.some(one => known.has(one))
    const isRepeated = photographs.length > 0 && photographs.every(isIn(this.#photographs))
    if (!isRepeated) {
      for (const digest of photographs.flat()) this.#photographs.add(digest)
      if (photographs.length > 0) this.#latest = new Set(photographs.flat())
      return false
    }
    return this.#isOpen || !photographs.some(isIn(this.#latest))
  }

  disposed(entry: Told, people: People): void {
    const { who, why, facts, index, at } = entry
    const read = DispositionFacts.safeParse(facts)
    if (!read.success || who === null || isBlank(why) || !people.mayAct(entry, 'quality')) return
    if (read.data.decision === 'reject') {
      this.#failed = { because: `${who} rejected it: ${why}`, counts: null, index, at }
      this.#against.push(who)
      this.#again = []
      this.#isOpen = false
      return
    }
    if (this.#failed === null || this.#against.some(name => sameName(who, name))) return
    const { failed = this.#failed } = read.data
    // Said of an earlier FAIL: it is not good for this one.
    if (failed.index !== this.#failed.index || failed.at !== this.#failed.at) return
    if (!this.#again.includes(who)) this.#again.push(who)
    // Where nobody said who had inspected, it takes two to be sure that a second person decides.
    if (this.#again.length < (this.#against.includes(null) ? 2 : 1)) return
    this.#failed = null
    this.#isOpen = true
    this.#decidedAfter = this.#attempts.length
  }

  get standing(): Standing {
    const { verdict, because, number } = this.#counting ?? this.#attempts.at(-1)!
    const failed = this.#failed === null ? null : { index: this.#failed.index, at: this.#failed.at }
    const its = { unit: this.#unit, station: this.#station, attempts: [...this.#attempts], again: [...this.#again] }
    const told = { ...its, failed }
    if (this.#failed !== null) {
      return { ...told, verdict: 'FAIL', because: this.#failed.because, counts: this.#failed.counts }
    }
    if (this.#isOpen) {
      const since =
        this.#attempts.length > this.#decidedAfter ? '; since then it was shown in photographs of before only' : ''
      const because = `It failed; ${this.#again.join(' and ')} decided to inspect it again${since}.`
      return { ...told, verdict: 'INCONCLUSIVE', because, counts: null }
    }
    return { ...told, verdict, because, counts: number }
  }
}

const isBetter = (verdict: Verdict, than: Attempt | null) => than !== null && worst([verdict, than.verdict]) !== verdict

const isBlank = (why: string | null): why is null => why === null || why.trim() === ''

/** Spelt alike counts as the same person: a name is typed by hand. */
export function sameName(a: string, b: string | null): boolean {
  const bare = (name: string) => name.normalize('NFKC').trim().toLowerCase()
  return b !== null && bare(a) === bare(b)
}
