import { resolve } from 'node:path'
import { exitCodes } from '../../core/assay-error.ts'
import { printable } from '../../core/printable.ts'
import { serialiseRecord } from '../../record/inspection-record.ts'
import type { CommandContext } from '../context.ts'
import { say } from '../line/site-command.ts'
import { worstExit } from '../photographs/worst-exit.ts'
import { RunFolder } from '../run-folder.ts'
import { exitsOfShown, writeFolderReport } from './folder-report.ts'
import { folderView } from './folder-view.ts'
import { type JournalOptions, readStationJournal } from './station-journal.ts'

/**
 * The report of a folder, built again from the journal: everything that was ever said for `--out FOLDER`, whatever became of
 * the folder. Records that are missing there are added; none is written over. Pictures are not in a journal.
 */
export async function build(
  options: JournalOptions & { readonly out: string },
  context: CommandContext,
): Promise<void> {
  await using journal = await readStationJournal(options)
  const folder = new RunFolder(resolve(options.out), null)
  const out = folder.realPath
  const { inspections: kept, failed, foreign } = await folderView(journal, out)
  const there = new Set(folder.otherRecords)
  for (const { record } of kept) if (!there.has(serialiseRecord(record))) folder.writeRecord(record)
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
    ...(unfinished === null ? [] : [`Not finished. ${printable(unfinished)}`]),
    ...(bare === 0
      ? []
      : [`Of ${bare} inspections no pictures are in ${printable(out)}: their results stand without them.`]),
    ...(foreign === 0 ? [] : [`${foreign} records are of another Assay and are not shown.`]),
    `${inspections.length} inspections, and ${lost.length} files without one: ${page}`,
  ])
  context.exit(worstExit([...exitsOfShown(shown), ...failed.map(() => exitCodes.failed)]))
}
