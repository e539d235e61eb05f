import { parseJson } from '../../core/parse-json.ts'
import { canonicalJson, isWrittenCanonically } from '../canonical-json.ts'
import { type ChainLink, entryFaults, ownFaultOf } from '../hash-chain.ts'
import { ChainedEntry, clockSet, entryOf, type JournalEntry, subjectOf } from './entry.ts'
import { leafHash, noPeaks, type Peaks, rootOfPeaks, withLeaf } from './merkle.ts'
import type { StoredEntry } from './store.ts'
import { isSound, isSoundBeside, TreeHead } from './tree-head.ts'

/** What is wrong with a journal, where, in a sentence. */
export interface JournalFault {
  /** Entry, from 0. */
  readonly index: number
  readonly kind: 'gap' | 'order' | 'edited' | 'signature' | 'signer' | 'time' | 'cut' | 'unreadable' | 'tree'
  readonly sentence: string
}

/** What came of looking through all entries. */
export interface Verified {
  /** Entries that were read. */
  readonly size: number
  /** Merkle root over them, hexadecimal. */
  readonly root: string
  /** The station's key, by the first entry; null of an empty journal. */
  readonly signer: string | null
  /** Empty when no entry was changed, left out, added, moved, cut off or written by a clock that ran back. */
  readonly faults: readonly JournalFault[]
}

/**
 * Looks through all entries, with no key and no trust in what the store says of them.
 * @param kept heads that were kept outside; without one, an older copy put back, or a cut end, is a sound journal
 * @param onEntry gets each entry as it is read, for whoever needs all of them anyway
 * @param verified a head up to which all was verified before: its entries are the same where their root is, to the bit, and no
 * signature of theirs is proved again
 */
export async function verifyEntries(
  stored: AsyncIterable<StoredEntry> | Iterable<StoredEntry>,
  kept: readonly TreeHead[] = [],
  onEntry: (entry: JournalEntry) => void = () => {},
  verified: TreeHead | null = null,
): Promise<Verified> {
  const faults: JournalFault[] = []
  /** In the order of the entries, signatures being proved meanwhile. */
  const coming: (readonly JournalFault[] | Promise<readonly JournalFault[]>)[] = []
  const settle = async (most: number) => {
    for (const some of coming.splice(0, coming.length - most)) faults.push(...(await some))
  }
  const blame = (index: number, kind: JournalFault['kind'], sentence: string) =>
    coming.push([{ index, kind, sentence }])
  const roots = new Map<number, string>()
  const heads = verified === null ? kept : [...kept, verified]
  const asked = new Set(heads.map(({ size }) => size))
  let peaks: Peaks = noPeaks
  let last: ChainLink | undefined
  let signer: string | null = null
  for await (const row of stored) {
    const { index } = row
    if (coming.length > 2 * mostComing) await settle(mostComing)
    const text = Buffer.from(row.entry)
    peaks = withLeaf(peaks, leafHash(text))
    const isVerified = index < (verified?.size ?? 0)
    const root = isVerified && !asked.has(peaks.size) ? '' : rootOfPeaks(peaks).toString('hex')
    if (asked.has(peaks.size)) roots.set(peaks.size, root)
    const entry = isVerified ? entryAsVerified(row.entry) : readEntry(row.entry)
    if (entry === null) {
      blame(index, 'unreadable', `entry ${index} is no entry of a journal`)
      continue
    }
    signer ??= entry.signer
    if (entry.index !== index) blame(index, 'order', `entry ${entry.index} stands at place ${index}`)
    const its = entryOf(entry)
    const link = linkOf(entry)
    if (!isVerified) coming.push(chainFaultsOf(index, its.kind, link, last, signer, ownFaultOf(text, entry)))
    last = link
    onEntry(its)
    if (row.subject !== subjectOf(entry.body)) {
      blame(index, 'order', `entry ${index} would be looked for under another subject`)
    }
    // What it is found by stands beside the tree, not in it.
    if (isVerified) continue
    coming.push(headFaultsOf(index, readHead(row.head), signer, { size: peaks.size, root, at: entry.at }))
    if (row.peaks !== peaksText(peaks)) blame(index, 'tree', `the tree beside entry ${index} is of other entries`)
  }
  if (peaks.size === 0)
    blame(0, 'cut', 'the journal has no entry: its first one, which is written when it is made, is gone')
  for (const head of heads) {
    const its = (fault: string) => `${fault} of ${head.size} entries that was kept (${head.at})`
    if (!isSound(head)) blame(head.size - 1, 'signature', its('the signature does not fit the head'))
    else if (signer !== null && head.signer !== signer) blame(0, 'signer', its('another station signed the head'))
    else if (peaks.size < head.size) {
      blame(peaks.size, 'cut', its(`the journal has only ${peaks.size} entries: it was cut, or is older than the head`))
    } else if (roots.get(head.size) !== head.root) {
      blame(head.size - 1, 'cut', its('the entries are not those of the head'))
    }
  }
  await settle(0)
  return { size: peaks.size, root: rootOfPeaks(peaks).toString('hex'), signer, faults }
}

/** Signatures that are being proved at once: of a long journal no more lies in memory. */
const mostComing = 500

/** Without the body, which would wait in memory for what is behind it. */
const linkOf = ({ index, previous, at, signer, hash }: ChainedEntry): ChainLink => ({
  index,
  previous,
  at,
  signer,
  hash,
})

async function chainFaultsOf(
  index: number,
  kindOfEntry: string,
  link: ChainLink,
  before: ChainLink | undefined,
  signer: string,
  own: ReturnType<typeof ownFaultOf>,
): Promise<readonly JournalFault[]> {
  return entryFaults(link, before, [signer], await own).flatMap(({ kind, sentence }) =>
    kind === 'time' && kindOfEntry === clockSet ? [] : [{ index, kind, sentence }],
  )
}

async function headFaultsOf(
  index: number,
  head: TreeHead | null,
  signer: string,
  { size, root, at }: Pick<TreeHead, 'size' | 'root' | 'at'>,
): Promise<readonly JournalFault[]> {
  if (head === null || head.signer !== signer || !(await isSoundBeside(head))) {
    const sentence = `the head of the journal at entry ${index} is not signed by its station`
    return [{ index, kind: 'signature', sentence }]
  }
  if (head.root === root && head.size === size && head.at === at) return []
  return [{ index, kind: 'tree', sentence: `the signed head at entry ${index} is of other entries than these` }]
}

/** An entry from its text; null where it is none, or the same content was written in another way. */
export function readEntry(text: string): ChainedEntry | null {
  const json = parseJson(text)
  const read = ChainedEntry.safeParse(json)
  if (!read.success) return null
  try {
    return isWrittenCanonically(text, json) || canonicalJson(read.data) === text ? read.data : null
  } catch {
    return null
  }
}

/**
 * Of a text that was read and verified before: where its root is the same, to the bit, it is the entry that it was then, and how it is
 * written need not be looked at again. Null of what nobody can use. Fields in the order in which {@link readEntry} gives them.
 */
function entryAsVerified(text: string): ChainedEntry | null {
  const entry = parseJson(text) as ChainedEntry | null | undefined
  const body = entry?.body
  if (entry == null || typeof entry.index !== 'number' || typeof entry.at !== 'string') return null
  if (typeof body !== 'object' || body === null) return null
  const { journal, kind, who, why, unit, station, facts, redacted } = body
  const isText = (value: unknown) => value === null || typeof value === 'string'
  const isUsable =
    typeof kind === 'string' && [who, why, unit, station].every(isText) && typeof facts === 'object' && facts !== null
  return isUsable
    ? { ...entry, body: { journal, kind, who, why, unit, station, facts, ...(redacted && { redacted }) } }
    : null
}

export function readHead(text: string): TreeHead | null {
  const read = TreeHead.safeParse(parseJson(text))
  return read.success ? read.data : null
}

export const peaksText = ({ hashes }: Peaks) => hashes.map(hash => hash.toString('hex')).join()
