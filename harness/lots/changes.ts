import type { Journal } from '../custody/journal/journal.ts'
import { ChangeFacts, type JudgedByName, judgedByNames } from '../record/journal-kinds.ts'

/** sha256 of what units are judged by; null where there is none, left out where it is not used. */
export type JudgedBy = Partial<Readonly<Record<JudgedByName, string | null>>> & {
  /** Which of its kind: a rig's calibration is not another one because another rig is used. */
  readonly names?: Partial<Readonly<Record<JudgedByName, string>>>
}

/** Writes down what is another one than when it was last written down. */
export async function noteChanges(journal: Journal, judgedBy: JudgedBy, who: string | null): Promise<void> {
  const known = await knownLast(journal)
  for (const what of judgedByNames) {
    const afterSha256 = judgedBy[what]
    if (afterSha256 === undefined) continue
    const name = judgedBy.names?.[what] ?? ''
    const beforeSha256 = known.get(keyOf(what, name)) ?? null
    if (beforeSha256 === afterSha256) continue
    const facts: ChangeFacts = { name, beforeSha256, afterSha256 }
    await journal.append({ kind: `${what}-changed`, who, facts })
  }
}

const keyOf = (what: string, name: string) => JSON.stringify([what, name])

async function knownLast(journal: Journal): Promise<ReadonlyMap<string, string | null>> {
  const known = new Map<string, string | null>()
  for await (const { kind, facts } of journal.entriesOn('changes')) {
    const read = ChangeFacts.safeParse(facts)
    if (read.success) known.set(keyOf(kind.replace(/-changed$/, ''), read.data.name), read.data.afterSha256)
  }
  return known
}
