import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { type HtmlReportOptions, htmlReport } from '../../reports/html-report.ts'
import { junitReport } from '../../reports/junit.ts'
import { junitMark } from '../../reports/junit-xml.ts'
import { pageMark } from '../../reports/page.ts'
import type { ReportedInspection, ReportPicture } from '../../reports/reported-inspection.ts'
import { AssayError } from '../core/assay-error.ts'
import { makeFolders } from '../core/make-folders.node.ts'
import { readOutside } from '../core/outside-file.node.ts'
import { realPathOf } from '../core/real-path.node.ts'
import { type InspectionRecord, recordIn, serialiseRecord } from '../record/inspection-record.ts'
import { createFile, replaceFile, requireOwnFile, writing } from './write-file.ts'

const [page, junit] = ['report.html', 'junit.xml']

/**
 * Where one run leaves what it found. Each record is written the moment that its inspection ends, under a temporary
 * name first, so that an interruption never loses or halves what was already recorded.
 */
export class RunFolder {
  /** As it was given. */
  readonly path: string
  /** What the journal knows it by, whichever links lead there. */
  readonly realPath: string
  readonly #isGiven: boolean
  /** Number of the last record. */
  #last = 0
  readonly #own = new Set<string>()

  /**
   * Makes `runs/name`, or `runs/name-2`, `-3`, … when it is there already: a run never overwrites another. Without a name,
   * uses the folder that a person gave (`--out`).
   * @throws AssayError `results-unwritable`, `run-folder-unwritable`, `run-folder-unmakable`, `page-other`
   */
  constructor(runs: string, name: string | null) {
    this.#isGiven = name === null
    if (this.#isGiven) {
      // A signed release and a night have files of these names, too.
      for (const [file, mark] of [
        [page, pageMark],
        [junit, junitMark],
      ] as const)
        requireOwnFile(join(runs, file), mark, 'report of inspections', join(runs, 'records'))
    }
    const path = name === null ? runs : freshFolder(runs, name)
    this.#writing(path, () => void makeFolders(join(path, 'records')))
    this.path = path
    this.realPath = realPathOf(path)
    this.#last = Math.max(0, ...this.#recordFiles().map(name => Number.parseInt(name, 10) || 0))
  }

  /**
   * Adds a record behind those that are there; none is written over.
   * @param pictures as the report shows them; null: they are not kept beside it. Where there are none, no folder is made for them
   * @param serial whose card it is where the record names no unit; null: nobody knows
   * @returns the file's path
   */
  writeRecord(
    record: InspectionRecord,
    pictures: readonly ReportPicture[] | null = null,
    serial: string | null = null,
  ): string {
    const unit = fileWord(record.unit ?? serial ?? 'unknown')
    const text = serialiseRecord(record)
    for (;;) {
      const number = String(++this.#last).padStart(4, '0')
      const name = this.#isGiven ? `${number}-${unit}.json` : `${number}-${unit}-${record.station}.json`
      const path = join(this.path, 'records', name)
      let isNew = false
      this.#writing(path, () => {
        isNew = createFile(path, text)
      })
      if (!isNew) continue
      this.#own.add(name)
      if (pictures !== null && pictures.length > 0) this.#writePictures(this.#picturesAt(name), pictures)
      return path
    }
  }

  /** The texts of the records that another run wrote here. */
  get otherRecords(): readonly string[] {
    const others = this.#recordFiles().filter(name => !this.#own.has(name))
    return others.map(name => this.#recordText(name))
  }

  /** What finds the pictures that lie here of the record of a text; null where none were kept, or they are gone. */
  keptPictures(): (text: string) => readonly ReportPicture[] | null {
    const names = new Map(this.#recordFiles().map(name => [this.#recordText(name), name]))
    return text => {
      const name = names.get(text)
      const folder = name === undefined ? null : this.#picturesAt(name)
      if (folder === null || !existsSync(folder)) return null
      return readdirSync(folder)
        .toSorted()
        .flatMap(file => pictureIn(folder, file) ?? [])
    }
  }

  /**
   * Says, before anything is judged, that the run is not at its end: whatever kills it, and a full drive, leave no report that
   * says otherwise.
   */
  begin(inspections: readonly ReportedInspection[] = [], options: HtmlReportOptions = {}): void {
    // An older green one is gone even where no room is left to write another.
    this.#writing(this.path, () => {
      for (const file of [junit, page]) rmSync(join(this.path, file), { force: true })
    })
    this.writeReports(inspections, { unfinished: underWay, ...options })
  }

  /** Writes `junit.xml` and `report.html`. @returns path of the page */
  writeReports(inspections: readonly ReportedInspection[], options: HtmlReportOptions = {}): string {
    const path = this.write(page, htmlReport(inspections, options))
    // Last: where it could not be written, what said that the run is not at its end is still there.
    this.write(junit, junitReport(inspections, options.files, options.unfinished))
    return path
  }

  /** Writes a whole file, or none. @returns the file's path */
  write(file: string, content: string | Uint8Array): string {
    const path = join(this.path, file)
    this.#writing(path, () => replaceFile(path, content))
    return path
  }

  readonly #texts = new Map<string, string>()

  #recordText(name: string): string {
    const known = this.#texts.get(name)
    if (known !== undefined) return known
    const text = readOutside(join(this.path, 'records', name), 'record').toString('utf8')
    this.#texts.set(name, text)
    return text
  }

  #recordFiles(): readonly string[] {
    return readdirSync(join(this.path, 'records')).filter(name => name.endsWith('.json'))
  }

  #picturesAt(record: string): string {
    return join(this.path, 'pictures', basename(record, '.json'))
  }

  #writePictures(folder: string, pictures: readonly ReportPicture[]): void {
    this.#writing(folder, () => {
      makeFolders(folder)
      for (const [i, picture] of pictures.entries()) createFile(join(folder, pictureName(i, picture)), picture.bytes)
    })
  }

  /** @throws AssayError `results-unwritable`, `run-folder-unwritable` */
  #writing(path: string, write: () => void): void {
    const [code, flag] = this.#isGiven
      ? (['results-unwritable', '--out'] as const)
      : (['run-folder-unwritable', '--runs'] as const)
    writing(path, code, `choose another folder with ${flag}`, write)
  }
}

/** Whether a folder is one that a run left its records in. */
export const isRunFolder = (path: string): boolean => existsSync(join(path, 'records'))

/** The inspection of a record that lies in a run's folder, with its pictures; null where it does not. Records of other units are not read. */
export function keptInspection(
  path: string,
  wanted: Pick<InspectionRecord, 'station' | 'started'> & { readonly unit: string },
): { readonly record: InspectionRecord; readonly pictures: readonly ReportPicture[] } | null {
  const names = readdirSync(join(path, 'records')).filter(name => name.includes(`-${fileWord(wanted.unit)}`))
  for (const name of names.filter(one => one.endsWith('.json'))) {
    const record = recordIn(readOutside(join(path, 'records', name), 'record').toString('utf8'))
    if (record?.unit !== wanted.unit || record.station !== wanted.station || record.started !== wanted.started) continue
    const folder = join(path, 'pictures', basename(name, '.json'))
    const files = existsSync(folder) ? readdirSync(folder).toSorted() : []
    return { record, pictures: files.flatMap(file => pictureIn(folder, file) ?? []) }
  }
  return null
}

/** A serial is only as clean as the lot file that it came from. */
const fileWord = (unit: string) => unit.replaceAll(/[^A-Za-z0-9_-]/g, '_').slice(0, 60)

const underWay = 'The run goes on, or broke off: this report is written anew at its end.'

/** What a picture shows stands in its name: «03-serial-card-640x120-masked.jpg». */
const pictureName = (i: number, { of, width, height, masked }: ReportPicture) =>
  `${String(i).padStart(2, '0')}-${of}-${width}x${height}${masked ? '-masked' : ''}.jpg`

function pictureIn(folder: string, file: string): ReportPicture | null {
  const named = /^\d+-([a-z][a-z0-9-]*)-(\d+)x(\d+)(-masked)?\.jpg$/.exec(file)
  if (named === null) return null
  const [, of, width, height, masked] = named
  return {
    of: of!,
    mediaType: 'image/jpeg',
    bytes: readOutside(join(folder, file), 'picture'),
    width: Number(width),
    height: Number(height),
    masked: masked !== undefined,
  }
}

function freshFolder(runs: string, name: string): string {
  try {
    makeFolders(runs)
    for (let attempt = 1; ; attempt++) {
      const path = join(runs, attempt === 1 ? name : `${name}-${attempt}`)
      try {
        mkdirSync(path)
        return path
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      }
    }
  } catch (cause) {
    throw new AssayError(
      'run-folder-unmakable',
      `A run folder cannot be made in ${runs} (${(cause as Error).message}); choose another place with --runs.`,
      { cause },
    )
  }
}
