/** Something that must not be left behind. In clear: for whoever looks for it, and never to be printed. */
export interface KnownSecret {
  /** What it is, with nothing of it: «EPK of unit 2». */
  readonly name: string
  readonly bytes: Uint8Array
  /** For texts in groups: the groups, whose parts are looked for as well. */
  readonly groups?: readonly string[]
}

/** One way in which a secret may stand in a file. */
export interface Trace {
  /** Of which secret, and how encoded; nothing of the secret itself. */
  readonly name: string
  readonly bytes: Buffer
}

type Encoding = (bytes: Buffer) => Buffer | string

const each = (bytes: Buffer, write: (byte: number, i: number) => string, between = '') =>
  [...bytes].map(write).join(between)
const hex2 = (byte: number) => byte.toString(16).padStart(2, '0')

const isUtf8 = (bytes: Buffer) => Buffer.from(bytes.toString('utf8')).equals(bytes)
/** Bytes that are no text stand for themselves. */
const textOf = (bytes: Buffer) => bytes.toString(isUtf8(bytes) ? 'utf8' : 'latin1')

/** Base64 has three forms, by where in the file's own grouping of three bytes the secret begins. */
function base64At(before: 0 | 1 | 2, alphabet: 'base64' | 'base64url'): Encoding {
  return bytes => {
    const text = Buffer.concat([Buffer.alloc(before), bytes])
      .toString(alphabet)
      .replaceAll('=', '')
    // The first and last characters hold bits of the neighbours too.
    const from = before === 0 ? 0 : before + 1
    const whole = Math.floor(((before + bytes.length) * 8) / 6)
    return text.slice(from, whole)
  }
}

/** Base32 (RFC 4648) has five forms, by where in the file's own grouping of five bytes the secret begins. */
function base32At(
  before: number,
  letters: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567' | 'abcdefghijklmnopqrstuvwxyz234567',
): Encoding {
  return bytes => {
    const bits = each(bytes, byte => byte.toString(2).padStart(8, '0'))
    // The first character that holds no bit of a neighbour.
    const skipped = (5 - ((before * 8) % 5)) % 5
    const whole = bits.slice(skipped).match(/.{5}/g) ?? []
    return whole.map(five => letters[Number.parseInt(five, 2)]).join('')
  }
}

const base58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'

function inBase58(bytes: Buffer): string {
  let text = ''
  for (let rest = BigInt(`0x0${bytes.toString('hex')}`); rest > 0n; rest /= 58n)
    text = base58[Number(rest % 58n)] + text
  return text
}

function inUtf32(bytes: Buffer, order: 'LE' | 'BE'): Buffer {
  const codes = Array.from(textOf(bytes), character => character.codePointAt(0)!)
  const wide = Buffer.alloc(4 * codes.length)
  for (const [i, code] of codes.entries()) wide[`writeUInt32${order}`](code, 4 * i)
  return wide
}

/** Every encoding in which something is looked for. */
export const encodings: Readonly<Record<string, Encoding>> = {
  plain: bytes => bytes,
  reversed: bytes => Buffer.from(bytes).reverse(),
  'UTF-16LE': bytes => Buffer.from(textOf(bytes), 'utf16le'),
  'UTF-16BE': bytes => Buffer.from(textOf(bytes), 'utf16le').swap16(),
  'UTF-32LE': bytes => inUtf32(bytes, 'LE'),
  'UTF-32BE': bytes => inUtf32(bytes, 'BE'),
  'hex, lower case': bytes => bytes.toString('hex'),
  'hex, upper case': bytes => bytes.toString('hex').toUpperCase(),
  'base64, first alignment': base64At(0, 'base64'),
  'base64, second alignment': base64At(1, 'base64'),
  'base64, third alignment': base64At(2, 'base64'),
  'base64url, first alignment': base64At(0, 'base64url'),
  'base64url, second alignment': base64At(1, 'base64url'),
  'base64url, third alignment': base64At(2, 'base64url'),
  ...Object.fromEntries(
    [0, 1, 2, 3, 4].flatMap(before => [
      [`base32, alignment ${before + 1}`, base32At(before, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567')],
      [`base32, lower case, alignment ${before + 1}`, base32At(before, 'abcdefghijklmnopqrstuvwxyz234567')],
    ]),
  ),
  base58: inBase58,
  'octal escapes': bytes => each(bytes, byte => `\\${byte.toString(8).padStart(3, '0')}`),
  'URL, every byte escaped, lower case': bytes => each(bytes, byte => `%${hex2(byte)}`),
  'URL, every byte escaped, upper case': bytes => each(bytes, byte => `%${hex2(byte).toUpperCase()}`),
  URL: bytes => encodeURIComponent(textOf(bytes)),
  'JSON, every character escaped': bytes => each(bytes, byte => `\\u00${hex2(byte)}`),
  'HTML, decimal references': bytes => each(bytes, byte => `&#${byte};`),
  'HTML, hexadecimal references': bytes => each(bytes, byte => `&#x${hex2(byte)};`),
  'list of characters': bytes => each(bytes, byte => JSON.stringify(String.fromCharCode(byte)), ','),
  'list of bytes': bytes => each(bytes, String, ','),
  'JSON of a Uint8Array': bytes => each(bytes, (byte, i) => `"${i}":${byte}`, ','),
}

/** Shorter than this, something may stand in a file by chance. */
export const SHORTEST_TRACE = 8

/** All that is looked for: every secret in every encoding, and of a text in groups every two neighbours too. */
export function tracesOf(secrets: readonly KnownSecret[]): Trace[] {
  const traces = new Map<string, Trace>()
  for (const { name, bytes, groups } of secrets) {
    const pieces = [...formsOf(name, Buffer.from(bytes)), ...piecesOf(name, groups ?? [])]
    for (const [piece, clear] of pieces) {
      for (const [encoding, encode] of Object.entries(encodings)) {
        const found = Buffer.from(encode(clear))
        const key = found.toString('latin1')
        if (found.length >= SHORTEST_TRACE && !traces.has(key))
          traces.set(key, { name: `${piece} (${encoding})`, bytes: found })
      }
    }
  }
  return [...traces.values()]
}

/** A text that is no ASCII stands in files as the bytes of several alphabets, its letters whole or with their accents apart. */
function formsOf(name: string, bytes: Buffer): [string, Buffer][] {
  if (!isUtf8(bytes)) return [[name, bytes]]
  const text = bytes.toString('utf8')
  const forms = (['NFC', 'NFD', 'NFKC', 'NFKD'] as const).map(form => Buffer.from(text.normalize(form)))
  const narrow = /^[\0-\xff]*$/.test(text.normalize('NFC')) ? [Buffer.from(text.normalize('NFC'), 'latin1')] : []
  const all = [bytes, ...forms, ...narrow, Buffer.from(text.replaceAll(' ', '+'))]
  return all.map(form => [name, form])
}

function piecesOf(name: string, groups: readonly string[]): [string, Buffer][] {
  const pieces: [string, string][] = ['-', ' ', '\n'].map(glue => [`${name}, otherwise separated`, groups.join(glue)])
  for (const [i, group] of groups.slice(0, -1).entries()) {
    for (const glue of ['', '-', ' ', '\n'])
      pieces.push([`groups ${i + 1} and ${i + 2} of the ${name}`, `${group}${glue}${groups[i + 1]}`])
  }
  return pieces.flatMap(([piece, text]): [string, Buffer][] => [
    [piece, Buffer.from(text)],
    [`${piece}, in lower case`, Buffer.from(text.toLowerCase())],
  ])
}
