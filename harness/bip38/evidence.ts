import { type AddressBook, bitcoinBook, type PrintedAddress } from './address-book.ts'
import { type Bytes, concat, equalBytes, fromHex, toHex, xor } from './bytes.ts'
import {
  type ConfirmationCode,
  type EpkCode,
  type IntermediateCode,
  type NonEcEpkCode,
  type ParsedCode,
  parseCodeOf,
} from './codes.ts'
import { type MatchedConvention, matchConvention } from './convention.ts'
import { basePoint, isPoint, multiplyPoint, multiplyScalars, scalarOrNull } from './curve.ts'
import { Bip38Error } from './errors.ts'
import { type BlockKeys, lightKeys, nonEcKeys, passfactorOf, prefactor, type ScryptOptions } from './key-derivation.ts'
import { factorBOf, openPointB, openSeedB, pointBOf } from './multiplied-key.ts'
import { type Exposable, type Passphrase, passphraseBytes } from './passphrase.ts'
import type { PrefactorCache } from './prefactor-cache.ts'

/** Any subset of what belongs to one unit, as read. */
export interface UnitParts {
  readonly intermediateCode?: string | undefined
  /** An {@link Exposable} becomes text only while it is read. */
  readonly epk?: string | Exposable | undefined
  readonly confirmationCode?: string | undefined
  /** Deposit address as printed. */
  readonly address?: string | undefined
  readonly passphrase?: Passphrase | undefined
}

export interface CrossCheckOptions extends ScryptOptions {
  /** Addresses to compare with; default Bitcoin's. `harness/coins` has a book of every coin. */
  readonly book?: AddressBook | undefined
  /** Flag bytes that the product may have. Default: all that BIP38 allows. */
  readonly flags?: readonly number[] | undefined
  /** Address conventions that the address hash may follow, beside `btc_p2pkh`. */
  readonly conventions?: readonly string[] | undefined
  /** What the unit's key signs, at least 16 bytes; fresh from the platform's random source when left out. */
  readonly challenge?: Uint8Array | undefined
  /** Prefactors to share between units; a hit is no scrypt and is not counted. */
  readonly prefactors?: PrefactorCache | undefined
}

export type CodePart = 'intermediateCode' | 'epk' | 'confirmationCode'

type MultipliedCode = IntermediateCode | EpkCode | ConfirmationCode

/** The public key behind a code that was opened. */
export interface Opened {
  readonly publicKey: Bytes
  /** Null: no address of this key has the code's address hash, so the code was opened with the wrong passpoint. */
  readonly match: MatchedConvention | null
}

export interface Codes {
  readonly intermediate: ParsedCode<IntermediateCode> | null
  readonly epk: ParsedCode<EpkCode> | null
  readonly nonEcEpk: ParsedCode<NonEcEpkCode> | null
  readonly confirmation: ParsedCode<ConfirmationCode> | null
}

/** Everything that the parts say, computed once. For the core only: it holds secrets. */
export interface Evidence extends Codes {
  readonly given: ReadonlySet<keyof UnitParts>
  readonly damage: ReadonlyMap<CodePart, Bip38Error>
  readonly printed: PrintedAddress | null
  /** Does the passphrase give the intermediate code's passpoint? Null: not computed. */
  readonly commits: boolean | null
  /** The EPK opened through the intermediate code's passpoint or the passphrase's. Null: could not be tried. */
  readonly openedEpk: Opened | null
  readonly openedConfirmation: Opened | null
  /** True when the passpoint used is the intermediate code's, so that no passphrase was needed. */
  readonly byIntermediate: boolean
  /** True when the passpoint used is the passphrase's. */
  readonly byPassphrase: boolean
  /** Is the point in the confirmation code the one of the EPK's factorb? Null: not both opened. */
  readonly pointsAgree: boolean | null
  /** With EPK and passphrase both. */
  readonly privateScalar: bigint | null
  readonly scryptCounts: { heavy: number; light: number }
}

/** Reads and opens what can be opened, with one heavy and one light scrypt at most. */
export async function gatherEvidence(unit: UnitParts, options: CrossCheckOptions): Promise<Evidence> {
  const damage = new Map<CodePart, Bip38Error>()
  const codes = readCodes(unit, damage)
  const book = options.book ?? bitcoinBook
  const scryptCounts = { heavy: 0, light: 0 }
  const base = {
    ...codes,
    given: new Set((Object.keys(unit) as (keyof UnitParts)[]).filter(part => unit[part] !== undefined)),
    damage,
    printed: unit.address === undefined ? null : book.readAddress(unit.address),
    commits: null,
    openedEpk: null,
    openedConfirmation: null,
    byIntermediate: false,
    byPassphrase: false,
    pointsAgree: null,
    privateScalar: null,
    scryptCounts,
  }
  const passphrase = unit.passphrase === undefined ? null : passphraseBytes(unit.passphrase)
  const multiplied = [codes.intermediate, codes.confirmation, codes.epk].filter(code => code !== null)
  if (passphrase !== null && multiplied.length === 0 && codes.nonEcEpk !== null) {
    scryptCounts.heavy = 1
    return { ...base, ...(await openNonEc(codes.nonEcEpk, passphrase, book, options)) }
  }

  let passfactorFor: (code: MultipliedCode) => bigint | null = () => null
  if (passphrase !== null && multiplied.length > 0) {
    const ownerSalt = mostShared(multiplied.map(({ code }) => code.ownerSalt))
    const salt = fromHex(ownerSalt, '')
    const compute = (): Promise<Bytes> => {
      scryptCounts.heavy = 1
      return prefactor(passphrase, salt, options)
    }
    const factor = await (options.prefactors?.get(passphrase, salt, compute) ?? compute())
    passphrase.fill(0)
    passfactorFor = code =>
      code.ownerSalt === ownerSalt ? passfactorOf(factor, fromHex(code.ownerEntropy, ''), code.hasLot) : null
  } else passphrase?.fill(0)
  const own = codes.intermediate === null ? null : passfactorFor(codes.intermediate.code)
  const commits = own === null ? null : toHex(basePoint(own, true)) === codes.intermediate?.code.passpoint

  const way = chooseWay(codes, passfactorFor)
  if (way === null) return { ...base, commits }
  const { target, passpoint, passfactor, byIntermediate } = way
  scryptCounts.light = 1
  const entropy = fromHex(target.ownerEntropy, '')
  const keys = await lightKeys(passpoint, fromHex(target.addressHash, ''), entropy, options)
  const opened = await openBoth(codes, target, { keys, passpoint, passfactor }, book)
  return { ...base, commits, byIntermediate, byPassphrase: passfactor !== null, ...opened }
}

function readCodes(unit: UnitParts, damage: Map<CodePart, Bip38Error>): Codes {
  const read = <T>(part: CodePart, parse: (text: string) => T): T | null => {
    const given = unit[part]
    if (given === undefined) return null
    try {
      return parse(typeof given === 'string' ? given : textOf(given))
    } catch (error) {
      if (!(error instanceof Bip38Error)) throw error
      damage.set(part, error)
      return null
    }
  }
  const epk = read('epk', text => parseCodeOf(text, 'epk', 'epk-non-ec'))
  return {
    intermediate: read('intermediateCode', text => parseCodeOf(text, 'intermediate-code')),
    confirmation: read('confirmationCode', text => parseCodeOf(text, 'confirmation-code')),
    epk: epk?.code.kind === 'epk' ? (epk as ParsedCode<EpkCode>) : null,
    nonEcEpk: epk?.code.kind === 'epk-non-ec' ? (epk as ParsedCode<NonEcEpkCode>) : null,
  }
}

/** For as long as it takes to read it: a string cannot be wiped. */
function textOf(secret: Exposable): string {
  const bytes = secret.expose()
  const text = new TextDecoder().decode(bytes)
  bytes.fill(0)
  return text
}

/** The value that occurs most often; the first of those that occur equally often. */
function mostShared(values: readonly string[]): string {
  const count = (value: string): number => values.filter(other => other === value).length
  return values.reduce((best, value) => (count(value) > count(best) ? value : best))
}

interface Way {
  readonly target: EpkCode | ConfirmationCode
  readonly passpoint: Bytes
  /** Null when the passphrase is not known, or is not the one of this passpoint. */
  readonly passfactor: bigint | null
  readonly byIntermediate: boolean
}

/**
 * Which code the one light scrypt opens, and with which passpoint. The EPK first, through the intermediate code where it
 * fits (that needs no passphrase and so tells a wrong passphrase from a wrong code); else the confirmation code.
 */
function chooseWay(codes: Codes, passfactorFor: (code: MultipliedCode) => bigint | null): Way | null {
  const { intermediate } = codes
  for (const target of [codes.epk?.code, codes.confirmation?.code]) {
    if (target === undefined) continue
    const passfactor = passfactorFor(target)
    const own = passfactor === null ? null : basePoint(passfactor, true)
    const fits =
      intermediate !== null &&
      intermediate.code.ownerEntropy === target.ownerEntropy &&
      intermediate.code.hasLot === target.hasLot
    if (fits && target.kind === 'epk') {
      const passpoint = intermediate.payload.slice(16, 49)
      const same = own !== null && equalBytes(own, passpoint)
      return { target, passpoint, passfactor: same ? passfactor : null, byIntermediate: true }
    }
    if (own !== null) return { target, passpoint: own, passfactor, byIntermediate: false }
  }
  return null
}

async function openBoth(
  { epk, confirmation }: Codes,
  target: EpkCode | ConfirmationCode,
  { keys, passpoint, passfactor }: { keys: BlockKeys; passpoint: Bytes; passfactor: bigint | null },
  book: AddressBook,
): Promise<Pick<Evidence, 'openedEpk' | 'openedConfirmation' | 'pointsAgree' | 'privateScalar'>> {
  const salted = (code: EpkCode | ConfirmationCode): boolean =>
    code.addressHash === target.addressHash &&
    code.ownerEntropy === target.ownerEntropy &&
    code.hasLot === target.hasLot
  const openedBy = (publicKey: Bytes, addressHash: string): Opened => ({
    publicKey,
    match: matchConvention(publicKey, fromHex(addressHash, ''), book),
  })
  let openedEpk: Opened | null = null
  let privateScalar: bigint | null = null
  let factorb: bigint | null = null
  if (epk !== null && salted(epk.code)) {
    factorb = factorBOf(await openSeedB(epk.payload.subarray(15, 39), keys))
    const { compressed } = epk.code
    if (passfactor !== null) privateScalar = multiplyScalars(passfactor, factorb)
    const publicKey =
      privateScalar === null ? multiplyPoint(passpoint, factorb, compressed) : basePoint(privateScalar, compressed)
    openedEpk = openedBy(publicKey, epk.code.addressHash)
  }
  if (confirmation === null || !salted(confirmation.code)) {
    return { openedEpk, openedConfirmation: null, pointsAgree: null, privateScalar }
  }
  const { compressed, addressHash } = confirmation.code
  const pointb = await openPointB(confirmation.payload.subarray(18), keys)
  const pointsAgree = factorb === null ? null : equalBytes(pointb, pointBOf(factorb))
  let openedConfirmation: Opened | null = null
  if (!isPoint(pointb)) openedConfirmation = { publicKey: new Uint8Array(0), match: null }
  else if (pointsAgree && epk?.code.compressed === compressed) openedConfirmation = openedEpk
  else if (passfactor !== null) {
    openedConfirmation = openedBy(multiplyPoint(pointb, passfactor, compressed), addressHash)
  }
  return { openedEpk, openedConfirmation, pointsAgree, privateScalar }
}

async function openNonEc(
  { code, payload }: ParsedCode<NonEcEpkCode>,
  passphrase: Bytes,
  book: AddressBook,
  options: ScryptOptions,
): Promise<Pick<Evidence, 'openedEpk' | 'privateScalar' | 'byPassphrase'>> {
  const addressHash = payload.subarray(3, 7)
  const keys = await nonEcKeys(passphrase, addressHash, options)
  passphrase.fill(0)
  const halves = [payload.subarray(7, 23), payload.subarray(23, 39)].map(half => keys.cipher.decrypt(half))
  const key = scalarOrNull(xor(concat(...(await Promise.all(halves))), keys.mask))
  if (key === null) {
    return { openedEpk: { publicKey: new Uint8Array(0), match: null }, privateScalar: null, byPassphrase: true }
  }
  const publicKey = basePoint(key, code.compressed)
  return {
    openedEpk: { publicKey, match: matchConvention(publicKey, addressHash, book) },
    privateScalar: key,
    byPassphrase: true,
  }
}
