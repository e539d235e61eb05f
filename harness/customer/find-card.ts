import { indexOf } from '../checks/lot/lot-index.ts'
import { type LotFileReading, readLotFile } from '../checks/lot/read-lot-file.ts'
import { addressBook } from '../checks/same-key.ts'
import { type LotFile, LotFileError, type UnitRecord } from '../products/unit-record.ts'

/** What an owner may be told of a card: what stands on it, and what opens nothing by itself. */
export type PublicCard = Pick<UnitRecord, 'serial' | 'address' | 'confirmationCode' | 'product' | 'denomination'>

/**
 * The cards of a maker's list with this serial, or with this address of any coin. More than one is the list's fault: no
 * card is told then.
 */
export function findCard(lot: LotFile, serialOrAddress: string): PublicCard | null {
  const text = serialOrAddress.trim()
  const index = indexOf(lot)
  const bySerial = index.bySerial(text)
  const units = bySerial.length > 0 ? bySerial : (index.byAddress(text, addressBook, []) ?? [])
  if (units.length !== 1) return null
  const { serial, address, confirmationCode, product = lot.product ?? undefined, denomination } = units[0]!
  return {
    serial,
    ...(address !== undefined && { address }),
    ...(confirmationCode !== undefined && { confirmationCode }),
    ...(product !== undefined && { product }),
    ...(denomination !== undefined && { denomination }),
  }
}

/** {@link findCard} in a list as its file has it. `secret`: it holds what no list of cards may; `unusable`: it is none, or is wrong. */
export function findInList(content: Uint8Array, serialOrAddress: string): PublicCard | 'none' | 'unusable' | 'secret' {
  let reading: LotFileReading
  try {
    reading = readLotFile(content)
  } catch (error) {
    if (error instanceof LotFileError) return 'unusable'
    throw error
  }
  if (reading.warnings.length > 0) return 'secret'
  return findCard(reading.lot, serialOrAddress) ?? 'none'
}
