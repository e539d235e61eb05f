// @module-tag long
import bip38 from 'bip38'
import { expect, test } from 'vitest'
import { toHex } from './bytes.ts'
import { createIntermediateCode, decodeWif, decrypt, encrypt, generateUnit } from './index.ts'

/*
 * Against npm `bip38` 3.1.1, an implementation that shares no code with ours (its scrypt is scryptsy, its curve bigi). It
 * encrypts without EC multiplication and decrypts both kinds. Its known faults, which are why it is no judge elsewhere: a
 * wrong passphrase for an EC key gives another key and no error; it makes no intermediate or confirmation codes.
 */

// Combining marks, NUL, astral characters; lot 0 and sequence 0; a seed of zeros. Each call of theirs takes seconds.
const passphrase = 'Cafe\u0301 \u0000 💩'

test('npm bip38 opens what ours made by EC multiplication, to the same key', async () => {
  const intermediateCode = await createIntermediateCode({ passphrase, ownerSalt: '00000000', lot: 0, sequence: 0 })
  const { epk } = await generateUnit({ intermediateCode, seedb: '00'.repeat(24), compressed: true })
  const theirs = await bip38.decryptAsync(epk, passphrase)
  const ours = await decrypt({ epk, passphrase })
  expect(toHex(theirs.privateKey)).toBe(toHex(ours.privateKey))
  expect(theirs.compressed).toBe(true)
})

test('npm bip38 encrypts a key to the same code', async () => {
  const { privateKey, compressed } = decodeWif('5HtasZ6ofTHP6HCwTqTkLDuLQisYPah7aUnSKfC7h4hMUVw2gi5')
  const theirs = await bip38.encryptAsync(Buffer.from(privateKey), compressed, passphrase)
  expect(await encrypt({ privateKey, compressed, passphrase })).toBe(theirs)
})

test('npm bip38 gives a key for a wrong passphrase, ours an error', async () => {
  const epk = '6PgNBNNzDkKdhkT6uJntUXwwzQV8Rr2tZcbkDcuC9DZRsS6AtHts4Ypo1j'
  expect((await bip38.decryptAsync(epk, 'wrong')).privateKey).toHaveLength(32)
  await expect(decrypt({ epk, passphrase: 'wrong' })).rejects.toMatchObject({ code: 'wrong-passphrase' })
})
