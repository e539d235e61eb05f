import type { AddressBook } from '../bip38/index.ts'
import type { Identification, SeenMark } from '../checks/check.ts'
import { indexOf, type LotIndex } from '../checks/lot/lot-index.ts'
import { proveRecord } from '../checks/lot/prove-record.ts'
import { publicText } from '../checks/seen.ts'
import { listed } from '../checks/wording.ts'
import { addressOfSymbol } from '../products/printed-address.ts'
import type { ProductProfile } from '../products/profile.ts'
import { roleOf } from '../products/role.ts'
import type { LotFile, UnitRecord } from '../products/unit-record.ts'

/** The unit that was found, or null, and how. */
interface Identified {
  readonly unit: UnitRecord | null
  readonly identification: Identification
}

/**
 * Finds the unit among the lot's records by what was read on it, never by a file's name. The serial on the card itself
 * goes first, then the other serials, then the printed address: the card is the unit, and stickers can be swapped. Marks
 * that point to another unit, or to none, are left to the checks that compare them.
 *
 * A serial that was read and is in no record makes the unit a foreign one, unless another mark points to a record.
 */
export function identifyUnit(
  marks: ReadonlyMap<string, SeenMark>,
  lot: LotFile,
  book: AddressBook,
  profile: ProductProfile,
): Identified {
  const clues = cluesOf([...marks.values()], indexOf(lot), book, profile)
  if (clues.length === 0) {
    const because =
      'Neither a serial nor an address that names a record could be read, so it is not known which unit this is.'
    return { unit: null, identification: { outcome: 'unread', because, marks: [] } }
  }
  const first = clues.find(({ units }) => units.length > 0)
  if (first === undefined) {
    const what = listed(clues.map(({ seen }) => `${seen.mark.name} ${publicText(seen)}`))
    const because = `Not of this lot: no record holds ${what}.`
    return { unit: null, identification: { outcome: 'foreign', because, marks: clues.map(nameOf) } }
  }
  const [unit, twin] = first.units
  if (unit === undefined || twin !== undefined) {
    const because = `${nameOf(first)} ${publicText(first.seen)} fits ${first.units.length} records (${listed(first.units.map(({ serial }) => serial))}); a person looks.`
    return { unit: null, identification: { outcome: 'ambiguous', because, marks: [nameOf(first)] } }
  }
  // It is the record's fault if it is not sound, and nothing is held against it then.
  proveRecord(unit, lot)
  const agreeing = clues.filter(({ units }) => units.length === 1 && units[0] === unit).map(nameOf)
  const because = `Found as ${unit.serial} by ${listed(agreeing)}.`
  return { unit, identification: { outcome: 'found', because, marks: agreeing } }
}

interface Clue {
  readonly seen: SeenMark
  readonly rank: number
  readonly units: readonly UnitRecord[]
}

const nameOf = ({ seen }: Clue) => seen.mark.name

const rankOfSurface = { card: 0, 'top-layer': 1, 'bottom-layer': 2 } as const

/** What was read that points to records, the surest first. */
function cluesOf(
  marks: readonly SeenMark[],
  index: LotIndex,
  book: AddressBook,
  profile: ProductProfile,
): readonly Clue[] {
  const serials = marks.flatMap(seen => serialClue(seen, index))
  const pointedAt = serials.flatMap(({ units }) => units)
  const addresses = marks.flatMap(seen => addressClue(seen, profile, text => index.byAddress(text, book, pointedAt)))
  return [...serials, ...addresses].sort((a, b) => a.rank - b.rank)
}

function serialClue(seen: SeenMark, index: LotIndex): readonly Clue[] {
  const text = roleOf(seen.mark) === 'serial' ? publicText(seen) : null
  return text === null ? [] : [{ seen, rank: rankOfSurface[seen.mark.on], units: index.bySerial(text) }]
}

function addressClue(
  seen: SeenMark,
  profile: ProductProfile,
  ownersOf: (address: string) => readonly UnitRecord[] | null,
): readonly Clue[] {
  const role = roleOf(seen.mark)
  const text = role === 'address-qr' || role === 'address-text' ? publicText(seen) : null
  const address = text !== null && role === 'address-qr' ? (addressOfSymbol(profile, text) ?? text) : text
  const units = address === null ? null : ownersOf(address)
  if (units === null) return []
  // A text that was read by letter shapes alone is no reason to call a unit foreign.
  if (role === 'address-text') return units.length === 0 ? [] : [{ seen, rank: 4, units }]
  return [{ seen, rank: 3, units }]
}
