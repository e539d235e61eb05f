import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { sameSerial } from '../products/serial-text.ts'
import type { Reading } from '../vision/reading.ts'
import { checkInputOf } from './check-input.testing.ts'
import { blankReading, latticeOf, readingOf } from './reference-unit.testing.ts'
import { serialsAgree } from './serials-agree.ts'

const judge = (over: Readonly<Record<string, Reading>> = {}, rest: Parameters<typeof checkInputOf>[2] = {}) =>
  serialsAgree.judge(checkInputOf('sealed', over, rest))

test('serials that are all the record’s pass', () => {
  expect(judge()).toMatchObject({ verdict: 'PASS', comparison: 'match', marks: ['serial-top', 'serial-card'] })
})

describe('a serial that is read otherwise', () => {
  test.each(['serial-card', 'serial-top'])('at %s is a mix-up', mark => {
    const found = judge({ [mark]: readingOf(mark, 'BX0000002') })
    expect(found).toMatchObject({ verdict: 'FAIL', comparison: 'mismatch', marks: [mark] })
  })

  test('is one as well where it should be covered: what can be seen counts', () => {
    const bottom = { 'serial-bottom': readingOf('serial-bottom', 'BX0000002') }
    expect(judge(bottom)).toMatchObject({ verdict: 'FAIL', marks: ['serial-bottom'] })
  })

  test('fails when all of them agree with each other, but not with the record', () => {
    const both = Object.fromEntries(['serial-card', 'serial-top'].map(mark => [mark, readingOf(mark, 'BX0000002')]))
    expect(judge(both)).toMatchObject({ verdict: 'FAIL', marks: ['serial-top', 'serial-card'] })
  })

  test('is doubtful within 2 nats of the right one (design.md rule 2), and a mix-up beyond', () => {
    const seen = (nats: number) =>
      judge({
        'serial-card': readingOf('serial-card', 'BX000000I', {
          alternatives: latticeOf('BX000000I', { 8: ['1', nats] }),
        }),
      })
    expect(seen(1.9)).toMatchObject({ verdict: 'INCONCLUSIVE', comparison: 'confused', marks: ['serial-card'] })
    expect(seen(2.1)).toMatchObject({ verdict: 'FAIL', comparison: 'mismatch' })
  })
})

test('a serial that was not read leaves the question open', () => {
  const unread = { 'serial-top': blankReading('serial-top', 'unread', 'glare') }
  expect(judge(unread)).toMatchObject({ verdict: 'INCONCLUSIVE', comparison: 'unreadable', marks: ['serial-top'] })
})

test('a serial about which photographs contradict each other is not compared, however sure one of them is', () => {
  const given = checkInputOf('sealed')
  const seen = { ...given.marks.get('serial-top')!, conflict: 'they show BX0000001 and BX0000002' }
  const found = serialsAgree.judge({ ...given, marks: new Map([...given.marks, ['serial-top', seen]]) })
  expect(found).toMatchObject({ verdict: 'INCONCLUSIVE', marks: ['serial-top'] })
})

test('without a record serials that agree with each other are not enough, and two that do not are too much', () => {
  expect(judge({}, { unit: null })).toMatchObject({ verdict: 'INCONCLUSIVE' })
  const other = { 'serial-card': readingOf('serial-card', 'BX0000002') }
  expect(judge(other, { unit: null })).toMatchObject({ verdict: 'FAIL' })
})

test('blanks and dashes are typography, letters and digits are not', () => {
  fc.assert(
    fc.property(
      fc.stringMatching(/^[A-Za-z0-9]{4,12}$/),
      fc.stringMatching(/^[ -]{0,2}$/),
      fc.nat(3),
      (text, gap, at) => {
        expect(sameSerial(text, text.slice(0, at) + gap + text.slice(at))).toBe(true)
        const turned = [...text]
          .map(letter => (letter === letter.toUpperCase() ? letter.toLowerCase() : letter))
          .join('')
        if (turned !== text) expect(sameSerial(text, turned)).toBe(false)
      },
    ),
  )
})
