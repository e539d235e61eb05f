import { addressHashOf, bitcoinAddress } from './bitcoin.ts'
import { type Bytes, ownBytes, toHex } from './bytes.ts'
import { encodeConfirmationCode, encodeEpk, flagBits, parseCodeOf } from './codes.ts'
import { multiplyPoint } from './curve.ts'
import { Bip38Error } from './errors.ts'
import { lightKeys, type ScryptOptions } from './key-derivation.ts'
import { factorBOf, pointBOf, sealPointB, sealSeedB } from './multiplied-key.ts'

export interface UnitRequest {
  readonly intermediateCode: string
  /** 24 random bytes (bytes or hex). Default: fresh from the platform's random source. */
  readonly seedb?: Uint8Array | string | undefined
  readonly compressed: boolean
}

export interface GeneratedUnit {
  /** Secret together with the passphrase: keep it in a `Secret` at once. */
  readonly epk: string
  readonly confirmationCode: string
  /** SEC 1, hex: 33 bytes compressed, 65 not. */
  readonly publicKey: string
  /** Bitcoin P2PKH: the address whose hash the codes carry. */
  readonly address: string
}

/**
 * Makes a unit's encrypted private key and confirmation code from an intermediate code, with no passphrase. The same
 * seedb always gives the same unit, so this also recovers a unit from its intermediate code and seedb. One light scrypt.
 * @throws Bip38Error `wrong-kind` and the other reading errors for the code, `bad-argument` for seedb
 */
export async function generateUnit(request: UnitRequest, options: ScryptOptions = {}): Promise<GeneratedUnit> {
  const { code, ownerEntropy, rest: passpoint } = parseCodeOf(request.intermediateCode, 'intermediate-code')
  const seedb = readSeedB(request.seedb)
  const factorb = factorBOf(seedb)
  const publicKey = multiplyPoint(passpoint, factorb, request.compressed)
  const address = bitcoinAddress(publicKey)
  const addressHash = addressHashOf(address)
  const keys = await lightKeys(passpoint, addressHash, ownerEntropy, options)
  const flags = (request.compressed ? flagBits.compressed : 0) | (code.hasLot ? flagBits.lot : 0)
  const epk = encodeEpk(flags, addressHash, ownerEntropy, await sealSeedB(seedb, keys))
  const sealedPoint = await sealPointB(pointBOf(factorb), keys)
  seedb.fill(0)
  return {
    epk,
    confirmationCode: encodeConfirmationCode(flags, addressHash, ownerEntropy, sealedPoint),
    publicKey: toHex(publicKey),
    address,
  }
}

function readSeedB(given: Uint8Array | string | undefined): Bytes {
  if (given === undefined) return globalThis.crypto.getRandomValues(new Uint8Array(24))
  const seedb = ownBytes(given, 'seedb')
  if (seedb.length !== 24) throw new Bip38Error('bad-argument', `seedb has 24 bytes, not ${seedb.length}.`)
  return seedb
}
