import { AssayError } from '../core/assay-error.ts'
import { printable } from '../core/printable.ts'
import type { JournalEntry } from '../custody/journal/entry.ts'
import type { Journal } from '../custody/journal/journal.ts'
import { People } from '../custody/journal/people.ts'
import { judgedIn, lotFileIn, WrongFileEntry, wrongFile } from '../record/journal-kinds.ts'
import { sameName } from './attempts.ts'
import type { SignAct } from './decisions.ts'

/** A card that failed for nothing but that its lot file does not have it, and who said that the file was the wrong one. */
interface Foreign extends Pick<JournalEntry, 'index' | 'at' | 'station' | 'facts'> {
  readonly inspector: string | null
  readonly said: { readonly who: string; readonly why: string }[]
}

/**
 * Which cards were held against the file of another lot, by those of quality who did not inspect them: two, where nobody said who
 * had. A card that failed for anything else, or that raised an alarm, is not among them, whatever file was the right one.
 */
export class WrongFiles {
  readonly #foreign = new Map<number, Foreign>()
  readonly #people = new People()

  /** @param entry of a journal, in its order */
  take(entry: JournalEntry): void {
    this.#people.take(entry)
    const { kind, index, at, unit, station, who, why, facts } = entry
    if (kind === 'inspection' && unit === null && isForeign(facts)) {
      const inspector = judgedIn(facts).operator ?? who
      this.#foreign.set(index, { index, at, station, facts, inspector, said: [] })
    } else if (kind === wrongFile && who !== null && why !== null && this.#people.mayAct(entry, 'quality')) {
      const read = WrongFileEntry.safeParse(facts)
      const foreign = read.success ? this.#foreign.get(read.data.entry) : undefined
      if (foreign === undefined || foreign.at !== read.data!.entryAt || sameName(who, foreign.inspector)) return
      if (!foreign.said.some(one => sameName(who, one.who))) foreign.said.push({ who, why })
    }
  }

  get people(): People {
    return this.#people
  }

  /** A card that failed for this alone; undefined: that entry is none. */
  of(index: number): Foreign | undefined {
    return this.#foreign.get(index)
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

/**
 * Writes down that a card was held against the lot file of another lot.
 * @param entry number of its inspection
 * @returns whether that is said by as many as it takes
 * @throws AssayError `entry-other`; `disposition-void`, when they may not say that; what `sign` throws
 */
export async function sayWrongFile(
  journal: Journal,
  { entry, who, why }: { readonly entry: number; readonly who: string; readonly why: string },
  sign: SignAct,
): Promise<{ readonly isSettled: boolean }> {
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
  return { isSettled: said.length + 1 >= neededFor(inspector) }
}
