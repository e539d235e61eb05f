import { z } from 'zod'
import { type Hash, isConsistent, isIncluded, leafHash } from './merkle.ts'
import { isSound, TreeHead } from './tree-head.ts'
import { readEntry } from './verify-entries.ts'

const hashes = z.array(z.string().regex(/^[0-9a-f]{64}$/)).max(64)

/** That an entry is in the journal of a head, and that the journal that ended with the entry is the beginning of that one. */
export const JournalProof = z.strictObject({
  format: z.literal('assay-journal-proof-1'),
  index: z.int().min(0),
  /** The entry, as it was hashed. */
  entry: z.string(),
  /** RFC 6962 §2.1.1, hexadecimal, nearest first. */
  inclusion: hashes,
  /** RFC 6962 §2.1.2 from the journal that ended with the entry. */
  consistency: hashes,
  /** The head of the journal that ended with the entry. */
  older: TreeHead,
  head: TreeHead,
})
export type JournalProof = z.infer<typeof JournalProof>

/**
 * What is wrong with a proof, as sentences; needs no journal.
 * @param kept heads that whoever checks has from elsewhere: the proof must be of one of them
 */
export function proofFaults(proof: JournalProof, kept: readonly TreeHead[] = []): string[] {
  const { index, head, older } = proof
  const bytes = (texts: readonly string[]): Hash[] => texts.map(text => Buffer.from(text, 'hex'))
  const rooted = ({ size, root }: TreeHead) => ({ size, root: Buffer.from(root, 'hex') })
  const [newest, oldest] = [rooted(head), rooted(older)]
  const leaf = leafHash(Buffer.from(proof.entry))
  const faults: readonly (readonly [boolean, string])[] = [
    [readEntry(proof.entry)?.index === index, `it proves no entry ${index}`],
    [isSound(head) && isSound(older), 'a head in it is not signed by its station'],
    [head.signer === older.signer, 'its two heads are of two stations'],
    [
      isIncluded(leaf, index, newest.size, bytes(proof.inclusion), newest.root),
      `entry ${index} is not in the journal of the head`,
    ],
    [oldest.size === index + 1, 'its older head is not that of its entry'],
    [isConsistent(oldest, newest, bytes(proof.consistency)), 'its older head is not of the same journal'],
    [
      kept.length === 0 ||
        kept.some(({ size, root, signer }) => size === head.size && root === head.root && signer === head.signer),
      'it is of another head than the one that was kept',
    ],
  ]
  return faults.flatMap(([isRight, fault]) => (isRight ? [] : [fault]))
}
