import { expect, test } from 'vitest'
import { coinBook } from '../coins/index.ts'
import type { UnitRecord } from '../products/unit-record.ts'
import { addresses, publicKeys, unitRecord } from './check-input.testing.ts'
import { matchAddress, sameAddress } from './same-key.ts'

const match = (text: string, over: Partial<UnitRecord> = {}) => matchAddress(text, { ...unitRecord, ...over }, coinBook)
const { own, other } = addresses
const damaged = (address: string) => address.slice(0, -1) + (address.endsWith('1') ? '2' : '1')

/** The record as a lot file has it that names an address only. */
const addressOnly = (address: string): UnitRecord => ({ serial: 'BX0000001', address, lot: 'L-0' })

// BIP350's test vectors: two witness programs that are no hash of a key.
const taproot = 'bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0'
const scriptHash = 'bc1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3qccfmv3'

test('every address of the record’s public key is the unit’s, and no address of another key is', () => {
  for (const kind of Object.keys(own)) {
    expect(match(own[kind]!)).toMatchObject({ outcome: 'same-key' })
    expect(match(other[kind]!)).toEqual({ outcome: 'foreign' })
  }
})

test('an address whose checksum fails is none, whatever it looks like', () => {
  for (const kind of ['btc_p2pkh', 'btc_p2wpkh'])
    expect(match(damaged(own[kind]!))).toMatchObject({ outcome: 'not-an-address', checksumFails: true })
  expect(match('no address')).toEqual({ outcome: 'not-an-address', checksumFails: false })
})

test('a record whose address is not of its public key, or is damaged, contradicts itself', () => {
  const contradictory = { outcome: 'no-record', contradictory: true }
  expect(match(own['btc_p2pkh']!, { publicKey: publicKeys.other })).toEqual(contradictory)
  expect(match(own['btc_p2pkh']!, { address: other['btc_p2wpkh']! })).toEqual(contradictory)
  const record = addressOnly(damaged(own['btc_p2pkh']!))
  expect(matchAddress(own['btc_p2pkh']!, record, coinBook)).toEqual(contradictory)
})

test('without a public key the hash decides where both addresses hold one, and nothing else where they do not', () => {
  const byHash = addressOnly(own['btc_p2pkh']!)
  expect(matchAddress(own['btc_p2wpkh']!, byHash, coinBook)).toMatchObject({ outcome: 'same-key' })
  expect(matchAddress(other['btc_p2wpkh']!, byHash, coinBook)).toEqual({ outcome: 'foreign' })
  const byScript = addressOnly(scriptHash)
  expect(matchAddress(scriptHash, byScript, coinBook)).toMatchObject({ outcome: 'same-key' })
  expect(matchAddress(taproot, byScript, coinBook)).toEqual({ outcome: 'foreign' })
  expect(matchAddress(own['btc_p2pkh']!, { serial: 'BX0000001', lot: 'L-0' }, coinBook)).toEqual({
    outcome: 'no-record',
    contradictory: false,
  })
})

test('Bech32 in capitals is the same address (BIP173), another address is not', () => {
  const segwit = own['btc_p2wpkh']!
  expect(sameAddress(segwit.toUpperCase(), segwit, coinBook)).toBe(true)
  expect(sameAddress(own['btc_p2pkh']!, segwit, coinBook)).toBe(false)
  expect(sameAddress(segwit, other['btc_p2wpkh']!, coinBook)).toBe(false)
})
