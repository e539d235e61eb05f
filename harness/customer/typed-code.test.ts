import fc from 'fast-check'
import { expect, test } from 'vitest'
import { loadProfile } from '../products/load-profile.ts'
import { anyCard, cardFormOf } from './card-form.ts'
import { codeKinds, typedCode } from './typed-code.ts'

const real = cardFormOf(loadProfile('real'))
const confirmation = 'cfrm38VXJ22tKoLqTmChreQrd2MEY5Z6qRwGbkxTFnKbHm2ex73kBbm8Ssh6TQoFTKVzL6dNoCS'
const epk = '6PoLpHU8jZaMsv9dZNNFxfBJfJJnkNMCZapeSESH3bZgQdH5SMt4SRJEiX'
const uncompressed = '6PfQLxYDvj5sP9c17HFmdqnhCVysnD3EtsjVNWxKeK4rCYMuNMMgoMMsvp'

test('a code that was typed over lines, or pasted with blanks around it', () => {
  const typed = ` ${confirmation.slice(0, 30)}\n${confirmation.slice(30)} \t`
  expect(typedCode(typed, ['confirmation-code'], real)).toMatchObject({
    outcome: 'sound',
    text: confirmation,
    fitsProduct: true,
  })
})

test.each([
  ['a character wrong', `${confirmation.slice(0, -1)}T`, 'bad-checksum'],
  ['a character missing', confirmation.slice(0, -1), 'wrong-length'],
  ['a character too many', `${confirmation}S`, 'wrong-length'],
  ['a book', 'book '.repeat(10_000), 'wrong-length'],
  ['a character that no code has', confirmation.replace('5', '0'), 'not-base58'],
  ['an address with a character wrong', '1MwWPJpapWfMyCJuEsp24Aut3M2Yda8xBS', 'bad-checksum'],
])('%s', (_, typed, why) => {
  expect(typedCode(typed, ['confirmation-code'], real)).toMatchObject({ outcome: 'unsound', why, needed: 75 })
})

test.each([
  ['in quotes', `"${epk}"`, 'around'],
  ['behind a coin’s name', `bitcoin:${epk}`, 'around'],
  ['in a link', `https://example.com/?code=${epk}&x=1`, 'around'],
  ['in small letters', epk.toLowerCase(), 'case'],
  ['in capitals, in quotes', `«${epk.toUpperCase()}»`, 'case'],
])('a code %s is named, and not called somebody’s key', (_, typed, by) => {
  expect(typedCode(typed, ['epk'], real)).toEqual({ outcome: 'spoilt', by })
})

test.each([
  ['compressed', '6PYNKZ1EAgYgmQfmNVamxyXVWHzK5s6DGhwP4J5o44cvXdoY7sRzhtpUeo'],
  ['uncompressed', '6PRVWUbkzzsbcVac2qwfssoUJAN1Xhrg6bNk8J7Nzm5H7kxEbn2Nh2ZoGg'],
])('a key that was made before its code, %s, is of any card and of no product', (_, text) => {
  expect(typedCode(text, codeKinds.open, anyCard)).toMatchObject({ outcome: 'sound', fitsProduct: true })
  expect(typedCode(text, codeKinds.open, real)).toMatchObject({ outcome: 'sound', fitsProduct: false })
})

test.each([
  ['small letters alone, as its beginning is', confirmation.toLowerCase()],
  ['capitals alone, as its beginning is', epk.toUpperCase()],
])('of a code in %s it is said that case counts', (_, text) => {
  expect(typedCode(text, ['confirmation-code'], real)).toEqual({ outcome: 'spoilt', by: 'case' })
})

test('a sound code in the wrong field, and of another product', () => {
  expect(typedCode(epk, ['confirmation-code'], real)).toEqual({ outcome: 'other-kind', kind: 'epk' })
  const address = '1MwWPJpapWfMyCJuEsp24Aut3M2Yda8xBR'
  expect(typedCode(address, ['confirmation-code'], real)).toEqual({ outcome: 'other-kind', kind: 'address' })
  expect(typedCode(uncompressed, ['epk'], real)).toMatchObject({ outcome: 'sound', fitsProduct: false })
  expect(typedCode(uncompressed, ['epk'], anyCard)).toMatchObject({ outcome: 'sound', fitsProduct: true })
})

test.each([
  ['a key', 'KxLWB4zErsEWYRvyFa4NBstmGM4heXAk8U81rbDkZrgE5kiVqEWK'],
  ['words of a seed', 'abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about'],
  [
    'a key of many',
    'xprv9s21ZrQH143K3QTDL4LXw2F7HEK3wJUD2nW2nRk4stbPy6cq3jPPqjiChkVvvNKmPGJxWUtg6LnF5kejMRNNU3TGtRBeJgk33yuGBxrMPHi',
  ],
])('%s in the code’s field is said to be a secret', (_, typed) => {
  expect(typedCode(typed, ['confirmation-code'], real)).toEqual({ outcome: 'secret' })
})

test('whatever is typed comes to an outcome', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.base64String(), fc.constant(epk.slice(0, 20))), text => {
      expect(typedCode(text, ['epk', 'epk-non-ec'], real).outcome).toMatch(
        /^(empty|unsound|other-kind|sound|secret|spoilt)$/,
      )
    }),
  )
})
