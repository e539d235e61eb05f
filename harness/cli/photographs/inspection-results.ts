import type { ReportedInspection } from '../../../reports/reported-inspection.ts'
import { type ExitCode, exitCodes } from '../../core/assay-error.ts'
import type { StationName } from '../../core/vocabulary.ts'
import type { Inspected, RunStopped } from '../../inspection/run.ts'
import type { ProductProfile } from '../../products/profile.ts'
import type { InspectionRecord } from '../../record/inspection-record.ts'
import type { Explanation } from '../../vision/report/explain.ts'
import { RunFolder } from '../run-folder.ts'
import type { InspectCommandOptions } from './inspect-photographs.ts'
import { inspectionLines, totalLine } from './inspection-lines.ts'
import type { Looked } from './look-at-photographs.ts'
import type { Output } from './output.ts'
import { documentOf, errorDocument, type PhotographDocument } from './photograph-document.ts'
import { writeExplanations } from './read-photographs.ts'
import { worstExit } from './worst-exit.ts'

/** What `--json` prints of one photograph: what was read, and how the unit was judged. */
export interface InspectionDocument extends PhotographDocument {
  readonly unit: string | null
  readonly station: StationName
  readonly verdict: InspectionRecord['verdict']
  readonly because: string
  readonly findings: readonly Pick<InspectionRecord['findings'][number], 'check' | 'verdict' | 'because'>[]
  readonly alarm: InspectionRecord['alarm']
}

/** A photograph that could be looked at, and one that could not. */
export type Seen = Extract<Looked, { look: unknown }>
type Unusable = Extract<Looked, { error: unknown }>

/** What `assay inspect` says and leaves: a document a photograph, records as they come, reports and a total at the end. */
export class InspectionResults {
  readonly #photos: readonly string[]
  readonly #options: InspectCommandOptions
  readonly #profile: ProductProfile
  readonly #station: StationName
  readonly #output: Output
  readonly #folder: RunFolder | null
  readonly #inspections: ReportedInspection[] = []
  readonly #explanations: { name: string; explanation: Explanation }[] = []
  readonly #codes: ExitCode[] = []
  readonly #told = new Set<string>()

  /** @throws RunFolderError when the folder of `--out` cannot be written */
  constructor(
    photos: readonly string[],
    options: InspectCommandOptions,
    profile: ProductProfile,
    station: StationName,
    output: Output,
  ) {
    this.#photos = photos
    this.#options = options
    this.#profile = profile
    this.#station = station
    this.#output = output
    this.#folder = options.out === undefined ? null : new RunFolder(options.out, null)
  }

  /** A file that is no usable picture: an ERROR of its own, and the next one is looked at. */
  unusable({ photo, error, exitCode }: Unusable): void {
    this.#output.tell(`assay: ${error.message}`)
    this.#show(errorDocument(photo, error), null)
    this.#codes.push(exitCode)
  }

  /** The photographs of one unit. */
  judged(seen: readonly Seen[], { record, crops }: Pick<Inspected, 'record' | 'crops'>): void {
    this.#folder?.writeRecord(record)
    this.#inspections.push({ record, pictures: crops })
    this.#codes.push(exitOf(record))
    for (const { photo, look } of seen) {
      const document = documentOf(photo, look.reading, this.#profile, this.#options.revealSecrets === true)
      if (document.error !== undefined) this.#output.tell(`assay: ${document.error.message}`)
      if (look.explanation !== null) this.#explanations.push({ name: photo, explanation: look.explanation })
      this.#show(document, record)
    }
  }

  /** An alarm ended the run. */
  stopped({ message, exitCode }: RunStopped): void {
    this.#output.tell(`assay: ${message}`)
    this.#codes.push(exitCode)
  }

  /** Says of the photographs that are left that they were not judged, and writes what was asked for. */
  async finish(): Promise<ExitCode> {
    const { explain, json } = this.#options
    for (const photo of this.#photos.filter(name => !this.#told.has(name))) {
      const error = { code: 'run-stopped', message: `${photo} was not judged, because the run was stopped.` }
      this.#output.tell(`assay: ${error.message}`)
      this.#show(errorDocument(photo, error), null)
    }
    const records = this.#inspections.map(({ record }) => record)
    if (!json) this.#output.print(totalLine(records, this.#output.colours))
    if (explain !== undefined) await writeExplanations(explain, this.#explanations, this.#output)
    if (this.#folder) this.#output.tell(`assay: the report is in ${this.#folder.writeReports(this.#inspections)}.`)
    return worstExit(this.#codes)
  }

  #show(read: PhotographDocument, record: InspectionRecord | null): void {
    const { verdict, because } = record ?? { verdict: 'ERROR' as const, because: read.error?.message ?? 'Not judged.' }
    const document: InspectionDocument = {
      ...read,
      unit: record?.unit ?? null,
      station: this.#station,
      verdict,
      because,
      findings: (record?.findings ?? []).map(finding => ({
        check: finding.check,
        verdict: finding.verdict,
        because: finding.because,
      })),
      alarm: record?.alarm ?? null,
    }
    this.#told.add(document.photo)
    if (this.#options.json) this.#output.print(JSON.stringify(document))
    else for (const line of inspectionLines(document, this.#output.colours)) this.#output.print(line)
  }
}

function exitOf({ verdict, error }: InspectionRecord): ExitCode {
  if (verdict === 'ERROR') return error?.code === 'interrupted' ? exitCodes.interrupted : exitCodes.internal
  return { PASS: exitCodes.passed, INCONCLUSIVE: exitCodes.inconclusive, FAIL: exitCodes.failed }[verdict]
}
