import { AssayError } from '../../core/assay-error.ts'
import { timeAfter } from '../../custody/clock.ts'
import type { Said } from '../../custody/journal/entry.ts'
import type { Journal } from '../../custody/journal/journal.ts'
import { type People, peopleOf, type Role } from '../../custody/journal/people.ts'
import type { TreeHead } from '../../custody/journal/tree-head.ts'
import { LotName } from '../../lots/release/lot-kinds.ts'
import { ProductProfile } from '../../products/profile.ts'
import { type SigningOptions, signedByWho } from '../journal/sign-act.ts'
import { refusePassphrases } from '../refuse-passphrases.ts'

/** Somebody who may not do it, or a lot that it cannot be done to. */
export class LotReleaseError extends AssayError {
  override readonly name = 'LotReleaseError'
}

/** The register, and that `by` works here in one of these roles. @throws LotReleaseError `not-entitled` */
export async function requirePerson(journal: Journal, by: string, roles: readonly Role[]): Promise<People> {
  const people = await peopleOf(journal.entriesOn('people'))
  if (roles.length === 0 ? people.isActive(by) : roles.some(role => people.isActive(by, role))) return people
  const needed = roles.length === 0 ? '' : ` with the role ${roles.join(' or ')}`
  throw new LotReleaseError(
    'not-entitled',
    `Nobody named ${JSON.stringify(by)} works here${needed} by the register (assay people list). Nothing was written.`,
  )
}

/** When it is now: what is decided is dated after what it rests on. @throws LotReleaseError `clock-behind` */
export function timeNow({ at }: Pick<TreeHead, 'at'>): string {
  const now = new Date()
  const its = timeAfter(at, now, 'decision')
  if (its !== null) return its
  throw new LotReleaseError(
    'clock-behind',
    `The clock of this machine says ${now.toISOString()}, and the last entry of the journal was written at ${at}: set the clock right. Nothing was written.`,
  )
}

/** Writes what a person of these roles says of a lot: signed, where the register has their key. */
export async function appendAct(
  journal: Journal,
  said: Said & { readonly who: string },
  roles: readonly Role[],
  options: SigningOptions,
  signal: AbortSignal,
): Promise<void> {
  const people = await requirePerson(journal, said.who, roles)
  refusePassphrases('What is said there', [said.why], await plannedProfiles(journal))
  await journal.append(await signedByWho(said, people, options, signal))
}

/** Profiles of one's own that lots of the journal were planned by. */
async function plannedProfiles(journal: Journal): Promise<readonly ProductProfile[]> {
  const profiles: ProductProfile[] = []
  for await (const { kind, facts } of journal.entriesOn('lots')) {
    const read = kind === 'lot-planned' ? ProductProfile.safeParse(facts['profile']).data : undefined
    if (read !== undefined) profiles.push(read)
  }
  return profiles
}

/** @throws LotReleaseError `reason-missing` */
export function requireReason(why: string): void {
  if (!/\p{L}/u.test(why))
    throw new LotReleaseError('reason-missing', 'It takes a reason in words: --why TEXT. Nothing was written.')
}

/** @throws LotReleaseError `lot-name`; AssayError `passphrase-in-words` */
export function requireLotName(lot: string | null, origin: string): string {
  // Before it is repeated.
  refusePassphrases('The name of the lot', [lot])
  const read = LotName.safeParse(lot)
  if (read.success) return read.data
  throw new LotReleaseError(
    'lot-name',
    lot === null
      ? `${origin} names no lot; one that is released has a name.`
      : `${JSON.stringify(lot)} is no name of a lot: letters, digits, dots, dashes and underscores, 40 at most.`,
  )
}

/** Reads what is said of one lot. */
export async function factsOfLot<T>(
  journal: Pick<Journal, 'entriesOn'>,
  lot: string,
  kind: string,
  parse: (facts: unknown) => T | null,
): Promise<{ readonly index: number; readonly who: string | null; readonly facts: T }[]> {
  const found: { index: number; who: string | null; facts: T }[] = []
  for await (const entry of journal.entriesOn('lots')) {
    if (entry.kind !== kind || entry.facts['lot'] !== lot) continue
    const { signature: _, ...said } = entry.facts
    const facts = parse(said)
    if (facts !== null) found.push({ index: entry.index, who: entry.who, facts })
  }
  return found
}
