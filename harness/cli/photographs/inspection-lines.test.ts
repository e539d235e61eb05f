import { expect, test } from 'vitest'
import { inspectionLines } from './inspection-lines.ts'
import type { InspectionDocument } from './photograph-document.ts'

const document: InspectionDocument = {
  photo: 'a.jpg',
  card: null,
  marks: {},
  states: [],
  measurements: [],
  unit: 'BX0000001',
  station: 'sealed',
  verdict: 'PASS',
  because: 'All 14 checks passed.',
  findings: [],
  unproved: [],
  alarm: null,
}

test('the first line says what a PASS leaves unproved, and whether somebody accepted that', () => {
  expect(inspectionLines(document, false)[0]).toBe('✓ PASS          BX0000001     sealed  a.jpg')
  const unproved = [{ name: 'cover-material', because: 'nothing is known', holds: true, accepted: true }] as const
  expect(inspectionLines({ ...document, unproved: [...unproved] }, false)[0]).toBe(
    '✓ PASS, not proved: cover-material (accepted)  BX0000001     sealed  a.jpg',
  )
})
