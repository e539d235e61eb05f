import { summaryOf } from '../../../reports/html-report.ts'
import { countingVerdict } from '../../../reports/reported-inspection.ts'
import { type ExitCode, exitCodes } from '../../core/assay-error.ts'
import type { JournalReader } from '../../custody/journal/journal.ts'
import type { Output } from '../photographs/output.ts'
import { exitOfVerdict, worstExit } from '../photographs/worst-exit.ts'
import type { RunFolder } from '../run-folder.ts'
import { type FolderView, folderView, reportOf } from './folder-view.ts'

/** What this run itself says; of what the journal keeps for the folder, it adds the pictures. */
type Own = Pick<FolderView, 'inspections' | 'files'>
type Shown = ReturnType<typeof reportOf>

/** What is written of a folder. */
interface FolderReport {
  /** Path of the page. */
  readonly page: string
  readonly shown: Shown
}

/** Before anything is judged: until the run is at its end, the folder's report says that it is not. */
export async function beginFolderReport(folder: RunFolder, journal: JournalReader | null): Promise<void> {
  const view = journal && (await folderView(journal, folder.realPath))
  const { inspections, files } = reportOf(view, { inspections: [], files: [] }, folder)
  folder.begin(inspections, { files })
}

/** What the report of a run says that was told to stop: it never ends with 0, even if nothing was left to do. */
const toldToStop = 'The run was told to stop. What was judged is here; assay report build makes the report of it again.'

/** The exit code of a run that was told to stop. */
export const stoppedBy = (signal: AbortSignal | undefined): readonly ExitCode[] =>
  signal?.aborted === true ? [exitCodes.interrupted] : []

/**
 * Writes the report of a folder, of all that was ever said there: by this run, runs before it and runs beside it.
 * @param journal null where none is kept
 * @param signal where it is aborted, this run was told to stop
 */
export async function writeFolderReport(
  folder: RunFolder,
  journal: JournalReader | null,
  own: Own,
  signal?: AbortSignal,
): Promise<FolderReport> {
  const out = folder.realPath
  for (let round = 1; ; round++) {
    const view = journal && (await folderView(journal, out))
    const whole = reportOf(view, own, folder)
    const isStopped = signal?.aborted === true && worstExit(exitsOfShown(whole)) === exitCodes.passed
    const shown = isStopped ? { ...whole, unfinished: toldToStop } : whole
    const page = folder.writeReports(shown.inspections, shown)
    // A run beside this one may have said more meanwhile, and may have written its report before this older one. While that
    // one goes on it will write again.
    if (view === null || round === mostRounds || !(await hasMore(journal!, out, view.size))) return { page, shown }
  }
}

const mostRounds = 5

async function hasMore(journal: JournalReader, out: string, from: number): Promise<boolean> {
  for await (const { facts } of journal.entries(from)) if (facts['out'] === out) return true
  return false
}

/**
 * The same at the end of a run. What it ends with and what the report says agree: the folder of a run before it that did not
 * pass has not passed.
 * @param given exit codes of this run
 * @param signal where it is aborted, this run was told to stop
 * @returns the worst exit code
 */
export async function endFolderReport(
  folder: RunFolder,
  journal: JournalReader | null,
  own: Own,
  given: readonly ExitCode[],
  output: Output,
  signal?: AbortSignal,
): Promise<ExitCode> {
  const { page, shown } = await writeFolderReport(folder, journal, own, signal)
  output.tell(`assay: the report is in ${page}: ${summaryOf(shown.inspections, shown)}`)
  const codes = shown.unfinished === toldToStop ? [...given, exitCodes.interrupted] : [...given, ...stoppedBy(signal)]
  const [alone, all] = [worstExit(codes), worstExit([...codes, ...exitsOfShown(shown)])]
  if (all !== alone) {
    const others = shown.unfinished ?? 'The report holds results of other runs that did not pass.'
    const why = all === exitCodes.alarm ? 'An alarm is among what counts there.' : others
    output.tell(`assay: this run alone would end with ${alone}, its folder ends with ${all}. ${why}`)
  }
  return all
}

/**
 * The exit codes of what a folder's report shows, whoever asks: it is green exactly where all of them are 0. How an earlier run
 * ended (130, 3, 70) is that run's; an alarm that it saw is the folder's for as long as its unit counts as failed.
 */
export function exitsOfShown({ inspections, files, unfinished }: Shown): readonly ExitCode[] {
  const counting = inspections.filter(({ settledBecause = null }) => settledBecause === null)
  const alarms = inspections.filter(one => isAlarm(one) && (counting.includes(one) || one.stands?.verdict === 'FAIL'))
  return [
    ...counting.map(one => exitOfVerdict[countingVerdict(one)]),
    ...alarms.map(() => exitCodes.alarm),
    ...files.flatMap(({ isSettled, code }) => (isSettled ? [] : [exitOfLost(code)])),
    ...(unfinished === null ? [] : [exitCodes.inconclusive]),
  ]
}

const isAlarm = ({ record: { alarm } }: Shown['inspections'][number]) => alarm !== null && !alarm.acknowledged

/** Of a file, or a card, without a result: only one that is no usable picture was the wrong thing to give. */
const exitOfLost = (code: string): ExitCode => (code.startsWith('picture-') ? exitCodes.usage : exitCodes.inconclusive)
