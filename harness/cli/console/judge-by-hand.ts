import type { Desk, HandedPicture } from '../../console/desk.ts'
import { AssayError, type ExitCode, exitCodes } from '../../core/assay-error.ts'
import { openGlovebox } from '../../inspection/glovebox/glovebox.ts'
import { Likeness } from '../../inspection/likeness.ts'
import { fileSeen, takenOf } from '../../inspection/photograph-unit.ts'
import { RunStopped, runInspections, type Visit } from '../../inspection/run.ts'
import { requireInspector } from '../../lots/inspector.ts'
import { type InspectionJournal, keepInspections } from '../../lots/keep-inspections.ts'
import { lotStatus } from '../../lots/lot-status.ts'
import type { ProductProfile } from '../../products/profile.ts'
import type { Look, Vision } from '../../vision/pool/vision.ts'
import { openStationJournal } from '../journal/station-journal.ts'
import { lotOfRecords } from '../lot/lot-of-records.ts'
import type { LotSessionOptions } from '../lot/lot-session.ts'
import { chosenSettings } from '../photographs/chosen-settings.ts'
import { stationNamed, unprovedNamed } from '../photographs/inspect-photographs.ts'
import { knownProducts } from '../photographs/known-products.ts'
import { evidenceOf } from '../vault/station-vault.ts'
import { softwareIdentity } from '../version.ts'
import { lotAtBench, showJudged } from './lot-at-bench.ts'

/** What a bench without a rig is opened with. */
export type HandOptions = Omit<LotSessionOptions, 'rig' | 'records'> & { readonly records: string }

interface HandVisit extends Visit {
  readonly files: readonly string[]
  /** sha256 of the pixels of each. */
  readonly pixels: readonly string[]
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
  const kept = keepInspections(journal, { station: station.name, operator: options.operator, profile, configuration })
  await using glovebox = openGlovebox()
  const evidence = await evidenceOf(kept, options.operator, glovebox)
  await using vision = chosen.open(glovebox)
  const names = { profile: profile.name, records: lot.lot ?? '' }
  await kept.judgingBy({ records: recordsSha256, configuration: configuration?.sha256 ?? null, names })
  const serials = lot.units.map(({ serial }) => serial)
  const before = await lotStatus(journal.entriesAboutUnits(serials), lot, recordsSha256)
  const eyes = new HandEyes(vision, profile, kept, desk, signal)

  const lotHere = { lot, profile, station: station.name, journal, before, operator }
  const nest = desk.opened({
    ...lotAtBench(lotHere, { rig: 'by hand', source: 'hand' }),
    lay: null,
    looks: null,
    live: async function* () {},
  })
  async function* visits(): AsyncGenerator<HandVisit> {
    while (await nest.next(signal)) {
      const seen = await eyes.see(desk.handed())
      if (seen.length === 0) continue
      const likeness = new Likeness(vision, others)
      yield {
        files: seen.map(({ name }) => name),
        pixels: seen.map(({ look }) => look.pixelsSha256),
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
  try {
    await runInspections({
      visits: visits(),
      evidence,
      glovebox,
      journal: async ({ visit: { files, pixels }, record }) =>
        void (await kept.judged(record, files, recordsSha256, { pixels })),
      onRecord: async inspected => await showJudged(desk, lotHere, inspected),
      signal,
    })
  } catch (error) {
    if (!(error instanceof RunStopped)) throw error
    desk.tell(error.message)
    return error.exitCode
  }
  return exitCodes.passed
}

/** A photograph that was looked at. */
interface Seen extends HandedPicture {
  readonly look: Look
}

/** Looks at what is handed in. What is no usable picture, or was there before, is kept and said, and is no part of the card. */
class HandEyes {
  readonly #vision: Vision
  readonly #profile: ProductProfile
  readonly #kept: InspectionJournal
  readonly #desk: Desk
  readonly #signal: AbortSignal
  readonly #first = new Map<string, string>()

  constructor(vision: Vision, profile: ProductProfile, kept: InspectionJournal, desk: Desk, signal: AbortSignal) {
    this.#vision = vision
    this.#profile = profile
    this.#kept = kept
    this.#desk = desk
    this.#signal = signal
  }

  async see(pictures: readonly HandedPicture[]): Promise<readonly Seen[]> {
    await this.#kept.named(pictures.map(({ name }) => name))
    const looked = await Promise.all(pictures.map(async picture => await this.#look(picture)))
    return looked.filter(one => one !== null)
  }

  async #look({ name, bytes }: HandedPicture): Promise<Seen | null> {
    try {
      const look = await this.#vision.look(bytes, this.#profile, { name, signal: this.#signal })
      const first = this.#first.get(look.pixelsSha256)
      if (first === undefined) {
        this.#first.set(look.pixelsSha256, name)
        return { name, bytes, look }
      }
      await this.#kept.repeated(name, first)
      this.#desk.tell(`${name} is the same picture as ${first}; it counts once.`)
    } catch (error) {
      if (this.#signal.aborted || !(error instanceof AssayError)) throw error
      await this.#kept.unreadable(name, { code: error.code, message: error.message })
      this.#desk.tell(`${name}: ${error.message}`)
    }
    return null
  }
}
