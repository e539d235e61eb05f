import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { loadProfile } from './load-profile.ts'
import { productSecretKind } from './product-secret.ts'

const profiles = ['assay-reference', 'real', 'block'].map(name => loadProfile(name))

describe.each(profiles)('the passphrase of $name', profile => {
  const { alphabet, groups, groupLength } = profile.passphrase
  const passphrases = fc.array(
    fc
      .array(fc.constantFrom(...alphabet!), { minLength: groupLength!, maxLength: groupLength! })
      .map(all => all.join('')),
    { minLength: groups!, maxLength: groups! },
  )
  // One passphrase in a thousand has letters only and in every group a vowel: as words of a sentence it is none.
  const unspeakable = passphrases.filter(all => all.some(group => /\d/.test(group) || !/[AEIOUY]/.test(group)))

  it.each([
    ['with its separator', (all: string[]) => all.join('-')],
    ['without', (all: string[]) => all.join('')],
    ['with spaces', (all: string[]) => all.join(' ')],
    ['on two lines', (all: string[]) => `${all.slice(0, 3).join('-')}\n${all.slice(3).join('-')}`],
    ['on two lines without', (all: string[]) => `${all.slice(0, 3).join('')}\n${all.slice(3).join('')}`],
    ['in small letters', (all: string[]) => all.join('-').toLowerCase()],
    ['in a link', (all: string[]) => `https://wallet.example/?p=${all.join('-')}`],
    ['in base64', (all: string[]) => Buffer.from(all.join('-')).toString('base64')],
    ['less one group', (all: string[]) => all.slice(1).join('-')],
  ])('is known %s', (_, write) => {
    fc.assert(
      fc.property(unspeakable, all => {
        fc.pre(write(all).length > 0)
        expect([write(all), productSecretKind(profile, write(all))]).toEqual([write(all), 'passphrase'])
      }),
    )
  })

  it('is not seen in serials, addresses and words', () => {
    for (const text of [
      profile.serial.example,
      '1BoatSLRHtKNngkdXEeobR76b53LETtpyT',
      'BC1QAR0SRRR7XFKVY5L643LYDNW9RE59GTZZWF5MDQ',
      '0x3Bd716720A5aEE40Cc08E7F2Abc156d7c30dE334',
      'SCAN THIS CODE WITH YOUR',
      'that will take from them',
      'cfrm38VXJ22tKoLqTmChreQrd2MEY5Z6qRwGbkxTFnKbHm2ex73kBbm8Ssh6TQoFTKVzL6dNoCS',
    ]) {
      expect([text, productSecretKind(profile, text)]).toEqual([text, null])
    }
  })
})

it("knows no customer's own words, and every key", () => {
  expect(productSecretKind(loadProfile('pro'), 'BBBBCCCCDDDDEEEEFFFF2345')).toBeNull()
  expect(productSecretKind(loadProfile('pro'), '6PRVWUbkzzsbcVac2qwfssoUJAN1Xhrg6bNk8J7Nzm5H7kxEbn2Nh2ZoGg')).toBe(
    'epk',
  )
})
