import { generateKeyPairSync, pbkdf2Sync, randomBytes, sign, verify } from 'node:crypto'
import { sha1 } from '@noble/hashes/legacy.js'
import { pbkdf2 } from '@noble/hashes/pbkdf2.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import { mnemonicToSeedSync } from '@scure/bip39'
import { describe, expect, it } from 'vitest'

/*
 * Signata's published parameters (two PBKDF2 hashes of 10,000 rounds, 512 bytes, HMAC-SHA-1; «Building Trust, and how we never see your
 * Cryptocurrency Private Keys»), as a check of compatibility, and why its login is not ours: docs/vault.md.
 */

const phrase = 'legal winner thank year wave sausage worth useful legal winner thank yellow'
const rounds = 10_000
const lengthBytes = 512
/** `mnemonicToSeedSync(phrase).toString('hex')`: the text, not the bytes, is what forge hashes. */
const seedText = bytesToHex(mnemonicToSeedSync(phrase))
const hash = (password: string, salt: string, length = lengthBytes) =>
  pbkdf2Sync(password, salt, rounds, length, 'sha1').toString('hex')
const h1 = hash(seedText, '')
const h2 = hash(h1, 'salt of the account')

describe("Signata's two hashes", () => {
  it('are the ones of another implementation', () => {
    const other = (password: string, salt: string) =>
      bytesToHex(pbkdf2(sha1, password, salt, { c: rounds, dkLen: lengthBytes }))
    expect(other(seedText, '')).toBe(h1)
    expect(other(h1, 'salt of the account')).toBe(h2)
    expect([h1.length, h2.length]).toEqual([1024, 1024])
  })

  it('of 512 bytes cost who guesses one block of 26: the first 20 bytes tell', () => {
    expect(h1.startsWith(hash(seedText, '', 20))).toBe(true)
    expect(Math.ceil(lengthBytes / 20)).toBe(26)
  })

  it('are as good as the password to whoever has seen them once; a signature over a challenge is not', () => {
    const onTheServer = h2
    const isLogin = (sent: string) => sent === onTheServer
    // What was overheard, or read in the server's table, is what is sent.
    expect(isLogin(hash(h1, 'salt of the account'))).toBe(true)
    expect(isLogin(onTheServer)).toBe(true)

    const { publicKey, privateKey } = generateKeyPairSync('ed25519')
    const answer = (challenge: Buffer) => sign(null, challenge, privateKey)
    const isAnswer = (challenge: Buffer, sent: Buffer) => verify(null, challenge, publicKey, sent)
    const [first, second] = [randomBytes(32), randomBytes(32)]
    const overheard = answer(first)
    expect(isAnswer(first, overheard)).toBe(true)
    expect(isAnswer(second, overheard)).toBe(false)
  })
})
