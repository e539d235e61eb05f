import { SHORTEST_TRACE } from './secret-encodings.node.ts'

/** What is inside of something, and how it stands there: `gzip at 0`. */
export interface Inside {
  readonly how: string
  readonly bytes: Buffer
}

/** A text that stands in another one character by character, with something between: what makes it one, and its characters. */
type Spelling = readonly [how: string, run: RegExp, read: (run: string) => string]

/** So many in a row are no chance. */
const least = SHORTEST_TRACE - 1

const number = '(?:"?\\d{1,4}"?\\s{0,2}:\\s{0,2})?(?:0x[0-9A-Fa-f]{1,2}|\\d{2,3})'

/** A string of most languages, in one line. */
const string = '(?:"[^"\\n]{1,200}"|\'[^\'\\n]{1,200}\'|`[^`\\n]{1,200}`)'
/** What puts strings together: a sign (`+`, SQL's `||`, PHP's `.`), a list, one behind the other, or `name +=`. */
const joint = '(?:\\s{0,9};?\\s{0,9}\\w{1,40}\\s{0,9}\\+=\\s{0,9}|\\s{0,9}(?:\\+|\\|\\||[.,])?\\s{0,9})'
/** PDF 32000-1, 9.4.3: a text that is shown. */
const shownText = '\\([^()\\n]{1,200}\\)\\s{0,3}Tj'

const spellings: readonly Spelling[] = [
  [
    'list of numbers',
    new RegExp(`(?:${number}[\\s,;]{1,8}){${least},}${number}`, 'g'),
    run =>
      [...run.matchAll(/(?:"?\d{1,4}"?\s{0,2}:\s{0,2})?(0x[0-9A-Fa-f]{1,2}|\d{2,3})/g)]
        .map(([, code]) => String.fromCharCode(Number(code)))
        .join(''),
  ],
  [
    'hexadecimal digits apart',
    new RegExp(`(?:[0-9A-Fa-f]{2}[\\s:,-]{1,2}){${least},}[0-9A-Fa-f]{2}`, 'g'),
    run => Buffer.from(run.replaceAll(/[^0-9A-Fa-f]/g, ''), 'hex').toString('latin1'),
  ],
  [
    'list of characters',
    new RegExp(`(?:(["'\`])[ -~]\\1[\\s,;+]{1,12}){${least},}(["'\`])[ -~]\\2`, 'g'),
    run => [...run.matchAll(/(["'`])([ -~])\1/g)].map(([, , character]) => character).join(''),
  ],
  [
    'strings put together',
    new RegExp(`${string}(?:${joint}${string}){1,}`, 'g'),
    run => [...run.matchAll(new RegExp(string, 'g'))].map(([piece]) => piece.slice(1, -1)).join(''),
  ],
  // Whatever moves the pen between them (Td, Tm, T*).
  [
    'pieces of a page',
    new RegExp(`${shownText}(?:[^()]{1,90}${shownText}){1,}`, 'g'),
    run => [...run.matchAll(/\(([^()]*)\)/g)].map(([, piece]) => piece).join(''),
  ],
  [
    'characters apart',
    new RegExp(`(?:[!-~](?:[ \\t]{1,3}|[ \\t]{0,3}\\r?\\n[ \\t]{0,4})){${least},}[!-~]`, 'g'),
    run => run.replaceAll(/\s/g, ''),
  ],
]

/** Between two characters of one field: what else is said of each. */
const farthestApart = 400

/** As readers say what they read: `"text": "3", "confidence": 0.99`, of each field for itself. */
function* fieldsIn(text: string): Generator<Inside> {
  const fields = new Map<string, { from: number; last: number; spelled: string }>()
  const whole: Inside[] = []
  const end = (name: string) => {
    const field = fields.get(name)
    fields.delete(name)
    if (field !== undefined && field.spelled.length >= SHORTEST_TRACE) {
      whole.push({ how: `characters of fields at ${field.from}`, bytes: Buffer.from(field.spelled, 'latin1') })
    }
  }
  for (const { 0: all, 1: name = '', 2: character = '', index } of text.matchAll(/"(\w{1,40})"\s*:\s*"([ -~])"/g)) {
    if (index - (fields.get(name)?.last ?? index) > farthestApart) end(name)
    const field = fields.get(name) ?? { from: index, last: index, spelled: '' }
    fields.set(name, { ...field, last: index + all.length, spelled: field.spelled + character })
  }
  for (const name of fields.keys()) end(name)
  yield* whole
}

/** Texts that are spelled out in these bytes. */
export function* spelledIn(text: string): Generator<Inside> {
  for (const [how, pattern, read] of spellings) {
    for (const { 0: run, index } of text.matchAll(pattern)) {
      yield { how: `${how} at ${index}`, bytes: Buffer.from(read(run), 'latin1') }
    }
  }
  yield* fieldsIn(text)
}

/** Wider ones are texts of columns, which nobody reads back. */
const widestStep = 8
/** More is no text that somebody hid, bytes. */
const largestLattice = 2 ** 16

/** Every second character, every third …, from each of the first: a text with others between its own, however they are. */
export function* latticesOf(bytes: Buffer): Generator<Inside> {
  if (bytes.length > largestLattice) return
  for (let step = 2; step <= widestStep; step++) {
    for (let from = 0; from < step; from++) {
      const length = Math.floor((bytes.length - from + step - 1) / step)
      if (length < SHORTEST_TRACE) continue
      const picked = Buffer.alloc(length)
      for (let i = 0; i < length; i++) picked[i] = bytes[from + i * step]!
      yield { how: `every ${step}th byte from ${from}`, bytes: picked }
    }
  }
}
