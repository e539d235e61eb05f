import { kindIn } from './key-shapes.ts'
import type { SecretKind } from './vocabulary.ts'

/**
 * Which secret would showing this payload give away? Keys and seeds of every form that we know, whole, cut off or misread,
 * in groups, in one case, and inside of a URL, hexadecimal, base32 or base64. Errs to yes: what is called secret needlessly costs a
 * flag to see it. Says nothing of passphrases, whose alphabet only a product's profile knows: `productSecretKind` does.
 *
 * @returns null where it is none
 */
export function secretKind(payload: Uint8Array | string): SecretKind | null {
  const kind = typeof payload === 'string' ? null : kindOfBytes(payload)
  if (kind !== null) return kind
  for (const [text, glued] of writingsOf(payload)) {
    const found = kindIn(text, glued)
    if (found !== null) return found
  }
  return null
}

/** Could showing this payload give money away? See {@link secretKind}. */
export function looksSecret(payload: Uint8Array | string): boolean {
  return secretKind(payload) !== null
}

/** How deep a text is unwrapped: base64 of a URL of hexadecimal digits. */
const DEEPEST = 3
/** What a card or a label holds is shorter by far; beyond, only what stands in the plain is looked at. */
const LONGEST_UNWRAPPED = 8192

/** The payload as text, and every text that it may be another writing of; true where words were glued together for it. */
export function writingsOf(payload: Uint8Array | string): ReadonlyMap<string, boolean> {
  const text = typeof payload === 'string' ? payload : new TextDecoder().decode(payload)
  const writings = new Map([[text, false]])
  let layer = [text]
  for (let depth = 0; depth < DEEPEST && layer.length > 0; depth++) {
    const next = layer.filter(one => one.length <= LONGEST_UNWRAPPED).flatMap(one => [...rewritten(one)])
    layer = []
    for (const [one, glued] of next) {
      const known = writings.get(one)
      if (one === '' || known === false || known === glued) continue
      writings.set(one, glued)
      if (!glued) layer.push(one)
    }
  }
  return writings
}

/** What is no text: BIP38 and WIF before base58, CompactSeedQR (16 or 32 bytes), a bare key or seed (32 or 64). */
function kindOfBytes(bytes: Uint8Array): SecretKind | null {
  if (isText(bytes)) return null
  const { length } = bytes
  if (bytes[0] === 1 && (bytes[1] === 0x42 || bytes[1] === 0x43) && (length === 39 || length === 43)) return 'epk'
  if (length === 16 || length === 32) return 'seed-qr'
  return length === 64 ? 'raw-key' : null
}

function isText(bytes: Uint8Array): boolean {
  try {
    return !/[^\P{C}\n\r\t\u200b-\u200f\ufeff]/u.test(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return false
  }
}

function* rewritten(text: string): Generator<readonly [text: string, glued: boolean]> {
  yield [text.normalize('NFKC'), false]
  for (const one of [...unescaped(text), ...unwrapped(text)]) yield [one, false]
  // A key in groups or broken into lines: all as long as the first one, but for the last.
  for (const between of [/[\s\p{C}]+/u, /[^\p{L}\p{N}]+/u]) {
    const groups = text.split(between).filter(group => group !== '')
    const isSet = groups.slice(0, -1).every(({ length }) => length === groups[0]!.length)
    yield [groups.join(''), !isSet]
  }
}

function unescaped(text: string): string[] {
  if (!text.includes('%') && !text.includes('+')) return []
  const plain = text
    .replaceAll('+', ' ')
    .replaceAll(/%([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))
  return [plain]
}

/** Ways to write bytes as text: RFC 4648. */
const encodings = [
  { pattern: /(?:0x)?[0-9a-fA-F]{24,}/g, alphabet: '0123456789abcdef', bits: 4, foldsCase: true },
  { pattern: /[A-Za-z2-7]{24,}/g, alphabet: 'abcdefghijklmnopqrstuvwxyz234567', bits: 5, foldsCase: true },
  {
    pattern: /[A-Za-z0-9+/_-]{16,}=?/g,
    alphabet: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/',
    bits: 6,
    foldsCase: false,
  },
] as const

/** The texts that stand inside of the text in another encoding, and bare keys as the hexadecimal digits that they are. */
function unwrapped(text: string): string[] {
  return encodings.flatMap(({ pattern, alphabet, bits, foldsCase }) =>
    (text.match(pattern) ?? []).flatMap(token => {
      const plain = token.replace(/^0x/, '').replaceAll('-', '+').replaceAll('_', '/')
      const digits = [...(foldsCase ? plain.toLowerCase() : plain)].filter(sign => sign !== '=')
      const values = digits.map(sign => alphabet.indexOf(sign))
      // A piece may begin in the middle of a group.
      const texts = [0, 1, 2, 3].flatMap(from => {
        const bytes = bytesOf(values.slice(from), bits)
        return /^[\t\n\r -~]{8,}$/.test(latin1(bytes)) ? [latin1(bytes)] : []
      })
      // 43 digits and the sign that ends them: 32 bytes. Without it, addresses of some coins are as long.
      const isBare = bits === 6 && /^(?=.*[a-z])(?=.*[A-Z]).{43}=$/.test(token)
      return isBare ? [...texts, hexOf(bytesOf(values, bits))] : texts
    }),
  )
}

function bytesOf(values: readonly number[], bits: number): Uint8Array {
  const bytes = new Uint8Array(Math.floor((values.length * bits) / 8))
  let [held, count, at] = [0, 0, 0]
  for (const value of values) {
    held = ((held << bits) | value) & 0xffff
    count += bits
    if (count < 8) continue
    count -= 8
    bytes[at++] = (held >> count) & 0xff
  }
  return bytes
}

const latin1 = (bytes: Uint8Array) => Array.from(bytes, byte => String.fromCharCode(byte)).join('')
const hexOf = (bytes: Uint8Array) => Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('')
