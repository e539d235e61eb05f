import { AssayError } from '../core/assay-error.ts'
import { printable } from '../core/printable.ts'
import type { JournalEntry } from '../custody/journal/entry.ts'
import type { Journal, JournalReader } from '../custody/journal/journal.ts'
import { People } from '../custody/journal/people.ts'
import {
  FilesOf,
  judgedIn,
  lotFileIn,
  photographsIn,
  readIn,
  WrongFileEntry,
  wrongFile,
} from '../record/journal-kinds.ts'
import { sameName } from './attempts.ts'
import type { SignAct } from './decisions.ts'

/** A card that failed for nothing but that its lot file does not have it, and who said that the file was the wrong one. */
interface Foreign extends Pick<JournalEntry, 'index' | 'at' | 'station' | 'facts'> {
  readonly inspector: string | null
  readonly said: { readonly who: string; readonly why: string }[]
  /** The unit that it is by its own lot file; null while that has not judged it. */
  own: string | null
}

/**
 * Which cards were held against the file of another lot, by those of quality who did not inspect them: two, where nobody said who
 * had. A card that failed for anything else, or that raised an alarm, is not among them, whatever file was the right one.
 */
export class WrongFiles {
  readonly #foreign = new Map<number, Foreign>()
  /** Judgements of pictures from files, by these: such a picture may be held against a second lot file. */
  readonly #judged = new Map<string, Judgement[]>()
  readonly #people = new People()

  /** @param entry of a journal, in its order */
  take(entry: JournalEntry): void {
    this.#people.take(entry)
    const { kind, index, at, unit, station, who, why, facts } = entry
    if (kind === 'inspection' && unit === null && isForeign(facts)) {
      const inspector = judgedIn(facts).operator ?? who
      const before = this.#judged.get(photographsIn(facts)[0] ?? '') ?? []
      const own = before.find(one => isOwnJudgement(entry, one))?.unit ?? null
      this.#foreign.set(index, { index, at, station, facts, inspector, said: [], own })
    } else if (kind === 'inspection') this.#judge(entry)
    else if (kind === wrongFile && who !== null && why !== null && this.#people.mayAct(entry, 'quality')) {
      const read = WrongFileEntry.safeParse(facts)
      const foreign = read.success ? this.#foreign.get(read.data.entry) : undefined
      if (foreign === undefined || foreign.at !== read.data!.entryAt || sameName(who, foreign.inspector)) return
      if (!foreign.said.some(one => sameName(who, one.who))) foreign.said.push({ who, why })
    }
  }

  #judge(entry: JournalEntry): void {
    const open = [...this.#foreign.values()].filter(({ own }) => own === null)
    const isOfFiles = FilesOf.parse(entry.facts).files.length > 0
    const judgement = open.length > 0 || isOfFiles ? judgementIn(entry) : null
    if (judgement === null) return
    for (const foreign of open) if (isOwnJudgement(foreign, judgement)) foreign.own = judgement.unit
    if (!isOfFiles) return
    const slim = { ...judgement, read: [] }
    for (const id of slim.pictures) this.#judged.set(id, [...(this.#judged.get(id) ?? []), slim])
  }

  get people(): People {
    return this.#people
  }

  /** A card that failed for this alone; undefined: that entry is none. */
  of(index: number): Foreign | undefined {
    return this.#foreign.get(index)
  }

  /** The unit that the card is by its own lot file; null while that has not judged it, or that entry is none. */
  ownOf(index: number): string | null {
    return this.#foreign.get(index)?.own ?? null
  }

  /** «Its lot file was the wrong one, says bob: TEXT»; null while it is not said by as many as it takes. */
  sentence(index: number): string | null {
    const { inspector, said } = this.#foreign.get(index) ?? { inspector: null, said: [] }
    if (said.length < neededFor(inspector)) return null
    return `Its lot file was the wrong one, says ${said.map(({ who, why }) => `${who}: ${why.replace(/\.$/, '')}`).join('; ')}.`
  }
}

const neededFor = (inspector: string | null) => (inspector === null ? 2 : 1)

function isForeign(facts: JournalEntry['facts']): boolean {
  const { alarm } = (facts as { record?: { alarm?: unknown } }).record ?? {}
  const { verdict, failed } = judgedIn(facts)
  const isAlone = verdict === 'FAIL' && failed.length > 0 && failed.every(check => check === 'known-unit')
  return isAlone && alarm === null && lotFileIn(facts) !== null
}

/** What a lot file that has a card said of it. */
interface Judgement extends Pick<JournalEntry, 'index' | 'station'> {
  readonly unit: string
  readonly lotFile: string
  readonly pictures: readonly string[]
  readonly read: readonly string[]
}

/** Null of what judged no unit by a lot file, or came to nothing. */
export function judgementIn({ kind, index, unit, station, facts }: JournalEntry): Judgement | null {
  const lotFile = lotFileIn(facts)
  if (kind !== 'inspection' || unit === null || lotFile === null) return null
  if (!/^(?:PASS|FAIL)$/.test(judgedIn(facts).verdict)) return null
  return { index, unit, station, lotFile, pictures: photographsIn(facts), read: readIn(facts) }
}

/**
 * Is that a judgement of the same card, at the same station, by another lot file: of the same pictures, or of later ones on which every text was
 * read that was read here? By a serial alone a card would be taken for another one that has a false address under it; and what was
 * seen last is judged by nothing that was seen before.
 */
export function isOwnJudgement(
  { index, station, facts }: Pick<JournalEntry, 'index' | 'station' | 'facts'>,
  one: Judgement,
): boolean {
  if (one.station !== station || one.lotFile === lotFileIn(facts)) return false
  const [pictures, read] = [photographsIn(facts), readIn(facts)]
  const arePictures = pictures.length > 0 && pictures.every(id => one.pictures.includes(id))
  return arePictures || (one.index > index && read.length > 0 && read.every(text => one.read.includes(text)))
}

/**
 * What the status of a lot is worked out from. Where somebody said that a lot file was the wrong one, everything: whichever lot a card is of,
 * its own file may have judged it since.
 */
export async function* entriesOfLot(
  journal: Pick<JournalReader, 'entries' | 'entriesOn' | 'entriesAboutUnits'>,
  units: readonly string[],
): AsyncGenerator<JournalEntry> {
  let isAll = false
  for await (const { kind } of journal.entriesOn('unknown units')) isAll ||= kind === wrongFile
  yield* isAll ? journal.entries() : journal.entriesAboutUnits(units)
}

/**
 * Writes down that a card was held against the lot file of another lot.
 * @param entry number of its inspection
 * @returns whether that is said by as many as it takes; the unit that it is by its own lot file, null while that has not judged it
 * @throws AssayError `entry-other`; `disposition-void`, when they may not say that; what `sign` throws
 */
export async function sayWrongFile(
  journal: Journal,
  { entry, who, why }: { readonly entry: number; readonly who: string; readonly why: string },
  sign: SignAct,
): Promise<{ readonly isSettled: boolean; readonly own: string | null }> {
  const files = new WrongFiles()
  for await (const one of journal.entries()) files.take(one)
  const foreign = files.of(entry)
  if (foreign === undefined) {
    throw new AssayError(
      'entry-other',
      `Entry ${entry} is no card that failed for nothing but that its lot file does not have it (assay journal list): of every other FAIL decides assay journal dispose. Nothing was written.`,
    )
  }
  const { at: entryAt, station, inspector, said } = foreign
  const isDouble = said.some(one => sameName(who, one.who))
  if (!files.people.isActive(who, 'quality') || sameName(who, inspector) || isDouble) {
    throw new AssayError(
      'disposition-void',
      `${printable(who)} cannot say that of entry ${entry}: it takes a person of the register with the role quality who did not inspect the card and has not said it yet (assay people list). Nothing was written.`,
    )
  }
  const facts = { entry, entryAt, out: foreign.facts['out'] ?? null }
  await journal.append(await sign({ kind: wrongFile, who, why, station, facts }, files.people))
  return { isSettled: said.length + 1 >= neededFor(inspector), own: foreign.own }
}
