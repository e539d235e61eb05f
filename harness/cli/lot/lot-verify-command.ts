import { type ExitCode, exitCodes } from '../../core/assay-error.ts'
import { printable } from '../../core/printable.ts'
import { readJournal } from '../../custody/journal/journal-folder.ts'
import { isSound, type TreeHead } from '../../custody/journal/tree-head.ts'
import { fingerprint } from '../../custody/signing-key.ts'
import { LotRows } from '../../lots/release/lot-rows.ts'
import { inspectorsOf, missingSignatures, readSignatures } from '../../lots/release/signatures.ts'
import { readPublicKey } from '../journal/people-commands.ts'
import { say } from '../line/site-command.ts'
import { decisionLines, readHead } from './lot-close-command.ts'
import { derivedFaults } from './release-files.ts'
import { type OpenedRelease, openRelease } from './release-folder.ts'

export interface VerifyLotOptions {
  /** Files with public keys: whoever signed has one of them. */
  readonly key?: readonly string[]
  /** Files with heads of the journal that were kept outside. */
  readonly head?: readonly string[]
  /** The journal's folder: everything is worked out from it again. */
  readonly journal?: string
  readonly json?: boolean
}

/**
 * `assay lot verify`: is this release what its people signed, and does its decision follow from its rows? Needs nothing but the
 * folder; keys, heads and the journal that one has from elsewhere make it prove more.
 */
export async function verifyLot(folder: string, options: VerifyLotOptions): Promise<ExitCode> {
  const opened = await openRelease(folder)
  const { release, files } = opened
  const { document, decided } = release
  const { signatures, faults } = readSignatures(release, files)
  const keys = options.key?.map(readPublicKey)
  const wrong = [
    ...opened.faults,
    ...faults,
    ...derivedFaults(release, files),
    ...missingSignatures(signatures, inspectorsOf(release)),
    ...signatures.flatMap(({ signer, publicKey }) =>
      keys === undefined || keys.includes(publicKey)
        ? []
        : [`the key of ${signer.name} is none of those that were given`],
    ),
    ...(isSound(document.head) ? [] : ['the head of the journal in it is not signed by its station']),
    ...headFaults(document.head, (options.head ?? []).map(readHead)),
    ...(options.journal === undefined ? [] : await journalFaults(opened, options.journal)),
  ]
  const isReleased = decided.decision === 'RELEASED'
  say(
    options,
    {
      lot: document.lot,
      decision: decided.decision,
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
      ...decisionLines(release),
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
  return wrong.length === 0 && isReleased ? exitCodes.passed : exitCodes.failed
}

function headFaults(head: TreeHead, kept: readonly TreeHead[]): string[] {
  return kept.flatMap(one => {
    if (one.signer !== head.signer)
      return ['the release rests on the journal of another station than the head that was kept']
    if (one.size === head.size && one.root !== head.root)
      return [`the journal of the release is another one than that of the head of ${one.size} entries`]
    return []
  })
}

/** What the journal itself says otherwise than the release. */
async function journalFaults({ release }: OpenedRelease, folder: string): Promise<string[]> {
  const { head, lot, recordsSha256, serials, journalFaults: told } = release.document
  await using journal = await readJournal(folder)
  const taken = new LotRows({ lot, recordsSha256, serials })
  const { faults } = await journal.verify([head], entry => {
    if (entry.index < head.size) taken.take(entry)
  })
  const isSame =
    JSON.stringify(taken.rows) === JSON.stringify(release.rows) &&
    JSON.stringify(taken.series) === JSON.stringify(release.series)
  return [
    ...faults.flatMap(({ sentence }) => (told.includes(sentence) ? [] : [sentence])),
    ...(isSame ? [] : ['the rows of the release are not those of the journal']),
  ]
}
