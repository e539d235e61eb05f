import { access, readFile } from 'node:fs/promises'
import { refuseUnknownLimits } from '../../checks/limits.ts'
import { AssayError, type ExitCode, exitCodes } from '../../core/assay-error.ts'
import { type StationName, stationNames } from '../../core/vocabulary.ts'
import { type InspectionRequest, inspectUnit, type PhotographSeen } from '../../inspection/inspect-unit.ts'
import { type Station, stations } from '../../inspection/station.ts'
import { loadProfile } from '../../products/load-profile.ts'
import type { ProductProfile } from '../../products/profile.ts'
import { type LotFile, readLotFile } from '../../products/unit-record.ts'
import type { InspectionRecord } from '../../record/inspection-record.ts'
import type { Vision } from '../../vision/pool/vision.ts'
import type { EvidenceCrop } from '../../vision/report/evidence.ts'
import type { Explanation } from '../../vision/report/explain.ts'
import { assayVersion } from '../version.ts'
import { groupByUnit } from './group-by-unit.ts'
import { inspectionLines, totalLine } from './inspection-lines.ts'
import { type Looked, lookAtPhotographs } from './look-at-photographs.ts'
import type { Output } from './output.ts'
import { type DocumentError, documentOf, errorDocument, type PhotographDocument } from './photograph-document.ts'
import { revealedSentence, writeExplanations } from './read-photographs.ts'
import { worstExit } from './worst-exit.ts'
import { writeResults } from './write-results.ts'

export interface InspectCommandOptions {
  readonly photos?: readonly string[]
  readonly product: string
  readonly station: string
  readonly records: string
  readonly together?: boolean
  readonly json?: boolean
  readonly out?: string
  readonly revealSecrets?: boolean
  readonly explain?: string
  readonly operator?: string
}

/** What `--json` prints of one photograph: what was read, and how the unit was judged. */
export interface InspectionDocument extends PhotographDocument {
  readonly unit: string | null
  readonly station: StationName
  readonly verdict: InspectionRecord['verdict']
  readonly because: string
  readonly findings: readonly Pick<InspectionRecord['findings'][number], 'check' | 'verdict' | 'because'>[]
  readonly alarm: InspectionRecord['alarm']
}

/** An inspection with the pictures that its report shows. */
export interface InspectionResult {
  readonly photos: readonly string[]
  readonly record: InspectionRecord
  readonly crops: readonly EvidenceCrop[]
}

/**
 * `assay inspect`: one document or one block of lines a photograph, in their order. Each photograph is an inspection of
 * its own; with `together` those that show the same unit are one. An alarm ends the run: what comes after it is not
 * judged and says so.
 *
 * @returns the worst exit code
 */
export async function inspectPhotographs(
  positional: readonly string[],
  options: InspectCommandOptions,
  output: Output,
  signal: AbortSignal,
  clock: () => string = () => new Date().toISOString(),
  open?: () => Vision,
): Promise<ExitCode> {
  const photos = [...positional, ...(options.photos ?? [])]
  if (photos.length === 0) throw new AssayError('no-photographs', 'No photograph was named; add --photos FILE....')
  const profile = loadProfile(options.product)
  refuseUnknownLimits(profile)
  const run = new Run(options, profile, stationNamed(options.station), output, signal, clock)
  await refuseMissing(options.records)
  if (options.revealSecrets) output.tell(revealedSentence)
  const wish = {
    crops: options.out !== undefined,
    explain: options.explain !== undefined,
    revealSecrets: options.revealSecrets === true,
  }
  const waiting: Seen[] = []
  for await (const looked of lookAtPhotographs(photos, run.profile, wish, signal, open)) {
    if ('error' in looked) run.unusable(looked)
    else if (options.together) waiting.push(looked)
    else await run.inspect([looked])
    if (run.stopped) break
  }
  for (const group of groupByUnit(waiting, run.profile)) await run.inspect(group)
  return run.finish(photos)
}

type Seen = Extract<Looked, { look: unknown }>
type Unusable = Extract<Looked, { error: unknown }>

class Run {
  readonly profile: ProductProfile
  readonly #options: InspectCommandOptions
  readonly #station: Station
  readonly #output: Output
  readonly #signal: AbortSignal
  readonly #clock: () => string
  readonly #results: InspectionResult[] = []
  readonly #explanations: { name: string; explanation: Explanation }[] = []
  readonly #codes: ExitCode[] = []
  readonly #told = new Set<string>()
  #lot: Promise<LotFile> | undefined
  stopped = false

  constructor(
    options: InspectCommandOptions,
    profile: ProductProfile,
    station: Station,
    output: Output,
    signal: AbortSignal,
    clock: () => string,
  ) {
    this.#options = options
    this.profile = profile
    this.#station = station
    this.#output = output
    this.#signal = signal
    this.#clock = clock
  }

  /** A file that is no usable picture: an ERROR of its own, and the next one is looked at. */
  unusable({ photo, error, exitCode }: Unusable): void {
    this.#output.tell(`assay: ${error.message}`)
    this.#show(this.#document(errorDocument(photo, error), null, error))
    this.#codes.push(exitCode)
  }

  /** Judges the photographs of one unit. @throws LotFileError when the records cannot be used */
  async inspect(seen: readonly Seen[]): Promise<void> {
    if (this.stopped) return
    let unusableLot: unknown
    const record = await inspectUnit({
      station: this.#station,
      profile: this.profile,
      photographs: seen.map(({ look }) => photographSeen(look.reading)),
      records: () =>
        this.#records().catch(error => {
          unusableLot = error
          throw error
        }),
      clock: this.#clock,
      rig: null,
      software: { name: 'assay', version: assayVersion(), revision: null },
      operator: this.#options.operator ?? null,
      signal: this.#signal,
    } satisfies InspectionRequest)
    if (unusableLot !== undefined) throw unusableLot
    this.#signal.throwIfAborted()

    for (const { photo, look } of seen) {
      const document = documentOf(photo, look.reading, this.profile, this.#options.revealSecrets === true)
      if (document.error !== undefined) this.#output.tell(`assay: ${document.error.message}`)
      if (look.explanation !== null) this.#explanations.push({ name: photo, explanation: look.explanation })
      this.#show(this.#document(document, record, null))
    }
    this.#results.push({
      photos: seen.map(({ photo }) => photo),
      record,
      crops: seen.flatMap(({ look }) => look.crops),
    })
    this.#codes.push(exitOf(record))
    if (record.alarm !== null) {
      this.stopped = true
      this.#output.tell(`assay: ${record.alarm.because}`)
    }
  }

  async finish(photos: readonly string[]): Promise<ExitCode> {
    const { out, explain, json } = this.#options
    for (const photo of photos.filter(name => !this.#told.has(name))) {
      const error = { code: 'run-stopped', message: `${photo} was not judged, because the run was stopped.` }
      this.#output.tell(`assay: ${error.message}`)
      this.#show(this.#document(errorDocument(photo, error), null, error))
    }
    if (!json)
      this.#output.print(
        totalLine(
          this.#results.map(({ record }) => record),
          this.#output.colours,
        ),
      )
    if (explain !== undefined) await writeExplanations(explain, this.#explanations, this.#output)
    if (out !== undefined) await writeResults(out, this.#results, this.#output)
    return worstExit(this.#codes)
  }

  /** Loaded once, and never before the first reading is written down. */
  #records(): Promise<LotFile> {
    this.#lot ??= readFile(this.#options.records, 'utf8').then(text => {
      const { lot, warnings } = readLotFile(text, this.#options.records)
      for (const warning of warnings) this.#output.tell(`assay: ${warning}`)
      return lot
    })
    return this.#lot
  }

  #document(
    document: PhotographDocument,
    record: InspectionRecord | null,
    error: DocumentError | null,
  ): InspectionDocument {
    return {
      ...document,
      unit: record?.unit ?? null,
      station: this.#station.name,
      verdict: record?.verdict ?? 'ERROR',
      because: record?.because ?? error?.message ?? 'Not judged.',
      findings: (record?.findings ?? []).map(({ check, verdict, because }) => ({ check, verdict, because })),
      alarm: record?.alarm ?? null,
    }
  }

  #show(document: InspectionDocument): void {
    this.#told.add(document.photo)
    if (this.#options.json) this.#output.print(JSON.stringify(document))
    else for (const line of inspectionLines(document, this.#output.colours)) this.#output.print(line)
  }
}

function photographSeen(reading: PhotographSeen['reading']): PhotographSeen {
  const how = { camera: 'file', exposureMs: null, light: 'unknown', pose: 'unknown', calibration: null }
  return { photograph: { id: reading.photographId, takenAt: null, how }, reading }
}

function exitOf({ verdict, error }: InspectionRecord): ExitCode {
  if (verdict === 'ERROR') return error?.code === 'interrupted' ? exitCodes.interrupted : exitCodes.internal
  return { PASS: exitCodes.passed, INCONCLUSIVE: exitCodes.inconclusive, FAIL: exitCodes.failed }[verdict]
}

function stationNamed(name: string): Station {
  const found = stationNames.find(known => known === name)
  if (found !== undefined) return stations[found]
  throw new AssayError('unknown-station', `There is no station «${name}»; there are ${stationNames.join(', ')}.`)
}

async function refuseMissing(file: string): Promise<void> {
  try {
    await access(file)
  } catch (cause) {
    throw new AssayError('records-unreadable', `The records ${file} cannot be read; name the lot's JSON file.`, {
      cause,
    })
  }
}
