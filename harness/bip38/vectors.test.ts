import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { toHex } from './bytes.ts'
import {
  createIntermediateCode,
  crossCheck,
  decodeCode,
  decrypt,
  encodeWif,
  encrypt,
  keyless,
  verifyConfirmationCode,
} from './index.ts'
import { passphraseBytes } from './passphrase.ts'

interface Vector {
  id: string
  passphrase: string
  passphraseNfcUtf8Hex?: string
  encrypted: string
  wif: string
  hex?: string
  address?: string
  intermediate?: string
  confirmationCode?: string
  lot?: number
  sequence?: number
}

const file = new URL('../../fixtures/vectors/bip38-bip-vectors.json', import.meta.url)
const { vectors } = JSON.parse(readFileSync(file, 'utf8')) as { vectors: Vector[] }

describe.each(vectors)('BIP38 vector $id', vector => {
  const { passphrase, encrypted, wif } = vector

  test('decrypts to the key of the BIP', async () => {
    const key = await decrypt({ epk: encrypted, passphrase })
    expect(encodeWif(key.privateKey, key.compressed)).toBe(wif)
    if (vector.hex !== undefined) expect(toHex(key.privateKey)).toBe(vector.hex.toLowerCase())
    if (vector.address !== undefined) expect(key.address).toBe(vector.address)
    expect(key.lot).toBe(vector.lot ?? null)
    expect(key.sequence).toBe(vector.sequence ?? null)
  })

  if (vector.passphraseNfcUtf8Hex)
    test('normalises the passphrase as the BIP does', () => {
      expect(toHex(passphraseBytes(passphrase))).toBe(vector.passphraseNfcUtf8Hex)
    })

  if (vector.intermediate === undefined)
    test('encrypts to the code of the BIP', async () => {
      expect(await encrypt({ wif, passphrase })).toBe(encrypted)
    })

  if (vector.intermediate)
    test('makes the intermediate code of the BIP', async () => {
      const code = decodeCode(vector.intermediate!)
      if (code.kind !== 'intermediate-code') throw new Error(`read as ${code.kind}`)
      const { ownerSalt, lot, sequence } = code
      const request = { passphrase, ownerSalt, lot: lot ?? undefined, sequence: sequence ?? undefined }
      expect(await createIntermediateCode(request)).toBe(vector.intermediate)
      expect(lot).toBe(vector.lot ?? null)
    })

  if (vector.confirmationCode)
    test('confirms the address of the BIP', async () => {
      const confirmed = await verifyConfirmationCode({ confirmationCode: vector.confirmationCode!, passphrase })
      expect(confirmed).toMatchObject({ address: vector.address, lot: vector.lot, sequence: vector.sequence })
    })

  if (vector.intermediate)
    test('proves the address with no passphrase', async () => {
      const { intermediate, confirmationCode } = vector
      const proof = await keyless({ intermediateCode: intermediate!, epk: encrypted, confirmationCode })
      expect(proof.address).toBe(vector.address)
    })

  test('passes every check that its parts allow, with one heavy scrypt', async () => {
    const { intermediate, confirmationCode, address } = vector
    const result = await crossCheck({
      intermediateCode: intermediate,
      epk: encrypted,
      confirmationCode,
      address,
      passphrase,
    })
    expect(result.findings.filter(({ verdict }) => verdict !== 'PASS')).toEqual([])
    expect(result.verdict).toBe('PASS')
    expect(result.scryptCounts).toEqual({ heavy: 1, light: intermediate === undefined ? 0 : 1 })
  })
})
