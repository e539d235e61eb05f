import { isVirtual } from '../../../devices/rig.ts'
import { refuseUnknownLimits } from '../../checks/limits.ts'
import { readLotFile } from '../../checks/lot/read-lot-file.ts'
import { loadConfig } from '../../config/load-config.ts'
import { AssayError, type ExitCode, exitCodes } from '../../core/assay-error.ts'
import { inspectLot, type Nest } from '../../inspection/inspect-lot.ts'
import { type Answers, handNest, type TwinCard, twinNest } from '../../inspection/nests.ts'
import { RunStopped } from '../../inspection/run.ts'
import { refuseOpenAlarms } from '../../lots/alarms.ts'
import { keepInspections, retakeOf } from '../../lots/keep-inspections.ts'
import { type LotStatus, lotStatus } from '../../lots/lot-status.ts'
import { loadProfile } from '../../products/load-profile.ts'
import type { RunFacts } from '../../record/journal-kinds.ts'
import { type JournalOptions, openStationJournal } from '../journal/station-journal.ts'
import { lotWarnings, readRecords } from '../lot-report.ts'
import { chosenSettings } from '../photographs/chosen-settings.ts'
import { stationNamed, unprovedNamed } from '../photographs/inspect-photographs.ts'
import type { Output } from '../photographs/output.ts'
import { showProgress } from '../progress.ts'
import { rigAtHand } from '../rig/chosen-rig.ts'
import { assayVersion } from '../version.ts'
import { LotResults } from './lot-results.ts'
import { openForUnits, proveByOwnGoldenCard, requireHealth, sha256, virtualCardsOf } from './rig-session.ts'

export interface InspectLotOptions extends JournalOptions {
  readonly rig: string
  readonly records: string
  readonly product?: string
  readonly station?: string
  /** Virtual rigs: also the cards that were judged already. */
  readonly again?: boolean
  readonly acceptUnproved?: readonly string[]
  readonly operator?: string
  readonly out?: string
  /** Seconds to wait for a rig that another program holds. */
  readonly wait?: number
}

/** What a person at the bench is reached by. */
export interface Person {
  readonly output: Output
  readonly answers: Answers
}

/**
 * `assay inspect --rig`: the cards of a lot, one after the other. The rig is proved first: calibration, health, golden card.
 * Every result is in the journal before it is shown; a session that was broken off goes on where it was.
 */
export async function inspectLotOnRig(
  options: InspectLotOptions,
  { output, answers }: Person,
  signal: AbortSignal,
): Promise<ExitCode> {
  const recordsBytes = readRecords(options.records)
  const { product, station: stationName, open, loaded, configuration } = await settingsFor(options, recordsBytes)
  const profile = loadProfile(product)
  refuseUnknownLimits(profile)
  const station = stationNamed(stationName)
  const { lot, ...said } = readLotFile(recordsBytes, options.records, { profile })
  for (const line of lotWarnings(options.records, said)) output.tell(`assay: ${line}`)
  const acceptedHere = options.acceptUnproved?.map(unprovedNamed)
  const acceptUnproved = (name: keyof typeof loaded.config.stations) =>
    acceptedHere ?? loaded.config.stations[name]?.acceptUnproved ?? []
  const atHand = await rigAtHand(options.rig)
  const operator = options.operator ?? null
  const software = { name: 'assay', version: assayVersion(), revision: null } as const
  const recordsSha256 = sha256(recordsBytes)

  await using journal = await openStationJournal(options, signal)
  const kept = keepInspections(journal, {
    station: station.name,
    operator: options.operator,
    profile,
    configuration,
    out: options.out,
  })
  const statusNow = async () =>
    await lotStatus(journal.entriesAboutUnits(lot.units.map(({ serial }) => serial)), lot, recordsSha256)
  await refuseOpenAlarms(journal.entriesOn('alarms', 'people'), atHand.name)
  const results = new LotResults(output, options)
  const before = await statusNow()
  const judged = judgedAt(before, station.name)
  if (judged.size > 0) output.tell(`assay: ${resumed(before, judged, station.name)}`)

  const ask = (question: string) => void output.tell(question)
  await using rig = await openForUnits(atHand, options, 'assay inspect', signal)
  await using vision = open()
  const facts: RunFacts = { rig: atHand.name, lot: lot.lot, units: lot.units.length }
  await kept.judgingBy({
    records: recordsSha256,
    calibration: atHand.calibration?.id ?? null,
    configuration: configuration?.sha256 ?? null,
    names: { calibration: atHand.name, records: lot.lot ?? '', profile: profile.name },
  })
  const golden = await proveByOwnGoldenCard({
    rig,
    atHand,
    vision,
    profile,
    journal: kept,
    acceptUnproved,
    software,
    operator,
    answers,
    ask,
    signal,
    onLaidIn: async () => await requireHealth(rig, atHand, loaded, signal),
  })
  output.tell(`assay: rig ${atHand.name} is well, and sees its golden card ${golden.unit} as good.`)

  await kept.begun(facts)
  using progress = showProgress(process.stderr)
  const onUnit = (done: number) => progress.at(`making virtual cards: ${done}`)
  await using line = isVirtual(rig) ? await virtualCardsOf(lot, options.records, profile, signal, onUnit) : null
  const cards: TwinCard[] = (line?.lot.units ?? []).flatMap(({ record: { serial } }, index) =>
    options.again !== true && judged.has(serial)
      ? []
      : [{ draw: async stop => await line!.card(index, station.name, stop) }],
  )
  const nest: Nest = isVirtual(rig) ? twinNest(rig, cards) : handNest(answers, ask)
  let why = 'All cards that were laid in are judged.'
  try {
    await inspectLot({
      bench: { rig, vision, profile },
      nest,
      station,
      profile,
      records: () => lot,
      clock: () => new Date().toISOString(),
      software,
      operator,
      acceptUnproved: acceptUnproved(station.name),
      onRetake: async (_, first, unread) => await kept.retaking(retakeOf(atHand.name, first, unread)),
      journal: async ({ record }) => results.stands(record, await kept.judged(record, [], recordsSha256)),
      onRecord: inspected => results.judged(inspected),
      signal,
    })
  } catch (error) {
    why = error instanceof Error ? error.message : 'The run broke off.'
    if (error instanceof RunStopped) output.tell(`assay: ${why}`)
    else if (!signal.aborted) {
      // The rig, or the journal: what was judged is kept and said, and then why it ended.
      await results.finish(await statusNow(), journal)
      throw error
    }
    results.ended(error instanceof RunStopped ? error.exitCode : exitCodes.interrupted)
  } finally {
    if (isVirtual(rig)) rig.place(null)
    await kept.ended(facts, why)
  }
  return await results.finish(await statusNow(), journal)
}

/** Product and station: the lot file says its own product where nobody else does. */
async function settingsFor({ product, station }: InspectLotOptions, records: Uint8Array) {
  const { sources } = await loadConfig({ cwd: process.cwd(), environment: process.env, flags: { product, station } })
  const own = sources.product === 'default' ? productOf(records) : undefined
  return await chosenSettings({ product: product ?? own, station }, ['product', 'station'])
}

/** The product that a lot file names; undefined where it names none, or is none. */
function productOf(records: Uint8Array): string | undefined {
  try {
    return readLotFile(records).lot.product ?? undefined
  } catch (error) {
    if (error instanceof AssayError) return undefined
    throw error
  }
}

/** Units that are judged at the station: nothing is left to look at, unless somebody says so. */
function judgedAt({ units }: LotStatus, station: string): ReadonlySet<string> {
  const isJudged = (verdict: string) => verdict === 'PASS' || verdict === 'FAIL'
  return new Set(
    units.flatMap(({ unit, stations }) =>
      stations.some(one => one.station === station && isJudged(one.verdict)) ? [unit] : [],
    ),
  )
}

function resumed({ units }: LotStatus, judged: ReadonlySet<string>, station: string): string {
  const names = [...judged]
  const shown = names.length > 12 ? `${names.slice(0, 12).join(', ')} and ${names.length - 12} more` : names.join(', ')
  return `${judged.size} of ${units.length} units are judged at ${station} already: ${shown}.`
}
