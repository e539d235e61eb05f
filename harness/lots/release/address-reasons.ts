import { addressBook, matchAddress } from '../../checks/same-key.ts'
import type { UnitRecord } from '../../products/unit-record.ts'
import type { LotEvidence } from './lot-evidence.ts'
import type { LotFacts } from './lot-facts.ts'
import { type LotRow, slimIn } from './lot-rows.ts'
import { about, type Reason } from './reason.ts'
import type { Asked, OpenEntries } from './told-entries.ts'
import { stayingOf, type UnitOutcome } from './unit-outcome.ts'

/**
 * A unit has one address wherever it was looked at, of its own key, and no other unit has it. What was read in an inspection that did not pass
 * the unit counts as well, until somebody else of quality has said what lay there.
 */
export function addressReasons(
  { otherAddresses }: LotFacts,
  evidence: LotEvidence,
  units: readonly UnitOutcome[],
  open: OpenEntries,
): Reason[] {
  const staying = stayingOf(units)
  const addresses = passedAddresses(evidence)
  const owners = new Map<string, Set<string>>()
  for (const [unit, its] of addresses)
    for (const address of its) owners.set(address, (owners.get(address) ?? new Set()).add(unit))
  const ofStaying = (all: Iterable<string>) => [...new Set(all)].filter(unit => staying.has(unit))
  return [
    ...about(
      'two-addresses',
      ofStaying([...addresses].flatMap(([unit, its]) => (its.size > 1 ? [unit] : []))),
      'Passed with one address at one station and with another at another',
    ),
    ...about(
      'address-otherwise',
      open.namesOf('address-otherwise'),
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

/** Looks that did not pass a unit, at which its symbol showed another address than the one that it passed with. */
export function addressesAsked(evidence: LotEvidence, units: readonly UnitOutcome[]): readonly Asked[] {
  const { records, saidBy } = evidence
  const staying = stayingOf(units)
  const addresses = passedAddresses(evidence)
  return [...records].flatMap(([entry, { unit, addressesRead = [] }]) => {
    const passed = addresses.get(unit ?? '')
    const isOther = passed !== undefined && addressesRead.some(one => !passed.has(one))
    return isOther && staying.has(unit!)
      ? [{ kind: 'address-otherwise', entry, of: unit!, notBy: new Set([saidBy.get(entry)]) }]
      : []
  })
}

/** The addresses that units passed with. */
function passedAddresses({ records }: LotEvidence): ReadonlyMap<string, ReadonlySet<string>> {
  const addresses = new Map<string, Set<string>>()
  for (const { unit, address, verdict } of records.values())
    if (verdict === 'PASS' && unit !== null && address !== undefined)
      addresses.set(unit, (addresses.get(unit) ?? new Set()).add(address))
  return addresses
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
