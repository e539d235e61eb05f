import fc from 'fast-check'
import { expect, test } from 'vitest'
import { carriesOwnChecksum } from './own-checksum.ts'

// BIP173 and BIP350 test vectors; the Bitcoin genesis address; a confirmation code of BIP38's own text.
const addresses = ['1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa', 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4', 'BC1SW50QGDZ25J']
const confirmationCode = 'cfrm38V8G4qq2ywYEFfWLD5Cc6msj9UwsG2Mj4Z6QdGJAFQpdatZLavkgRd1i4iBMdRngDqDs51'

test.each(addresses)('an address carries its checksum: %s', address => {
  expect(carriesOwnChecksum('address', address)).toBe(true)
})

test('a confirmation code carries its checksum, and is no serial', () => {
  expect(carriesOwnChecksum('confirmation-code', confirmationCode)).toBe(true)
  expect(carriesOwnChecksum('serial', confirmationCode)).toBe(false)
})

test('one wrong character, wherever it is, does not fit', () => {
  const base58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
  fc.assert(
    fc.property(
      fc.constantFrom('1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa', confirmationCode),
      fc.nat(),
      fc.nat(57),
      (text, place, other) => {
        const at = place % text.length
        fc.pre(text[at] !== base58[other])
        const wrong = text.slice(0, at) + base58[other] + text.slice(at + 1)
        expect(carriesOwnChecksum(text.startsWith('cfrm') ? 'confirmation-code' : 'address', wrong)).toBe(false)
      },
    ),
  )
})

test('any text at all is a yes or a no', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), text => typeof carriesOwnChecksum('address', text) === 'boolean'),
  )
})
