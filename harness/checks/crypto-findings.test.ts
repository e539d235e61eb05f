import { beforeAll, describe, expect, test } from 'vitest'
import { createIntermediateCode, generateUnit } from '../bip38/index.ts'
import { cheapEngine } from '../bip38/scrypt/cheap-engine.testing.ts'
import { coinBook } from '../coins/index.ts'
import { Secret } from '../core/secret.ts'
import { cryptoFindings } from './crypto-findings.ts'

const passphrase = 'AAAABBBBCCCCDDDDEEEEFFFF'
const wrong = 'AAAABBBBCCCCDDDDEEEEFFFE'

/** Codes of a unit, with cheap scrypt. The same owner salt, lot and sequence give the same owner entropy. */
async function unitOf(words: string, sequence: number) {
  const scrypt = cheapEngine()
  const request = { passphrase: words, ownerSalt: Uint8Array.of(1, 2, 3, 4), lot: 0, sequence }
  const intermediateCode = await createIntermediateCode(request, { scrypt })
  const seedb = Uint8Array.from({ length: 24 }, (_, i) => i + sequence)
  const made = await generateUnit({ intermediateCode, seedb, compressed: true }, { scrypt })
  const { epk, confirmationCode, address, publicKey } = made
  return { intermediateCode, epk, confirmationCode, address, publicKey }
}

let own: Awaited<ReturnType<typeof unitOf>>
let other: Awaited<ReturnType<typeof unitOf>>
/** Codes of the unit's own owner entropy, made for another passphrase. */
let forged: Awaited<ReturnType<typeof unitOf>>
beforeAll(async () => {
  own = await unitOf(passphrase, 0)
  other = await unitOf('GGGGHHHHJJJJKKKKMMMMNNNN', 1)
  forged = await unitOf('PPPPQQQQRRRRSSSSTTTTUUUU', 0)
})

interface Given extends Partial<Omit<Parameters<typeof cryptoFindings>[0], 'epk' | 'passphrase' | 'alternatives'>> {
  readonly read?: string
  readonly alternatives?: readonly string[]
  readonly epk?: string
}

function findingsOf({ read = passphrase, alternatives = [], epk = own.epk, ...over }: Given) {
  const { publicKey: _, epk: __, ...codes } = own
  const scrypt = cheapEngine()
  const secrets = {
    epk: Secret.ofText(epk),
    passphrase: Secret.ofText(read),
    alternatives: alternatives.map(text => Secret.ofText(text)),
  }
  return { ...cryptoFindings({ flags: [0x24], book: coinBook, scrypt, ...codes, ...over, ...secrets }), scrypt }
}

const aboutPassphrase = ['passphrase-commitment', 'confirmation', 'decryption'] as const
const others = ['code-integrity', 'profile-match', 'owner-entropy', 'address-hash', 'keyless'] as const

test('all parts of one unit pass, for one heavy scrypt, however many checks ask', async () => {
  const { judge, scrypt } = findingsOf({})
  for (const check of [...others, ...aboutPassphrase]) expect(await judge(check)).toMatchObject({ verdict: 'PASS' })
  for (const check of aboutPassphrase) expect(await judge(check)).toMatchObject({ comparison: 'match' })
  expect(scrypt.asked.filter(({ N }) => N === 16384)).toHaveLength(1)
})

describe('a passphrase that was read otherwise', () => {
  test.each(aboutPassphrase)('is open at %s when a look-alike fits, and never passes', async check => {
    const { judge } = findingsOf({ read: wrong, alternatives: ['AAAABBBBCCCCDDDDEEEEEEEE', passphrase, 'XXXX'] })
    expect(await judge(check)).toMatchObject({
      verdict: 'INCONCLUSIVE',
      comparison: 'match-after-correction',
      because: expect.stringMatching(/look-alike reading 2 of 3/),
    })
  })

  test.each(aboutPassphrase)('fails at %s when no look-alike fits', async check => {
    const { judge } = findingsOf({ read: wrong, alternatives: ['AAAABBBBCCCCDDDDEEEEEEEE', 'XXXX'] })
    expect(await judge(check)).toMatchObject({ verdict: 'FAIL', comparison: 'mismatch' })
  })

  test('fails when the look-alike opens the intermediate code, but not the confirmation code', async () => {
    const { confirmationCode } = forged
    const { judge } = findingsOf({ read: wrong, alternatives: [passphrase], confirmationCode })
    expect(await judge('passphrase-commitment')).toMatchObject({ verdict: 'FAIL', comparison: 'mismatch' })
  })

  test('fails when nothing but the EPK is there: a look-alike that no code confirms does not count', async () => {
    const only = { intermediateCode: undefined, confirmationCode: undefined, alternatives: [passphrase] }
    expect(await findingsOf({ ...only, read: wrong }).judge('decryption')).toMatchObject({ verdict: 'FAIL' })
  })
})

test('a look-alike of the passphrase excuses nothing that has to do with the codes', async () => {
  const { judge } = findingsOf({ read: wrong, alternatives: [passphrase], epk: other.epk })
  expect(await judge('owner-entropy')).toMatchObject({ verdict: 'FAIL' })
  expect(await judge('code-integrity')).not.toHaveProperty('comparison')
})

test('the key signs the challenge that was given', async () => {
  const challenge = new Uint8Array(32).fill(7)
  expect((await findingsOf({ challenge }).all()).proof).toMatchObject({ challenge: '07'.repeat(32) })
})

test('codes with flags that the product may not have fail', async () => {
  expect(await findingsOf({ flags: [0x20] }).judge('profile-match')).toMatchObject({ verdict: 'FAIL' })
})

test('an address of every coin in the book can be compared', async () => {
  const address = coinBook.addressesOf(own.publicKey)['ltc']!
  expect(await findingsOf({ address }).judge('confirmation')).toMatchObject({ verdict: 'PASS' })
  expect(await findingsOf({ address }).judge('code-integrity')).toMatchObject({ verdict: 'PASS' })
})
