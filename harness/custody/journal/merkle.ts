import { hash } from 'node:crypto'

/*
 * The Merkle tree of RFC 6962 §2.1 over a log that only grows: one root says which entries there are, in which order;
 * short proofs say that an entry is among them, and that an earlier root was of the same log.
 */

/** The root of no leaves. */
export const emptyRoot: Hash = hash('sha256', '', 'buffer')

/** SHA-256, 32 bytes. */
export type Hash = Buffer

export const leafHash = (entry: Uint8Array): Hash => prefixedHash(0, entry)

const nodeHash = (left: Hash, right: Hash): Hash => prefixedHash(1, left, right)

/**
 * The complete subtrees of which a log of `size` leaves consists, largest first: all that is needed to add a leaf.
 * There are as many as `size` has ones in binary.
 */
export interface Peaks {
  readonly size: number
  readonly hashes: readonly Hash[]
}

export const noPeaks: Peaks = { size: 0, hashes: [] }

export function withLeaf({ size, hashes }: Peaks, leaf: Hash): Peaks {
  const all = [...hashes]
  let last = leaf
  for (let rest = size; rest % 2 === 1; rest = (rest - 1) / 2) last = nodeHash(all.pop()!, last)
  return { size: size + 1, hashes: [...all, last] }
}

export function rootOfPeaks({ hashes }: Peaks): Hash {
  return hashes.length === 0 ? emptyRoot : hashes.reduceRight((right, left) => nodeHash(left, right))
}

/** How many peaks a log of so many leaves has. */
export function peakCount(size: number): number {
  let count = 0
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) count += rest % 2
  return count
}

export function rootOf(leaves: readonly Hash[]): Hash {
  return rootOfPeaks(leaves.reduce(withLeaf, noPeaks))
}

/**
 * RFC 6962 §2.1.1: the hashes that lead from leaf `index` to the root, nearest first.
 * @throws RangeError when there is no such leaf
 */
export function inclusionProof(leaves: readonly Hash[], index: number): Hash[] {
  if (!Number.isInteger(index) || index < 0 || index >= leaves.length) throw new RangeError(`no leaf ${index}`)
  if (leaves.length === 1) return []
  const split = largestPowerBelow(leaves.length)
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)]
  return index < split
    ? [...inclusionProof(left, index), rootOf(right)]
    : [...inclusionProof(right, index - split), rootOf(left)]
}

/** RFC 9162 §2.1.3.2: does the proof lead from the leaf to the root? */
export function isIncluded(leaf: Hash, index: number, size: number, proof: readonly Hash[], root: Hash): boolean {
  if (index < 0 || index >= size) return false
  let [place, last, hash] = [index, size - 1, leaf]
  for (const sibling of proof) {
    if (last === 0) return false
    if (place % 2 === 1 || place === last) {
      hash = nodeHash(sibling, hash)
      while (place % 2 === 0 && place !== 0) [place, last] = [place / 2, half(last)]
    } else {
      hash = nodeHash(hash, sibling)
    }
    ;[place, last] = [half(place), half(last)]
  }
  return last === 0 && hash.equals(root)
}

/**
 * RFC 6962 §2.1.2: the hashes that show that a log of the first `size` leaves is the beginning of this one.
 * @throws RangeError when the log is shorter, or `size` is 0
 */
export function consistencyProof(leaves: readonly Hash[], size: number): Hash[] {
  if (!Number.isInteger(size) || size < 1 || size > leaves.length) throw new RangeError(`no log of ${size} entries`)
  return subproof(leaves, size, true)
}

function subproof(leaves: readonly Hash[], size: number, isWhole: boolean): Hash[] {
  if (size === leaves.length) return isWhole ? [] : [rootOf(leaves)]
  const split = largestPowerBelow(leaves.length)
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)]
  return size <= split
    ? [...subproof(left, size, isWhole), rootOf(right)]
    : [...subproof(right, size - split, false), rootOf(left)]
}

/** What two heads of a log say of it. */
interface Rooted {
  readonly size: number
  readonly root: Hash
}

/** RFC 9162 §2.1.4.2: does the proof show that the log of `older` is the beginning of that of `newer`? */
export function isConsistent(older: Rooted, newer: Rooted, proof: readonly Hash[]): boolean {
  if (older.size < 1 || older.size > newer.size) return false
  if (older.size === newer.size) return proof.length === 0 && older.root.equals(newer.root)
  const path = isPowerOfTwo(older.size) ? [older.root, ...proof] : proof
  let [place, last] = [older.size - 1, newer.size - 1]
  while (place % 2 === 1) [place, last] = [half(place), half(last)]
  const first = path[0]
  if (first === undefined) return false
  let [oldHash, newHash] = [first, first]
  for (const hash of path.slice(1)) {
    if (last === 0) return false
    if (place % 2 === 1 || place === last) {
      oldHash = nodeHash(hash, oldHash)
      newHash = nodeHash(hash, newHash)
      while (place % 2 === 0 && place !== 0) [place, last] = [place / 2, half(last)]
    } else {
      newHash = nodeHash(newHash, hash)
    }
    ;[place, last] = [half(place), half(last)]
  }
  return last === 0 && oldHash.equals(older.root) && newHash.equals(newer.root)
}

const half = (value: number) => Math.floor(value / 2)

const isPowerOfTwo = (value: number) => peakCount(value) === 1

function largestPowerBelow(count: number): number {
  let power = 1
  while (power * 2 < count) power *= 2
  return power
}

/** @param prefix RFC 6962's: no node is taken for a leaf */
function prefixedHash(prefix: 0 | 1, first: Uint8Array, second: Uint8Array = new Uint8Array()): Hash {
  const bytes = Buffer.allocUnsafe(1 + first.length + second.length)
  bytes[0] = prefix
  bytes.set(first, 1)
  bytes.set(second, 1 + first.length)
  return hash('sha256', bytes, 'buffer')
}
