import { createHash, scryptSync } from 'node:crypto'
import { getPublicKey, Point } from '@noble/secp256k1'
import { makeLot } from '../fixtures/virtual-line/make-lot.ts'
import { VirtualLotRandom, virtualLotPrefix } from '../fixtures/virtual-line/virtual-lot-random.ts'
import { decodeCode, encodeWif } from '../harness/bip38/index.ts'
import type { Random } from '../harness/core/random.ts'
import type { KnownSecret } from '../harness/guard/leaks/secret-encodings.node.ts'
import type { ProductProfile } from '../harness/products/profile.ts'
import { displayPassphrase } from '../harness/products/text-setting.ts'

/**
 * Everything secret of a virtual lot, made once more from its seed: passphrase, EPK, seedb, passfactor, factorb, private
 * key and WIF of every unit. One heavy scrypt a unit for the lot, and one for opening it.
 * @throws Error when the keys that were computed are not those of the lot's records: then nothing could be found
 */
export async function secretsOfLot(profile: ProductProfile, seed: number, count: number): Promise<KnownSecret[]> {
  const random = new RememberedRandom(seed)
  const { units } = await makeLot({ profile, lot: `${virtualLotPrefix}${seed}`, count, random })
  const secrets: KnownSecret[] = []
  for (const [i, { record, secrets: factors }] of units.entries()) {
    const passphrase = factors.passphrase.exposeText()
    const epk = factors.epk.exposeText()
    const seedb = random.seeds[i]!
    const { passfactor, factorb, privateKey } = keysOf(passphrase, record.intermediateCode, seedb)
    const compressed = record.publicKey.length === 66
    if (Buffer.from(getPublicKey(privateKey, compressed)).toString('hex') !== record.publicKey)
      throw new Error(`unit ${i + 1}: the key that was computed is not that of its record`)
    const named = (name: string, secret: string | Uint8Array): KnownSecret => ({
      name: `${name} of unit ${i + 1}`,
      bytes: typeof secret === 'string' ? new TextEncoder().encode(secret) : secret,
    })
    const displayed = displayPassphrase(profile, passphrase)
    const { separator } = profile.passphrase
    secrets.push(
      { ...named('passphrase', passphrase), groups: separator ? displayed.split(separator) : [] },
      named('passphrase as displayed', displayed),
      named('EPK', epk),
      named('seedb', seedb),
      named('passfactor', passfactor),
      named('passfactor in decimal', inDecimal(passfactor)),
      named('factorb', factorb),
      named('private key', privateKey),
      named('private key in decimal', inDecimal(privateKey)),
      named('WIF', encodeWif(privateKey, true)),
      named('uncompressed WIF', encodeWif(privateKey, false)),
    )
  }
  return secrets
}

/** Seeded randomness that remembers every seedb: the only draws of 24 bytes, one a unit, in the lot's order. */
class RememberedRandom implements Random {
  readonly seeds: Uint8Array[] = []
  readonly #source: VirtualLotRandom

  constructor(seed: number) {
    this.#source = new VirtualLotRandom(String(seed))
  }

  bytes(length: number): Uint8Array<ArrayBuffer> {
    const bytes = this.#source.bytes(length)
    if (length === 24) this.seeds.push(Uint8Array.from(bytes))
    return bytes
  }
}

/** BIP38 «EC multiply mode», computed apart from our core, which hands out no such part of a key. */
function keysOf(passphrase: string, intermediateCode: string, seedb: Uint8Array) {
  const code = decodeCode(intermediateCode)
  if (code.kind !== 'intermediate-code') throw new TypeError('a lot record holds no intermediate code where it should')
  const { ownerSalt, ownerEntropy, hasLot } = code
  const cost = { N: 16384, r: 8, p: 8, maxmem: 2 ** 26 }
  const prefactor = scryptSync(passphrase.normalize('NFC'), Buffer.from(ownerSalt, 'hex'), 32, cost)
  const passfactor = hasLot ? sha256d(Buffer.concat([prefactor, Buffer.from(ownerEntropy, 'hex')])) : prefactor
  const factorb = sha256d(seedb)
  const product = (toBigInt(passfactor) * toBigInt(factorb)) % Point.CURVE().n
  return { passfactor, factorb, privateKey: Buffer.from(product.toString(16).padStart(64, '0'), 'hex') }
}

function sha256d(bytes: Uint8Array): Buffer {
  const sha256 = (data: Uint8Array) => createHash('sha256').update(data).digest()
  return sha256(sha256(bytes))
}

const toBigInt = (bytes: Uint8Array) => BigInt(`0x${Buffer.from(bytes).toString('hex')}`)
const inDecimal = (bytes: Uint8Array) => String(toBigInt(bytes))
