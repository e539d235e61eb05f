import { encodeBase58Check, splitBase58Check } from './base58.ts'
import { type Bytes, concat, toHex } from './bytes.ts'
import { isPoint } from './curve.ts'
import { Bip38Error } from './errors.ts'

/** Bits of the flag byte (BIP38 «Proposed specification»). */
export const flagBits = { nonEc: 0xc0, compressed: 0x20, lot: 0x04, reserved: 0x1b } as const

interface Flags {
  /** The flag byte as it stands in the code; of an intermediate code, the lot bit alone. */
  readonly flags: number
  readonly hasLot: boolean
}

interface Owner extends Flags {
  /** 8 bytes, hex: ownersalt, or ownersalt and lot/sequence. The same in every code of one unit. */
  readonly ownerEntropy: string
  /** 8 bytes, or 4 with lot/sequence, hex: the salt of the heavy scrypt. */
  readonly ownerSalt: string
  /** 0..1048575, or null without lot/sequence. 0 is a value. */
  readonly lot: number | null
  /** 0..4095, or null without lot/sequence. 0 is a value. */
  readonly sequence: number | null
}

/** An encrypted private key made by EC multiplication. Its encrypted halves are not shown: an EPK is a secret. */
export interface EpkCode extends Owner {
  readonly kind: 'epk'
  readonly compressed: boolean
  /** 4 bytes, hex. */
  readonly addressHash: string
}

/** An encrypted private key made without EC multiplication. */
export interface NonEcEpkCode extends Flags {
  readonly kind: 'epk-non-ec'
  readonly compressed: boolean
  readonly addressHash: string
}

export interface ConfirmationCode extends Owner {
  readonly kind: 'confirmation-code'
  readonly compressed: boolean
  readonly addressHash: string
}

export interface IntermediateCode extends Owner {
  readonly kind: 'intermediate-code'
  /** 33 bytes, hex: G × passfactor. Public. */
  readonly passpoint: string
}

/** What a BIP38 code says by itself, with no passphrase. Holds nothing secret. */
export type DecodedCode = EpkCode | NonEcEpkCode | ConfirmationCode | IntermediateCode
export type CodeKind = DecodedCode['kind']

const titles: Record<CodeKind, string> = {
  epk: 'encrypted private key',
  'epk-non-ec': 'encrypted private key without EC multiplication',
  'confirmation-code': 'confirmation code',
  'intermediate-code': 'intermediate code',
}

interface Layout {
  readonly kind: CodeKind
  /** First bytes, which give every code of the kind the same first characters. */
  readonly magic: readonly number[]
  /** Payload length in bytes, checksum not counted. */
  readonly length: number
  /** Where addresshash, ownerentropy and the rest begin; a field that the kind lacks begins where the next one does. */
  readonly begins: readonly [addressHash: number, ownerEntropy: number, rest: number]
  /** First characters of every code of the kind, and how many characters it has. */
  readonly looksLike: string
  readonly characters: number
}

const magicConfirmation = [0x64, 0x3b, 0xf6, 0xa8, 0x9a]
const magicIntermediate = [0x2c, 0xe9, 0xb3, 0xe1, 0xff, 0x39, 0xe2]
const epk = { length: 39, looksLike: '6P', characters: 58 }
const confirmation = { length: 51, looksLike: 'cfrm38', characters: 75 }
const intermediate = { length: 49, looksLike: 'passphrase', characters: 72 }
const layouts: readonly Layout[] = [
  { kind: 'epk-non-ec', magic: [0x01, 0x42], begins: [3, 7, 7], ...epk },
  { kind: 'epk', magic: [0x01, 0x43], begins: [3, 7, 15], ...epk },
  { kind: 'confirmation-code', magic: magicConfirmation, begins: [6, 10, 18], ...confirmation },
  { kind: 'intermediate-code', magic: [...magicIntermediate, 0x51], begins: [8, 8, 16], ...intermediate },
  { kind: 'intermediate-code', magic: [...magicIntermediate, 0x53], begins: [8, 8, 16], ...intermediate },
]

/** The bytes of a code, field by field. For the core only: an EPK's are secret. */
interface CodeBytes {
  readonly payload: Bytes
  /** Empty in an intermediate code. */
  readonly addressHash: Bytes
  /** Empty in an EPK made without EC multiplication. */
  readonly ownerEntropy: Bytes
  /** What follows: the encrypted part, or the passpoint of an intermediate code. */
  readonly rest: Bytes
}

export interface ParsedCode<C extends DecodedCode = DecodedCode> extends CodeBytes {
  readonly code: C
}

/**
 * Explains any BIP38 code field by field, with no secret and no scrypt. Strict: white space around the code is not
 * base58; checksum, prefix, length, reserved bits and points are all checked.
 * @throws Bip38Error `not-base58`, `bad-checksum`, `wrong-kind`, `wrong-length`, `reserved-bits`, `not-a-point`
 */
export function decodeCode(text: string): DecodedCode {
  return parseCode(text).code
}

export function parseCode(text: string): ParsedCode {
  const { payload, sound } = splitBase58Check(text)
  if (!sound) {
    const meant = layouts.find(layout => text.startsWith(layout.looksLike))
    if (meant !== undefined && text.length !== meant.characters) throw wrongLength(meant, text)
    throw new Bip38Error('bad-checksum', 'The checksum does not fit: a character is wrong, missing or swapped.')
  }
  const layout = layouts.find(({ magic }) => magic.every((byte, i) => payload[i] === byte))
  if (layout === undefined) throw new Bip38Error('wrong-kind', 'This is sound Base58Check, but not a BIP38 code.')
  if (layout.length !== payload.length) throw wrongLength(layout, text)
  const [hashAt, entropyAt, restAt] = layout.begins
  const bytes: CodeBytes = {
    payload,
    addressHash: payload.subarray(hashAt, entropyAt),
    ownerEntropy: payload.subarray(entropyAt, restAt),
    rest: payload.subarray(restAt),
  }
  return { code: readers[layout.kind](bytes, payload[layout.magic.length]!), ...bytes }
}

/** Like {@link parseCode}, for one kind. @throws Bip38Error `wrong-kind` for a sound code of another kind */
export function parseCodeOf<K extends CodeKind>(
  text: string,
  ...kinds: readonly K[]
): ParsedCode<Extract<DecodedCode, { kind: K }>> {
  const parsed = parseCode(text)
  if (!(kinds as readonly CodeKind[]).includes(parsed.code.kind)) {
    const wanted = kinds.map(withArticle).join(' or ')
    throw new Bip38Error('wrong-kind', `This is ${withArticle(parsed.code.kind)}, not ${wanted}.`)
  }
  return parsed as ParsedCode<Extract<DecodedCode, { kind: K }>>
}

function wrongLength({ kind, characters }: Layout, text: string): Bip38Error {
  return new Bip38Error(
    'wrong-length',
    `${sentenceStart(kind)} has ${characters} characters, this text has ${text.length}.`,
  )
}

const articles: Record<CodeKind, string> = {
  epk: 'an',
  'epk-non-ec': 'an',
  'confirmation-code': 'a',
  'intermediate-code': 'an',
}
const withArticle = (kind: CodeKind): string => `${articles[kind]} ${titles[kind]}`
const sentenceStart = (kind: CodeKind): string => withArticle(kind).replace(/^a/, 'A')

const readers: Record<CodeKind, (bytes: CodeBytes, flags: number) => DecodedCode> = {
  'epk-non-ec'({ addressHash }, flags) {
    if ((flags & flagBits.nonEc) !== flagBits.nonEc || (flags & (flagBits.reserved | flagBits.lot)) !== 0) {
      throw reservedBits('epk-non-ec', flags)
    }
    return {
      kind: 'epk-non-ec',
      flags,
      hasLot: false,
      compressed: (flags & flagBits.compressed) !== 0,
      addressHash: toHex(addressHash),
    }
  },
  epk: (bytes, flags) => ({ kind: 'epk', ...multipliedFields('epk', bytes, flags) }),
  'confirmation-code'(bytes, flags) {
    const fields = multipliedFields('confirmation-code', bytes, flags)
    // pointbprefix: 0x02 or 0x03, xored with one bit, is 0x02 or 0x03 again.
    if (bytes.rest[0] !== 2 && bytes.rest[0] !== 3) {
      throw new Bip38Error('not-a-point', 'The point in this confirmation code has an impossible prefix.')
    }
    return { kind: 'confirmation-code', ...fields }
  },
  'intermediate-code'({ payload, ownerEntropy, rest: passpoint }) {
    const hasLot = payload[7] === 0x51
    if (!isPoint(passpoint)) {
      throw new Bip38Error('not-a-point', 'The passpoint in this intermediate code is not on secp256k1.')
    }
    const flags = hasLot ? flagBits.lot : 0
    return {
      kind: 'intermediate-code',
      flags,
      hasLot,
      ...ownerFields(ownerEntropy, hasLot),
      passpoint: toHex(passpoint),
    }
  },
}

function multipliedFields(
  kind: CodeKind,
  { addressHash, ownerEntropy }: CodeBytes,
  flags: number,
): Omit<EpkCode, 'kind'> {
  if ((flags & (flagBits.nonEc | flagBits.reserved)) !== 0) throw reservedBits(kind, flags)
  const hasLot = (flags & flagBits.lot) !== 0
  const compressed = (flags & flagBits.compressed) !== 0
  return { flags, hasLot, compressed, addressHash: toHex(addressHash), ...ownerFields(ownerEntropy, hasLot) }
}

function ownerFields(entropy: Uint8Array, hasLot: boolean): Omit<Owner, keyof Flags> {
  const ownerEntropy = toHex(entropy)
  if (!hasLot) return { ownerEntropy, ownerSalt: ownerEntropy, lot: null, sequence: null }
  const lotSequence = Number.parseInt(ownerEntropy.slice(8), 16)
  return {
    ownerEntropy,
    ownerSalt: ownerEntropy.slice(0, 8),
    lot: Math.floor(lotSequence / 4096),
    sequence: lotSequence % 4096,
  }
}

function reservedBits(kind: CodeKind, flags: number): Bip38Error {
  const byte = `0x${flags.toString(16).padStart(2, '0')}`
  return new Bip38Error('reserved-bits', `The flag byte ${byte} is not one that BIP38 allows in ${withArticle(kind)}.`)
}

/** Builds a code's text. Lengths are the caller's promise. */
export function encodeEpk(flags: number, addressHash: Uint8Array, ...rest: readonly Uint8Array[]): string {
  const magic = (flags & flagBits.nonEc) === 0 ? 0x43 : 0x42
  return encodeBase58Check(concat(Uint8Array.of(0x01, magic, flags), addressHash, ...rest))
}

export function encodeConfirmationCode(
  flags: number,
  addressHash: Uint8Array,
  ownerEntropy: Uint8Array,
  encryptedPointB: Uint8Array,
): string {
  return encodeBase58Check(
    concat(Uint8Array.of(...magicConfirmation, flags), addressHash, ownerEntropy, encryptedPointB),
  )
}

export function encodeIntermediateCode(hasLot: boolean, ownerEntropy: Uint8Array, passpoint: Uint8Array): string {
  return encodeBase58Check(concat(Uint8Array.of(...magicIntermediate, hasLot ? 0x51 : 0x53), ownerEntropy, passpoint))
}
