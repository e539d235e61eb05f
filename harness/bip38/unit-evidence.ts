import { type AddressBook, bitcoinBook, type PrintedAddress } from './address-book.ts'
import { type Bytes, equalBytes, fromHex, toHex } from './bytes.ts'
import {
  type ConfirmationCode,
  type EpkCode,
  type IntermediateCode,
  type NonEcEpkCode,
  type ParsedCode,
  parseCodeOf,
} from './codes.ts'
import { type ConventionOptions, type MatchedConvention, matchConvention } from './convention.ts'
import { basePoint, isPoint, multiplyPoint, multiplyScalars } from './curve.ts'
import { openNonEc } from './decrypt.ts'
import { Bip38Error } from './errors.ts'
import { type BlockKeys, lightKeys, passfactorOfPrefactor, prefactor, type ScryptOptions } from './key-derivation.ts'
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

export interface CrossCheckOptions extends ScryptOptions, ConventionOptions {
  /** Flag bytes that the product may have. Default: all that BIP38 allows. */
  readonly flags?: readonly number[] | undefined
  /** What the unit's key signs, at least 16 bytes. Default: fresh from the platform's random source. */
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
    const key = await openNonEc(codes.nonEcEpk, passphrase, options)
    passphrase.fill(0)
    const { code, addressHash } = codes.nonEcEpk
    const openedEpk = key === null ? notOpened : openedBy(basePoint(key, code.compressed), addressHash, book)
    return { ...base, openedEpk, privateScalar: key, byPassphrase: true }
  }

  let passfactorFor: (code: ParsedCode<MultipliedCode>) => bigint | null = () => null
  if (passphrase !== null && multiplied.length > 0) {
    const ownerSalt = mostShared(multiplied.map(({ code }) => code.ownerSalt))
    const salt = fromHex(ownerSalt, 'The owner salt')
    const compute = (): Promise<Bytes> => {
      scryptCounts.heavy = 1
      return prefactor(passphrase, salt, options)
    }
    const factor = await (options.prefactors?.get(passphrase, salt, compute) ?? compute())
    passphrase.fill(0)
    passfactorFor = ({ code, ownerEntropy }) =>
      code.ownerSalt === ownerSalt ? passfactorOfPrefactor(factor, ownerEntropy, code.hasLot) : null
  } else passphrase?.fill(0)
  const own = codes.intermediate === null ? null : passfactorFor(codes.intermediate)
  const commits = own === null ? null : toHex(basePoint(own, true)) === codes.intermediate?.code.passpoint

  const way = chooseWay(codes, passfactorFor)
  if (way === null) return { ...base, commits }
  scryptCounts.light = 1
  const keys = await lightKeys(way.passpoint, way.target.addressHash, way.target.ownerEntropy, options)
  const opened = await openBoth(codes, way, keys, book)
  const { byIntermediate, passfactor } = way
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
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
  bytes.fill(0)
  return text
}

/** The value that occurs most often; the first of those that occur equally often. */
function mostShared(values: readonly string[]): string {
  const count = (value: string): number => values.filter(other => other === value).length
  return values.reduce((best, value) => (count(value) > count(best) ? value : best))
}

interface Way {
  readonly target: ParsedCode<EpkCode | ConfirmationCode>
  readonly passpoint: Bytes
  /** Null when the passphrase is not known, or is not the one of this passpoint. */
  readonly passfactor: bigint | null
  readonly byIntermediate: boolean
}

/**
 * Which code the one light scrypt opens, and with which passpoint. The EPK first, through the intermediate code where it
 * fits (that needs no passphrase and so tells a wrong passphrase from a wrong code); else the confirmation code.
 */
function chooseWay(codes: Codes, passfactorFor: (code: ParsedCode<MultipliedCode>) => bigint | null): Way | null {
  const { intermediate } = codes
  for (const target of [codes.epk, codes.confirmation]) {
    if (target === null) continue
    const passfactor = passfactorFor(target)
    const own = passfactor === null ? null : basePoint(passfactor, true)
    const fits =
      intermediate !== null &&
      intermediate.code.ownerEntropy === target.code.ownerEntropy &&
      intermediate.code.hasLot === target.code.hasLot
    if (fits && target.code.kind === 'epk') {
      const passpoint = intermediate.rest
      const same = own !== null && equalBytes(own, passpoint)
      return { target, passpoint, passfactor: same ? passfactor : null, byIntermediate: true }
    }
    if (own !== null) return { target, passpoint: own, passfactor, byIntermediate: false }
  }
  return null
}

const notOpened: Opened = { publicKey: new Uint8Array(0), match: null }

const openedBy = (publicKey: Bytes, addressHash: Bytes, book: AddressBook): Opened => ({
  publicKey,
  match: matchConvention(publicKey, addressHash, book),
})

async function openBoth(
  { epk, confirmation }: Codes,
  { target, passpoint, passfactor }: Way,
  keys: BlockKeys,
  book: AddressBook,
): Promise<Pick<Evidence, 'openedEpk' | 'openedConfirmation' | 'pointsAgree' | 'privateScalar'>> {
  const salted = ({ code }: ParsedCode<EpkCode | ConfirmationCode>): boolean =>
    code.addressHash === target.code.addressHash &&
    code.ownerEntropy === target.code.ownerEntropy &&
    code.hasLot === target.code.hasLot
  let openedEpk: Opened | null = null
  let privateScalar: bigint | null = null
  let factorb: bigint | null = null
  if (epk !== null && salted(epk)) {
    factorb = factorBOf(await openSeedB(epk.rest, keys))
    const { compressed } = epk.code
    if (passfactor !== null) privateScalar = multiplyScalars(passfactor, factorb)
    const publicKey =
      privateScalar === null ? multiplyPoint(passpoint, factorb, compressed) : basePoint(privateScalar, compressed)
    openedEpk = openedBy(publicKey, epk.addressHash, book)
  }
  if (confirmation === null || !salted(confirmation)) {
    return { openedEpk, openedConfirmation: null, pointsAgree: null, privateScalar }
  }
  const { compressed } = confirmation.code
  const pointb = await openPointB(confirmation.rest, keys)
  const pointsAgree = factorb === null ? null : equalBytes(pointb, pointBOf(factorb))
  let openedConfirmation: Opened | null = null
  if (!isPoint(pointb)) openedConfirmation = notOpened
  else if (pointsAgree && epk?.code.compressed === compressed) openedConfirmation = openedEpk
  else if (passfactor !== null) {
    openedConfirmation = openedBy(multiplyPoint(pointb, passfactor, compressed), confirmation.addressHash, book)
  }
  return { openedEpk, openedConfirmation, pointsAgree, privateScalar }
}
