import type { LoggedIn } from '../log-in.ts'
import { tokenHeader } from '../token-header.ts'

/** This tab's own: another tab has somebody of its own, and a tab that was closed nobody. */
const place = 'assay-person'

/** Who has logged in at this screen; null: nobody. */
export function personHere(): LoggedIn | null {
  const kept = sessionStorage.getItem(place)
  return kept === null ? null : (JSON.parse(kept) as LoggedIn)
}

export function keepPerson(person: LoggedIn | null): void {
  if (person === null) sessionStorage.removeItem(place)
  else sessionStorage.setItem(place, JSON.stringify(person))
}

/** Says with a request who is here. */
export function headersOfPerson(): Record<string, string> {
  const person = personHere()
  return person === null ? {} : { [tokenHeader]: person.token }
}
