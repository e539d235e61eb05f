import fc from 'fast-check'
import { expect, test } from 'vitest'
import { loadProfile } from '../../products/load-profile.ts'
import { isPieceOf, isPublicWords, secretIn } from './secret-text.ts'

const reference = loadProfile('assay-reference')
const { alphabet } = reference.passphrase

test.each([
  ['6THD-5PR5-6DNS', 'a line of it'],
  ['6THD5PR56DNS', 'without what stands between the groups'],
  ['6THD 5PR5', 'two groups'],
  ['THD5PR', 'a piece of two groups'],
  ['ABCD-EFGH', 'groups of letters alone'],
  ['ABCDEFGHJKMNPQRSTUVW', 'more letters than words have'],
])('%s may be a passphrase: %s', text => {
  expect(secretIn(text, reference)).toBe('passphrase')
})

test.each([
  ['ASSAY REFERENCE'],
  ['SAMPLE ONLY'],
  ['FG9943191'],
  ['QR8797236'],
  ['14gfWyRtFZWzWi7pE4x7tqRKSM1KKtrmKb'],
  ['https://example.org/win'],
  ['6THD5'],
  // Digits alone, but as many as whole groups have.
  ['234567892345678'],
  [''],
])('%s is none', text => {
  expect(secretIn(text, reference)).toBeNull()
})

test('a key is a key in every product', () => {
  const epk = '6PfQu77ygVyJLZjfvMLyhLMQbYnu5uguoJJ4kMCLqWwPEdfpwANVS76gTX'
  for (const name of ['assay-reference', 'pro']) expect(secretIn(epk, loadProfile(name))).toBe('epk')
})

test('whatever passphrase the product makes is one, whole or a line of it', () => {
  const group = fc.string({ unit: fc.constantFrom(...alphabet!), minLength: 4, maxLength: 4 })
  fc.assert(
    fc.property(fc.array(group, { minLength: 3, maxLength: 6 }), groups => {
      expect(secretIn(groups.join('-'), reference)).not.toBeNull()
      const bare = groups.join('')
      if (/[A-Z]/.test(bare) && /[2-9]/.test(bare)) expect(secretIn(bare, reference)).not.toBeNull()
    }),
  )
})

test('no text makes it throw', () => {
  fc.assert(fc.property(fc.string(), text => secretIn(text, reference) !== undefined))
})

test.each(['ASSAYREFERENCE', 'ASSAY REFERENCE', 'assayreference', 'ASSAYREFEREMCE', 'A55AYREFERENCE', 'SSAYREFERENC'])(
  '%s are the words of the product',
  text => expect(isPublicWords(text, reference)).toBe(true),
)

test.each(['', 'ASSAY', '6THD-5PR5-6DNS', 'REFERENCEASSAY', 'ASSAYREF6THD5PR5'])('%s are other words', text =>
  expect(isPublicWords(text, reference)).toBe(false),
)

test('words of a seed are one without their blanks too, and prose is not', () => {
  expect(secretIn('abandonabilityableabout', reference)).toBe('seed-words')
  expect(secretIn('1abandon2ability3able4about', reference)).toBeNull()
  expect(secretIn('xabandonabilityableaboutq', reference)).toBe('seed-words')
  for (const prose of ['thisisasampleofthecardofthecompany', 'nottobesoldwithoutthecover', 'abandonability'])
    expect(secretIn(prose, reference)).toBeNull()
})

test.each([
  ['bc1q3ade9wex9y', true],
  ['MMjqjoa1vuoe95', true],
  ['2cwfwyr1yp2849', true],
  ['C139WX9Y', false],
  ['bc1q3', false],
  ['6THD-5PR5-6DNS', false],
])('%s, a piece of an address that is printed in lines: %s', (line, isPiece) => {
  expect(isPieceOf(line, 'bc1q3ade9wex9ymmjqj0alvu0e952cwfwyrlyp2849')).toBe(isPiece)
})

test('a serial that is misread where it is there a second time is a piece of itself', () => {
  expect(isPieceOf('AQ45Q5651', 'AO4505651')).toBe(true)
})

test('no line of a passphrase is a piece of an address', () => {
  const group = fc.string({ unit: fc.constantFrom(...alphabet!), minLength: 4, maxLength: 4 })
  fc.assert(
    fc.property(fc.array(group, { minLength: 2, maxLength: 6 }), groups => {
      for (const address of ['bc1q3ade9wex9ymmjqj0alvu0e952cwfwyrlyp2849', '1HREFhkEqFqetmvjcVPpcT37zmPr4G1Wzu'])
        expect(isPieceOf(groups.join('-'), address)).toBe(false)
    }),
  )
})
