import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { AssayError } from '../core/assay-error.ts'
import { type InspectionRecord, serialiseRecord } from '../record/inspection-record.ts'
import { replaceFile, writing } from './write-file.ts'

/**
 * Where one run leaves what it found. Each record is written the moment that its inspection ends, under a temporary
 * name first, so that an interruption never loses or halves what was already recorded.
 */
export class RunFolder {
  readonly path: string
  #records = 0

  /** Makes `runs/name`, or `runs/name-2`, `-3`, … when it is there already: a run never overwrites another. */
  constructor(runs: string, name: string) {
    this.path = freshFolder(runs, name)
    mkdirSync(join(this.path, 'records'))
  }

  /** @returns the file's path */
  writeRecord(record: InspectionRecord): string {
    const number = String(++this.#records).padStart(4, '0')
    // A serial is only as clean as the lot file that it came from.
    const unit = (record.unit ?? 'unknown').replaceAll(/[^A-Za-z0-9_-]/g, '_').slice(0, 60)
    return this.write(join('records', `${number}-${unit}-${record.station}.json`), serialiseRecord(record))
  }

  /** Writes a whole file, or none. @returns the file's path */
  write(file: string, content: string | Uint8Array): string {
    const path = join(this.path, file)
    const instead = 'free some room or choose another folder with --runs'
    writing(path, 'run-folder-unwritable', instead, () => replaceFile(path, content))
    return path
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
