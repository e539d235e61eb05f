import { indexOf } from '../checks/lot/lot-index.ts'
import { addressBook } from '../checks/same-key.ts'
import { type LotFile, LotFileError, type UnitRecord } from '../products/unit-record.ts'
import type { CardForm } from './card-form.ts'
import { proveCards, readCardList, secretInList } from './card-list.ts'

/** What an owner may be told of a card: what stands on it, and what opens nothing by itself. */
export type PublicCard = Pick<UnitRecord, 'serial' | 'address' | 'confirmationCode' | 'product' | 'denomination'>

/**
 * The cards of a maker's list with this serial, or with this address of any coin. More than one is the list's fault: no
 * card is told then.
 */
export function findCard(lot: LotFile, serialOrAddress: string): PublicCard | null {
  const unit = findUnit(lot, serialOrAddress)
  if (unit === null) return null
  const { serial, address, confirmationCode, product = lot.product ?? undefined, denomination } = unit
  return {
    serial,
    ...(address !== undefined && { address }),
    ...(confirmationCode !== undefined && { confirmationCode }),
    ...(product !== undefined && { product }),
    ...(denomination !== undefined && { denomination }),
  }
}

function findUnit(lot: LotFile, serialOrAddress: string): UnitRecord | null {
  const text = serialOrAddress.trim()
  const index = indexOf(lot)
  const bySerial = index.bySerial(text)
  const units = bySerial.length > 0 ? bySerial : (index.byAddress(text, addressBook, []) ?? [])
  return units.length === 1 ? units[0]! : null
}

/** Why a list is of no use: it is none or is wrong in itself (`unusable`), holds what may be a key or a passphrase, or is of another product. */
export interface ListFault {
  readonly fault: 'unusable' | 'secret' | 'other-product'
  /** As the list's reader calls it (`unit BX2409708`, `line 7`); null: the list as a whole. */
  readonly unit: string | null
  readonly field: string | null
}

/** Of a longer list each card is proved when it is asked for. */
const provedAtOnce = 500

/** {@link findCard} in a list as its file has it, which is proved first. @param wanted null: only whether the list is of use */
export async function findInList(
  content: Uint8Array,
  wanted: string | null,
  forms: readonly CardForm[],
): Promise<PublicCard | 'none' | ListFault> {
  try {
    const lot = readCardList(content, 'the list', forms)
    const unit = wanted === null ? null : findUnit(lot, wanted)
    const all = lot.units.length <= provedAtOnce ? lot.units : []
    await proveCards(unit === null ? all : [unit], lot, 'the list', forms)
    return (wanted === null ? null : findCard(lot, wanted)) ?? 'none'
  } catch (error) {
    if (error instanceof LotFileError) return listFault(error)
    throw error
  }
}

export const listFault = ({ code, unit, field }: LotFileError): ListFault => ({
  fault: code === secretInList ? 'secret' : code === 'lot-product' ? 'other-product' : 'unusable',
  unit,
  field,
})
