import type { Inside } from './spelled.node.ts'

/** Lines that begin with a place in a file and show its bytes: xxd, hexdump, od. */
const dumpLines = /(?:^|\n)(?:[0-9A-Fa-f]{6,16}:?[ \t]+[^\n]{3,200}(?:\n|$))+/g
const mostInLine = 32

/** The bytes of a line in hexadecimal digits, up to what they are as text; a word of them may have its last byte first. */
function bytesOfLine(line: string): readonly Buffer[] {
  const words: string[] = []
  let length = 0
  for (const word of line.replace(/^\S+\s+/, '').split(/[ \t|-]+/)) {
    if (!/^(?:[0-9A-Fa-f]{2}){1,8}$/.test(word) || length + word.length / 2 > mostInLine) break
    words.push(word)
    length += word.length / 2
  }
  const bytes = words.map(word => Buffer.from(word, 'hex'))
  return [Buffer.concat(bytes), Buffer.concat(bytes.map(word => Buffer.from(word).reverse()))]
}

/** What od writes of itself: numbers of one kind all along, each a byte, or two with either one first. */
const numbersOf: readonly { readonly word: RegExp; readonly radix: number; readonly bytes: 1 | 2 }[] = [
  { word: /^[0-7]{3}$/, radix: 8, bytes: 1 },
  { word: /^[01][0-7]{5}$/, radix: 8, bytes: 2 },
  { word: /^\d{1,3}$/, radix: 10, bytes: 1 },
  { word: /^\d{1,5}$/, radix: 10, bytes: 2 },
]

function* numbersIn(lines: readonly string[]): Generator<Buffer> {
  const words = lines.flatMap(line => line.trim().split(/\s+/).slice(1))
  for (const { word, radix, bytes } of numbersOf) {
    if (words.length === 0 || !words.every(one => word.test(one))) continue
    const values = words.map(one => Number.parseInt(one, radix))
    if (bytes === 1) yield Buffer.from(values)
    else
      for (const isLittle of [true, false])
        yield Buffer.from(values.flatMap(value => (isLittle ? [value & 255, value >> 8] : [value >> 8, value & 255])))
  }
}

/** `od -c`: a character in four columns, behind seven digits. */
const charactersOfLine = (line: string): string =>
  (line.slice(7).match(/.{4}/g) ?? []).map(column => (/^ {3}\S$/.test(column) ? column[3] : ' ')).join('')

function* hexDumpsIn(text: string): Generator<Inside> {
  for (const { 0: run, index } of text.matchAll(dumpLines)) {
    const lines = run.split('\n').filter(line => line !== '')
    const [inOrder, swapped] = [0, 1].map(i => Buffer.concat(lines.map(line => bytesOfLine(line)[i]!)))
    const characters = lines.every(line => /^[0-7]{7}(?: {3}\S| {2}\\\S| [0-7]{3}| {4})*/.test(line))
      ? [Buffer.from(lines.map(charactersOfLine).join(''), 'latin1')]
      : []
    for (const bytes of [inOrder!, swapped!, ...characters, ...numbersIn(lines)])
      yield { how: `a dump at ${index}`, bytes }
  }
}

/** Up to its end mark, from `<~` or where other characters end: PDF's ASCII85Decode writes no beginning. */
function* ascii85In(text: string): Generator<Inside> {
  for (let [end, past] = [text.indexOf('~>'), 0]; end >= 0; past = end + 2, end = text.indexOf('~>', past)) {
    let from = end
    while (from > past && /[!-uz\s]/.test(text[from - 1]!)) from--
    const run = text.slice(from, end)
    // The word before the stream of a PDF is of the same letters.
    const stream = /stream\r?\n/g
    let start = 0
    for (const word of run.matchAll(stream)) start = word.index + word[0].length
    yield { how: `ASCII85 at ${from + start}`, bytes: fromAscii85(run.slice(start)) }
  }
}

/** PDF 32000-1, 7.4.3. */
function fromAscii85(run: string): Buffer {
  const digits = run.replaceAll(/\s/g, '').replaceAll('z', '!!!!!')
  const bytes = Buffer.alloc(Math.ceil(digits.length / 5) * 4)
  for (let at = 0; at < digits.length; at += 5) {
    const five = digits.slice(at, at + 5).padEnd(5, 'u')
    const value = [...five].reduce((sum, digit) => sum * 85 + digit.charCodeAt(0) - 33, 0)
    bytes.writeUInt32BE(value % 2 ** 32, (at / 5) * 4)
  }
  return bytes.subarray(0, Math.max(0, Math.floor((digits.length * 4) / 5)))
}

/** POSIX uuencode: lines that say how many bytes they hold. */
function* uuencodedIn(text: string): Generator<Inside> {
  for (const { 0: run, index } of text.matchAll(/\bbegin [0-7]{3} [^\n]{1,255}\n(?:[ -`]{1,90}\r?\n)+/g)) {
    const lines = run.split(/\r?\n/).slice(1)
    yield { how: `uuencode at ${index}`, bytes: Buffer.concat(lines.map(fromUuLine)) }
  }
}

function fromUuLine(line: string): Buffer {
  const six = Array.from(line.slice(1), character => (character.charCodeAt(0) - 32) & 63)
  const bits = six.map(value => value.toString(2).padStart(6, '0')).join('')
  const bytes = (bits.match(/.{8}/g) ?? []).map(byte => Number.parseInt(byte, 2))
  return Buffer.from(bytes.slice(0, line === '' ? 0 : (line.charCodeAt(0) - 32) & 63))
}

/** Bytes that a program showed as text, line by line or to its end mark. */
export function* dumpsIn(text: string): Generator<Inside> {
  yield* hexDumpsIn(text)
  yield* ascii85In(text)
  yield* uuencodedIn(text)
}
