import {
  BASE58,
  BECH32,
  DIGITS,
  freeField,
  LETTERS,
  type TextField,
  TextFieldError,
  templateField,
} from './text-field.ts'

const NAMED: Readonly<Record<string, string>> = { digits: DIGITS, letters: LETTERS, base58: BASE58, bech32: BECH32 }
const LONGEST = 80

/**
 * The symbols that a person wrote: a name (`base58`), or the symbols themselves with ranges `A-Z`, `a-z`, `0-9` and
 * parts of them. A hyphen that is not between two ends of a range stands for itself.
 * @throws TextFieldError `text-field-alphabet`
 */
export function alphabetOf(notation: string): string {
  const named = NAMED[notation]
  if (named !== undefined) return named
  const spread = notation.replace(/([A-Z])-([A-Z])|([a-z])-([a-z])|([0-9])-([0-9])/g, range => {
    const [first, last] = [range.charCodeAt(0), range.charCodeAt(2)]
    if (first > last)
      throw new TextFieldError('text-field-alphabet', `The range ${range} runs backwards: write its lower end first.`)
    return Array.from({ length: last - first + 1 }, (_, i) => String.fromCharCode(first + i)).join('')
  })
  if (spread.length === 0 || /\s/.test(spread))
    throw new TextFieldError('text-field-alphabet', 'The alphabet must hold at least one symbol, and no blank.')
  return [...new Set(spread)].join('')
}

/**
 * A field from a pattern such as `AA9{7}` or `*{4}-*{4}` ({@link TextField.template} with repeats), or any text of 1 to
 * 80 symbols when `pattern` is null.
 * @throws TextFieldError
 */
export function fieldOfPattern(pattern: string | null, alphabet: string, made: TextField['made']): TextField {
  if (pattern === null) return freeField(alphabet, 1, LONGEST, made)
  const template = pattern.replace(/(.)\{(\d{1,3})\}/g, (_, sign: string, count: string) => sign.repeat(Number(count)))
  return templateField(template, alphabet, made)
}
