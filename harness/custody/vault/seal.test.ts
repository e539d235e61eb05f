import { execFileSync, spawnSync } from 'node:child_process'
import { constants, createPrivateKey, createPublicKey, generateKeyPairSync, privateDecrypt } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inflateSync } from 'node:zlib'
import { hkdf } from '@noble/hashes/hkdf.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import { bech32 } from '@scure/base'
import { mnemonicToSeed } from '@scure/bip39'
import { armor, Decrypter, Encrypter, Stanza } from 'age-encryption'
import * as cctv from 'cctv-age'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Secret } from '../../core/secret.ts'
import { unpadOaep } from './oaep.ts'
import { newRecoveryPhrase, parseRecoveryPhrase, recoveryIdentity, recoveryRecipient } from './recovery-phrase.ts'
import { openSealed, parseRecipient, parseRecipients, partsOf, sealTo } from './seal.ts'
import { type PrivateStep, parseSshRsa, SshRsaIdentity, SshRsaRecipient, sshRsaText, sshTag } from './ssh-rsa.ts'

/** Of the BIP39 specification: nobody's money. */
const phrase = () => Secret.ofText('legal winner thank year wave sausage worth useful legal winner thank yellow')
const pair = generateKeyPairSync('rsa', { modulusLength: 2048 })
const other = generateKeyPairSync('rsa', { modulusLength: 2048 })

/** The bare private step, as a token does it; and how often it was asked. */
function holderOf({ publicKey, privateKey }: typeof pair): SshRsaIdentity & { steps: number } {
  const step: PrivateStep = async block => {
    identity.steps++
    return privateDecrypt({ key: privateKey, padding: constants.RSA_NO_PADDING }, block)
  }
  const identity = Object.assign(new SshRsaIdentity(publicKey, step), { steps: 0 })
  return identity
}

const clear = Buffer.from('photographs, readings, record')
const recovery = await recoveryIdentity(phrase())
const recoveryText = await recoveryRecipient(recovery)
const recipients = parseRecipients([sshRsaText(pair.publicKey), recoveryText])
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'opened',
    (error: { code?: string }) => error.code,
  )

describe('a sealed file', () => {
  it('is opened by the token with one private step, by the recovery phrase, and by nobody else', async () => {
    const sealed = await sealTo(recipients, clear)
    const holder = holderOf(pair)
    expect(Buffer.from(await openSealed(sealed, holder))).toEqual(clear)
    expect(holder.steps).toBe(1)
    expect(Buffer.from(await openSealed(sealed, await recoveryIdentity(phrase())))).toEqual(clear)
    const stranger = holderOf(other)
    expect(await codeOf(openSealed(sealed, stranger))).toBe('not-for-this-key')
    expect(stranger.steps).toBe(0)
    using anotherPhrase = newRecoveryPhrase({ bytes: length => new Uint8Array(length).fill(7) })
    expect(await codeOf(openSealed(sealed, await recoveryIdentity(anotherPhrase)))).toBe('not-for-this-key')
  })

  it('is closed to a token that was taken out of the recipients before, which keeps what it had, and takes no step for more', async () => {
    const left = parseRecipients([sshRsaText(other.publicKey), recoveryText])
    const [before, after] = [await sealTo(recipients, clear), await sealTo(left, clear)]
    const holder = holderOf(pair)
    expect(Buffer.from(await openSealed(before, holder))).toEqual(clear)
    expect(await codeOf(openSealed(after, holder))).toBe('not-for-this-key')
    expect(holder.steps).toBe(1)
    expect(Buffer.from(await openSealed(after, holderOf(other)))).toEqual(clear)
  })

  it('of any length, whole chunks and none among them, is what the library itself opens', async () => {
    for (const length of [0, 1, 65_535, 65_536, 65_537, 131_072, 300_000]) {
      const bytes = Buffer.alloc(length, 'assay')
      expect(Buffer.from(await openSealed(await sealTo(recipients, bytes), recovery)).equals(bytes)).toBe(true)
    }
    const [one, other] = [await sealTo(recipients, clear), await sealTo(recipients, clear)]
    expect(partsOf(one)!.salt).not.toEqual(partsOf(other)!.salt)
    expect(partsOf(one)!.cipherText).not.toEqual(partsOf(other)!.cipherText)
  })

  it('is not opened any more once one bit of it is another, wherever, or its end is cut off', async () => {
    const long = Buffer.alloc(150_000, 'assay')
    const sealed = await sealTo(recipients, long)
    const places = fc.integer({ min: 0, max: sealed.length * 8 - 1 })
    await fc.assert(
      fc.asyncProperty(places, async bit => {
        const changed = Uint8Array.from(sealed)
        changed[bit >> 3]! ^= 1 << (bit & 7)
        expect(await codeOf(openSealed(changed, recovery))).not.toBe('opened')
      }),
      { numRuns: 60, examples: [[0], [sealed.length * 8 - 1]] },
    )
    const chunk = 65536 + 16
    const { cipherText } = partsOf(sealed)!
    const head = sealed.length - cipherText.length
    for (const end of [head, head + 10, head + chunk, head + 2 * chunk, sealed.length - 1, sealed.length - 16]) {
      expect(await codeOf(openSealed(sealed.subarray(0, end), recovery))).toBe('sealed-damaged')
    }
    const without = Buffer.concat([sealed.subarray(0, head), sealed.subarray(head + chunk)])
    expect(await codeOf(openSealed(without, recovery))).toBe('sealed-damaged')
  })

  it('is three things: the session key for each recipient, the salt, the ciphertext', async () => {
    const sealed = await sealTo(recipients, clear)
    const { sessionKey, salt, cipherText, stanzas } = partsOf(sealed)!
    expect(Buffer.concat([sessionKey, salt, cipherText]).equals(sealed)).toBe(true)
    expect([salt.length, cipherText.length]).toEqual([16, clear.length + 16])
    expect(stanzas).toEqual([
      { kind: 'ssh-rsa', tag: sshTag(pair.publicKey) },
      { kind: 'X25519', tag: expect.any(String) },
    ])
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), bytes => {
        expect(partsOf(bytes)).toBe(null)
        partsOf(Buffer.concat([sealed.subarray(0, 60), bytes]))
      }),
    )
  })

  it('that names the token a hundred times, or with other than a wrapped key, gets no private step', async () => {
    const body = new SshRsaRecipient(pair.publicKey).wrapFileKey(new Uint8Array(16))[0]!.body
    const tag = sshTag(pair.publicKey)
    const refused = [
      [new Stanza(['ssh-rsa', tag], body), new Stanza(['ssh-rsa', tag], body)],
      [new Stanza(['ssh-rsa', tag, 'more'], body)],
      [new Stanza(['ssh-rsa', tag], body.subarray(1))],
    ]
    for (const stanzas of refused) {
      const holder = holderOf(pair)
      expect(await codeOf(holder.unwrapFileKey(stanzas))).toBe('stanza-damaged')
      expect(holder.steps).toBe(0)
    }
    const [long] = new SshRsaRecipient(pair.publicKey).wrapFileKey(new Uint8Array(17))
    expect(await codeOf(holderOf(pair).unwrapFileKey([long!]))).toBe('stanza-damaged')
  })
})

describe('OAEP', () => {
  it('takes off what OpenSSL put on, and nothing else', () => {
    const bare = { key: pair.privateKey, padding: constants.RSA_NO_PADDING }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 190 }), fc.integer({ min: 0, max: 2047 }), (message, bit) => {
        const [{ body }] = new SshRsaRecipient(pair.publicKey).wrapFileKey(message) as [Stanza]
        const block = privateDecrypt(bare, body)
        expect(Buffer.from(unpadOaep(block, 'age-encryption.org/v1/ssh-rsa')!)).toEqual(Buffer.from(message))
        expect(unpadOaep(block, 'age-encryption.org/v1/ssh-rsb')).toBe(null)
        block[bit >> 3]! ^= 1 << (bit & 7)
        const changed = unpadOaep(block, 'age-encryption.org/v1/ssh-rsa')
        expect(changed === null || Buffer.from(changed).equals(message)).toBe(changed === null)
      }),
      { numRuns: 60 },
    )
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), block => unpadOaep(block, 'x') === null))
  })
})

describe('recipients', () => {
  it('are two or more, distinct, with a recovery key among them', () => {
    const [token, second] = [sshRsaText(pair.publicKey), sshRsaText(other.publicKey)]
    const codeFor = (texts: readonly string[]) => {
      try {
        parseRecipients(texts)
        return 'taken'
      } catch (error) {
        return (error as { code: string }).code
      }
    }
    expect(codeFor([token, recoveryText])).toBe('taken')
    expect(codeFor([recoveryText])).toBe('recipients-few')
    expect(codeFor([token, second])).toBe('recipients-no-recovery')
    expect(codeFor([token, `${token} the same with a comment`, recoveryText])).toBe('recipient-twice')
    expect(codeFor([token, `${recoveryText.slice(0, -1)}q`])).toBe('recipient-unreadable')
    expect(codeFor([token, recovery.exposeText()])).toBe('recipient-unreadable')
  })

  it('whose key is weak are refused, and an error never repeats a secret key', () => {
    const weak = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey
    expect(() => parseSshRsa(sshRsaText(weak))).toThrow(/2048 to 4096/)
    const three = generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: 3 }).publicKey
    expect(() => parseSshRsa(sshRsaText(three))).toThrow(/exponent/)
    const secret = recovery.exposeText()
    expect(() => parseRecipient(secret)).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining(secret.slice(16, 30)) }),
    )
  })

  it('are one text for one key, as ssh-keygen writes it, and nothing breaks the parser', () => {
    expect(sshRsaText(parseSshRsa(`${sshRsaText(pair.publicKey)} ann@bench`))).toBe(sshRsaText(pair.publicKey))
    const wire = Buffer.from(sshRsaText(pair.publicKey).split(' ')[1]!, 'base64')
    fc.assert(
      fc.property(fc.integer({ min: 0, max: wire.length - 1 }), fc.uint8Array({ maxLength: 9 }), (at, bytes) => {
        const changed = Buffer.concat([wire.subarray(0, at), bytes, wire.subarray(at + bytes.length)])
        if (changed.equals(wire)) return
        try {
          const text = sshRsaText(parseSshRsa(`ssh-rsa ${changed.toString('base64')}`))
          expect(text).toBe(`ssh-rsa ${changed.toString('base64')}`)
        } catch (error) {
          expect(error).toMatchObject({ code: 'recipient-unreadable' })
        }
      }),
    )
  })
})

describe('the recovery phrase', () => {
  it('makes the key that its derivation says, by other implementations of every step', async () => {
    const seed = await mnemonicToSeed(phrase().exposeText())
    const scalar = hkdf(sha256, seed, undefined, Buffer.from('assay/v1 evidence recovery'), 32)
    expect(recovery.exposeText()).toBe(bech32.encodeFromBytes('age-secret-key-', scalar).toUpperCase())
    // What stands on paper must open in ten years what is sealed today.
    expect(recoveryText).toBe('age14ejpspgqhu2h4e4adfv0936l64hqzc49h8esd7r84vc0kf2g6prsgpamnp')
  })

  it('is taken however it is typed, and refused with the place that is wrong', () => {
    const typed = Secret.ofText('  Legal winner THANK year wave sausage\nworth useful legal winner thank yellow ')
    expect(parseRecoveryPhrase(typed).equals(phrase())).toBe(true)
    const refusal = (text: string) => {
      try {
        parseRecoveryPhrase(Secret.ofText(text))
      } catch (error) {
        return (error as Error).message
      }
      return 'taken'
    }
    expect(refusal('legal winner thank year wave sausage worth useful legal winner thank')).toMatch(/11 words/)
    expect(refusal('legal winner thank year wave sausage worth useful legal winner thank yello')).toMatch(/word 12/)
    expect(refusal('winner legal thank year wave sausage worth useful legal winner thank yellow')).toMatch(
      /do not go together/,
    )
    expect(refusal('legal winner thank year wave sausage worth useful legal winner thank yello')).not.toMatch(/yello/)
  })

  it('that is new has 128 bits of the source that it was given', () => {
    const made = new Set<string>()
    for (let byte = 0; byte < 40; byte++) {
      using fresh = newRecoveryPhrase({ bytes: length => new Uint8Array(length).fill(byte) })
      expect(parseRecoveryPhrase(fresh).equals(fresh)).toBe(true)
      made.add(fresh.exposeText())
    }
    expect(made.size).toBe(40)
  })
})

describe("the library keeps age's own vectors (C2SP CCTV)", () => {
  const vectors = Object.entries(cctv as unknown as Readonly<Record<string, Uint8Array>>)

  it.each(vectors)('%s', async (_, vector) => {
    const end = Buffer.from(vector).indexOf('\n\n')
    const fields = Buffer.from(vector.subarray(0, end))
      .toString()
      .split('\n')
      .map(line => line.split(': '))
    const field = (name: string) => fields.find(([key]) => key === name)?.[1]
    const all = (name: string) => fields.filter(([key]) => key === name).map(([, value]) => value!)
    const body = vector.subarray(end + 2)
    const bytes = field('compressed') === 'zlib' ? inflateSync(body) : body
    const decrypter = new Decrypter()
    for (const identity of all('identity')) decrypter.addIdentity(identity)
    for (const passphrase of all('passphrase')) decrypter.addPassphrase(passphrase)
    const work = (async () => {
      const sealed = field('armored') === 'yes' ? armor.decode(Buffer.from(bytes).toString()) : Uint8Array.from(bytes)
      return await decrypter.decrypt(sealed)
    })()
    if (field('expect') !== 'success') await expect(work).rejects.toThrow()
    else expect(bytesToHex(sha256(await work))).toBe(field('payload'))
  })

  it('all of them', () => expect(vectors.length).toBeGreaterThan(140))
})

const hasAge = spawnSync('age', ['--version']).status === 0
describe.skipIf(!hasAge)('the stock age of Debian (skipped where it is not installed)', () => {
  let folder: string
  const at = (name: string) => join(folder, name)
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'assay-age-'))
    writeFileSync(at('token.pem'), pair.privateKey.export({ type: 'pkcs1', format: 'pem' }), { mode: 0o600 })
    writeFileSync(at('recovery.txt'), `${recovery.exposeText()}\n`, { mode: 0o600 })
  })
  afterAll(() => rmSync(folder, { recursive: true }))
  const age = (...args: readonly string[]) => execFileSync('age', args, { maxBuffer: 1 << 26 })

  it('opens what was sealed here, by the token’s key and by the recovery key', async () => {
    const long = Buffer.alloc(200_000, 'assay')
    writeFileSync(at('ours.age'), await sealTo(recipients, long))
    for (const identity of ['token.pem', 'recovery.txt']) {
      expect(age('-d', '-i', at(identity), at('ours.age')).equals(long)).toBe(true)
    }
  })

  it('seals what is opened here, by both', async () => {
    writeFileSync(at('clear'), clear)
    age('-r', sshRsaText(pair.publicKey), '-r', recoveryText, '-o', at('theirs.age'), at('clear'))
    const theirs = readFileSync(at('theirs.age'))
    expect(Buffer.from(await openSealed(theirs, holderOf(pair)))).toEqual(clear)
    expect(Buffer.from(await openSealed(theirs, recovery))).toEqual(clear)
    expect(partsOf(theirs)!.stanzas[0]).toEqual({ kind: 'ssh-rsa', tag: sshTag(pair.publicKey) })
  })

  it('knows the recipient of a recovery key, and the key of ssh-keygen is the one that is written here', () => {
    const told = execFileSync('age-keygen', ['-y', at('recovery.txt')])
      .toString()
      .trim()
    expect(told).toBe(recoveryText)
    if (spawnSync('ssh-keygen', ['-?']).error !== undefined) return
    const line = execFileSync('ssh-keygen', ['-y', '-f', at('token.pem')])
      .toString()
      .trim()
    expect(line.split(' ').slice(0, 2).join(' ')).toBe(sshRsaText(pair.publicKey))
  })
})

it('keys of the private half make no difference to what is sealed: only public keys are needed', async () => {
  const text = sshRsaText(createPublicKey(createPrivateKey(pair.privateKey.export({ type: 'pkcs8', format: 'pem' }))))
  expect(text).toBe(sshRsaText(pair.publicKey))
  const encrypter = new Encrypter()
  encrypter.addRecipient(new SshRsaRecipient(parseSshRsa(text)))
  expect(Buffer.from(await openSealed(await encrypter.encrypt(clear), holderOf(pair)))).toEqual(clear)
})
