import { makeLot } from '../fixtures/line/make-lot.ts'
import { VirtualLotRandom, virtualLotPrefix } from '../fixtures/line/seeded-random.ts'
import { toHex } from '../harness/bip38/bytes.ts'
import { parseCodeOf } from '../harness/bip38/codes.ts'
import { basePoint, multiplyScalars, scalarBytes } from '../harness/bip38/curve.ts'
import { encodeWif } from '../harness/bip38/index.ts'
import { lightKeys, passfactorOf, prefactor } from '../harness/bip38/key-derivation.ts'
import { factorBOf, openSeedB } from '../harness/bip38/multiplied-key.ts'
import type { ProductProfile } from '../harness/products/profile.ts'
import { displayPassphrase } from '../harness/products/text-setting.ts'

/** Something that must not be left behind. In clear: for tests that look for it, and never to be printed. */
export interface KnownSecret {
  /** What it is, with nothing of it: «EPK of unit 2». */
  readonly name: string
  readonly bytes: Uint8Array
  /** For texts in groups: the groups, whose parts are looked for as well. */
  readonly groups?: readonly string[]
}

/**
 * Everything secret of a virtual lot, made once more from its seed: passphrase, EPK, seedb, passfactor, factorb, private
 * key and WIF of every unit. One heavy scrypt a unit for the lot, and one for opening it.
 * @throws Error when the keys that were computed are not those of the lot's records: then nothing could be found
 */
export async function secretsOfLot(profile: ProductProfile, seed: number, count: number): Promise<KnownSecret[]> {
  const random = new VirtualLotRandom(String(seed))
  const { units } = await makeLot({ profile, lot: `${virtualLotPrefix}${seed}`, count, random })
  const secrets: KnownSecret[] = []
  for (const [i, { record, secrets: factors }] of units.entries()) {
    const passphrase = factors.passphrase.exposeText()
    const epk = factors.epk.exposeText()
    const keys = await keysOf(passphrase, epk)
    if (toHex(basePoint(keys.privateKey, keys.compressed)) !== record.publicKey)
      throw new Error(`unit ${i + 1}: the key that was computed is not that of its record`)
    const privateKey = scalarBytes(keys.privateKey)
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
      named('seedb', keys.seedb),
      named('passfactor', scalarBytes(keys.passfactor)),
      named('passfactor in decimal', String(keys.passfactor)),
      named('factorb', scalarBytes(keys.factorb)),
      named('private key', privateKey),
      named('private key in decimal', String(keys.privateKey)),
      named('WIF', encodeWif(privateKey, true)),
      named('uncompressed WIF', encodeWif(privateKey, false)),
    )
  }
  return secrets
}

async function keysOf(passphrase: string, epk: string) {
  const { code, payload } = parseCodeOf(epk, 'epk')
  const ownerEntropy = payload.subarray(7, 15)
  const ownerSalt = code.hasLot ? ownerEntropy.subarray(0, 4) : ownerEntropy
  const factor = await prefactor(new TextEncoder().encode(passphrase), ownerSalt as Uint8Array<ArrayBuffer>, {})
  const passfactor = passfactorOf(factor, ownerEntropy, code.hasLot)
  const light = await lightKeys(basePoint(passfactor, true), payload.subarray(3, 7), ownerEntropy, {})
  const seedb = await openSeedB(payload.subarray(15, 39), light)
  const factorb = factorBOf(seedb)
  return { passfactor, seedb, factorb, privateKey: multiplyScalars(passfactor, factorb), compressed: code.compressed }
}
