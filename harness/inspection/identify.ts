import type { AddressBook } from '../bip38/index.ts'
import type { Identification, SeenMark } from '../checks/check.ts'
import { matchAddress } from '../checks/same-key.ts'
import { publicText } from '../checks/seen.ts'
import { sameSerial } from '../checks/serials-agree.ts'
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
  const clues = [...marks.values()].flatMap(seen => cluesOf(seen, lot, book, profile)).sort((a, b) => a.rank - b.rank)
  if (clues.length === 0) {
    const because = 'Neither a serial nor an address could be read, so it is not known which unit this is.'
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

function cluesOf(seen: SeenMark, lot: LotFile, book: AddressBook, profile: ProductProfile): readonly Clue[] {
  const text = publicText(seen)
  if (text === null) return []
  switch (roleOf(seen.mark)) {
    case 'serial': {
      const units = lot.units.filter(({ serial }) => sameSerial(serial, text))
      return [{ seen, rank: rankOfSurface[seen.mark.on], units }]
    }
    case 'address-qr':
      return [{ seen, rank: 3, units: ownersOf(addressOfSymbol(profile, text) ?? text, lot, book) }]
    case 'address-text': {
      // A text that was read by letter shapes alone is no reason to call a unit foreign.
      const units = ownersOf(text, lot, book)
      return units.length === 0 ? [] : [{ seen, rank: 4, units }]
    }
    default:
      return []
  }
}

function ownersOf(text: string, lot: LotFile, book: AddressBook): readonly UnitRecord[] {
  return lot.units.filter(unit => matchAddress(text, unit, book).outcome === 'same-key')
}
