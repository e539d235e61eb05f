/**
 * Text for the inside of an element or of a quoted attribute, in HTML and in XML 1.0: markup characters are escaped, and
 * characters that XML cannot hold at all (§2.2) become U+FFFD, so that a report can always be read.
 */
function escapeMarkup(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(forbidden, '\ufffd')
    .replaceAll(/[&<>"'\t\n\r]/g, character => references[character]!)
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are exactly the characters that XML forbids.
const forbidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g

const references: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  // As they stand, XML turns white space in attributes into blanks (§3.3.3).
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
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
