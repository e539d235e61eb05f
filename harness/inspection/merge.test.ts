import { describe, expect, test } from 'vitest'
import { Secret } from '../core/secret.ts'
import { loadProfile } from '../products/load-profile.ts'
import type { Lattice, PhotographReading, Reading } from '../vision/reading.ts'
import { mergeReadings } from './merge.ts'

const profile = loadProfile('assay-reference')

/** A lattice that is sure of each symbol, but for the given places. */
function lattice(text: string, unsure: Readonly<Record<number, Readonly<Record<string, number>>>> = {}): Lattice {
  return {
    positions: [...text].map((symbol, i) => ({
      candidates: Object.entries(unsure[i] ?? { [symbol]: 0.999 }).map(([candidate, probability]) => ({
        symbol: candidate,
        logProbability: Math.log(probability),
      })),
    })),
  }
}

function reading(mark: string, changes: Partial<Reading>): Reading {
  const nothing = {
    outcome: 'unread',
    text: null,
    confidence: 0,
    readers: [],
    alternatives: null,
    where: null,
  } as const
  return { mark, ...nothing, because: 'test', ...changes }
}

const photograph = (id: string, marks: readonly Reading[]): PhotographReading => ({
  photographId: id,
  card: null,
  because: null,
  marks,
  states: [],
  measurements: [],
})

const serialOf = (...readings: readonly Reading[]) =>
  mergeReadings(
    profile,
    readings.map((one, i) => photograph(`photograph ${i}`, [one])),
  ).marks.get('serial-card')!

const read = (text: string) => reading('serial-card', { outcome: 'read', text, confidence: 0.99, readers: ['pp-ocr'] })

test('what one photograph reads and the other one leaves open is read', () => {
  expect(serialOf(reading('serial-card', {}), read('BX2409708'))).toMatchObject({ conflict: null })
  const open = reading('serial-card', { alternatives: lattice('BX2409708', { 4: { 0: 0.6, 8: 0.39 } }) })
  for (const order of [
    [open, read('BX2409708')],
    [read('BX2409708'), open],
  ])
    expect(serialOf(...order)).toMatchObject({ reading: { text: 'BX2409708' }, conflict: null })
})

test('a photograph that shows another character stops a text that the other one accepted', () => {
  const halved = reading('serial-card', { alternatives: lattice('BX2409708', { 4: { 1: 0.97, 7: 0.02 } }) })
  for (const order of [
    [halved, read('BX2409708')],
    [read('BX2409708'), halved],
  ])
    expect(serialOf(...order).conflict).toMatch(/shows differently/)
})

test('a character speaks against a text from one in a hundred downwards, and when it is not seen at all', () => {
  // 1 %: what a photograph gives less than that is, by that photograph, not there.
  const conflictAt = (probability: number) =>
    serialOf(
      reading('serial-card', { alternatives: lattice('BX2409708', { 4: { 1: 0.9, 0: probability } }) }),
      read('BX2409708'),
    ).conflict
  expect(conflictAt(0.011)).toBeNull()
  expect(conflictAt(0.009)).toMatch(/shows differently/)
})

test('too few or too many characters say nothing of any one of them', () => {
  for (const seen of ['BX24097', 'X2409708', 'BX24097081'])
    expect(serialOf(reading('serial-card', { alternatives: lattice(seen) }), read('BX2409708')).conflict).toBeNull()
})

test('a text does not speak against itself, however doubtful one of its characters is', () => {
  const accepted = { ...read('BX2409708'), alternatives: lattice('BX2409708', { 8: { 0: 0.9, 8: 0.005 } }) }
  expect(serialOf(accepted, read('BX2409708')).conflict).toBeNull()
})

test('a secret is compared too, and not named', () => {
  const text = 'ABCD-EFGH-JKMN-PQRS-TUVW-XYZ2'
  const passphrase = reading('passphrase', { outcome: 'read', text: Secret.ofText(text), confidence: 0.99 })
  const other = reading('passphrase', { alternatives: lattice(text.replace('B', '8')) })
  const merged = mergeReadings(profile, [photograph('a', [passphrase]), photograph('b', [other])])
  expect(merged.marks.get('passphrase')!.conflict).toMatch(/shows differently/)
  expect(merged.marks.get('passphrase')!.conflict).not.toMatch(/[A-Z0-9]{2}/)
})

test('a cover that one photograph shows damaged or gone is that, whatever another one shows', () => {
  const cover = (outcome: Reading['outcome']) =>
    reading('scratch-off', { outcome, confidence: 0.99, readers: ['surface'] })
  const together = (...outcomes: readonly Reading['outcome'][]) =>
    mergeReadings(
      profile,
      outcomes.map((outcome, i) => photograph(`photograph ${i}`, [cover(outcome)])),
    ).marks.get('scratch-off')!
  for (const bad of ['broken', 'displaced', 'missing'] as const) {
    for (const order of [
      ['whole', bad],
      [bad, 'whole'],
    ] as const)
      expect(together(...order)).toMatchObject({ reading: { outcome: bad }, conflict: null })
    expect(together(bad, 'unsure')).toMatchObject({ reading: { outcome: bad }, conflict: null })
  }
  expect(together('unsure', 'whole')).toMatchObject({ reading: { outcome: 'whole' }, conflict: null })
  expect(together('broken', 'missing')).toMatchObject({ reading: { outcome: 'missing' }, conflict: null })
})

describe('the reading that stands', () => {
  const sight = (outcome: Reading['outcome'], readers: number, confidence: number) =>
    reading('serial-card', {
      outcome,
      text: outcome === 'read' ? 'BX2409708' : null,
      readers: (['pp-ocr', 'etch-net'] as const).slice(0, readers),
      confidence,
    })

  test.each([
    [
      'one that was read, over one of which more readers are sure that it was not',
      ['read', 1, 0.5],
      ['unread', 2, 0.9],
    ],
    ['one that says something definite, over an unread one', ['absent', 1, 0.5], ['unread', 2, 0.9]],
    [
      'the one on which more readers agree, over the one that one of them is surer of',
      ['read', 2, 0.6],
      ['read', 1, 0.99],
    ],
    ['of as many readers, the surer one', ['read', 1, 0.99], ['read', 1, 0.6]],
  ] as const)('is %s', (_, best, other) => {
    for (const [order, photographId] of [
      [[best, other], 'photograph 0'],
      [[other, best], 'photograph 1'],
    ] as const)
      expect(serialOf(...order.map(([outcome, readers, sure]) => sight(outcome, readers, sure)))).toMatchObject({
        photographId,
      })
  })

  test('is the earlier one of two that are equally good', () => {
    expect(serialOf(sight('read', 1, 0.9), sight('read', 1, 0.9))).toMatchObject({ photographId: 'photograph 0' })
  })
})

describe('photographs that contradict each other', () => {
  test('two texts, and a text that is not there on another photograph', () => {
    expect(serialOf(read('BX2409708'), read('BX2409709')).conflict).toMatch(/BX2409708 and BX2409709/)
    for (const outcome of ['absent', 'concealed'] as const)
      expect(serialOf(read('BX2409708'), reading('serial-card', { outcome })).conflict).toMatch(/readable/)
  })

  const secrets = (...readings: readonly Partial<Reading>[]) =>
    mergeReadings(
      profile,
      readings.map((one, i) => photograph(`photograph ${i}`, [reading('passphrase', one)])),
    ).marks.get('passphrase')!
  const open = (text: string) => ({ outcome: 'read', text: Secret.ofText(text), confidence: 0.99 }) as const

  test('two passphrases do, and neither is named; the same one twice does not', () => {
    const { conflict } = secrets(open('AAAA-BBBB'), open('AAAA-CCCC'))
    expect(conflict).toBe('the photographs show different texts')
    expect(secrets(open('AAAA-BBBB'), open('AAAA-BBBB')).conflict).toBeNull()
  })

  test('a secret that is open in one photograph is open, whatever the others show', () => {
    for (const order of [
      [open('AAAA-BBBB'), { outcome: 'concealed', confidence: 1 }],
      [{ outcome: 'concealed', confidence: 1 }, open('AAAA-BBBB')],
    ] as const)
      expect(secrets(...order)).toMatchObject({ reading: { outcome: 'read' }, conflict: null })
  })
})

test('the card is in the states that every photograph allows that can tell', () => {
  const seenAs = (...states: readonly PhotographReading['states'][]) =>
    mergeReadings(
      profile,
      states.map((one, i) => ({ ...photograph(`photograph ${i}`, []), states: one })),
    ).states
  expect(seenAs(['sealed', 'stickered'], ['stickered', 'etched'])).toEqual(['stickered'])
  expect(seenAs(['sealed'], [])).toEqual(['sealed'])
  expect(seenAs(['sealed'], ['opened'])).toEqual([])
})

test('a photograph that could not read a text says nothing of its strokes, where another one could', () => {
  const faint = { name: 'text-weakest-stroke', of: 'serial-card', value: 0.1, unit: 'ratio' } as const
  const clear = { ...faint, value: 0.8 }
  const glare = { ...photograph('glare', [reading('serial-card', {})]), measurements: [faint] }
  const good = { ...photograph('good', [read('BX2409708')]), measurements: [clear] }
  expect(mergeReadings(profile, [glare, good]).measurements).toEqual([clear])
  expect(mergeReadings(profile, [glare]).measurements).toEqual([faint])
  // One that read it and shows a faint stroke is not overruled.
  expect(mergeReadings(profile, [{ ...good, measurements: [faint] }, good]).measurements).toEqual([faint, clear])
})
