import { becomes } from '../../../reports/release/lot-test.ts'
import { type ExitCode, exitCodes } from '../../core/assay-error.ts'
import { OutsideFileError, readOutside } from '../../core/outside-file.node.ts'
import { parseJson } from '../../core/parse-json.ts'
import { printable } from '../../core/printable.ts'
import type { JournalReader } from '../../custody/journal/journal.ts'
import { TreeHead } from '../../custody/journal/tree-head.ts'
import { otherAddressesIn } from '../../lots/release/address-reasons.ts'
import { claimOf, decideLot } from '../../lots/release/decide-lot.ts'
import type { ClosedFacts, LotDecision } from '../../lots/release/lot-kinds.ts'
import type { LotIdentity } from '../../lots/release/lot-rows.ts'
import { manifestFile, manifestText } from '../../lots/release/manifest.ts'
import { byWeight } from '../../lots/release/reason.ts'
import { digesting, type LotRelease, type ReleaseDocument, sha256Of } from '../../lots/release/release-record.ts'
import type { UnitRecord } from '../../products/unit-record.ts'
import type { CommandContext } from '../context.ts'
import { type JournalOptions, openStationJournal } from '../journal/station-journal.ts'
import { say } from '../line/site-command.ts'
import { assayVersion } from '../version.ts'
import { defectPictures } from './defect-pictures.ts'
import { holdLots } from './hold-lots.ts'
import { identityOf, lotNow } from './lot-now.ts'
import { readLotOf } from './read-lot-of.ts'
import { LotReleaseError, requirePerson, timeNow } from './release-entry.ts'
import { releaseFiles, reportOf } from './release-files.ts'
import { requireNewFolder, writeNewFolder } from './release-folder.ts'
import { appendWhileCurrent, lastClosed, newsOfLot } from './since-closed.ts'
import { keepHeapSmall } from './small-heap.ts'

export interface CloseOptions extends JournalOptions {
  readonly by: string
  /** Units that were counted to ship. */
  readonly shipped: number
  readonly out: string
  /** Files with heads that were kept outside. */
  readonly head?: readonly string[]
  /** Also where the journal has it as released already, and nothing was said since. */
  readonly again?: boolean
  /** Folders that inspections of the lot were given as `--out`. */
  readonly pictures?: readonly string[]
}

/** `assay lot close`: works the lot's decision out of the journal, and writes the folder that people sign. */
export async function closeLot(file: string, options: CloseOptions, { signal }: CommandContext): Promise<ExitCode> {
  keepHeapSmall()
  const read = readLotOf(file)
  const identity = identityOf(read, file)
  const kept = (options.head ?? []).map(readHead)
  requireNewFolder(options.out)
  using _held = await holdLots(options, signal)
  await using journal = await openStationJournal(options, signal)
  await requirePerson(journal, options.by, [])
  const release = await releaseFrom(journal, identity, read.lot.units, kept, options, signal)
  const { document, decided } = release
  if (decided.decision === 'RELEASED' && options.again !== true) await refuseTwice(journal, document)
  let manifestSha256 = ''
  function* whole() {
    const digests = new Map<string, string>()
    for (const [name, content] of releaseFiles(release))
      yield [name, digesting(content, sha256 => digests.set(name, sha256))] as const
    const manifest = manifestText(digests)
    manifestSha256 = sha256Of(manifest)
    yield [manifestFile, manifest] as const
    yield ['report.html', reportOf(release, manifestSha256, [])] as const
  }
  const close = async () => {
    const { size, root } = document.head
    const facts: ClosedFacts = { lot: identity.lot, decision: decided.decision, manifestSha256, size, root }
    const said = { kind: 'lot-closed', who: options.by, facts }
    await appendWhileCurrent(journal, document, said, 'Nothing was written.')
  }
  await writeNewFolder(options.out, whole(), close, signal)
  say(options, { ...document, reasons: decided.reasons, quantities: decided.quantities, manifestSha256 }, [
    ...decisionLines(release),
    `The folder to sign is ${printable(options.out)}; sha256 of its manifest ${manifestSha256}.`,
  ])
  return exitOfDecision[decided.decision]
}

/** Two folders that both release a lot are one too many: which of them is signed? @throws LotReleaseError `closed-already` */
async function refuseTwice(journal: JournalReader, document: ReleaseDocument): Promise<void> {
  const last = await lastClosed(journal, document.lot)
  if (last?.facts.decision !== 'RELEASED') return
  if ((await newsOfLot(journal, document, last.facts.size, document.rehearsal)) !== null) return
  throw new LotReleaseError(
    'closed-already',
    `The lot ${document.lot} was closed as RELEASED by ${last.who ?? 'nobody'} (entry ${last.index}), and nothing was said of it since: sign the folder whose SHA256SUMS has the sha256 ${last.facts.manifestSha256}. Where that is gone, add --again. Nothing was written.`,
  )
}

/** The lot's release by what the journal says now. */
async function releaseFrom(
  journal: JournalReader,
  lot: LotIdentity,
  units: readonly UnitRecord[],
  kept: readonly TreeHead[],
  options: CloseOptions,
  signal: AbortSignal,
): Promise<LotRelease> {
  const { head, taken, journalFaults } = await lotNow(journal, lot, kept, signal)
  const closedAt = timeNow(head)
  const { rows, measurements } = taken
  const facts: Omit<ReleaseDocument, 'decision' | 'because' | 'product' | 'rehearsal'> = {
    format: 'assay-lot-release-6',
    ...lot,
    serials: [...lot.serials],
    counted: options.shipped,
    closedBy: options.by,
    closedAt,
    software: { name: 'assay', version: assayVersion(), revision: null },
    head,
    journalFaults: [...journalFaults],
    otherAddresses: otherAddressesIn(rows, units),
  }
  const { otherAddresses } = facts
  const decided = await decideLot({ lot, rows, counted: options.shipped, journalFaults, otherAddresses })
  const plan = decided.evidence.plans[0]?.facts
  const { decision, because } = decided
  const document = {
    ...facts,
    product: plan?.product ?? 'unknown',
    rehearsal: plan?.rehearsal ?? false,
    decision,
    because,
  }
  const pictures = defectPictures({ decided }, options.pictures ?? [])
  return { document, rows, measurements, decided, pictures }
}

export const exitOfDecision: Readonly<Record<LotDecision, ExitCode>> = {
  RELEASED: exitCodes.passed,
  HELD: exitCodes.inconclusive,
  REJECTED: exitCodes.failed,
}

/** The decision for people: the word, the sentence, every reason, and the quantities. */
export function decisionLines({ document, decided }: Pick<LotRelease, 'document' | 'decided'>): readonly string[] {
  const { made, shipped, opened, scrapped, held } = decided.quantities
  const reasons = byWeight(decided.reasons)
  const claim = decided.sampled === null ? null : claimOf(decided.sampled)
  return [
    `${decided.decision}  lot ${document.lot}, ${printable(document.product)}${document.rehearsal ? ' (a rehearsal: nothing real is released)' : ''}`,
    ...(reasons.length === 0 ? [printable(decided.because)] : reasons.map(({ because }) => `  ${printable(because)}`)),
    `Made ${made} = ${becomes('shipped', document)} ${shipped} + opened ${opened} + scrapped ${scrapped} + held ${held}.`,
    ...(claim === null ? [] : [claim]),
  ]
}

export function readHead(file: string): TreeHead {
  try {
    const read = TreeHead.safeParse(parseJson(readOutside(file, 'note').toString('utf8')))
    if (read.success) return read.data
  } catch (cause) {
    if (!(cause instanceof OutsideFileError)) throw cause
  }
  throw new LotReleaseError('head-unreadable', `${file} is no head of a journal (assay journal head --out FILE).`)
}
