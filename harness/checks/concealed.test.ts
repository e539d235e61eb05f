import { expect, test } from 'vitest'
import { coinBook } from '../coins/index.ts'
import type { CheckInput, JudgedMeasurement } from './check.ts'
import { concealed } from './concealed.ts'
import { blankReading, referenceProfile } from './reference-unit.testing.ts'

const marks: CheckInput['marks'] = new Map(
  referenceProfile.marks.map(mark => [
    mark.name,
    {
      mark,
      reading: blankReading(mark.name, mark.name === 'passphrase' ? 'unread' : 'concealed', 'two lines'),
      photographId: null,
      conflict: null,
    },
  ]),
)
const strokes = (value: number, max: number | null): JudgedMeasurement => ({
  name: 'cover-open-strokes',
  of: 'scratch-off',
  value,
  unit: 'mm',
  limits: max === null ? null : { min: null, max },
  // This check looks at them whether the plan looks at covers or not.
  verdict: null,
})
const judge = (measurements: readonly JudgedMeasurement[]) =>
  concealed.judge({
    profile: referenceProfile,
    state: 'sealed',
    marks,
    required: [],
    hidden: ['passphrase', 'epk-qr'],
    measurements,
    leftovers: [],
    lookedBy: [],
    states: [],
    identification: { outcome: 'unread', because: 'Nothing could be read.', marks: [] },
    unit: null,
    crypto: { judge: async () => null, all: () => Promise.reject(new Error('not asked')) },
    book: coinBook,
  })

test('a passphrase of which strokes stand open is not covered, even when nobody could read it', async () => {
  expect(await judge([strokes(12, 0)])).toMatchObject({ verdict: 'FAIL', marks: ['passphrase'] })
})

test('without open strokes, or where they are not judged, an unread place stays undecided', async () => {
  for (const measurements of [[strokes(0, 0)], [strokes(12, null)], []])
    expect(await judge(measurements)).toMatchObject({ verdict: 'INCONCLUSIVE', marks: ['passphrase'] })
})
