import { nearest } from './nearest.ts'

/** A word of small letters, or several set together as programs do: what a field is called, and no passphrase. */
const plainWord = /^(?=.{1,32}$)[A-Za-z]?[a-z]+(?:_?[A-Z]?[a-z]+){0,4}\d?$/

/**
 * A field's name from outside as it may be shown: itself where it is known, near to a known one or a plain word. Else null: a
 * secret may stand where a name belongs.
 */
export function plainName(name: string, known: readonly string[] = []): string | null {
  if (known.includes(name) || nearest(name, known) !== null || plainWord.test(name)) return name
  return null
}
