import { generateUnit } from '../../bip38/generate-unit.ts'
import type { ScryptOptions } from '../../bip38/key-derivation.ts'
import { Secret } from '../../core/secret.ts'
import type { ProductProfile } from '../../products/profile.ts'
import { LineError } from '../line-error.ts'
import { addressesFor } from '../lot/addresses-for.ts'
import type { UnitOfB } from './unit-of-b.ts'

/**
 * Site B's part of a unit: from an intermediate code and 24 random bytes the encrypted key, and what may be known of it.
 * One light scrypt. Zeroes `seedb`.
 */
export async function makeUnitOfB(
  {
    profile,
    serial,
    intermediateCode,
    seedb,
  }: {
    readonly profile: ProductProfile
    readonly serial: string
    readonly intermediateCode: string
    readonly seedb: Uint8Array
  },
  options: ScryptOptions = {},
): Promise<UnitOfB> {
  const compressed = profile.bip38.flags.some(flags => (flags & 0x20) !== 0)
  const made = await generateUnit({ intermediateCode, seedb, compressed }, options)
  seedb.fill(0)
  const { publicKey, confirmationCode } = made
  const addresses = addressesFor(profile, publicKey)
  if (addresses === null) {
    throw new LineError(
      'coin-unknown',
      `The product ${profile.name} prints an address that cannot be made from a public key here.`,
    )
  }
  return { serial, publicKey, addresses, confirmationCode, epk: Secret.ofText(made.epk) }
}
