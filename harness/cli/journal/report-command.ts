import { resolve } from 'node:path'
import { type ExitCode, exitCodes } from '../../core/assay-error.ts'
import { printable } from '../../core/printable.ts'
import { type InspectionRecord, serialiseRecord } from '../../record/inspection-record.ts'
import type { CommandContext } from '../context.ts'
import { say } from '../line/site-command.ts'
import { exitOf } from '../photographs/inspection-results.ts'
import { worstExit } from '../photographs/worst-exit.ts'
import { RunFolder } from '../run-folder.ts'
import { folderView, reportOf } from './folder-view.ts'
import { type JournalOptions, readStationJournal } from './station-journal.ts'

/**
 * The report of a folder, built again from the journal: everything that was ever said for `--out FOLDER`, whatever became of
 * the folder. Records that are missing there are added; none is written over. Pictures are not in a journal.
 */
export async function build(
  options: JournalOptions & { readonly out: string },
  context: CommandContext,
): Promise<void> {
  const out = resolve(options.out)
  await using journal = await readStationJournal(options)
  const view = await folderView(journal, out)
  const records = view.inspections.map(({ record }) => record)
  const lost = view.files.filter(({ isSettled }) => !isSettled)
  const folder = new RunFolder(out, null)
  const there = new Set(folder.otherRecords)
  for (const record of records) if (!there.has(serialiseRecord(record))) folder.writeRecord(record)
  const { inspections, ...shown } = reportOf(view, view, folder)
  const bare = inspections.filter(({ record, pictures }) => record.photographs.length > 0 && pictures === null).length
  const page = folder.writeReports(inspections, shown)
  const { failed } = view
  say(options, { report: page, inspections: records.length, files: view.files, failed, withoutPictures: bare }, [
    ...lost.map(({ file, because }) => `${printable(file)}: ${printable(because)}`),
    ...failed.map(
      ({ unit, station, because }) => `${printable(unit)} counts as failed at ${station}: ${printable(because)}`,
    ),
    ...(shown.unfinished === null ? [] : [`Not finished. ${printable(shown.unfinished)}`]),
    ...(bare === 0
      ? []
      : [
          `Of ${bare} inspections the pictures are not in ${printable(out)} any more: their results stand without them.`,
        ]),
    ...(view.foreign === 0 ? [] : [`${view.foreign} records are of another Assay and are not shown.`]),
    `${records.length} inspections, and ${lost.length} files without one: ${page}`,
  ])
  context.exit(
    worstExit([
      ...(shown.unfinished === null ? [] : [exitCodes.inconclusive]),
      ...records.map(exitOfKept),
      ...lost.map(() => exitCodes.usage),
      ...failed.map(() => exitCodes.failed),
    ]),
  )
}

const exitOfKept = (record: InspectionRecord): ExitCode =>
  record.alarm !== null && !record.alarm.acknowledged ? exitCodes.alarm : exitOf(record)
