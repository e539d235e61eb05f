import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { Outcome } from '../../core/vocabulary.ts'
import type { Vision } from '../../vision/pool/vision.ts'
import type { PhotographReading } from '../../vision/reading.ts'
import { readPhotographs } from './read-photographs.ts'

const folder = mkdtempSync(join(tmpdir(), 'assay-read-exit-'))
afterAll(() => rmSync(folder, { recursive: true }))

const corners: NonNullable<PhotographReading['card']>['corners'] = [
  [0, 0],
  [860, 0],
  [860, 540],
  [0, 540],
]

/** Eyes that see one card, with this of its address. */
function eyes(outcome: Outcome): Vision {
  const mark = (name: string, its: Outcome): PhotographReading['marks'][number] => ({
    mark: name,
    outcome: its,
    text: its === 'read' ? 'BX0000001' : null,
    confidence: 1,
    readers: [],
    alternatives: null,
    where: null,
    because: 'as it is',
  })
  const reading: PhotographReading = {
    photographId: 'ab'.repeat(32),
    card: { corners, pixelsPerMm: 10 } as PhotographReading['card'],
    because: null,
    marks: [mark('serial-card', 'read'), mark('address-qr', outcome)],
    states: ['sealed'],
    measurements: [],
  }
  const look = async () => ({ reading, pixelsSha256: reading.photographId, crops: [], explanation: null })
  return { look, read: async () => reading, [Symbol.asyncDispose]: async () => {} }
}

test.each([
  ['read', 0],
  ['concealed', 0],
  ['absent', 0],
  ['unread', 4],
] as const)('a card whose address is %s: exit code %i, with no state named', async (outcome, code) => {
  const photo = join(folder, 'a.jpg')
  writeFileSync(photo, 'a')
  const output = { print: () => {}, tell: () => {}, colours: false, columns: null }
  const { signal } = new AbortController()
  expect(
    await readPhotographs([photo], { product: 'assay-reference', json: true }, output, signal, () => eyes(outcome)),
  ).toBe(code)
})
