import { resolve } from 'node:path'
import { type ExitCode, exitCodes } from '../../core/assay-error.ts'
import type { JournalEntry } from '../../custody/journal/entry.ts'
import { standings } from '../../lots/attempts.ts'
import { type InspectionRecord, recordIn, serialiseRecord } from '../../record/inspection-record.ts'
import type { CommandContext } from '../context.ts'
import { say } from '../line/site-command.ts'
import { printable } from '../photographs/photograph-lines.ts'
import { worstExit } from '../photographs/worst-exit.ts'
import { RunFolder } from '../run-folder.ts'
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
  const entries: JournalEntry[] = []
  const of: JournalEntry[] = []
  for await (const entry of journal.entries()) {
    entries.push(entry)
    if (entry.facts['out'] === out) of.push(entry)
  }
  const records = of.flatMap(({ kind, facts }) => (kind === 'inspection' ? (recordOf(facts) ?? []) : []))
  const files = of.filter(({ kind }) => kind !== 'inspection' && kind !== 'repeated-file')
  const folder = new RunFolder(out, null)
  const there = new Set(folder.otherRecords)
  for (const record of records) if (!there.has(serialiseRecord(record))) folder.writeRecord(record)
  const page = folder.writeReports(records.map(record => ({ record })))
  const units = new Set(records.flatMap(({ unit }) => unit ?? []))
  const failed = standings(entries).filter(({ unit, verdict }) => units.has(unit) && verdict === 'FAIL')
  const old = of.filter(({ kind }) => kind === 'inspection').length - records.length
  say(options, { report: page, inspections: records.length, files: files.map(({ facts }) => facts), failed }, [
    ...files.map(({ facts }) => `${printable(String(facts['file']))}: ${printable(String(facts['message']))}`),
    ...failed.map(
      ({ unit, station, because }) => `${printable(unit)} counts as failed at ${station}: ${printable(because)}`,
    ),
    ...(old === 0 ? [] : [`${old} records are of another Assay and are not shown.`]),
    `${records.length} inspections, and ${files.length} files without one: ${page}`,
  ])
  context.exit(
    worstExit([...records.map(exitOf), ...files.map(() => exitCodes.usage), ...failed.map(() => exitCodes.failed)]),
  )
}

function recordOf({ record }: JournalEntry['facts']): InspectionRecord | null {
  return recordIn(JSON.stringify(record))
}

function exitOf({ verdict, alarm }: InspectionRecord): ExitCode {
  if (alarm !== null && !alarm.acknowledged) return exitCodes.alarm
  return {
    PASS: exitCodes.passed,
    INCONCLUSIVE: exitCodes.inconclusive,
    FAIL: exitCodes.failed,
    ERROR: exitCodes.internal,
  }[verdict]
}
