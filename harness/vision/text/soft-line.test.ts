import { afterAll, expect, test } from 'vitest'
import { textMarks } from '../../products/geometry.ts'
import { loadProfile } from '../../products/load-profile.ts'
import type { LineCrop } from './line-crop.ts'
import type { LineReading } from './line-reading.ts'
import { blurInCapsAt, sharpnessOf } from './line-sharpness.ts'
import { HIDES_STROKES, SOFT } from './soft-line.ts'
import { drawLine } from './synthetic-line.testing.ts'
import { findBand } from './text-band.ts'
import { DIGITS, LETTERS, templateField } from './text-field.ts'
import { textMeasurements } from './text-measurements.ts'
import { openTextReader } from './text-reader.node.ts'

const serial = templateField('AA9999999', LETTERS + DIGITS, 'etched')
const mark = textMarks(loadProfile('assay-reference')).find(({ name }) => name === 'serial-card')!
const reader = await openTextReader()
afterAll(() => reader[Symbol.asyncDispose]())

/** The line as a camera sees it that moves by so many cap heights at an angle. */
function moved(crop: LineCrop, caps: number, angleDeg: number): LineCrop {
  const { width, height, data, channels } = crop.raster
  const steps = Math.ceil(caps * crop.capHeightPx)
  const [dx, dy] = [Math.cos((angleDeg * Math.PI) / 180), Math.sin((angleDeg * Math.PI) / 180)]
  const level = (x: number, y: number) =>
    data[Math.min(height - 1, Math.max(0, y)) * width + Math.min(width - 1, Math.max(0, x))]!
  const out = Uint8Array.from(data, (_, i) => {
    let sum = 0
    for (let k = 0; k < steps; k++) {
      const by = k - (steps - 1) / 2
      sum += level(Math.round((i % width) + by * dx), Math.round(Math.floor(i / width) + by * dy))
    }
    return sum / steps
  })
  return { ...crop, raster: { width, height, channels, data: out } }
}

const sharpness = (crop: LineCrop) => sharpnessOf(crop, findBand(crop))

test('motion in any direction makes a line less sharp, and the blur that is told grows with it', async () => {
  const crop = await drawLine({ text: 'BX2409708', noise: 2 })
  expect(sharpness(crop)).toBeGreaterThan(HIDES_STROKES)
  for (const angle of [0, 45, 90, 135]) {
    const blurs = [0.15, 0.3, 0.45].map(caps => blurInCapsAt(sharpness(moved(crop, caps, angle))))
    expect(blurs).toEqual([...blurs].sort((a, b) => a - b))
    expect(sharpness(moved(crop, 0.35, angle)), `${angle}°`).toBeLessThan(SOFT)
  }
})

test('uneven light does not make a line soft', async () => {
  const crop = await drawLine({ text: 'BX2409708', noise: 2 })
  const { width, height, data } = crop.raster
  const lit = data.map((level, i) => level * (0.3 + (0.7 * (i % width)) / width))
  const uneven = { ...crop, raster: { width, height, channels: 1 as const, data: lit } }
  expect(Math.abs(sharpness(uneven) / sharpness(crop) - 1)).toBeLessThan(0.15)
})

test('a soft line that the networks are not very sure of is not read, and says how soft it is', async () => {
  const reading = await reader.readLine(moved(await drawLine({ text: 'BQ8539768', noise: 3 }), 0.42, 45), serial)
  expect(reading.outcome).toBe('unread')
  expect(reading.sharpness).toBeLessThan(SOFT)
})

test('strokes of a soft line are no evidence against its print', async () => {
  const crop = await drawLine({ text: 'BX2487957', noise: 2 })
  for (const [line, fit] of [
    [crop, undefined],
    [moved(crop, 0.28, 0), false],
  ] as const) {
    const reading = await reader.readLine(line, serial)
    expect(reading.outcome).toBe('read')
    const measured = textMeasurements([reading], mark, 'dome')
    expect(measured.find(({ name }) => name === 'text-weakest-stroke')?.fit).toBe(fit)
    expect(measured.map(({ name }) => name)).toContain('text-sharpness')
  }
})

test('a line that could not be read says nothing of its strokes', async () => {
  const reading = await reader.readLine(await drawLine({ text: 'BX2487957', noise: 2 }), serial)
  const ofStrokes = (readings: readonly LineReading[]) =>
    textMeasurements(readings, mark, 'dome').filter(({ name }) => name.endsWith('-stroke'))
  expect(ofStrokes([reading])).toHaveLength(3)
  expect(ofStrokes([reading, { ...reading, outcome: 'unread', text: null }])).toEqual([])
})

test('where no face is like the line’s, nobody can say that its strokes are whole', async () => {
  const reading = await reader.readLine(await drawLine({ text: 'BX2487957', noise: 2 }), serial)
  const address = { ...mark, content: 'address' as const }
  for (const strokes of [null, { ...reading.strokes!, faceFit: 0.7 }]) {
    const of = (what: typeof mark) =>
      textMeasurements([{ ...reading, strokes }], what, 'dome').filter(({ name }) => /missing|added/.test(name))
    const unknown = { value: Number.POSITIVE_INFINITY, fit: false }
    expect(of(mark)).toMatchObject([unknown, unknown])
    // A face that explains little of an address makes strokes seem missing; no value of it is better than the truth.
    expect(of(address)).toMatchObject(strokes === null ? [unknown, unknown] : [{ fit: false }, { fit: false }])
  }
})

test('a stroke too many is no evidence in a face that was found and may be a sibling of the line’s', async () => {
  const reading = await reader.readLine(await drawLine({ text: 'BX2487957', noise: 2 }), serial)
  const fitOf = (name: string, faceFit: number, isNamedFace: boolean) => {
    const strokes = { ...reading.strokes!, faceFit, isNamedFace }
    return textMeasurements([{ ...reading, strokes }], mark, 'dome').find(one => one.name === name)?.fit ?? true
  }
  expect(fitOf('text-added-stroke', 0.93, false)).toBe(false)
  expect(fitOf('text-added-stroke', 0.93, true)).toBe(true)
  expect(fitOf('text-added-stroke', 0.97, false)).toBe(true)
  expect(fitOf('text-missing-stroke', 0.93, false)).toBe(true)
})
