import { type ExitCode, exitCodes } from '../../core/assay-error.ts'
import { printable } from '../../core/printable.ts'
import type { JournalReader } from '../../custody/journal/journal.ts'
import { readJournal } from '../../custody/journal/journal-folder.ts'
import { isSound, type TreeHead } from '../../custody/journal/tree-head.ts'
import { fingerprint } from '../../custody/signing-key.ts'
import { decideLot } from '../../lots/release/decide-lot.ts'
import { ClosedFacts } from '../../lots/release/lot-kinds.ts'
import { type LotRow, LotRows } from '../../lots/release/lot-rows.ts'
import { factsOf, type LotRelease } from '../../lots/release/release-record.ts'
import { inspectorsOf, missingSignatures, readSignatures, type Signature } from '../../lots/release/signatures.ts'
import type { CommandContext } from '../context.ts'
import { readPublicKey } from '../journal/people-commands.ts'
import { say } from '../line/site-command.ts'
import { decisionLines, readHead } from './lot-close-command.ts'
import { derivedFaults } from './release-files.ts'
import { type OpenedRelease, openRelease } from './release-folder.ts'
import { keepHeapSmall } from './small-heap.ts'

export interface VerifyLotOptions {
  /** Files with public keys: whoever signed has one of them. */
  readonly key?: readonly string[]
  /** Files with heads of the journal that were kept outside. */
  readonly head?: readonly string[]
  /** The journal's folder: everything is worked out from it again. */
  readonly journal?: string
  /** A rehearsal will do. */
  readonly rehearsal?: boolean
  readonly json?: boolean
}

/**
 * `assay lot verify`: is this release what its people signed, and does its decision follow from its rows? Needs nothing but the
 * folder; keys, heads and the journal that one has from elsewhere make it prove more.
 */
export async function verifyLot(
  folder: string,
  options: VerifyLotOptions,
  { signal }: Pick<CommandContext, 'signal'>,
): Promise<ExitCode> {
  keepHeapSmall()
  const opened = await openRelease(folder)
  signal.throwIfAborted()
  const { release, files, digests } = opened
  const { document, decided } = release
  const { signatures, faults } = readSignatures(release, files, digests)
  const kept = (options.head ?? []).map(readHead)
  const keys = options.key?.map(readPublicKey)
  const wrong = [
    ...opened.faults,
    ...faults,
    ...derivedFaults(release, digests),
    ...missingSignatures(signatures, inspectorsOf(release)),
    ...signatures.flatMap(({ signer, publicKey }) =>
      keys === undefined || keys.includes(publicKey)
        ? []
        : [`the key of ${signer.name} is none of those that were given`],
    ),
    ...(isSound(document.head) ? [] : ['the head of the journal in it is not signed by its station']),
    ...(options.journal === undefined
      ? headFaults(document.head, kept)
      : await journalFaults(opened, signatures, options.journal, kept, signal)),
  ]
  // Whoever was told to stop calls nothing sound.
  signal.throwIfAborted()
  const isReleased = decided.decision === 'RELEASED'
  const isReal = !document.rehearsal || options.rehearsal === true
  say(
    options,
    {
      lot: document.lot,
      // Whoever reads this field alone must take nothing for released that is not.
      decision: wrong.length > 0 ? 'UNPROVED' : isReal ? decided.decision : 'REHEARSAL',
      says: decided.decision,
      rehearsal: document.rehearsal,
      reasons: decided.reasons,
      signatures: signatures.map(({ signer }) => signer),
      faults: wrong,
      sound: wrong.length === 0,
    },
    [
      ...(wrong.length === 0
        ? [`Sound: ${printable(folder)} is what was signed.`]
        : wrong.map(fault => `FAULT: ${printable(fault)}.`)),
      // Who reads the last lines only must not take it for good.
      ...(wrong.length === 0
        ? decisionLines(release)
        : [`It says ${decided.decision} of the lot ${document.lot}, and that is not proved.`]),
      ...signatures.map(
        ({ signer, publicKey }) =>
          `Signed by ${signer.name} as ${signer.as}, ${signer.at}: ${signer.means} Key ${fingerprint(publicKey)}.`,
      ),
      `Journal: ${document.head.size} entries, root ${document.head.root.slice(0, 16)}, station ${fingerprint(document.head.signer)}.`,
      ...(keys === undefined && options.head === undefined && options.journal === undefined
        ? ['Compare the fingerprints with those that you were told: the folder vouches for its own keys only.']
        : []),
    ],
  )
  if (wrong.length > 0 || !isReleased) return exitCodes.failed
  // Sound as it is, nothing real is released by it: no program may take it for one that is.
  return isReal ? exitCodes.passed : exitCodes.inconclusive
}

function headFaults(head: TreeHead, kept: readonly TreeHead[]): string[] {
  return kept.flatMap(one => {
    if (one.signer !== head.signer)
      return ['the release rests on the journal of another station than the head that was kept']
    if (one.size === head.size && one.root !== head.root)
      return [`the journal of the release is another one than that of the head of ${one.size} entries`]
    if (one.size !== head.size)
      return [
        `the head of ${one.size} entries cannot be held against a release of ${head.size} without the journal (--journal)`,
      ]
    return []
  })
}

/** What the journal itself says otherwise than the release, or has come to say since. */
async function journalFaults(
  { release, digests, manifestSha256 }: OpenedRelease,
  signatures: readonly Signature[],
  folder: string,
  kept: readonly TreeHead[],
  signal: AbortSignal,
): Promise<string[]> {
  const { document } = release
  await using journal = await readJournal(folder)
  const { faults, now } = await heldAgainst(journal, release, kept, { signal })
  const closed = now.flatMap(({ kind, facts }) => (kind === 'lot-closed' ? [ClosedFacts.safeParse(facts).data] : []))
  const signed = new Set(now.flatMap(({ kind, facts }) => (kind === 'lot-signed' ? [facts['envelopeSha256']] : [])))
  // What other lots and people come to later is not this lot's.
  const news = now.filter(({ kind }) => !/^(?:alarm|person-|gauge-planned$|lot-closed$|lot-signed$)/.test(kind))
  const rows = [...release.rows, ...news]
  const today = news.length === 0 ? release.decided : await decideLot({ ...factsOf(document), rows })
  return [
    ...faults,
    ...(closed.at(-1)?.manifestSha256 === manifestSha256
      ? []
      : ['the journal closed this lot last as another release']),
    ...signatures.flatMap(({ file, signer }) =>
      signed.has(digests.get(file)) ? [] : [`the journal has no signature of ${signer.name} as it is here`],
    ),
    ...(today.decision === document.decision
      ? []
      : [`by what the journal says since, the lot is ${today.decision}: ${today.because.replace(/\.$/, '')}`]),
  ]
}

/**
 * Holds a release's rows against the journal, every entry of which is looked at.
 * @param how.verified a head up to which the journal was verified before
 * @returns the lot's rows since then, too
 * @throws the signal's reason
 */
export async function heldAgainst(
  journal: JournalReader,
  { rows, measurements, document }: LotRelease,
  kept: readonly TreeHead[],
  { verified, signal }: { readonly verified?: TreeHead; readonly signal: AbortSignal },
): Promise<{ readonly faults: readonly string[]; readonly now: readonly LotRow[] }> {
  const { head, lot, recordsSha256, serials, journalFaults: told } = document
  const then = new LotRows({ lot, recordsSha256, serials })
  const now = new LotRows({ lot, recordsSha256, serials }, then)
  let [at, isSame] = [0, true]
  const { faults } = await journal.verify(
    [head, ...kept],
    entry => {
      signal.throwIfAborted()
      if (entry.index >= head.size) return now.take(entry)
      then.take(entry)
      // Row by row: a large lot's rows lie in memory once.
      const row = then.rows.pop()
      if (row !== undefined && JSON.stringify(row) !== JSON.stringify(rows[at++])) isSame = false
    },
    verified,
  )
  if (at !== rows.length || JSON.stringify(then.measurements) !== JSON.stringify(measurements)) isSame = false
  return {
    faults: [
      ...faults.flatMap(({ index, kind, sentence }) =>
        // A clock that ran back later is none of this release's.
        told.some(one => one.sentence === sentence) || (kind === 'time' && index >= head.size) ? [] : [sentence],
      ),
      ...(isSame ? [] : ['the rows of the release are not those of the journal']),
    ],
    now: now.rows,
  }
}
