import { resolve } from 'node:path'
import type { ReportedFile, ReportedInspection } from '../../../reports/reported-inspection.ts'
import type { JournalEntry } from '../../custody/journal/entry.ts'
import type { JournalReader } from '../../custody/journal/journal.ts'
import { type Standing, standings } from '../../lots/attempts.ts'
import { type InspectionRecord, recordIn, serialiseRecord } from '../../record/inspection-record.ts'
import { FileEntry, FilesOf, NamedFacts, RunEntry } from '../../record/journal-kinds.ts'
import type { RunFolder } from '../run-folder.ts'

/** Everything that was ever put before Assay for a folder (`--out`), by the journal. */
export interface FolderView {
  readonly inspections: readonly ReportedInspection[]
  readonly files: readonly ReportedFile[]
  /** Where units of it count as failed. */
  readonly failed: readonly Pick<Standing, 'unit' | 'station' | 'because'>[]
  /** Records of another Assay, which cannot be shown. */
  readonly foreign: number
  /** Why the last run on a rig is not at its end; null where it is. */
  readonly unfinished: string | null
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
    files: filesWithoutResult(of),
    failed: all
      .filter(
        one => one.verdict === 'FAIL' && of.some(({ unit, station }) => unit === one.unit && station === one.station),
      )
      .map(({ unit, station, because }) => ({ unit, station, because })),
    foreign: of.filter(({ kind }) => kind === 'inspection').length - inspections.length,
    unfinished: unfinishedIn(of),
  }
}

const waitingBecause =
  'It has no result: the run that was to inspect it is not at its end, or ended before it was judged. If none is going on, inspect it again.'
const laterBecause = 'A later run took it up.'

/**
 * Files that were named and have no inspection. What one run left over and a later one judged counts there; a file that is
 * named again and again counts once.
 */
function filesWithoutResult(entries: readonly JournalEntry[]): readonly ReportedFile[] {
  /** Named, and without any word of it so far. */
  const waiting = new Set<string>()
  const left = new Map<string, ReportedFile[]>()
  const shownAs = new Map<string, string>()
  for (const { kind, facts } of entries) {
    const key = (file: string) => {
      const whole = resolve(FilesOf.parse(facts).cwd, file)
      shownAs.set(whole, file)
      return whole
    }
    if (kind === 'files-named') for (const file of NamedFacts.parse(facts).files) waiting.add(key(file))
    else if (kind === 'inspection') {
      for (const file of FilesOf.parse(facts).files.map(key)) {
        waiting.delete(file)
        left.set(file, (left.get(file) ?? []).map(settled))
      }
    } else {
      const read = FileEntry.safeParse(facts)
      if (!read.success) continue
      const { file, code, message } = read.data
      waiting.delete(key(file))
      const isCopy = kind === 'repeated-file'
      const before = (left.get(key(file)) ?? []).map(settled)
      left.set(key(file), [...before, { file, code, because: message, isSettled: isCopy }])
    }
  }
  return [
    ...[...left.values()].flat(),
    ...[...waiting].map(file => ({
      file: shownAs.get(file)!,
      code: 'not-judged',
      because: waitingBecause,
      isSettled: false,
    })),
  ]
}

const settled = (file: ReportedFile): ReportedFile =>
  file.isSettled ? file : { ...file, because: `${file.because} ${laterBecause}`, isSettled: true }

/** A rig serves one run at a time: what the last one of each began must have ended, with nothing left over. */
function unfinishedIn(entries: readonly JournalEntry[]): string | null {
  const open = new Map<string, string | null>()
  for (const { kind, facts, why, at } of entries) {
    const read = RunEntry.safeParse(facts)
    if (!read.success) continue
    const { rig, isWhole } = read.data
    if (kind === 'run-begun')
      open.set(rig, `The run on rig ${rig} that began at ${at} is not at its end, or broke off.`)
    else if (kind === 'run-ended') open.set(rig, isWhole ? null : (why ?? 'The run broke off.'))
  }
  return [...open.values()].find(because => because !== null) ?? null
}

function recordOf({ record }: JournalEntry['facts']): InspectionRecord | null {
  return recordIn(JSON.stringify(record))
}

/**
 * What a folder's report shows: the journal's view with the pictures that lie in the folder, and the records there that the
 * journal does not know, of another workplace.
 *
 * @param view null where no journal was kept
 * @param own what this run says
 */
export function reportOf(
  view: FolderView | null,
  own: Pick<FolderView, 'inspections' | 'files'>,
  folder: Pick<RunFolder, 'otherRecords' | 'keptPictures'>,
): Pick<FolderView, 'inspections' | 'files' | 'unfinished'> {
  const others = folder.otherRecords
  const picturesOf = folder.keptPictures()
  const shown = (texts: readonly string[]): ReportedInspection[] =>
    texts.flatMap(text => {
      const record = recordIn(text)
      return record === null ? [] : [{ record, pictures: picturesOf(text) }]
    })
  if (view === null) {
    return { ...own, inspections: [...shown(others), ...own.inspections], unfinished: null }
  }
  const ofThisRun = new Map(own.inspections.map(one => [serialiseRecord(one.record), one]))
  const known = new Set(view.inspections.map(({ record }) => serialiseRecord(record)))
  return {
    inspections: [
      ...shown(others.filter(text => !known.has(text))),
      ...view.inspections.map(one => {
        const text = serialiseRecord(one.record)
        return { pictures: picturesOf(text), ...ofThisRun.get(text), ...one }
      }),
    ],
    files: view.files,
    unfinished: view.unfinished,
  }
}
