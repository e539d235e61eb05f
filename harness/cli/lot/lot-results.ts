import type { ReportedInspection } from '../../../reports/reported-inspection.ts'
import { type ExitCode, exitCodes } from '../../core/assay-error.ts'
import type { JournalReader } from '../../custody/journal/journal.ts'
import type { Inspected } from '../../inspection/run.ts'
import type { SpotCheckEnd } from '../../inspection/spot-check.ts'
import { heldSentence, otherFileSentence, type Standing } from '../../lots/attempts.ts'
import type { LotStatus } from '../../lots/lot-status.ts'
import type { InspectionRecord } from '../../record/inspection-record.ts'
import { beginFolderReport, endFolderReport, stoppedBy } from '../journal/folder-report.ts'
import { exitOf } from '../photographs/inspection-results.ts'
import type { Output } from '../photographs/output.ts'
import { exitOfVerdict, worstExit } from '../photographs/worst-exit.ts'
import { RunFolder } from '../run-folder.ts'
import { lotLines, lotVerdict, unitLines } from './lot-lines.ts'

/** What a run over a lot says and leaves: each unit as it is judged, and where the lot stands at the end. */
export class LotResults {
  readonly #output: Output
  readonly #json: boolean
  readonly #folder: RunFolder | null
  readonly #inspections: ReportedInspection[] = []
  readonly #codes: ExitCode[] = []
  readonly #looks: { readonly record: InspectionRecord; readonly codes: readonly ExitCode[]; isAgain: boolean }[] = []
  readonly #standing = new Map<InspectionRecord, Standing | null>()

  /** @param out folder for records and reports. @throws RunFolderError when it cannot be written */
  constructor(output: Output, { json = false, out }: { readonly json?: boolean; readonly out?: string }) {
    this.#output = output
    this.#json = json
    this.#folder = out === undefined ? null : new RunFolder(out, null)
  }

  /** Before any card is judged: until its end the report says that the run is not there. */
  async begin(reader: JournalReader): Promise<void> {
    if (this.#folder !== null) await beginFolderReport(this.#folder, reader)
  }

  /** Where the unit stands with this inspection, once it is kept. */
  stands(record: InspectionRecord, standing: Standing | null): void {
    this.#standing.set(record, standing)
  }

  judged({ record, crops }: Pick<Inspected, 'record' | 'crops'>): void {
    const standing = this.#standing.get(record) ?? null
    this.#folder?.writeRecord(record, crops, standing?.unit)
    const held = standing === null ? null : heldSentence(standing, record.verdict)
    this.#inspections.push({ record, serial: standing?.unit ?? null, pictures: crops })
    const codes = [exitOf(record), ...(held === null ? [] : [exitOfVerdict[standing!.verdict]])]
    this.#looks.push({ record, codes, isAgain: false })
    if (this.#json) this.#output.print(JSON.stringify(unitDocument(record, standing)))
    else for (const line of unitLines(record, standing, this.#output)) this.#output.print(line)
    if (held !== null) this.#output.tell(`assay: ${held}`)
    const other = standing === null ? null : otherFileSentence(standing, standing.attempts.length)
    if (other !== null) this.#output.tell(`assay: ${standing!.unit} at ${record.station}: ${other}`)
  }

  /** The card is photographed again: where that shows the same unit, the last look counts. A FAIL stands whatever comes after it. */
  lookingAgain(record: InspectionRecord): void {
    for (const look of this.#looks) if (look.record === record) look.isAgain = true
  }

  #codesOfLooks(): readonly ExitCode[] {
    return this.#looks.flatMap(({ record: { unit, station }, codes, isAgain }, i) => {
      const isLater = this.#looks.slice(i + 1).some(one => one.record.unit === unit && one.record.station === station)
      return isAgain && isLater && unit !== null ? [] : codes
    })
  }

  /** The card that was just judged is not the one that was scanned for it: the run is not all well, whatever was seen. */
  otherCard(scanned: string, seen: string): void {
    this.#codes.push(exitCodes.inconclusive)
    if (this.#json) this.#output.print(JSON.stringify({ event: 'other-card', scanned, unit: seen }))
    this.#output.tell(
      `assay: another card: ${scanned} was scanned and ${seen} lay in the nest. The result is that of ${seen}; find ${scanned}.`,
    )
  }

  /** A unit that was opened, as one result. */
  spotChecked({ unit, verdict, because, isWhole, isGivenUp, done }: SpotCheckEnd): void {
    const output = this.#output
    const record = {
      unit,
      verdict,
      because,
      isWhole,
      isGivenUp,
      steps: done.map(({ step, record: its }) => ({ step, verdict: its.verdict, because: its.because })),
    }
    this.#codes.push(exitOfVerdict[verdict])
    if (this.#json) output.print(JSON.stringify({ event: 'spot-check', ...record }))
    else {
      for (const line of [
        `Spot check of ${unit ?? 'no unit'}: ${verdict}${isWhole ? '' : ', not whole'}. ${because}`,
        ...done.map(({ step, record: its }) => `  ${step.padEnd(10)} ${its.verdict}`),
      ])
        output.print(line)
    }
  }

  /** Something ended the run. */
  ended(code: ExitCode): void {
    this.#codes.push(code)
  }

  /** Says where the lot stands, and writes what was asked for. @param reader of the journal that the results stand in, @param station the run's; null for all, @param signal where it is aborted, the run was told to stop */
  async finish(
    status: LotStatus,
    reader: JournalReader,
    station: string | null,
    signal: AbortSignal,
  ): Promise<ExitCode> {
    const output = this.#output
    if (this.#json) output.print(JSON.stringify({ event: 'lot', ...status }))
    else for (const line of ['', ...lotLines(status)]) output.print(line)
    // Where nothing was left to look at, the lot's own result counts.
    const own = [...this.#codesOfLooks(), ...this.#codes]
    const codes = own.length > 0 ? own : [exitOfVerdict[lotVerdict(status, station)]]
    if (this.#folder === null) return worstExit([...codes, ...stoppedBy(signal)])
    const inspected = { inspections: this.#inspections, files: [] }
    return await endFolderReport(this.#folder, reader, inspected, codes, output, signal)
  }
}

/** What `--json` prints of one unit. */
function unitDocument(record: InspectionRecord, standing: Standing | null): object {
  const { unit, station, verdict, because, findings, unproved, alarm, error, rig, photographs, started, ended } = record
  return {
    event: 'inspection',
    unit: unit ?? standing?.unit ?? null,
    station,
    verdict,
    because,
    findings: findings.map(({ check, verdict: its, because: why }) => ({ check, verdict: its, because: why })),
    unproved,
    alarm,
    error,
    stands: standing && { verdict: standing.verdict, because: standing.because, attempt: standing.attempts.length },
    rig,
    photographs,
    started,
    ended,
  }
}
