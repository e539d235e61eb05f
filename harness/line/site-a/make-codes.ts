import { createIntermediateCode } from '../../bip38/intermediate.ts'
import type { ScryptOptions } from '../../bip38/key-derivation.ts'
import type { Random } from '../../core/random.ts'
import type { Secret } from '../../core/secret.ts'
import type { ProductProfile } from '../../products/profile.ts'
import { drawPassphrase } from '../draw-passphrase.ts'
import { hasLot, lotAndSequence } from '../lot/lot-numbers.ts'
import { drawSerial } from '../serial.ts'
import type { UnitOfA } from './unit-of-a.ts'

/**
 * So many units for each scrypt that runs at a time are begun together and written down together: engines of different
 * speed are then both busy nearly to the end, and a command that is cut off has a second or so to repeat.
 */
export const unitsAtOnce = 8

/** What is drawn for a unit before any scrypt. */
export interface DrawOfA {
  readonly serial: string
  readonly passphrase: Secret
  readonly ownerSalt: Uint8Array
  /** Place in the lot, from 0. */
  readonly place: number
}

/** Draws what makes a unit its own. The serial is added to `taken`. */
export function drawOfA(profile: ProductProfile, random: Random, taken: Set<string>, place: number): DrawOfA {
  const serial = drawSerial(profile, random, taken)
  taken.add(serial)
  return {
    serial,
    passphrase: drawPassphrase(profile, random),
    ownerSalt: random.bytes(hasLot(profile) ? 4 : 8),
    place,
  }
}

/**
 * Site A's part of a unit: the intermediate code of its passphrase. One heavy scrypt.
 * @param firstLot null where the product's codes carry no lot
 */
export async function makeUnitOfA(
  draw: DrawOfA,
  firstLot: number | null,
  options: ScryptOptions = {},
): Promise<UnitOfA & { readonly passphrase: Secret }> {
  const { serial, passphrase, ownerSalt, place } = draw
  const numbers = firstLot === null ? {} : lotAndSequence(firstLot, place)
  const intermediateCode = await createIntermediateCode({ passphrase, ownerSalt, ...numbers }, options)
  return { serial, passphrase, intermediateCode }
}
