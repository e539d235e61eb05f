import { type AddressBook, type CrossCheck, crossCheck, type ScryptEngine, type UnitParts } from '../bip38/index.ts'
import type { Secret } from '../core/secret.ts'
import type { CoreCheckName, CryptoFindings } from './check.ts'

/** What goes into the core for one unit: what was read, and what the record says. Whoever made the secrets wipes them. */
interface CryptoParts extends UnitParts {
  readonly epk?: Secret | undefined
  readonly passphrase?: Secret | undefined
  /** Flag bytes that the product may have. */
  readonly flags: readonly number[]
  readonly book: AddressBook
  /** What the unit's key signs where the private key is proved. */
  readonly challenge?: Uint8Array | undefined
  /**
   * Other texts that the picture of the passphrase allows, best first: at most eight. They are tried only after the
   * passphrase as it was read does not fit, and never make a pass.
   */
  readonly alternatives: readonly Secret[]
  /** Default: the core's own choice. */
  readonly scrypt?: ScryptEngine | undefined
  readonly signal?: AbortSignal | undefined
}

/** Prepares the core's findings; nothing is computed before the first question. */
export function cryptoFindings(parts: CryptoParts): CryptoFindings {
  let whole: Promise<CrossCheck> | undefined
  let corrected: Promise<number | null> | undefined
  const all = () => {
    whole ??= check(parts, parts)
    return whole
  }
  return {
    all,
    async judge(name) {
      const finding = (await all()).findings.find(({ check }) => check === name)
      if (finding === undefined) return null
      const { verdict, because } = finding
      if (!dependsOnPassphrase.has(name)) return { verdict, because, marks: [] }
      if (verdict !== 'FAIL')
        return { verdict, because, marks: [], ...(verdict === 'PASS' && { comparison: 'match' as const }) }
      corrected ??= firstThatFits(await all(), parts)
      const tried = await corrected
      if (tried === null)
        return { verdict, because: withTried(because, parts.alternatives.length), marks: [], comparison: 'mismatch' }
      const sentence = correctionSentence(tried, parts.alternatives.length)
      return { verdict: 'INCONCLUSIVE', because: sentence, marks: [], comparison: 'match-after-correction' }
    },
  }
}

const dependsOnPassphrase: ReadonlySet<CoreCheckName> = new Set(['passphrase-commitment', 'confirmation', 'decryption'])

function check(unit: UnitParts, { flags, book, challenge, scrypt, signal }: CryptoParts): Promise<CrossCheck> {
  const { intermediateCode, epk, confirmationCode, address, passphrase } = unit
  return crossCheck(
    { intermediateCode, epk, confirmationCode, address, passphrase },
    { flags, book, challenge, scrypt, signal },
  )
}

/**
 * Which alternative, counted from 1, fits the codes that need no EPK; null when none does, or when the passphrase as read
 * does fit (what then fails is something else).
 */
async function firstThatFits(asRead: CrossCheck, parts: CryptoParts): Promise<number | null> {
  const commitment = asRead.findings.find(({ check }) => check === 'passphrase-commitment')
  if (commitment?.verdict === 'PASS') return null
  const { intermediateCode, confirmationCode } = parts
  for (const [i, passphrase] of parts.alternatives.entries()) {
    parts.signal?.throwIfAborted()
    if (await fits({ intermediateCode, confirmationCode, passphrase }, parts)) return i + 1
  }
  return null
}

async function fits(unit: UnitParts, parts: CryptoParts): Promise<boolean> {
  const { findings } = await check(unit, parts)
  const decisive = findings.filter(({ check }) => check === 'passphrase-commitment' || check === 'confirmation')
  return decisive.some(({ verdict }) => verdict === 'PASS') && decisive.every(({ verdict }) => verdict !== 'FAIL')
}

function withTried(because: string, tried: number): string {
  if (tried === 0) return because
  return `${because} Nor do the ${tried} other texts that the picture allows.`
}

function correctionSentence(tried: number, count: number): string {
  return `As it was read the passphrase does not fit, but look-alike reading ${tried} of ${count} would: take the photograph again, then a person looks at the letters. A corrected reading is never a pass.`
}
