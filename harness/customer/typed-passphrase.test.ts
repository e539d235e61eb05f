import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { loadProfile } from '../products/load-profile.ts'
import { anyCard, cardFormOf } from './card-form.ts'
import {
  charactersOf,
  hasOddBlanks,
  letterOfOtherScript,
  readOtherwise,
  typedPassphrase,
  writtenFrom,
} from './typed-passphrase.ts'

const real = cardFormOf(loadProfile('real'))
const reference = cardFormOf(loadProfile('assay-reference'))
const secret = '3515-H0EP-J513-IUL6-0K5Y'

describe('a passphrase with a pattern', () => {
  test.each([
    ['as it is etched', secret],
    ['in small letters', secret.toLowerCase()],
    ['without its dashes', secret.replaceAll('-', '')],
    ['over lines, with other dashes', secret.replaceAll('-', ' – \n')],
    ['with what nobody sees', `\u200b${secret}\ufeff`],
    ['in letters of full width', '３５１５－Ｈ０ＥＰ－Ｊ５１３－ＩＵＬ６－０Ｋ５Ｙ'],
  ])('%s', (_, typed) => {
    expect(typedPassphrase(real, typed)).toEqual({ outcome: 'complete', text: secret })
  })

  test('too short, too long, and of another alphabet', () => {
    expect(typedPassphrase(real, '')).toEqual({ outcome: 'empty' })
    expect(typedPassphrase(real, ' - ')).toEqual({ outcome: 'empty' })
    expect(typedPassphrase(real, secret.slice(0, -1))).toEqual({ outcome: 'incomplete', typed: 19, needed: 20 })
    expect(typedPassphrase(real, `${secret}7`)).toEqual({ outcome: 'too-long', typed: 21, needed: 20 })
    expect(typedPassphrase(real, 'Ä')).toEqual({ outcome: 'foreign-character', character: 'Ä', instead: [] })
  })

  test('what looks like a character that is none of the product is said to be that one', () => {
    expect(reference.passphrase.alphabet).not.toContain('O')
    const typed = typedPassphrase(reference, 'O')
    expect(typed).toMatchObject({ outcome: 'foreign-character', character: 'O' })
    expect(typed.outcome === 'foreign-character' && typed.instead).toEqual(
      ['0', 'Q', 'D'].filter(one => reference.passphrase.alphabet!.includes(one)),
    )
  })

  test('whatever is typed comes to an outcome, and a complete one has the pattern', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), text => {
        const typed = typedPassphrase(real, text)
        if (typed.outcome === 'complete') expect(typed.text).toMatch(/^[0-9A-Z]{4}(-[0-9A-Z]{4}){4}$/)
      }),
    )
  })
})

test('free text is taken as it is, but for NFC', () => {
  expect(typedPassphrase(anyCard, ' a\u0308 B ')).toEqual({ outcome: 'complete', text: ' \u00e4 B ' })
  expect(readOtherwise(anyCard, 'O0')).toEqual([])
})

test('other readings differ by one slip each: a character that looks like it, or two that were swapped', () => {
  const text = '0511-FRXU-01MJ-QCAY-MEZ8'
  const others = readOtherwise(real, text)
  expect(others).toContain('O511-FRXU-01MJ-QCAY-MEZ8')
  expect(others).toContain('0511-FRXU-01MJ-0CAY-MEZ8')
  expect(others).toContain('0511-RFXU-01MJ-QCAY-MEZ8')
  expect(others.at(-1)).toBe('0511-FRXU-01MJ-QCAY-ME8Z')
  expect(new Set(others).size).toBe(others.length)
  for (const other of others) {
    const places = [...other].flatMap((one, i) => (one === text[i] ? [] : [i]))
    const isSwap =
      places.length === 2 && other[places[0]!] === text[places[1]!] && other[places[1]!] === text[places[0]!]
    expect(places.length === 1 || (isSwap && places[1] === places[0]! + 1)).toBe(true)
    expect(typedPassphrase(real, other)).toEqual({ outcome: 'complete', text: other })
  }
})

test('a letter of another script is said to be the one that it looks like', () => {
  expect(typedPassphrase(real, 'О')).toMatchObject({ outcome: 'foreign-character', instead: ['O'] })
  expect(typedPassphrase(real, 'Ρ')).toMatchObject({ outcome: 'foreign-character', instead: ['P'] })
  expect(typedPassphrase(real, '😀')).toEqual({ outcome: 'foreign-character', character: '😀', instead: [] })
})

test.each([
  [' my words', true],
  ['my words\n', true],
  ['my  words', true],
  ['my\u200bwords', true],
  ['\u0000', true],
  ['my\twords', true],
  ['my\u00a0words', true],
  ['my words ä', false],
])('blanks that are seldom meant in %j', (text, odd) => {
  expect(hasOddBlanks(text)).toBe(odd)
})

test('boxes take what is pasted into one of them, however long it is', () => {
  expect(writtenFrom(['a', 'b', 'c'], 1, ['x'])).toEqual(['a', 'x', 'c'])
  expect(writtenFrom(['a', 'b', 'c'], 1, ['x', 'y', 'z'])).toEqual(['a', 'x', 'y', 'z'])
  const pasted = charactersOf(real.passphrase, 'A'.repeat(300_000))
  const typed = typedPassphrase(real, writtenFrom(Array(20).fill(''), 0, pasted).join(''))
  expect(typed).toEqual({ outcome: 'too-long', typed: 300_000, needed: 20 })
})

test('a letter of another script in a word is told by its place', () => {
  expect(letterOfOtherScript('pass p\u0430ss')).toBe(7)
  expect(letterOfOtherScript('\u0440\u0430ss')).toBe(3)
  expect(letterOfOtherScript('A-\u0411 1\u0411')).toBe(null)
  expect(letterOfOtherScript('a1\u0430')).toBe(3)
  expect(letterOfOtherScript('')).toBe(null)
})
