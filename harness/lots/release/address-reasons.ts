import { addressBook, matchAddress } from '../../checks/same-key.ts'
import type { UnitRecord } from '../../products/unit-record.ts'
import type { LotEvidence } from './lot-evidence.ts'
import type { LotFacts } from './lot-facts.ts'
import { type LotRow, slimIn } from './lot-rows.ts'
import { about, type Reason } from './reason.ts'
import { toldIn } from './told-entries.ts'
import type { UnitOutcome } from './unit-outcome.ts'

/**
 * A unit has one address wherever it was looked at, of its own key, and no other unit has it. What was read in an inspection that did not pass
 * the unit counts as well, until somebody else of quality has said what lay there.
 */
export function addressReasons(
  { otherAddresses }: LotFacts,
  { records, explained, saidBy }: LotEvidence,
  units: readonly UnitOutcome[],
): Reason[] {
  const staying = new Set(units.flatMap(({ unit, fate }) => (fate === 'shipped' || fate === 'opened' ? [unit] : [])))
  const [addresses, owners] = [new Map<string, Set<string>>(), new Map<string, Set<string>>()]
  for (const { unit, address, verdict } of records.values()) {
    if (verdict !== 'PASS' || unit === null || address === undefined) continue
    addresses.set(unit, (addresses.get(unit) ?? new Set()).add(address))
    owners.set(address, (owners.get(address) ?? new Set()).add(unit))
  }
  const told = toldIn(explained, saidBy)
  const otherwise = [...records].flatMap(([index, { unit, addressesRead = [] }]) => {
    const passed = addresses.get(unit ?? '')
    return passed !== undefined && !told.has(index) && addressesRead.some(one => !passed.has(one)) ? [unit!] : []
  })
  const ofStaying = (all: Iterable<string>) => [...new Set(all)].filter(unit => staying.has(unit))
  return [
    ...about(
      'two-addresses',
      ofStaying([...addresses].flatMap(([unit, its]) => (its.size > 1 ? [unit] : []))),
      'Passed with one address at one station and with another at another',
    ),
    ...about(
      'address-otherwise',
      ofStaying(otherwise),
      'Showed another address in an inspection that did not pass it, and nobody else of quality has explained it',
    ),
    ...about(
      'address-shared',
      ofStaying([...owners.values()].flatMap(its => (its.size > 1 ? [...its] : []))),
      'Passed with the address of another unit',
    ),
    ...about(
      'other-address',
      ofStaying(otherAddresses),
      "Passed with an address that is not of the unit's key by the lot file",
    ),
  ]
}

/** Units that passed with an address that is none of their key by the lot file, each once. */
export function otherAddressesIn(rows: readonly LotRow[], units: readonly UnitRecord[]): string[] {
  const known = new Map(units.map(unit => [unit.serial, unit]))
  const [right, wrong] = [new Map<string, string>(), new Set<string>()]
  for (const row of rows) {
    const { unit: serial = null, address, verdict } = (row.kind === 'inspection' ? slimIn(row) : null) ?? {}
    const unit = known.get(serial ?? '')
    if (unit === undefined || address === undefined || verdict !== 'PASS') continue
    // To derive every address of a key takes a while, and most print the one that the file has.
    if (address === unit.address || address === right.get(unit.serial)) continue
    if (matchAddress(address, unit, addressBook).outcome === 'same-key') right.set(unit.serial, address)
    else wrong.add(unit.serial)
  }
  return [...wrong]
}
