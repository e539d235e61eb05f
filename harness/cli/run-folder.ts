import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type HtmlReportOptions, htmlReport } from '../../reports/html-report.ts'
import { type ReportedInspection } from '../../reports/reported-inspection.ts'
import { junitReport } from '../../reports/junit.ts'
import { AssayError } from '../core/assay-error.ts'
import { type InspectionRecord, serialiseRecord } from '../record/inspection-record.ts'

/** A run folder that cannot be made or written. */
class RunFolderError extends AssayError {
  override readonly name = 'RunFolderError'
}

/**
 * Where one run leaves what it found. Each record is written the moment that its inspection ends, under a temporary
 * name first, so that an interruption never loses or halves what was already recorded.
 */
export class RunFolder {
  readonly path: string
  readonly #isGiven: boolean
  #records = 0

  /**
   * Makes `runs/name`, or `runs/name-2`, `-3`, … when it is there already: a run never overwrites another. Without a name,
   * uses the folder that a person gave (`--out`).
   * @throws RunFolderError
   */
  constructor(runs: string, name: string | null) {
    this.#isGiven = name === null
    this.path = name === null ? runs : freshFolder(runs, name)
    try {
      mkdirSync(join(this.path, 'records'), { recursive: true })
    } catch (cause) {
      throw this.#unwritable(this.path, cause)
    }
  }

  /** @returns the file's path */
  writeRecord(record: InspectionRecord): string {
    const number = String(++this.#records).padStart(4, '0')
    // A serial is only as clean as the lot file that it came from.
    const unit = (record.unit ?? 'unknown').replaceAll(/[^A-Za-z0-9_-]/g, '_').slice(0, 60)
    const name = this.#isGiven ? `${number}-${unit}.json` : `${number}-${unit}-${record.station}.json`
    return this.write(join('records', name), serialiseRecord(record))
  }

  /** Writes `junit.xml` and `report.html`. @returns path of the page */
  writeReports(inspections: readonly ReportedInspection[], options?: HtmlReportOptions): string {
    this.write('junit.xml', junitReport(inspections.map(({ record }) => record)))
    return this.write('report.html', htmlReport(inspections, options))
  }

  /** Writes a whole file, or none. @returns the file's path */
  write(file: string, content: string | Uint8Array): string {
    const path = join(this.path, file)
    try {
      writeFileSync(`${path}.partial`, content, { flush: true })
      renameSync(`${path}.partial`, path)
    } catch (cause) {
      throw this.#unwritable(path, cause)
    }
    return path
  }

  #unwritable(path: string, cause: unknown): RunFolderError {
    const [code, flag] = this.#isGiven ? ['results-unwritable', '--out'] : ['run-folder-unwritable', '--runs']
    const sentence = `${path} cannot be written (${(cause as Error).message}); free some room or choose another folder with ${flag}.`
    return new RunFolderError(code!, sentence, { cause })
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
    throw new RunFolderError(
      'run-folder-unmakable',
      `A run folder cannot be made in ${runs} (${(cause as Error).message}); choose another place with --runs.`,
      { cause },
    )
  }
}
