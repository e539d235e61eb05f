import { type LotFileOptions, type LotFileReading, readLotFile } from '../../checks/lot/read-lot-file.ts'
import { sha256Of } from '../../lots/release/release-record.ts'
import { readRecords } from '../lot-report.ts'

/** A lot file, and which one it is: inspections and plans in the journal name it by its digest. */
export interface ReadLot extends LotFileReading {
  readonly recordsSha256: string
}

/** @throws AssayError `records-unreadable`; LotFileError */
export function readLotOf(file: string, options: LotFileOptions = {}): ReadLot {
  const bytes = readRecords(file)
  return { ...readLotFile(bytes, file, options), recordsSha256: sha256Of(bytes) }
}
