import type { Desk, HandedPicture } from '../../console/desk.ts'
import { AssayError, type ExitCode, exitCodes } from '../../core/assay-error.ts'
import { openGlovebox } from '../../inspection/glovebox/glovebox.ts'
import { Likeness } from '../../inspection/likeness.ts'
import { fileSeen, takenOf } from '../../inspection/photograph-unit.ts'
import { RunStopped, runInspections, type Visit } from '../../inspection/run.ts'
import { requireInspector } from '../../lots/inspector.ts'
import { type InspectionJournal, keepInspections } from '../../lots/keep-inspections.ts'
import { lotStatus } from '../../lots/lot-status.ts'
import { entriesOfLot } from '../../lots/wrong-file.ts'
import type { ProductProfile } from '../../products/profile.ts'
import type { Look, Vision } from '../../vision/pool/vision.ts'
import { openStationJournal } from '../journal/station-journal.ts'
import { lotOfRecords } from '../lot/lot-of-records.ts'
import { LotResults } from '../lot/lot-results.ts'
import type { LotSessionOptions } from '../lot/lot-session.ts'
import { chosenSettings } from '../photographs/chosen-settings.ts'
import { stationNamed, unprovedNamed } from '../photographs/inspect-photographs.ts'
import { knownProducts } from '../photographs/known-products.ts'
import { evidenceOf } from '../vault/station-vault.ts'
import { softwareIdentity } from '../version.ts'
import { lotAtBench, personAt, showJudged } from './lot-at-bench.ts'

/** What a bench without a rig is opened with. */
export type HandOptions = Omit<LotSessionOptions, 'rig' | 'records'> & { readonly records: string }

interface HandVisit extends Visit {
  readonly files: readonly string[]
  /** What was handed in besides and counts for nothing, each with why. */
  readonly besides: readonly string[]
  /** sha256 of the pixels of each. */
  readonly pixelsSha256: readonly string[]
}

/**
 * Cards that a person photographs: each hand-in is one card, judged by the one loop as `assay inspect` judges files.
 * @throws what settings, records, profile and journal say
 */
export async function judgeByHand(options: HandOptions, desk: Desk, signal: AbortSignal): Promise<ExitCode> {
  const chosen = await chosenSettings(options, ['station'])
  const { lot, profile, recordsSha256 } = lotOfRecords(options.records, chosen, line => desk.tell(line))
  const station = stationNamed(chosen.station)
  const operator = options.operator ?? null
  const { configuration, loaded } = chosen
  const software = await softwareIdentity()
  const others = knownProducts(loaded)

  await using journal = await openStationJournal(options, signal, loaded)
  await requireInspector(journal.entriesOn('people'), operator)
  const { out } = options
  const kept = keepInspections(journal, {
    station: station.name,
    operator: options.operator,
    profile,
    configuration,
    out,
  })
  const results = new LotResults(personAt(desk).output, options)
  await using glovebox = openGlovebox()
  const evidence = await evidenceOf(kept, options.operator, glovebox)
  await using vision = chosen.open(glovebox)
  const names = { profile: profile.name, records: lot.lot ?? '' }
  await kept.judgingBy({ records: recordsSha256, configuration: configuration?.sha256 ?? null, names })
  const serials = lot.units.map(({ serial }) => serial)
  const statusNow = async () => await lotStatus(entriesOfLot(journal, serials), lot, recordsSha256)
  const before = await statusNow()
  await results.begin(journal)
  const eyes = new HandEyes(vision, profile, kept, signal)

  const lotHere = { lot, profile, station: station.name, journal, before, operator }
  const nest = desk.opened({
    ...lotAtBench(lotHere, { rig: 'by hand', source: 'hand' }),
    lay: null,
    looks: null,
    live: async function* () {},
  })
  async function* visits(): AsyncGenerator<HandVisit> {
    while (await nest.next(signal)) {
      // Who has retired meanwhile judges no more.
      await requireInspector(journal.entriesOn('people'), operator)
      const { seen, besides } = await eyes.see(desk.handed())
      if (seen.length === 0) {
        desk.noResult(besides)
        continue
      }
      const likeness = new Likeness(vision, others)
      yield {
        files: seen.map(({ name }) => name),
        besides,
        pixelsSha256: seen.map(({ look }) => look.pixelsSha256),
        photographs: seen.map(({ bytes, look }) => ({
          ...takenOf(Promise.resolve(look), async reading => ({
            ...fileSeen(reading),
            otherProduct: await likeness.sentence({ bytes, chosen: profile, reading }, signal),
          })),
          picture: async () => bytes,
        })),
        station,
        profile,
        records: () => lot,
        clock: () => new Date().toISOString(),
        rig: null,
        software,
        operator,
        acceptUnproved: options.acceptUnproved?.map(unprovedNamed) ?? chosen.acceptUnproved,
      }
    }
  }
  const run = { rig: 'by hand', lot: lot.lot, units: lot.units.length }
  await kept.begun(run)
  let why = 'The run broke off.'
  let failure = null as { readonly error: unknown } | null
  try {
    await runInspections({
      visits: visits(),
      evidence,
      glovebox,
      journal: async ({ visit: { files, pixelsSha256 }, record }) =>
        results.stands(record, await kept.judged(record, files, recordsSha256, { pixelsSha256 })),
      onRecord: async inspected => {
        results.judged(inspected)
        await showJudged(desk, lotHere, inspected, inspected.visit.besides)
      },
      signal,
    })
    why = wholeBecause
  } catch (error) {
    if (error instanceof AssayError) why = error.message
    if (error instanceof RunStopped) {
      desk.tell(error.message)
      results.ended(error.exitCode)
    } else if (signal.aborted) results.ended(exitCodes.interrupted)
    else failure = { error }
  }
  await kept.ended({ ...run, isWhole: why === wholeBecause }, why)
  // Of a journal that failed, too: what was judged is said, and then why it ended.
  const exitCode = await results.finish(await statusNow(), journal, station.name, signal)
  if (failure !== null) throw failure.error
  return exitCode
}

const wholeBecause = 'All cards that were handed in are judged.'

/** A photograph that was looked at. */
interface Seen extends HandedPicture {
  readonly look: Look
}

/** Looks at what is handed in. What is no usable picture, or was there before, is kept, and is no part of the card. */
class HandEyes {
  readonly #vision: Vision
  readonly #profile: ProductProfile
  readonly #kept: InspectionJournal
  readonly #signal: AbortSignal
  readonly #first = new Map<string, string>()

  constructor(vision: Vision, profile: ProductProfile, kept: InspectionJournal, signal: AbortSignal) {
    this.#vision = vision
    this.#profile = profile
    this.#kept = kept
    this.#signal = signal
  }

  async see(
    pictures: readonly HandedPicture[],
  ): Promise<{ readonly seen: readonly Seen[]; readonly besides: readonly string[] }> {
    await this.#kept.named(pictures.map(({ name }) => name))
    const looked = await Promise.all(pictures.map(async picture => await this.#look(picture)))
    const besides = looked.filter(one => typeof one === 'string')
    return { seen: looked.filter(one => typeof one !== 'string'), besides }
  }

  /** @returns why it counts for nothing, where it does */
  async #look({ name, bytes }: HandedPicture): Promise<Seen | string> {
    try {
      const look = await this.#vision.look(bytes, this.#profile, { name, signal: this.#signal })
      const first = this.#first.get(look.pixelsSha256)
      if (first === undefined) {
        this.#first.set(look.pixelsSha256, name)
        return { name, bytes, look }
      }
      await this.#kept.repeated(name, first)
      return name === first
        ? `${name} was handed in before; it counts once.`
        : `${name} is the same picture as ${first}; it counts once.`
    } catch (error) {
      if (this.#signal.aborted || !(error instanceof AssayError)) throw error
      await this.#kept.unreadable(name, { code: error.code, message: error.message })
      return `${name}: ${error.message}`
    }
  }
}
