import type { ProductProfile } from '../../products/profile.ts'

/** So many units share one lot number: the sequence inside the codes has 12 bits. */
const unitsPerLotNumber = 4096

/** Do the product's codes carry lot and sequence? */
export const hasLot = ({ bip38 }: ProductProfile): boolean => bip38.flags.some(flags => (flags & 0x04) !== 0)

/** How many lot numbers so many units take. */
export const lotNumbersFor = (units: number): number => Math.ceil(units / unitsPerLotNumber)

/** Lot and sequence inside the codes of the unit at `place`: consecutive lots of 4096, dense from 0. */
export const lotAndSequence = (firstLot: number, place: number) => ({
  lot: firstLot + Math.floor(place / unitsPerLotNumber),
  sequence: place % unitsPerLotNumber,
})
