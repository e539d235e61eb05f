import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { loadProfile } from '../products/load-profile.ts'
import { anyCard, cardFormOf } from './card-form.ts'
import { readOtherwise, typedPassphrase } from './typed-passphrase.ts'

const real = cardFormOf(loadProfile('real'))
const reference = cardFormOf(loadProfile('assay-reference'))
const secret = '3515-H0EP-J513-IUL6-0K5Y'

describe('a passphrase with a pattern', () => {
  test.each([
    ['as it is etched', secret],
    ['in small letters', secret.toLowerCase()],
    ['without its dashes', secret.replaceAll('-', '')],
    ['over lines, with other dashes', secret.replaceAll('-', ' – \n')],
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

test('other readings differ in one character each, which looks like it', () => {
  const others = readOtherwise(real, '0511-FRXU-01MJ-QCAY-MEZ8')
  expect(others).toContain('O511-FRXU-01MJ-QCAY-MEZ8')
  expect(others).toContain('0511-FRXU-01MJ-0CAY-MEZ8')
  expect(new Set(others).size).toBe(others.length)
  for (const other of others) {
    expect([...other].filter((one, i) => one !== '0511-FRXU-01MJ-QCAY-MEZ8'[i])).toHaveLength(1)
    expect(typedPassphrase(real, other)).toEqual({ outcome: 'complete', text: other })
  }
})
