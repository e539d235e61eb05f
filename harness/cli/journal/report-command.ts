import { summaryOf } from '../../../reports/html-report.ts'
import { AssayError, exitCodes } from '../../core/assay-error.ts'
import { printable } from '../../core/printable.ts'
import { realPathOf } from '../../core/real-path.node.ts'
import { serialiseRecord } from '../../record/inspection-record.ts'
import type { CommandContext } from '../context.ts'
import { say } from '../line/site-command.ts'
import { worstExit } from '../photographs/worst-exit.ts'
import { isRunFolder, RunFolder } from '../run-folder.ts'
import { exitsOfShown, writeFolderReport } from './folder-report.ts'
import { folderView } from './folder-view.ts'
import { type JournalOptions, readStationJournal } from './station-journal.ts'

/**
 * The report of a folder, built again from the journal: everything that was ever said for `--out FOLDER`, whatever became of
 * the folder. Records that are missing there are added; none is written over. Pictures are not in a journal.
 * @throws AssayError `nothing-said`
 */
export async function build(
  options: JournalOptions & { readonly out: string },
  context: CommandContext,
): Promise<void> {
  await using journal = await readStationJournal(options)
  const out = realPathOf(options.out)
  const { inspections: kept, files: named, failed, foreign, unfinished: open } = await folderView(journal, out)
  if (kept.length + named.length + foreign === 0 && open === null && !isRunFolder(out)) {
    throw new AssayError(
      'nothing-said',
      `Nothing was ever said for ${printable(out)} in this journal, and no records lie there: look at the folder's name. Nothing was written.`,
    )
  }
  const folder = new RunFolder(out, null)
  const there = new Set(folder.otherRecords)
  for (const { record, serial } of kept)
    if (!there.has(serialiseRecord(record))) folder.writeRecord(record, null, serial)
  const { page, shown } = await writeFolderReport(folder, journal, { inspections: [], files: [] })
  const { inspections, files, unfinished } = shown
  const lost = files.filter(({ isSettled }) => !isSettled)
  const bare = inspections.filter(
    ({ record, pictures }) => record.photographs.length > 0 && (pictures ?? []).length === 0,
  ).length
  say(options, { report: page, inspections: inspections.length, files, failed, withoutPictures: bare, unfinished }, [
    ...lost.map(({ file, because }) => `${printable(file)}: ${printable(because)}`),
    ...failed.map(
      ({ unit, station, because }) => `${printable(unit)} counts as failed at ${station}: ${printable(because)}`,
    ),
    ...(unfinished === null ? [] : [printable(unfinished)]),
    ...(bare === 0
      ? []
      : [`Of ${inspectionsIn(bare)} no pictures are in ${printable(out)}: what was judged stands without them.`]),
    ...(foreign === 0 ? [] : [`${foreign} records are of another Assay and are not shown.`]),
    `The report is in ${page}: ${summaryOf(inspections, shown)}`,
  ])
  context.exit(worstExit([...exitsOfShown(shown), ...failed.map(() => exitCodes.failed)]))
}

const inspectionsIn = (count: number) => (count === 1 ? '1 inspection' : `${count} inspections`)
