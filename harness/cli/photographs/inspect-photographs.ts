import { createHash } from 'node:crypto'
import { access } from 'node:fs/promises'
import { refuseUnknownLimits } from '../../checks/limits.ts'
import { AssayError, type ExitCode } from '../../core/assay-error.ts'
import { didYouMean } from '../../core/nearest.ts'
import { stationNames, type UnprovedName, unprovedNames } from '../../core/vocabulary.ts'
import { readPictureFile } from '../../imaging/file.node.ts'
import { groupByUnit } from '../../inspection/group-by-unit.ts'
import type { KnownProduct } from '../../inspection/likeness.ts'
import { fileSeen, takenOf } from '../../inspection/photograph-unit.ts'
import { type Glovebox, type Run, RunStopped, runInspections, type Visit } from '../../inspection/run.ts'
import { type Station, stations } from '../../inspection/station.ts'
import { type InspectionJournal, noJournal } from '../../lots/keep-inspections.ts'
import { loadProfile } from '../../products/load-profile.ts'
import type { ProductProfile } from '../../products/profile.ts'
import type { Vision } from '../../vision/pool/vision.ts'
import { type ReadLot, readLotOf } from '../lot/read-lot-of.ts'
import { lotWarnings } from '../lot-report.ts'
import { softwareIdentity } from '../version.ts'
import { InspectionResults, type ResultOptions, type Seen } from './inspection-results.ts'
import { type LightOptions, lightOfFiles } from './light-of-file.ts'
import { lookAtPhotographs } from './look-at-photographs.ts'
import type { Output } from './output.ts'
import { revealedSentence } from './read-photographs.ts'

export interface InspectCommandOptions extends ResultOptions, LightOptions {
  readonly photos?: readonly string[]
  readonly product: string
  readonly station: string
  readonly records: string
  readonly together?: boolean
  /** Products that cards may be of that are not the chosen one's. Default: none is looked for. */
  readonly others?: readonly KnownProduct[]
  /** Names of {@link unprovedNames}. */
  readonly acceptUnproved?: readonly string[]
  readonly operator?: string
  /** sha256 of the configuration file; null where there is none. */
  readonly configSha256?: string | null
}

/** The photographs of one unit. */
interface FileVisit extends Visit {
  readonly seen: readonly Seen[]
}

/**
 * `assay inspect`: one document or one block of lines a photograph, in their order. Each photograph is an inspection of
 * its own; with `together` those that show the same unit are one. An alarm or an interruption ends the run: what comes after
 * it is not judged and says so.
 *
 * @param journal keeps whatever is said, before it is said
 * @param evidence seals what shows a secret; the files themselves stay where they are
 * @param glovebox judges what `open`'s eyes have sealed to it
 * @returns the worst exit code
 */
export async function inspectPhotographs(
  positional: readonly string[],
  options: InspectCommandOptions,
  output: Output,
  signal: AbortSignal,
  clock: () => string = () => new Date().toISOString(),
  open?: () => Vision,
  journal: InspectionJournal = noJournal,
  evidence?: Run<Visit>['evidence'],
  glovebox: Glovebox | null = null,
): Promise<ExitCode> {
  const photos = [...positional, ...(options.photos ?? [])]
  if (photos.length === 0) throw new AssayError('no-photographs', 'No photograph was named; add --photos FILE....')
  const profile = loadProfile(options.product)
  refuseUnknownLimits(profile)
  const station = stationNamed(options.station)
  const acceptUnproved = (options.acceptUnproved ?? []).map(unprovedNamed)
  await refuseMissing(options.records)
  const lightOf = lightOfFiles(profile, options)
  // Beside the eyes, which take longer to open.
  const identity = softwareIdentity()
  identity.catch(() => {})
  const names = { profile: profile.name }
  const results = new InspectionResults({ photos, options, profile, station: station.name, output })
  await journal.judgingBy({ ...(options.configSha256 !== undefined && { configuration: options.configSha256 }), names })
  await journal.named(photos)
  await results.begin(journal)
  // The eyes take seconds to open: whoever waits, at a terminal or before a log, is told what for.
  output.tell(
    `assay: ${photos.length} ${photos.length === 1 ? 'photograph' : 'photographs'} of ${profile.name} at the station ${station.name}; reading.`,
  )
  if (options.revealSecrets) {
    await journal.revealed({ command: 'inspect', files: photos })
    output.tell(revealedSentence)
  }
  let lot: Promise<ReadLot> | undefined
  let isNoted = false

  const visitOf = async (seen: readonly Seen[]): Promise<FileVisit> => ({
    seen,
    photographs: seen.map(({ photo, look, light, otherProduct }) => ({
      ...takenOf(Promise.resolve(look), reading => ({ ...fileSeen(reading, light), otherProduct })),
      picture: async () => await samePicture(photo, look.reading.photographId),
    })),
    station,
    profile,
    // Read once, and never before the first reading is written down.
    records: async () => {
      lot ??= readLot(options.records, profile, output)
      return (await lot).lot
    },
    clock,
    rig: null,
    software: await identity,
    operator: options.operator ?? null,
    acceptUnproved,
  })
  async function* visits(): AsyncGenerator<FileVisit> {
    const look = {
      crops: options.out !== undefined,
      explain: options.explain !== undefined,
      revealSecrets: options.revealSecrets === true,
      lightOf,
      others: options.others ?? [],
    }
    const waiting: Seen[] = []
    const first = new Map<string, Seen>()
    try {
      for await (const looked of lookAtPhotographs(photos, profile, look, signal, open)) {
        const same = 'error' in looked ? undefined : first.get(looked.look.pixelsSha256)
        if (same === undefined && !('error' in looked)) first.set(looked.look.pixelsSha256, looked)
        if ('error' in looked) {
          await journal.unreadable(looked.photo, looked.error)
          results.unusable(looked)
        } else if (same !== undefined) {
          await journal.repeated(looked.photo, same.photo)
          results.repeated(looked, same)
        } else if (options.together) waiting.push(looked)
        else yield await visitOf([looked])
      }
    } catch (error) {
      // What was being looked at is left over, as what comes after it.
      if (!signal.aborted) throw error
    }
    for (const group of groupByUnit(waiting, ({ look }) => look.reading, profile)) yield await visitOf(group)
  }
  try {
    await runInspections({
      visits: visits(),
      evidence,
      glovebox,
      journal: async ({ visit: { seen }, record }) => {
        // Records that cannot be used judge nothing.
        const read = await lot
        if (read !== undefined && !isNoted) {
          await journal.judgingBy({ records: read.recordsSha256, names: { ...names, records: read.lot.lot ?? '' } })
          isNoted = true
        }
        const files = seen.map(({ photo }) => photo)
        const pixelsSha256 = seen.map(({ look }) => look.pixelsSha256)
        results.stands(await journal.judged(record, files, read?.recordsSha256 ?? null, { pixelsSha256 }), record)
      },
      onRecord: ({ visit: { seen }, ...inspected }) => results.judged(seen, inspected),
      signal,
    })
  } catch (error) {
    if (error instanceof RunStopped) results.stopped(error)
    else if (!signal.aborted) throw error
  }
  return await results.finish(journal, signal)
}

/** @throws AssayError `picture-changed`: what is sealed is what was read */
async function samePicture(photo: string, id: string): Promise<Uint8Array> {
  const bytes = await readPictureFile(photo)
  if (createHash('sha256').update(bytes).digest('hex') === id) return bytes
  throw new AssayError('picture-changed', `${photo} is another picture than a moment ago; nothing of it was sealed.`)
}

async function readLot(file: string, profile: ProductProfile, output: Output): Promise<ReadLot> {
  const read = readLotOf(file, { profile })
  for (const line of lotWarnings(file, read)) output.tell(`assay: ${line}`)
  return read
}

/** @throws AssayError `unknown-station` */
export function stationNamed(name: string): Station {
  const found = stationNames.find(known => known === name)
  if (found !== undefined) return stations[found]
  throw new AssayError('unknown-station', `There is no station «${name}»; there are ${stationNames.join(', ')}.`)
}

/** @throws AssayError `unknown-proof` */
export function unprovedNamed(name: string): UnprovedName {
  const found = unprovedNames.find(known => known === name)
  if (found !== undefined) return found
  throw new AssayError(
    'unknown-proof',
    `There is no proof «${name}» that could be left out${didYouMean(name, unprovedNames)}; there are ${unprovedNames.join(' and ')}.`,
  )
}

async function refuseMissing(file: string): Promise<void> {
  try {
    await access(file)
  } catch (cause) {
    throw new AssayError('records-unreadable', `The records ${file} cannot be read; name the lot's file.`, {
      cause,
    })
  }
}
