import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { crossCheck, decrypt, encodeWif, verifyConfirmationCode } from './index.ts'

interface Vectors {
  epks: {
    epk: string
    passphrase: string
    publicKey: string
    wif: string
    lot: number | null
    sequence: number | null
  }[]
  confirmationCodes: {
    confirmationCode: string
    passphrase: string
    publicKey: string
    address: string
    lot: number | null
    sequence: number | null
  }[]
}
const file = new URL('../../fixtures/vectors/bip38-ballet-vectors.json', import.meta.url)
const { epks, confirmationCodes } = JSON.parse(readFileSync(file, 'utf8')) as Vectors

test.each(epks)("Ballet's $epk opens", async ({ epk, passphrase, wif, ...expected }) => {
  const key = await decrypt({ epk, passphrase })
  expect(encodeWif(key.privateKey, key.compressed)).toBe(wif)
  expect(key).toMatchObject(expected)
})

test.each(confirmationCodes)(
  "Ballet's $confirmationCode confirms",
  async ({ confirmationCode, passphrase, ...expected }) => {
    expect(await verifyConfirmationCode({ confirmationCode, passphrase })).toMatchObject(expected)
  },
)

test('two cards of Ballet do not pass as one', async () => {
  const [, card] = epks
  const [, other] = confirmationCodes
  const unit = { epk: card!.epk, confirmationCode: other!.confirmationCode, address: other!.address }
  const { findings, verdict, scryptCounts } = await crossCheck(unit)
  expect(verdict).toBe('FAIL')
  expect(findings.filter(finding => finding.verdict === 'FAIL').map(({ check }) => check)).toEqual([
    'owner-entropy',
    'address-hash',
  ])
  expect(scryptCounts).toEqual({ heavy: 0, light: 0 })
})
