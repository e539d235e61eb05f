import { AssayError } from '../core/assay-error.ts'
import { didYouMean } from '../core/nearest.ts'
import { printable } from '../core/printable.ts'
import type { JournalEntry } from '../custody/journal/entry.ts'
import { type People, peopleOf, type Role } from '../custody/journal/people.ts'

/** Whoever has one of these inspects, and answers for it. */
export const inspectorRoles: readonly Role[] = ['operator', 'quality']

/** Does somebody of this name work here, in one of these roles? */
export const mayInspect = (people: People, name: string | null): boolean =>
  inspectorRoles.some(role => people.isActive(name, role))

/**
 * Does this person inspect here? A name that the register does not have would let its owner decide of what they found
 * themselves, as a second person.
 * @param about what the journal has of people
 * @param name null: nobody said who inspects, and it takes two to decide of a FAIL
 * @throws AssayError `operator-unknown`; never where nobody was put into the register
 */
export async function requireInspector(about: AsyncIterable<JournalEntry>, name: string | null): Promise<void> {
  const people = await peopleOf(about)
  const names = people.all.flatMap(one => (mayInspect(people, one.name) ? [one.name] : []))
  if (name === null || people.all.length === 0 || names.includes(name)) return
  throw new AssayError(
    'operator-unknown',
    `${printable(name)} does not inspect here: the register has no such person with the role ${inspectorRoles.join(' or ')}${didYouMean(name, names)} (assay people list). Nothing was judged.`,
  )
}
