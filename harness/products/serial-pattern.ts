import { RE2JS } from 're2js'
import type { ProductProfile } from './profile.ts'
import { serialWritings } from './serial-text.ts'

/** The pattern of a product's serials. */
export interface SerialPattern {
  /** Does the whole rule hold of `text`? In time that grows with the text's length only, whatever the pattern. */
  test(text: string): boolean
}

/**
 * A pattern from a profile, which may come from another site. It runs on an automaton and not by trying and going back, which
 * takes some patterns for ever (`^(A|A)*(AA|A)+$`); what needs going back (look-around, back references) is no pattern here.
 *
 * @throws SyntaxError when it is none, or none for an automaton
 */
export function serialPattern(pattern: string): SerialPattern {
  try {
    // What other programs would read in another way is refused, too.
    new RegExp(pattern, 'u')
    return RE2JS.compile(pattern)
  } catch {
    throw new SyntaxError('no pattern for serials')
  }
}

/** How a product's serials are written. */
export type SerialForm = Pick<ProductProfile['serial'], 'pattern' | 'template'>

/**
 * Tells serials of a product, however they are set: with the blanks and dashes of its pattern, others, or none.
 * @throws SyntaxError as {@link serialPattern}
 */
export function serialTest({ pattern, template }: SerialForm): (text: string) => boolean {
  const compiled = serialPattern(pattern)
  return text => serialWritings(text, template).some(writing => compiled.test(writing))
}
