import { addressOfSymbol } from '../products/printed-address.ts'
import type { ProductProfile } from '../products/profile.ts'
import { type Role, roleOf } from '../products/role.ts'
import type { CheckInput, SeenMark } from './check.ts'
import { clauseOf } from './wording.ts'

/** Was the mark read, and do all photographs agree about it? */
export function isRead({ reading, conflict }: SeenMark): boolean {
  return conflict === null && reading.outcome === 'read' && reading.text !== null
}

/** Is it seen not to be in its place? */
export function isGone({ reading: { outcome } }: SeenMark): boolean {
  return outcome === 'absent' || outcome === 'missing'
}

/** Why a mark gives no text, as a clause: «serial-top could not be read (glare over characters 7–9)». */
export function unreadClause({ mark, reading, conflict }: SeenMark): string {
  if (conflict !== null) return `the photographs disagree about ${mark.name} (${conflict})`
  const what = {
    read: 'holds no text',
    unread: 'could not be read',
    absent: 'is not there',
    concealed: 'is covered',
    whole: 'is whole',
    broken: 'is broken',
    displaced: 'is displaced',
    missing: 'is not there',
    unsure: 'could not be seen well enough',
  }[reading.outcome]
  return `${mark.name} ${what}${reading.because === '' ? '' : ` (${clauseOf(reading.because)})`}`
}

export const namesOf = (marks: readonly SeenMark[]) => marks.map(({ mark }) => mark.name)

/** The marks with `role` that the station's plan reads. */
export function requiredMarks(
  { marks, required }: Pick<CheckInput, 'marks' | 'required'>,
  role: Role,
): readonly SeenMark[] {
  return [...marks.values()].filter(seen => required.includes(seen.mark.name) && roleOf(seen.mark) === role)
}

/** The address that a mark shows, without the prefix that the product prints in its symbol; null where that does not stand there. */
export function publicAddress(seen: SeenMark, profile: ProductProfile): string | null {
  const text = publicText(seen)
  return text === null || seen.mark.kind !== 'qr' ? text : addressOfSymbol(profile, text)
}

/** The text that was read at a mark; null where none was, or a secret, which has to be exposed by its user. */
export function publicText(seen: SeenMark): string | null {
  return isRead(seen) && typeof seen.reading.text === 'string' ? seen.reading.text : null
}
