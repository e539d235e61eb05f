import { isVirtual, type Rig } from '../../../devices/rig.ts'
import { scannerOf } from '../../../devices/scanner/scanner-of.ts'
import type { VirtualLine } from '../../../fixtures/virtual-line/virtual-line.ts'
import { AssayError, type ExitCode, exitCodes } from '../../core/assay-error.ts'
import type { StationName, UnprovedName } from '../../core/vocabulary.ts'
import type { Journal, JournalReader } from '../../custody/journal/journal.ts'
import { openGlovebox } from '../../inspection/glovebox/glovebox.ts'
import type { LotOnRig } from '../../inspection/inspect-lot.ts'
import type { Answers } from '../../inspection/nests.ts'
import { RunStopped } from '../../inspection/run.ts'
import { stations } from '../../inspection/station.ts'
import { refuseOpenAlarms } from '../../lots/alarms.ts'
import { requireInspector } from '../../lots/inspector.ts'
import { type InspectionJournal, keepInspections, retakeOf } from '../../lots/keep-inspections.ts'
import { type LotStatus, lotStatus } from '../../lots/lot-status.ts'
import { entriesOfLot } from '../../lots/wrong-file.ts'
import type { ProductProfile } from '../../products/profile.ts'
import type { LotFile } from '../../products/unit-record.ts'
import type { SpotCheckLook } from '../../record/journal-kinds.ts'
import { type JournalOptions, openStationJournal } from '../journal/station-journal.ts'
import { chosenSettings } from '../photographs/chosen-settings.ts'
import { stationNamed, unprovedNamed } from '../photographs/inspect-photographs.ts'
import { knownProducts } from '../photographs/known-products.ts'
import type { Output } from '../photographs/output.ts'
import { showProgress } from '../progress.ts'
import { rigAtHand } from '../rig/chosen-rig.ts'
import { evidenceOf } from '../vault/station-vault.ts'
import { softwareIdentity } from '../version.ts'
import { type LotOfRecords, lotOfRecords } from './lot-of-records.ts'
import { LotResults } from './lot-results.ts'
import { openForUnits, proveByOwnGoldenCard, requireCalibration, requireHealth, virtualCardsOf } from './rig-session.ts'
import { decoysOfSession } from './session-decoys.ts'

/** What every command takes that judges cards of a lot on a rig. */
export interface LotSessionOptions extends JournalOptions {
  readonly rig: string
  /** Required: left out, it is asked for with all else that is missing. */
  readonly records?: string
  readonly product?: string
  readonly station?: string
  readonly acceptUnproved?: readonly string[]
  readonly operator?: string
  readonly out?: string
  /** Seconds to wait for a rig that another program holds. */
  readonly wait?: number
  /** Cards are scanned as they are laid in, by the rig's own scanner. */
  readonly scan?: boolean
}

/** What a person at the bench is reached by. */
export interface Person {
  readonly output: Output
  readonly answers: Answers
}

/** A rig that was proved, with a lot to judge on it. */
export interface LotSession {
  readonly rig: Rig
  /** Of a virtual rig, the cards of the lot. */
  readonly line: VirtualLine | null
  readonly lot: LotFile
  readonly profile: ProductProfile
  readonly station: StationName
  readonly journal: Journal
  readonly kept: InspectionJournal
  readonly results: LotResults
  /** Where the lot stood before. */
  readonly before: LotStatus
  readonly ask: (question: string) => void
  readonly answers: Answers
  /** What {@link inspectLot} takes at a station, each result kept before it is shown. @param spotCheck the step that it looks at */
  at(station: StationName, spotCheck?: SpotCheckLook): Omit<LotOnRig, 'nest'>
}

/** How work on a lot came to its end, in a sentence; whole when everything was done that it was begun for. */
export interface Done {
  readonly isWhole: boolean
  readonly why: string
}

const unprovedSince =
  'The golden card was not seen after the last unit: no lot is released on what was judged since, before this rig sees it as good again.'

/**
 * Opens the rig, has it prove itself, lets `work` judge cards on it, and says where the lot stands then.
 * @param needsStation false: the work has stations of its own
 * @param refuse throws where the work cannot be done with this lot: asked before the rig is opened and anything is begun
 * @returns the worst exit code of what `work` and the results say
 */
export async function withLotOnRig(
  options: LotSessionOptions,
  { output, answers }: Person,
  signal: AbortSignal,
  needsStation: boolean,
  work: (session: LotSession) => Promise<Done>,
  refuse: (lot: LotOfRecords, journal: JournalReader) => Promise<void> = async () => {},
): Promise<ExitCode> {
  const { product, station, open, loaded, configuration } = await chosenSettings(
    options,
    needsStation ? ['station'] : [],
    options.records === undefined ? ["--records <file> (the lot's public records)"] : [],
  )
  const records = options.records!
  const at = stationNamed(station).name
  const read = lotOfRecords(records, { product, loaded }, line => output.tell(`assay: ${line}`))
  const { lot, profile, recordsSha256 } = read
  const acceptedHere = options.acceptUnproved?.map(unprovedNamed)
  const acceptUnproved = (name: StationName): readonly UnprovedName[] =>
    acceptedHere ?? loaded.config.stations[name]?.acceptUnproved ?? []
  const atHand = await rigAtHand(options.rig, loaded)
  const others = knownProducts(loaded)
  const shared = {
    software: await softwareIdentity(),
    operator: options.operator ?? null,
    profile,
    signal,
  }

  await using journal = await openStationJournal(options, signal, loaded)
  await refuse(read, journal)
  const { operator, out } = options
  await requireInspector(journal.entriesOn('people'), operator ?? null)
  const kept = keepInspections(journal, { station: at, operator, profile, configuration, out })
  await using glovebox = openGlovebox()
  const evidence = await evidenceOf(kept, operator, glovebox, loaded)
  const serials = lot.units.map(({ serial }) => serial)
  const statusNow = async () => await lotStatus(entriesOfLot(journal, serials), lot, recordsSha256)
  await refuseOpenAlarms(journal.entriesOn('alarms', 'people'), atHand.name)
  const results = new LotResults(output, options)
  const before = await statusNow()
  await results.begin(journal)

  const ask = (question: string) => void output.tell(question)
  output.tell(
    `assay: opening rig ${atHand.name} for ${lot.units.length} units${lot.lot === null ? '' : ` of the lot ${lot.lot}`}.`,
  )
  await using rig = await openForUnits(atHand, options, 'assay inspect', signal)
  // Said before anything is laid in.
  if (options.scan === true) scannerOf(rig)
  await using vision = open(glovebox)
  await kept.judgingBy({
    records: recordsSha256,
    calibration: atHand.calibration?.id ?? null,
    configuration: configuration?.sha256 ?? null,
    names: { calibration: atHand.name, records: lot.lot ?? '', profile: profile.name },
  })
  const onLaidIn = async () => await requireHealth(rig, atHand, loaded, journal, signal)
  const lotRun = {
    rig: atHand.name,
    lot: lot.lot,
    units: lot.units.length,
    ...(!needsStation && { isSpotCheck: true }),
  }
  const workOnRig = async (): Promise<Done> => {
    const proof = {
      ...shared,
      ...{ rig, atHand, vision, glovebox, evidence, journal: kept, acceptUnproved, answers, ask, onLaidIn },
    }
    const golden = await proveByOwnGoldenCard(proof)
    output.tell(`assay: rig ${atHand.name} is well, and sees its golden card ${golden!.unit} as good.`)
    using progress = showProgress(process.stderr)
    const onUnit = (done: number) => progress.of('making virtual cards', done, lot.units.length)
    await using line = isVirtual(rig) ? await virtualCardsOf(lot, records, profile, signal, onUnit) : null
    let judged = 0
    const decoys = needsStation ? await decoysOfSession(journal, lot.lot, at) : null
    try {
      const done = await work({
        ...{ rig, line, lot, profile, station: at, journal, kept, results, before, ask, answers },
        at: (name, spotCheck) => ({
          ...shared,
          bench: { rig, vision, profile, others },
          station: stations[name],
          records: () => lot,
          clock: () => new Date().toISOString(),
          acceptUnproved: acceptUnproved(name),
          mayJudge: async () => {
            // Who has retired meanwhile judges no more.
            await requireInspector(journal.entriesOn('people'), operator ?? null)
            await requireCalibration(rig, atHand, loaded, journal)
          },
          evidence,
          glovebox,
          onRetake: async (_, first, unread) => await kept.retaking(retakeOf(atHand.name, first, unread)),
          journal: async ({ record }) => {
            judged++
            decoys?.judged(record)
            results.stands(record, await kept.judged(record, [], recordsSha256, spotCheck && { spotCheck }))
          },
          onRecord: inspected => results.judged(inspected),
        }),
      })
      if (judged === 0) return done
      const leftOut = decoys?.leftOut ?? null
      if (leftOut !== null) output.tell(`assay: ${leftOut}`)
      // What drifts while units are judged shows afterwards only.
      const again = await proveByOwnGoldenCard({ ...proof, when: 'after' })
      output.tell(`assay: ${again === null ? unprovedSince : `rig ${atHand.name} still sees its golden card as good.`}`)
      return again === null ? { ...done, why: `${done.why} ${unprovedSince}` } : done
    } finally {
      if (isVirtual(rig)) rig.place(null)
    }
  }
  await kept.begun(lotRun)
  let done: Done = { isWhole: false, why: 'The run broke off.' }
  let failure: { readonly error: unknown } | null = null
  try {
    done = await workOnRig()
  } catch (error) {
    if (error instanceof AssayError) done = { isWhole: false, why: error.message }
    if (error instanceof RunStopped) {
      output.tell(`assay: ${error.message}`)
      results.ended(error.exitCode)
    } else if (signal.aborted) results.ended(exitCodes.interrupted)
    else failure = { error }
  }
  // A process that was lost counts nothing.
  const counts = lot.lot === null ? null : await glovebox.passphraseCounts().catch(() => null)
  if (counts !== null && lot.lot !== null)
    await journal.append({
      kind: 'lot-passphrases-counted',
      who: operator,
      station: at,
      facts: { lot: lot.lot, ...counts },
    })
  await kept.ended({ ...lotRun, isWhole: done.isWhole }, done.why)
  // Of a rig or a journal that failed, too: what was judged is kept and said, and then why it ended.
  const exitCode = await results.finish(await statusNow(), journal, needsStation ? at : null, signal)
  if (failure !== null) throw failure.error
  return exitCode
}
