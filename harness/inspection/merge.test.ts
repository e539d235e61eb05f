import { expect, test } from 'vitest'
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

test('too few or too many characters say nothing of any one of them', () => {
  const cut = reading('serial-card', { alternatives: lattice('BX24097') })
  expect(serialOf(cut, read('BX2409708')).conflict).toBeNull()
})

test('a secret is compared too, and not named', () => {
  const text = 'ABCD-EFGH-JKMN-PQRS-TUVW-XYZ2'
  const passphrase = reading('passphrase', { outcome: 'read', text: Secret.ofText(text), confidence: 0.99 })
  const other = reading('passphrase', { alternatives: lattice(text.replace('B', '8')) })
  const merged = mergeReadings(profile, [photograph('a', [passphrase]), photograph('b', [other])])
  expect(merged.marks.get('passphrase')!.conflict).toMatch(/shows differently/)
  expect(merged.marks.get('passphrase')!.conflict).not.toMatch(/[A-Z0-9]{2}/)
})

test('a cover that one photograph shows whole and another one damaged or gone is not known to be whole', () => {
  const cover = (outcome: Reading['outcome']) =>
    reading('scratch-off', { outcome, confidence: 0.99, readers: ['surface'] })
  const together = (...outcomes: readonly Reading['outcome'][]) =>
    mergeReadings(
      profile,
      outcomes.map((outcome, i) => photograph(`photograph ${i}`, [cover(outcome)])),
    ).marks.get('scratch-off')!
  for (const bad of ['broken', 'displaced', 'missing'] as const) {
    expect(together('whole', bad).conflict).toBe(`one shows it whole, another shows it ${bad}`)
    expect(together(bad, 'unsure')).toMatchObject({ reading: { outcome: bad }, conflict: null })
  }
  expect(together('unsure', 'whole')).toMatchObject({ reading: { outcome: 'whole' }, conflict: null })
  expect(together('broken', 'missing')).toMatchObject({ reading: { outcome: 'missing' }, conflict: null })
})
