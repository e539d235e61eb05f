import { expect, test } from 'vitest'
import { loadProfile } from '../products/load-profile.ts'
import type { Measurement, PhotographReading, Reading } from '../vision/reading.ts'
import { mergeReadings } from './merge.ts'
import { underItsLight } from './side-light.ts'

const profile = loadProfile('assay-reference')

function reading(mark: string, text: string, outcome: 'read' | 'unread', readers: number): Reading {
  const positions = [...text].map(symbol => ({ candidates: [{ symbol, logProbability: -0.001 }] }))
  return {
    mark,
    outcome,
    text: outcome === 'read' ? text : null,
    confidence: 0.9,
    readers: (['pp-ocr', 'etch-net', 'ocv'] as const).slice(0, readers),
    alternatives: { positions },
    where: null,
    because: 'test',
  }
}
const faint: Measurement = { name: 'text-weakest-stroke', of: 'serial-card', value: 0.1, unit: 'ratio' }
const photograph = (id: string, marks: readonly Reading[]): PhotographReading => ({
  photographId: id,
  card: null,
  because: null,
  marks,
  states: [],
  measurements: [faint, { ...faint, of: 'serial-top' }],
})

/** What two photographs say together, the second one from the side. */
function together(mark: string, dome: Reading, left: Reading) {
  const both = [photograph('dome', [dome]), photograph('left', [left])] as const
  const lit = [underItsLight(profile, 'dome', both[0], false), underItsLight(profile, 'left', both[1], false)]
  return mergeReadings(profile, lit).marks.get(mark)!
}

test('nothing is measured of etched strokes from the side, and of printed ones it is', () => {
  const { measurements } = underItsLight(profile, 'left', photograph('left', []), true)
  expect(measurements.map(({ of }) => of)).toEqual(['serial-top'])
  expect(underItsLight(profile, 'ring', photograph('ring', []), true).measurements).toHaveLength(2)
})

test('a guess from the side at an etched text speaks against nothing that another light shows', () => {
  const [dome, left] = [
    reading('serial-card', 'BX2409708', 'read', 1),
    reading('serial-card', 'BX2409703', 'unread', 3),
  ]
  expect(together('serial-card', dome, left)).toMatchObject({ photographId: 'dome', conflict: null })
  const printed = (one: Reading) => ({ ...one, mark: 'serial-top' })
  expect(together('serial-top', printed(dome), printed(left)).conflict).not.toBeNull()
})

test('a guess from the side stands in for no better one, and one alone stands', () => {
  const [dome, left] = [reading('words', 'ASSAY', 'unread', 1), reading('words', 'ASSAV', 'unread', 3)]
  expect(together('words', dome, left)).toMatchObject({ photographId: 'dome', reading: dome })
  expect(underItsLight(profile, 'left', photograph('left', [left]), true).marks).toEqual([left])
})

test('another text that was read from the side contradicts', () => {
  const [dome, left] = [reading('serial-card', 'BX2409708', 'read', 3), reading('serial-card', 'BX2409703', 'read', 1)]
  expect(together('serial-card', dome, left).conflict).toMatch(/BX2409703/)
})
