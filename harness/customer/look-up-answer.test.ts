import fc from 'fast-check'
import { expect, test } from 'vitest'
import { lookUpAnswer } from './look-up-answer.ts'

const confirmationCode = 'cfrm38VXJ22tKoLqTmChreQrd2MEY5Z6qRwGbkxTFnKbHm2ex73kBbm8Ssh6TQoFTKVzL6dNoCS'
const address = '1MwWPJpapWfMyCJuEsp24Aut3M2Yda8xBR'
const other = '1BoatSLRHtKNngkdXEeobR76b53LETtpyT'
const eth = '0x52908400098527886E0F7030069857D2E4169EE7'
const answer = (card: unknown, wanted = 'AB123456') => lookUpAnswer(JSON.stringify(card), wanted)

test('the card that was asked for, by its serial or an address', () => {
  const card = { serial: 'AB123456', confirmationCode }
  expect(answer({ ...card, address, product: 'real' }, 'AB 123456')).toEqual({ ...card, product: 'real' })
  expect(answer({ ...card, address }, address)).toEqual(card)
  expect(answer({ ...card, address }, eth)).toEqual(card)
  expect(answer({ serial: 'AB123456' })).toEqual({ serial: 'AB123456' })
})

test.each([
  ['with another serial', { serial: 'AB123457', confirmationCode }, 'AB123456', 'other-card'],
  ['with another address', { serial: 'AB123456', address: other }, address, 'other-card'],
  ['with a code that is none', { serial: 'AB123456', confirmationCode: { toString: 'x' } }, 'AB123456', 'unusable'],
  ['with a broken code', { serial: 'AB123456', confirmationCode: `${confirmationCode}T` }, 'AB123456', 'unusable'],
  ['with a code of another kind', { serial: 'AB123456', confirmationCode: address }, 'AB123456', 'unusable'],
  ['without a serial', { confirmationCode }, 'AB123456', 'unusable'],
  ['as a list', ['AB123456'], 'AB123456', 'unusable'],
  ['as nothing', null, 'AB123456', 'unusable'],
  ['that never ends', { serial: 'AB123456', product: 'x'.repeat(5000) }, 'AB123456', 'unusable'],
])('a card %s is not taken', (_, card, wanted, outcome) => {
  expect(answer(card, wanted)).toBe(outcome)
})

test('whatever a server answers, what is taken was asked for and is sound', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), fc.string(), (text, wanted) => {
      const found = lookUpAnswer(text, wanted)
      if (typeof found === 'object') expect(found.confirmationCode ?? 'cfrm38').toMatch(/^cfrm38/)
    }),
  )
})
