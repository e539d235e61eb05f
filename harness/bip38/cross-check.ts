import { bitcoinBook } from './address-book.ts'
import { toHex } from './bytes.ts'
import { scalarBytes } from './curve.ts'
import { type CoreFinding, type CoreVerdict, judgeEvidence, knownKey } from './findings.ts'
import { type KeyProof, signChallenge, verifyProof } from './proof.ts'
import { type CrossCheckOptions, gatherEvidence, type UnitParts } from './unit-evidence.ts'

/** What the parts of one unit say about each other. Holds nothing secret. */
export interface CrossCheck {
  /** Worst of the findings; INCONCLUSIVE when no finding links two parts (one part alone proves nothing). */
  readonly verdict: CoreVerdict
  /** One finding for each check of the core that the given parts allow, in the order of the design's table. */
  readonly findings: readonly CoreFinding[]
  /** SEC 1, hex; null when the parts do not give it. */
  readonly publicKey: string | null
  /** Every address of the book, by key; empty without a public key. */
  readonly addresses: Readonly<Record<string, string>>
  /** A signature by the unit's private key over the challenge: with EPK and passphrase both, when they fit. */
  readonly proof: KeyProof | null
  readonly scryptCounts: { readonly heavy: number; readonly light: number }
}

const ranks = ['PASS', 'INCONCLUSIVE', 'FAIL'] as const
const linking = new Set([
  'owner-entropy',
  'address-hash',
  'keyless',
  'passphrase-commitment',
  'confirmation',
  'decryption',
])

/**
 * Cross-checks any subset of a unit's parts, with one heavy and one light scrypt at most, and none where none is needed.
 * A part that cannot be read is a FAIL of `code-integrity`, not an error. The private key never leaves: with EPK and
 * passphrase both, it signs the challenge and is dropped.
 */
export async function crossCheck(unit: UnitParts, options: CrossCheckOptions = {}): Promise<CrossCheck> {
  const evidence = await gatherEvidence(unit, options)
  const judged = judgeEvidence(evidence, options)
  const { privateScalar, scryptCounts } = evidence
  const key = knownKey(evidence)
  const publicKey = key === null ? null : toHex(key.publicKey)
  const decrypted = judged.some(({ check, verdict }) => check === 'decryption' && verdict === 'PASS')
  const proof =
    decrypted && privateScalar !== null && publicKey !== null ? prove(privateScalar, publicKey, options) : null
  const findings = judged.map(finding =>
    finding.check !== 'decryption' || !decrypted || (proof !== null && verifyProof(proof))
      ? finding
      : { ...finding, verdict: 'FAIL' as const, because: 'The key from the EPK does not sign for its public key.' },
  )
  const worst = Math.max(-1, ...findings.map(({ verdict }) => ranks.indexOf(verdict)))
  const linked = findings.some(({ check }) => linking.has(check))
  return {
    verdict: worst <= 0 && !linked ? 'INCONCLUSIVE' : ranks[worst]!,
    findings,
    publicKey,
    addresses: publicKey === null ? {} : (options.book ?? bitcoinBook).addressesOf(publicKey),
    proof,
    scryptCounts,
  }
}

function prove(privateScalar: bigint, publicKey: string, options: CrossCheckOptions): KeyProof {
  const challenge = options.challenge ?? globalThis.crypto.getRandomValues(new Uint8Array(32))
  const privateKey = scalarBytes(privateScalar)
  try {
    return signChallenge(privateKey, publicKey, challenge)
  } finally {
    privateKey.fill(0)
  }
}
