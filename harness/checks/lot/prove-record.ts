import type { LotFile, UnitRecord } from '../../products/unit-record.ts'
import { type LotFault, lotFileError } from './lot-fault.ts'
import { contradiction, unitFields } from './lot-fields.ts'

/** What arithmetic says against a record whose fields are well formed: checksums, points, and that its address is its key's. */
export function proofFaults(record: UnitRecord, nameOf: () => string): LotFault[] {
  const faults: LotFault[] = []
  for (const [field, { proof }] of Object.entries(unitFields)) {
    const text = record[field as keyof UnitRecord]
    const because = text === undefined || proof === undefined ? null : proof(text)
    if (because !== null) faults.push({ code: 'lot-faulty', unit: nameOf(), field, because })
  }
  const against = faults.length === 0 ? contradiction(record) : null
  if (against !== null) faults.push({ code: 'lot-faulty', unit: nameOf(), field: 'address', because: against })
  return faults
}

const unprovedLots = new WeakSet<LotFile>()
const proved = new WeakSet<UnitRecord>()

/** For a lot of too many records to prove them all before the first unit is inspected. */
export function proveLater(lot: LotFile): void {
  unprovedLots.add(lot)
}

/**
 * Proves a record of a large lot before its unit is held against it, once.
 * @throws LotFileError `lot-faulty`: it is the record's fault, and says nothing of the unit
 */
export function proveRecord(record: UnitRecord, lot: LotFile): void {
  if (!unprovedLots.has(lot) || proved.has(record)) return
  const faults = proofFaults(record, () => `unit ${record.serial}`)
  if (faults.length > 0) throw lotFileError('the lot file', faults)
  proved.add(record)
}
