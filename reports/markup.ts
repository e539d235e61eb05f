import { printable } from '../harness/core/printable.ts'

/**
 * Text for the inside of an element or of a quoted attribute, in HTML and in XML 1.0: what cannot be printed, and marks that
 * turn the direction of writing, are written out as everywhere ({@link printable}); markup characters are escaped, and the two
 * that XML cannot hold besides (§2.2) become U+FFFD, so that a report can always be read.
 */
const escapeMarkup = (text: string): string =>
  printable(text)
    .replaceAll(/[\ufffe\uffff]/g, '\ufffd')
    .replaceAll(/[&<>"']/g, character => references[character]!)

const references: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Markup that may be put into other markup as it is. */
export class Markup {
  readonly text: string

  private constructor(text: string) {
    this.text = text
  }

  /** Only for text that was written by us, never for a value. */
  static trusted(text: string): Markup {
    return new Markup(text)
  }
}

type Piece = Markup | string | number | null | readonly Piece[]

/** A template whose values are escaped, unless they are markup already; null gives nothing. */
export function markup(strings: TemplateStringsArray, ...values: readonly Piece[]): Markup {
  return Markup.trusted(strings.map((string, i) => string + (i < values.length ? render(values[i]!) : '')).join(''))
}

function render(piece: Piece): string {
  if (piece === null || piece === undefined) return ''
  if (piece instanceof Markup) return piece.text
  if (typeof piece === 'object') return piece.map(render).join('')
  return escapeMarkup(String(piece))
}
