/**
 * What no text may bring onto a screen or into a log: controls (a line break could forge a line, an escape take one back), marks that
 * turn the direction of writing, what is invisible, and halves of symbols.
 */
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u
const everyUnprintable = new RegExp(unprintable, 'gu')

/** Colours and weights that our own lines use. None hides anything. */
const ownStyle = /(\p{Cc}\[(?:[012]|22|3[1-6]|39|1;3[1-6])m)/u

/**
 * A text as it may stand in one line, whoever wrote it: what cannot be printed is written as in JSON, `\n` or `\u001b`, so that a
 * line of a JSON document stays one.
 */
export function printable(text: string): string {
  return unprintable.test(text) ? text.replace(everyUnprintable, written) : text
}

/** {@link printable} for a line that may hold our own colours. */
export function printableWithStyle(line: string): string {
  if (!unprintable.test(line)) return line
  return line
    .split(ownStyle)
    .map((part, i) => (i % 2 === 1 && part.startsWith('\u001b') ? part : printable(part)))
    .join('')
}

const short: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

const written = (symbol: string): string =>
  short[symbol] ??
  Array.from({ length: symbol.length }, (_, i) => `\\u${symbol.charCodeAt(i).toString(16).padStart(4, '0')}`).join('')
