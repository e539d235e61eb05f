import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { addressHashOf } from '../bip38/bitcoin.ts'
import { xor } from '../bip38/bytes.ts'
import { encodeEpk, flagBits } from '../bip38/codes.ts'
import { createIntermediateCode, decodeWif } from '../bip38/index.ts'
import { nonEcKeys } from '../bip38/key-derivation.ts'
import { cheapEngine } from '../bip38/scrypt/cheap-engine.testing.ts'
import { addressesOf } from '../coins/index.ts'
import { everyNetworkBook } from './every-network.ts'
import { openCard } from './open-card.ts'

interface Vectors {
  readonly epks: readonly { epk: string; passphrase: string; publicKey: string; wif: string }[]
  readonly confirmationCodes: readonly { confirmationCode: string; passphrase: string; publicKey: string }[]
}
const { epks, confirmationCodes } = JSON.parse(
  readFileSync(new URL('../../fixtures/vectors/bip38-ballet-vectors.json', import.meta.url), 'utf8'),
) as Vectors

describe('published vectors', () => {
  test.each(epks)('opens $publicKey', async ({ epk, passphrase, publicKey, wif }) => {
    const answer = await openCard({ ask: 'open', epk, passphrases: ['not this one', passphrase] })
    expect(answer).toMatchObject({
      outcome: 'opened',
      card: { publicKey, convention: 'btc_p2pkh', opensWith: 1, keys: { wif } },
    })
    const addresses = answer.outcome === 'opened' ? answer.card.addresses : {}
    expect(addresses).toMatchObject(addressesOf(publicKey))
    // Coins sent to a SegWit address of an uncompressed key are lost.
    expect('btc_p2wpkh' in addresses).toBe(publicKey.length === 66)
  })

  test.each(confirmationCodes)('verifies $publicKey', async ({ confirmationCode, passphrase, publicKey }) => {
    expect(await openCard({ ask: 'verify', confirmationCode, passphrases: [passphrase] })).toMatchObject({
      outcome: 'opened',
      card: { publicKey, keys: null },
    })
  })
})

test('a wrong passphrase is told from a code that is wrong in itself', async () => {
  const { confirmationCode, passphrase } = confirmationCodes[1]!
  const ask = (code: string, ...passphrases: string[]) =>
    openCard({ ask: 'verify', confirmationCode: code, passphrases }, { scrypt: cheapEngine() })
  expect(await ask(confirmationCode, 'x', 'y')).toEqual({ outcome: 'refused', why: 'wrong-passphrase' })
  const broken = `${confirmationCode.slice(0, -1)}T`
  expect(await ask(broken, passphrase)).toEqual({ outcome: 'refused', why: 'bad-checksum' })
  expect(await ask(confirmationCode)).toEqual({ outcome: 'refused', why: 'bad-argument' })
})

test('the progress over several passphrases never goes back', async () => {
  const heard: number[] = []
  const { confirmationCode } = confirmationCodes[1]!
  await openCard(
    { ask: 'verify', confirmationCode, passphrases: ['x', 'y', 'z'] },
    { scrypt: cheapEngine(), onProgress: done => heard.push(done) },
  )
  expect(heard).toEqual(heard.toSorted((a, b) => a - b))
  expect(heard.at(-1)).toBe(1)
})

test('an intermediate code for a card with its own passphrase', async () => {
  const request = { passphrase: 'my own words', ownerSalt: '0011223344556677' }
  expect(await openCard({ ask: 'intermediate', ...request }, { scrypt: cheapEngine() })).toEqual({
    outcome: 'intermediate',
    code: await createIntermediateCode(request, { scrypt: cheapEngine() }),
  })
})

describe('a key that was encrypted over another address than BIP38 has', () => {
  const wif = 'KxLWB4zErsEWYRvyFa4NBstmGM4heXAk8U81rbDkZrgE5kiVqEWK'
  const publicKey = '036a093266f21121b01ced5b6cdfbcf7ffdc0816ed18258a879ae09bde836d8602'

  test.each(['ltc', 'btc_p2wpkh', 'tbtc_p2pkh', 'tbtc_p2wpkh'])('%s is opened and named', async convention => {
    const address = everyNetworkBook.addressesOf(publicKey)[convention]!
    const passphrase = 'abc'
    const epk = await encryptedOver(address, wif, passphrase)
    const answer = await openCard({ ask: 'open', epk, passphrases: [passphrase] }, { scrypt: cheapEngine() })
    expect(answer).toMatchObject({ outcome: 'opened', card: { convention, keys: { wif } } })
  })
})

/** As other programs do it: BIP38's own steps, over an address that is not Bitcoin's P2PKH. */
async function encryptedOver(address: string, wif: string, passphrase: string): Promise<string> {
  const { privateKey } = decodeWif(wif)
  const hash = addressHashOf(address)
  const { cipher, mask } = await nonEcKeys(new TextEncoder().encode(passphrase), hash, { scrypt: cheapEngine() })
  const masked = xor(privateKey, mask)
  const halves = await Promise.all([masked.subarray(0, 16), masked.subarray(16)].map(half => cipher.encrypt(half)))
  return encodeEpk(flagBits.nonEc | flagBits.compressed, hash, ...halves)
}
