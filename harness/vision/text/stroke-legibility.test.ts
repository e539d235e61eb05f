import { afterAll, expect, test } from 'vitest'
import type { LineCrop } from './line-crop.ts'
import { drawLine } from './synthetic-line.testing.ts'
import { DIGITS, LETTERS, templateField } from './text-field.ts'
import { openTextReader } from './text-reader.node.ts'

const serial = templateField('AA9999999', LETTERS + DIGITS, 'etched')
const reader = await openTextReader()
afterAll(() => reader[Symbol.asyncDispose]())

const GROUND = 190

/** The line with its last characters paler, as the edge of a lamp's reflection leaves them. */
function paleAtEnd({ raster, ...rest }: LineCrop, fromX: number): LineCrop {
  const data = raster.data.map((level, i) => (i % raster.width > fromX ? GROUND + 0.4 * (level - GROUND) : level))
  return { ...rest, raster: { ...raster, data } }
}

test('a character that is fainter than the others, and whole, has lost no side; one without its left half has', async () => {
  const text = 'BX2487956'
  const whole = await drawLine({ text, ground: GROUND, noise: 2 })
  const fromX = (await reader.readLine(whole, serial)).characters[7]!.box.left
  const pale = await reader.readLine(paleAtEnd(whole, fromX), serial)
  expect(pale.text).toBe(text)
  expect(pale.legibility!.weakestStroke).toBeGreaterThan(0.2)
  const half = await drawLine({ text, ground: GROUND, noise: 2, erase: { at: 8, from: -0.1, to: 1.1, leftShare: 0.6 } })
  const damaged = await reader.readLine(paleAtEnd(half, fromX), serial)
  expect(damaged.text === text ? damaged.legibility!.weakestStroke : 0).toBeLessThan(0.16)
})
