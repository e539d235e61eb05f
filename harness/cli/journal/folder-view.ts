import type { ReportedFile, ReportedInspection } from '../../../reports/reported-inspection.ts'
import type { JournalEntry } from '../../custody/journal/entry.ts'
import type { JournalReader } from '../../custody/journal/journal.ts'
import { standings } from '../../lots/attempts.ts'
import { type InspectionRecord, recordIn, serialiseRecord } from '../../record/inspection-record.ts'
import { FileEntry, FilesOf } from '../../record/journal-kinds.ts'

/** Everything that was ever put before Assay for a folder (`--out`), by the journal. */
export interface FolderView {
  readonly inspections: readonly ReportedInspection[]
  readonly files: readonly ReportedFile[]
  /** Records of another Assay, which cannot be shown. */
  readonly foreign: number
}

/** @param out the folder's whole path */
export async function folderView(journal: JournalReader, out: string): Promise<FolderView> {
  const of: JournalEntry[] = []
  for await (const entry of journal.entries()) if (entry.facts['out'] === out) of.push(entry)
  const units = [...new Set(of.flatMap(({ unit }) => unit ?? []))]
  const all = standings(await Array.fromAsync(journal.entriesAboutUnits(units)))
  const inspections = of.flatMap(entry => {
    const record = entry.kind === 'inspection' ? recordOf(entry.facts) : null
    if (record === null) return []
    const standing = all.find(({ unit, station }) => unit === entry.unit && station === entry.station)
    const attempt = standing?.attempts.find(({ index }) => index === entry.index)?.number ?? 1
    const failsBecause = standing?.verdict === 'FAIL' ? standing.because : null
    return [{ record, files: FilesOf.parse(entry.facts).files, attempt, failsBecause }]
  })
  return {
    inspections,
    files: of.flatMap(({ kind, facts }) => (kind === 'inspection' ? [] : fileOf(kind, facts))),
    foreign: of.filter(({ kind }) => kind === 'inspection').length - inspections.length,
  }
}

function fileOf(kind: string, facts: JournalEntry['facts']): ReportedFile[] {
  const read = FileEntry.safeParse(facts)
  if (!read.success) return []
  const { file, code, message } = read.data
  return [{ file, code, because: message, isCopy: kind === 'repeated-file' }]
}

function recordOf({ record }: JournalEntry['facts']): InspectionRecord | null {
  return recordIn(JSON.stringify(record))
}

/**
 * What a folder's report shows: the journal's view with the pictures of this run, and the records in the folder that the
 * journal does not know, of another workplace.
 *
 * @param view null where no journal was kept
 * @param others texts of records in the folder that this run did not write
 */
export function reportOf(
  view: FolderView | null,
  own: Pick<FolderView, 'inspections' | 'files'>,
  others: readonly string[],
): Pick<FolderView, 'inspections' | 'files'> {
  if (view === null) return { ...own, inspections: [...shown(others), ...own.inspections] }
  const ofThisRun = new Map(own.inspections.map(one => [serialiseRecord(one.record), one]))
  const known = new Set(view.inspections.map(({ record }) => serialiseRecord(record)))
  return {
    inspections: [
      ...shown(others.filter(text => !known.has(text))),
      ...view.inspections.map(one => ({ ...ofThisRun.get(serialiseRecord(one.record)), ...one })),
    ],
    files: view.files,
  }
}

const shown = (texts: readonly string[]): ReportedInspection[] =>
  texts.flatMap(text => recordIn(text) ?? []).map(record => ({ record }))
