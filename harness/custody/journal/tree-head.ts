import { z } from 'zod'
import { canonicalJson } from '../canonical-json.ts'
import { isSignedBeside, isSignedBy, type SigningKey } from '../signing-key.ts'

const format = 'assay-journal-head-1'

/**
 * What a journal was at one moment, signed by its station: whoever keeps one outside sees a journal that was cut, replaced
 * or put back to an older copy.
 */
export const TreeHead = z.strictObject({
  format: z.literal(format),
  /** Entries. */
  size: z.int().min(1),
  /** Merkle root of them (RFC 6962), hexadecimal. */
  root: z.string().regex(/^[0-9a-f]{64}$/),
  /** When the last of them was written. */
  at: z.iso.datetime({ precision: 3 }),
  /** Ed25519 public key of the station, base64url. */
  signer: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  signature: z.string().regex(/^[A-Za-z0-9_-]{86}$/),
})
export type TreeHead = z.infer<typeof TreeHead>

export function signedHead(size: number, root: string, at: string, key: SigningKey): TreeHead {
  const head = { format, size, root, at, signer: key.publicKey } as const
  return { ...head, signature: key.sign(bytesOf(head)) }
}

/** Did its signer sign exactly this? */
export const isSound = ({ signature, ...head }: TreeHead): boolean => isSignedBy(head.signer, bytesOf(head), signature)

/** The same, worked out beside the thread that asks. */
export const isSoundBeside = ({ signature, ...head }: TreeHead): Promise<boolean> =>
  isSignedBeside(head.signer, bytesOf(head), signature)

const bytesOf = (head: Omit<TreeHead, 'signature'>) => Buffer.from(canonicalJson(head))
