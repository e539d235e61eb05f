import { resolve } from 'node:path'
import type { ReportedFile, ReportedInspection } from '../../../reports/reported-inspection.ts'
import type { JournalEntry } from '../../custody/journal/entry.ts'
import type { JournalReader } from '../../custody/journal/journal.ts'
import { otherFileSentence, type Standing, standings } from '../../lots/attempts.ts'
import { isWorseThanSteps, type KnownSpotCheck, SpotChecks } from '../../lots/spot-checks.ts'
import { WrongFiles } from '../../lots/wrong-file.ts'
import { type InspectionRecord, recordIn, serialiseRecord } from '../../record/inspection-record.ts'
import { FileEntry, FilesOf, NamedFacts, OtherCardEntry, RunEntry, SpotCheckLook } from '../../record/journal-kinds.ts'
import type { RunFolder } from '../run-folder.ts'
import { laterBecause, settledIn, settledUnknown, wrongFileRemarks } from './settled.ts'

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
  /** How many entries the journal had. */
  readonly size: number
}

/** @param out the folder's whole path */
export async function folderView(journal: JournalReader, out: string): Promise<FolderView> {
  const of: JournalEntry[] = []
  const wrongFiles = new WrongFiles()
  let size = 0
  for await (const entry of journal.entries()) {
    size = entry.index + 1
    wrongFiles.take(entry)
    if (entry.facts['out'] === out) of.push(entry)
  }
  const units = [...new Set(of.flatMap(({ unit, facts }) => [unit ?? [], lookIn(facts)?.unit ?? []].flat()))]
  const about = await Array.fromAsync(journal.entriesAboutUnits(units))
  const all = standings(about)
  const checks = new SpotChecks()
  for (const entry of about) checks.take(entry)
  const inspections = of.flatMap(entry => {
    const record = entry.kind === 'inspection' ? recordOf(entry.facts) : null
    if (record === null) return []
    const standing = all.find(({ unit, station }) => unit === entry.unit && station === entry.station)
    const attempt = standing?.attempts.find(({ index }) => index === entry.index)?.number ?? 1
    const held = standing !== undefined && holds(standing, entry.index) ? standing : null
    const step = entry.unit === null ? null : checks.ofStep(entry.unit, record)
    const stands = held ?? wholeOf(step)
    const settledBecause =
      standing === undefined ? settledUnknown(of, entry, record, wrongFiles) : settledIn(of, entry.index, standing)
    const said = [
      ...spotCheckRemarks(checks, entry, step),
      ...wrongFileRemarks(of, entry, wrongFiles),
      (standing && otherFileSentence(standing, attempt)) ?? [],
    ].flat()
    const remark = said.length === 0 ? null : said.join(' ')
    return [
      { record, serial: entry.unit, files: FilesOf.parse(entry.facts).files, attempt, stands, settledBecause, remark },
    ]
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
    size,
  }
}

const lookIn = (facts: JournalEntry['facts']) => SpotCheckLook.safeParse(facts['spotCheck']).data ?? null

/** Which step of a spot check an inspection was, or looked at, what that came to, and whether its unit is spent. */
function spotCheckRemarks(
  checks: SpotChecks,
  { unit, facts }: JournalEntry,
  step: ReturnType<SpotChecks['ofStep']>,
): readonly string[] {
  const look = lookIn(facts)
  const its = unit ?? look?.unit ?? null
  const isDestroyed = its !== null && checks.isDestroyed(its)
  const spent = isDestroyed ? ['The unit is spent: it was opened, or was to be, and is sold to nobody.'] : []
  if (step !== null) {
    const { came, done } = step.of
    const wasBad = !isDestroyed && done[0]!.record.verdict !== 'PASS' ? ['The unit was not opened.'] : []
    return [
      `Step ${step.step} of a spot check${came === null ? '' : `, which came to ${came.verdict}`}.`,
      ...wasBad,
      ...spent,
    ]
  }
  if (look === null) return spent
  const of = look.unit === null ? '' : ` of ${look.unit}`
  return [`It looked at step ${look.step} of a spot check${of}, and did not bring it to its end.`, ...spent]
}

/** What a spot check came to that is worse than each of its steps: it is told of the last of them, so that the whole is never green. */
function wholeOf(step: ReturnType<SpotChecks['ofStep']>): KnownSpotCheck['came'] {
  // Of one that cannot be read on the look that could not be read says so itself.
  if (step === null || step.of.unread !== null || !isWorseThanSteps(step.of)) return null
  if (step.step !== step.of.done.at(-1)!.step) return null
  const { verdict, because } = step.of.came!
  return { verdict, because: `the spot check of which it is the last step came to that. ${because}` }
}

/** Does a unit stand as it does whatever this attempt says: by a FAIL, or by an attempt or a decision before it? */
function holds({ verdict, attempts, counts }: Standing, index: number): boolean {
  if (verdict === 'FAIL' || counts === null) return true
  return attempts.some(one => one.number === counts && one.index < index)
}

const waitingBecause =
  'It has no result: the run that was to inspect it is not at its end, or ended before it was judged. If none is going on, inspect it again.'

/**
 * Files that were named and have no inspection. What one run left over and a later one judged counts there; a file that is
 * named again and again counts once.
 */
function filesWithoutResult(entries: readonly JournalEntry[]): readonly ReportedFile[] {
  /** Named, and without any word of it so far. */
  const waiting = new Set<string>()
  const left = new Map<string, ReportedFile[]>()
  const shownAs = new Map<string, string>()
  /** Cards that were scanned while another one lay in the nest, and which. */
  const scanned = new Map<string, string | null>()
  for (const { kind, unit, facts } of entries) {
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
      if (unit !== null) scanned.delete(unit)
    } else if (kind === 'other-card') {
      const read = OtherCardEntry.safeParse(facts)
      if (read.success) scanned.set(read.data.scanned, unit)
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
    ...[...scanned].map(([serial, seen]) => ({
      file: `${serial}, scanned`,
      code: 'other-card',
      because: `When it was scanned, ${seen ?? 'another card'} lay in the nest; it was not inspected since.`,
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
  const foreign = shown(others.filter(text => !known.has(text)))
  return {
    inspections: [
      ...foreign,
      ...view.inspections.map(one => {
        const text = serialiseRecord(one.record)
        return { pictures: picturesOf(text), ...ofThisRun.get(text), ...one }
      }),
    ],
    files: view.files,
    unfinished: view.unfinished ?? unfinishedBy(foreign.length, view),
  }
}

/** What is not known of a folder: what was lost beside records that its journal does not have, and what never was inspected. */
function unfinishedBy(foreign: number, { inspections, files }: FolderView): string | null {
  if (foreign > 0) {
    const records = foreign === 1 ? 'A record' : `${foreign} records`
    return `${records} in this folder ${foreign === 1 ? 'is' : 'are'} not of this journal, or not as it has ${foreign === 1 ? 'it' : 'them'}: another workplace, a folder that was moved, or a record that was changed. Files that were lost beside ${foreign === 1 ? 'it' : 'them'} are not known here.`
  }
  return inspections.length === 0 && files.length === 0 ? 'Nothing was inspected.' : null
}
