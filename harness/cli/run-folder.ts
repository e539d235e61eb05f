import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type HtmlReportOptions, htmlReport } from '../../reports/html-report.ts'
import { junitReport } from '../../reports/junit.ts'
import type { ReportedInspection } from '../../reports/reported-inspection.ts'
import { AssayError } from '../core/assay-error.ts'
import { readOutside } from '../core/outside-file.node.ts'
import { type InspectionRecord, serialiseRecord } from '../record/inspection-record.ts'
import { createFile, replaceFile, writing } from './write-file.ts'

/**
 * Where one run leaves what it found. Each record is written the moment that its inspection ends, under a temporary
 * name first, so that an interruption never loses or halves what was already recorded.
 */
export class RunFolder {
  readonly path: string
  readonly #isGiven: boolean
  /** Number of the last record. */
  #last = 0
  readonly #own = new Set<string>()

  /**
   * Makes `runs/name`, or `runs/name-2`, `-3`, … when it is there already: a run never overwrites another. Without a name,
   * uses the folder that a person gave (`--out`).
   * @throws AssayError `results-unwritable`, `run-folder-unwritable`, `run-folder-unmakable`
   */
  constructor(runs: string, name: string | null) {
    this.#isGiven = name === null
    this.path = name === null ? runs : freshFolder(runs, name)
    this.#writing(this.path, () => void mkdirSync(join(this.path, 'records'), { recursive: true }))
    this.#last = Math.max(0, ...this.#recordFiles().map(name => Number.parseInt(name, 10) || 0))
  }

  /** Adds a record behind those that are there; none is written over. @returns the file's path */
  writeRecord(record: InspectionRecord): string {
    // A serial is only as clean as the lot file that it came from.
    const unit = (record.unit ?? 'unknown').replaceAll(/[^A-Za-z0-9_-]/g, '_').slice(0, 60)
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
      return path
    }
  }

  /** The texts of the records that another run wrote here. */
  get otherRecords(): readonly string[] {
    const others = this.#recordFiles().filter(name => !this.#own.has(name))
    return others.map(name => readOutside(join(this.path, 'records', name), 'record').toString('utf8'))
  }

  #recordFiles(): readonly string[] {
    return readdirSync(join(this.path, 'records')).filter(name => name.endsWith('.json'))
  }

  /** Writes `junit.xml` and `report.html`. @returns path of the page */
  writeReports(inspections: readonly ReportedInspection[], options: HtmlReportOptions = {}): string {
    this.write('junit.xml', junitReport(inspections, options.files))
    return this.write('report.html', htmlReport(inspections, options))
  }

  /** Writes a whole file, or none. @returns the file's path */
  write(file: string, content: string | Uint8Array): string {
    const path = join(this.path, file)
    this.#writing(path, () => replaceFile(path, content))
    return path
  }

  /** @throws AssayError `results-unwritable`, `run-folder-unwritable` */
  #writing(path: string, write: () => void): void {
    const [code, flag] = this.#isGiven
      ? (['results-unwritable', '--out'] as const)
      : (['run-folder-unwritable', '--runs'] as const)
    writing(path, code, `free some room or choose another folder with ${flag}`, write)
  }
}

function freshFolder(runs: string, name: string): string {
  try {
    mkdirSync(runs, { recursive: true })
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
