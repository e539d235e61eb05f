import type { ReportedFile, ReportedInspection } from '../../../reports/reported-inspection.ts'
import type { JournalEntry } from '../../custody/journal/entry.ts'
import type { JournalReader } from '../../custody/journal/journal.ts'
import { standings } from '../../lots/attempts.ts'
import { type InspectionRecord, recordIn, serialiseRecord } from '../../record/inspection-record.ts'
import { FileEntry, FilesOf, NamedFacts } from '../../record/journal-kinds.ts'

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
    files: [...of.flatMap(({ kind, facts }) => (kind === 'inspection' ? [] : fileOf(kind, facts))), ...lostIn(of)],
    foreign: of.filter(({ kind }) => kind === 'inspection').length - inspections.length,
  }
}

/** Files that a run was asked to inspect and that have no result, as the run was killed before. */
function lostIn(entries: readonly JournalEntry[]): ReportedFile[] {
  const waiting = new Map<string, number>()
  const count = (file: string, by: number) => waiting.set(file, (waiting.get(file) ?? 0) + by)
  for (const { kind, facts } of entries) {
    if (kind === 'files-named') for (const file of NamedFacts.parse(facts).files) count(file, 1)
    else if (kind === 'inspection') for (const file of FilesOf.parse(facts).files) count(file, -1)
    else for (const { file } of fileOf(kind, facts)) count(file, -1)
  }
  const because = 'The run that was to inspect it ended before it was judged: inspect it again.'
  return [...waiting].flatMap(([file, runs]) =>
    runs > 0 ? [{ file, code: 'not-judged', because, isCopy: false }] : [],
  )
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
