import { countingVerdict, type ReportedFile, type ReportedInspection } from '../../../reports/reported-inspection.ts'
import { type ExitCode, exitCodes } from '../../core/assay-error.ts'
import type { StationName } from '../../core/vocabulary.ts'
import type { Inspected, RunStopped } from '../../inspection/run.ts'
import { heldSentence, otherFileSentence, type Standing } from '../../lots/attempts.ts'
import type { InspectionJournal } from '../../lots/keep-inspections.ts'
import type { ProductProfile } from '../../products/profile.ts'
import type { InspectionRecord } from '../../record/inspection-record.ts'
import type { Explanation } from '../../vision/report/explain.ts'
import { beginFolderReport, endFolderReport, stoppedBy } from '../journal/folder-report.ts'
import { RunFolder } from '../run-folder.ts'
import { inspectionLines, totalLine } from './inspection-lines.ts'
import type { Looked } from './look-at-photographs.ts'
import type { Output } from './output.ts'
import {
  type DocumentError,
  documentOf,
  errorDocument,
  type InspectionDocument,
  type PhotographDocument,
} from './photograph-document.ts'
import { writeExplanations } from './read-photographs.ts'
import { exitOfVerdict, worstExit } from './worst-exit.ts'

/** What a person may ask of the results. */
export interface ResultOptions {
  readonly json?: boolean
  /** Folder for records and reports. */
  readonly out?: string
  readonly explain?: string
  readonly revealSecrets?: boolean
}

/** A photograph that could be looked at, and one that could not. */
export type Seen = Extract<Looked, { look: unknown }>
type Unusable = Extract<Looked, { error: unknown }>

/** What a run of `assay inspect` was asked for. */
interface Asked {
  readonly photos: readonly string[]
  readonly options: ResultOptions
  readonly profile: ProductProfile
  readonly station: StationName
  readonly output: Output
}

/** What `assay inspect` says and leaves: a document a photograph, records as they come, reports and a total at the end. */
export class InspectionResults {
  readonly #asked: Asked
  readonly #folder: RunFolder | null
  readonly #inspections: ReportedInspection[] = []
  readonly #explanations: { name: string; explanation: Explanation }[] = []
  /** Files without a result. */
  readonly #files: ReportedFile[] = []
  readonly #codes: ExitCode[] = []
  readonly #told = new Set<string>()
  readonly #records = new Map<string, InspectionRecord>()
  /** Where the units of inspections stand. */
  readonly #standing = new Map<InspectionRecord, Standing>()
  /** Inspections whose units stand worse. */
  readonly #held = new Map<InspectionRecord, Standing>()
  /** Pictures that were given again before their first one was judged. */
  readonly #copies = new Map<string, PhotographDocument[]>()

  /** @throws RunFolderError when the folder of `--out` cannot be written */
  constructor(asked: Asked) {
    this.#asked = asked
    this.#folder = asked.options.out === undefined ? null : new RunFolder(asked.options.out, null)
  }

  /** Before anything is looked at: until its end the report says that the run is not there. */
  async begin(journal: Pick<InspectionJournal, 'reader'>): Promise<void> {
    if (this.#folder !== null) await beginFolderReport(this.#folder, journal.reader)
  }

  /** A file that is no usable picture: an ERROR of its own, and the next one is looked at. */
  unusable({ photo, error, exitCode }: Unusable): void {
    this.#lost(photo, error)
    this.#codes.push(exitCode)
  }

  /** The photographs of one unit. */
  judged(seen: readonly Seen[], { record, crops }: Pick<Inspected, 'record' | 'crops'>): void {
    const { options } = this.#asked
    // What is shown in clear is shown once, and kept nowhere but in the page that was asked for.
    const serial = this.#standing.get(record)?.unit ?? null
    this.#folder?.writeRecord(record, options.revealSecrets === true ? null : crops, serial)
    const stands = this.#held.get(record) ?? null
    this.#inspections.push({ record, serial, files: seen.map(({ photo }) => photo), pictures: crops, stands })
    this.#codes.push(exitOf(record))
    for (const one of seen) {
      const { photo, look } = one
      if (look.explanation !== null) this.#explanations.push({ name: photo, explanation: look.explanation })
      this.#show(this.#documentOf(one), record)
      this.#records.set(photo, record)
      for (const copy of this.#copies.get(photo) ?? []) this.#show(copy, record, photo)
    }
  }

  /** Where the unit stands after this inspection: an earlier FAIL is not undone by inspecting again. */
  stands(standing: Standing | null, record: InspectionRecord): void {
    if (standing === null) return
    this.#standing.set(record, standing)
    const other = otherFileSentence(standing, standing.attempts.length)
    if (other !== null) this.#asked.output.tell(`assay: ${standing.unit} at ${record.station}: ${other}`)
    const said = heldSentence(standing, record.verdict)
    if (said === null) return
    this.#asked.output.tell(`assay: ${said}`)
    this.#codes.push(exitOfVerdict[standing.verdict])
    this.#held.set(record, standing)
  }

  /** A picture that was given before: said, and shown without a verdict, as the first one's counts for both. */
  repeated(seen: Seen, { photo: first }: Seen): void {
    const { photo } = seen
    const { output } = this.#asked
    const because = `It is the same picture as ${first}.`
    output.tell(`assay: ${photo} is the same picture as ${first}; it counts once.`)
    this.#files.push({ file: photo, code: 'same-picture', because, isSettled: true })
    const document = this.#documentOf(seen)
    const record = this.#records.get(first)
    if (record !== undefined) this.#show(document, record, first)
    else this.#copies.set(first, [...(this.#copies.get(first) ?? []), document])
  }

  /** An alarm ended the run. */
  stopped({ message, exitCode }: RunStopped): void {
    this.#asked.output.tell(`assay: ${message}`)
    this.#codes.push(exitCode)
  }

  /**
   * Says of the photographs that are left that they were not judged, and writes what was asked for.
   * @param journal keeps each of them before it is said
   * @param signal where it is aborted, the run was told to stop
   */
  async finish(journal: Pick<InspectionJournal, 'notJudged' | 'reader'>, signal: AbortSignal): Promise<ExitCode> {
    const { photos, options, output } = this.#asked
    for (const photo of photos.filter(name => !this.#told.has(name))) {
      const message = `${photo} was not judged, because the run was stopped.`
      const error = { code: 'run-stopped', message }
      await journal.notJudged(photo, error)
      this.#lost(photo, error)
    }
    const counting = this.#counting().map(one => ({ verdict: countingVerdict(one) }))
    if (!options.json) output.print(totalLine(counting, this.#files, output.colours))
    const own = { inspections: this.#inspections, files: this.#files }
    const code =
      this.#folder === null
        ? worstExit([...this.#codes, ...stoppedBy(signal)])
        : await endFolderReport(this.#folder, journal.reader, own, this.#codes, output, signal)
    // Last: where it cannot be written, all else is there.
    if (options.explain !== undefined) await writeExplanations(options.explain, this.#explanations, output)
    return code
  }

  /** What the run itself counts: a unit that failed is one failure, however many of its photographs it was given. */
  #counting(): readonly ReportedInspection[] {
    const last = new Map(
      this.#inspections.flatMap(({ record }) => {
        const standing = this.#standing.get(record)
        return standing === undefined ? [] : [[standing.unit, standing] as const]
      }),
    )
    const failed = new Set([...last.values()].flatMap(({ unit, verdict }) => (verdict === 'FAIL' ? [unit] : [])))
    const told = new Set<string>()
    return this.#inspections.flatMap(one => {
      const unit = this.#standing.get(one.record)?.unit
      if (unit === undefined || !failed.has(unit)) return [one]
      if (told.has(unit)) return []
      told.add(unit)
      return [{ ...one, stands: last.get(unit)! }]
    })
  }

  #documentOf({ photo, look: { reading }, otherProduct }: Seen): PhotographDocument {
    const { profile, options } = this.#asked
    const because = otherProduct ?? reading.because
    return documentOf(photo, { ...reading, because }, profile, options.revealSecrets === true)
  }

  #lost(photo: string, error: DocumentError): void {
    this.#files.push({ file: photo, code: error.code, because: error.message, isSettled: false })
    this.#show(errorDocument(photo, error), null)
  }

  #show(read: PhotographDocument, record: InspectionRecord | null, copyOf: string | null = null): void {
    const { options, output, station } = this.#asked
    if (read.error !== undefined) output.tell(`assay: ${read.error.message}`)
    const document: InspectionDocument = {
      ...read,
      unit: record === null ? null : (record.unit ?? this.#standing.get(record)?.unit ?? null),
      station,
      ...(copyOf !== null && { copyOf }),
      verdict: copyOf === null ? (record?.verdict ?? 'ERROR') : null,
      because:
        copyOf === null
          ? (record?.because ?? read.error?.message ?? 'Not judged.')
          : `It is the same picture as ${copyOf}, and counts there.`,
      findings: (copyOf === null ? (record?.findings ?? []) : []).map(({ check, verdict, because }) => ({
        check,
        verdict,
        because,
      })),
      unproved: (copyOf === null ? record?.unproved : null) ?? [],
      alarm: record?.alarm ?? null,
    }
    this.#told.add(document.photo)
    if (options.json) output.print(JSON.stringify(document))
    else for (const line of inspectionLines(document, output.colours)) output.print(line)
  }
}

/** The exit code of one inspection; an alarm's is the run's. */
export function exitOf({ verdict, error, rig }: InspectionRecord): ExitCode {
  if (verdict === 'ERROR') {
    if (error?.code === 'interrupted') return exitCodes.interrupted
    // Records that cannot be used, and a rig that fails, are no defect of ours.
    if (error?.code.startsWith('lot-')) return exitCodes.usage
    return rig.kind === 'files' || error === null || error.code === 'internal' ? exitCodes.internal : exitCodes.rigFault
  }
  return { PASS: exitCodes.passed, INCONCLUSIVE: exitCodes.inconclusive, FAIL: exitCodes.failed }[verdict]
}
