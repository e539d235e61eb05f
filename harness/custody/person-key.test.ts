import { constants, generateKeyPairSync, privateDecrypt } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { systemRandom } from '../core/random.ts'
import { Secret } from '../core/secret.ts'
import { makePersonKey, makeTokenPersonKey, readPersonKey } from './person-key.ts'
import { isSignedBy } from './signing-key.ts'
import { SshRsaIdentity, sshRsaText } from './vault/ssh-rsa.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-person-key-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const cost = 2 ** 4
const passphrase = () => Secret.ofText('correct horse battery staple')
const made = async (name = 'ann', path = join(folder, `${name}.key`)) => ({
  path,
  publicKey: await makePersonKey(path, name, passphrase(), systemRandom, cost),
})

test('signs what its public key vouches for, once the passphrase is given', async () => {
  const { path, publicKey } = await made()
  const key = readPersonKey(path)
  expect(key).toMatchObject({ name: 'ann', publicKey })
  const message = Buffer.from('lot 7')
  const signature = (await key.open(passphrase())).sign(message)
  expect(isSignedBy(publicKey, message, signature)).toBe(true)
})

test('only its owner may read the file, and nothing in it is the key or the passphrase', async () => {
  const bytes = new Uint8Array(32).fill(7)
  const path = join(folder, 'ann.key')
  await makePersonKey(path, 'ann', passphrase(), { bytes: length => bytes.slice(0, length) }, cost)
  if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600)
  const text = readFileSync(path, 'utf8')
  expect(text).not.toContain(Buffer.from(bytes).toString('base64url'))
  expect(text).not.toContain('horse')
})

test('another passphrase opens nothing, and a short one makes nothing', async () => {
  const { path } = await made()
  await expect(readPersonKey(path).open(Secret.ofText('correct horse battery stable'))).rejects.toMatchObject({
    code: 'password-wrong',
  })
  const short = makePersonKey(join(folder, 'bob.key'), 'bob', Secret.ofText('short'), systemRandom, cost)
  await expect(short).rejects.toMatchObject({ code: 'password-short' })
})

test('a key is never written over', async () => {
  const { path } = await made()
  const before = readFileSync(path)
  await expect(made('ann')).rejects.toMatchObject({ code: 'key-exists' })
  expect(readFileSync(path)).toEqual(before)
})

test("the key of one person does not open under another's name, nor as another key", async () => {
  const { path } = await made()
  const changed = (change: object) =>
    writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), ...change }))
  changed({ publicKey: 'A'.repeat(43) })
  await expect(readPersonKey(path).open(passphrase())).rejects.toMatchObject({ code: 'key-unreadable' })
  changed({ name: 'bob' })
  await expect(readPersonKey(path).open(passphrase())).rejects.toMatchObject({ code: 'password-wrong' })
})

test('whatever else lies there is told in a sentence', async () => {
  const path = join(folder, 'some.key')
  writeFileSync(path, '{"format":"assay-person-key-2"}')
  expect(() => readPersonKey(path)).toThrow('newer Assay (assay-person-key-2)')
  fc.assert(
    fc.property(fc.oneof(fc.json(), fc.string()), text => {
      writeFileSync(path, text)
      expect(() => readPersonKey(path)).toThrow('is no key of a person')
    }),
  )
})

describe('a key that is sealed to a token', () => {
  const rsa = () => generateKeyPairSync('rsa', { modulusLength: 2048 })
  const [own, other] = [rsa(), rsa()]
  const identity = ({ publicKey, privateKey }: typeof own) =>
    new SshRsaIdentity(publicKey, async block =>
      privateDecrypt({ key: privateKey, padding: constants.RSA_NO_PADDING }, block),
    )
  const made = async (name: string) => {
    const path = join(folder, `${name}.key`)
    await makeTokenPersonKey(path, name, sshRsaText(own.publicKey), systemRandom)
    return path
  }

  test('signs where the token is, and nowhere else', async () => {
    const key = readPersonKey(await made('ann'))
    expect(key.opensBy).toBe('token')
    const signature = (await key.open(identity(own))).sign(Buffer.from('lot 7'))
    expect(isSignedBy(key.publicKey, Buffer.from('lot 7'), signature)).toBe(true)
    for (const opener of [identity(other), passphrase()])
      await expect(key.open(opener)).rejects.toMatchObject({ code: 'not-for-this-key' })
  })

  test("is no other person's, and no other key than it says", async () => {
    const [ann, bob] = [await made('ann'), await made('bob')]
    const fileOf = (path: string) => JSON.parse(readFileSync(path, 'utf8'))
    for (const change of [{ name: 'bob' }, { sealed: fileOf(bob).sealed }, { publicKey: fileOf(bob).publicKey }]) {
      writeFileSync(join(folder, 'changed.key'), JSON.stringify({ ...fileOf(ann), ...change }))
      await expect(readPersonKey(join(folder, 'changed.key')).open(identity(own))).rejects.toMatchObject({
        code: 'key-unreadable',
      })
    }
  })
})
