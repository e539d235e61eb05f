import { createHash } from 'node:crypto'
import { z } from 'zod'
import { canonicalJson } from './canonical-json.ts'
import { isSignedBeside, isSignedBy, type SigningKey } from './signing-key.ts'

/** Where a chain begins: the `previous` of its first entry. */
const chainStart = '0'.repeat(64)

const hash = z.string().regex(/^[0-9a-f]{64}$/)

/** One entry of a chain around a body that the owner of the chain gives meaning to. */
export const ChainEntry = z.strictObject({
  format: z.literal('assay-chain-1'),
  /** From 0, without a gap. */
  index: z.int().min(0),
  /** The `hash` of the entry before; {@link chainStart} of the first. */
  previous: hash,
  /** When, in UTC: 2026-11-21T04:00:00.000Z. */
  at: z.iso.datetime({ precision: 3 }),
  body: z.record(z.string(), z.unknown()),
  /** Ed25519 public key, base64url. */
  signer: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  /** SHA-256 over all of the above. */
  hash,
  /** Ed25519 over the hash. */
  signature: z.string().regex(/^[A-Za-z0-9_-]{86}$/),
})
export type ChainEntry = z.infer<typeof ChainEntry>

/** What of an entry its neighbours hang on. */
export type ChainLink = Omit<ChainEntry, 'format' | 'body' | 'signature'>

/** The last entry that somebody has seen: whoever keeps one notices when a chain's end is cut off. */
export interface ChainHead {
  readonly index: number
  readonly hash: string
}

/** The next entry of a chain that so far ends with `last`. */
export function nextEntry(
  last: ChainEntry | null,
  body: Readonly<Record<string, unknown>>,
  at: string,
  key: SigningKey,
): ChainEntry {
  const content = {
    format: 'assay-chain-1' as const,
    index: last === null ? 0 : last.index + 1,
    previous: last?.hash ?? chainStart,
    at,
    body,
    signer: key.publicKey,
  }
  const hash = hashOf(content)
  return { ...content, hash, signature: key.sign(Buffer.from(`assay-chain-1 ${hash}`)) }
}

/** What is wrong with a chain, where, in a sentence. */
export interface ChainFault {
  readonly index: number
  readonly kind: 'gap' | 'order' | 'edited' | 'signature' | 'signer' | 'time' | 'cut'
  readonly sentence: string
}

/**
 * Everything that is wrong with a chain; an empty list means that no entry was changed, left out, added or moved.
 *
 * @param signers who may sign; left out: whoever signed the first entry
 * @param heads heads that others have kept: a chain that ends before one of them, or has another entry there, was cut
 */
export function chainFaults(
  entries: readonly ChainEntry[],
  { signers, heads = [] }: { signers?: readonly string[]; heads?: readonly ChainHead[] } = {},
): ChainFault[] {
  const allowed = signers ?? entries.slice(0, 1).map(({ signer }) => signer)
  const faults = entries.flatMap((entry, index): ChainFault[] =>
    entryFaults(entry, entries[index - 1], allowed, ownFault(entry)).map(fault => ({ index, ...fault })),
  )
  for (const head of heads) {
    if (entries[head.index]?.hash !== head.hash) {
      const sentence = `entry ${head.index} is not the one that others have kept: the chain was cut or replaced`
      faults.push({ index: head.index, kind: 'cut', sentence })
    }
  }
  return faults
}

/**
 * What is wrong with an entry after the one `before` it.
 * @param allowed who may sign, @param own what {@link ownFault} says of the entry
 */
export function entryFaults(
  entry: ChainLink,
  before: ChainLink | undefined,
  allowed: readonly string[],
  own: OwnFault,
): Omit<ChainFault, 'index'>[] {
  const faults: Omit<ChainFault, 'index'>[] = []
  const fault = (kind: ChainFault['kind'], sentence: string) => faults.push({ kind, sentence })
  const expected = before === undefined ? 0 : before.index + 1
  if (entry.index > expected) {
    const which =
      entry.index === expected + 1 ? `entry ${expected} is` : `entries ${expected} to ${entry.index - 1} are`
    fault('gap', `${which} missing`)
  } else if (entry.index < expected) {
    fault('order', `entry ${entry.index} stands after entry ${expected - 1}`)
  }
  if (own === 'edited') fault('edited', `entry ${entry.index} was changed after it was written`)
  if (own === 'signature') fault('signature', `the signature of entry ${entry.index} is not of its signer`)
  if (!allowed.includes(entry.signer)) fault('signer', `entry ${entry.index} is signed by a foreign key`)
  if (entry.index === expected && entry.previous !== (before?.hash ?? chainStart)) {
    fault('order', `entry ${entry.index} does not follow the entry before it`)
  }
  if (before !== undefined && entry.at < before.at) {
    fault('time', `entry ${entry.index} is older (${entry.at}) than the entry before it (${before.at})`)
  }
  return faults
}

/** Is an entry, wherever it stands, as its signer wrote it? */
export const isUnchanged = (entry: ChainEntry): boolean => ownFault(entry) === null

/** What an entry's hash and signature show: not what was hashed, not what its signer signed, or neither. */
export type OwnFault = 'edited' | 'signature' | null

export function ownFault(entry: ChainEntry): OwnFault {
  if (entry.hash !== hashOf(entry)) return 'edited'
  return isSignedBy(entry.signer, signedBytes(entry), entry.signature) ? null : 'signature'
}

/** The same of an entry whose canonical text is there, and is not written again; its signature is proved beside this thread. */
export async function ownFaultOf(text: Buffer, entry: ChainEntry): Promise<OwnFault> {
  if (entry.hash !== hashWithin(text, entry)) return 'edited'
  return (await isSignedBeside(entry.signer, signedBytes(entry), entry.signature)) ? null : 'signature'
}

const signedBytes = ({ hash: its }: ChainLink) => Buffer.from(`assay-chain-1 ${its}`)

function hashOf({ format, index, previous, at, body, signer }: Omit<ChainEntry, 'hash' | 'signature'>): string {
  return createHash('sha256').update(canonicalJson({ format, index, previous, at, body, signer })).digest('hex')
}

/** What {@link hashOf} gives: the text without what stands in its end for hash and signature. Null where it ends otherwise. */
function hashWithin(text: Buffer, { hash: its, index, previous, signature, signer }: ChainEntry): string | null {
  const end = `"hash":"${its}","index":${index},"previous":"${previous}","signature":"${signature}","signer":"${signer}"}`
  const before = text.length - end.length
  if (before < 0 || text.toString('latin1', before) !== end) return null
  const hashed = `"index":${index},"previous":"${previous}","signer":"${signer}"}`
  return createHash('sha256').update(text.subarray(0, before)).update(hashed).digest('hex')
}
