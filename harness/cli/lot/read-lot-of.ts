import { type LotFileOptions, type LotFileReading, readLotFile } from '../../checks/lot/read-lot-file.ts'
import { sha256Of } from '../../lots/release/release-record.ts'
import { readRecords } from '../lot-report.ts'
import { refusePassphrases } from '../refuse-passphrases.ts'

/** A lot file, and which one it is: inspections and plans in the journal name it by its digest. */
export interface ReadLot extends LotFileReading {
  readonly recordsSha256: string
}

/** @throws AssayError `records-unreadable`, `passphrase-in-words`; LotFileError */
export function readLotOf(file: string, options: LotFileOptions = {}): ReadLot {
  const bytes = readRecords(file)
  const read = readLotFile(bytes, file, options)
  refusePassphrases("The lot's name in its file", [read.lot.lot])
  return { ...read, recordsSha256: sha256Of(bytes) }
}
