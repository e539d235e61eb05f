import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadProfile } from '../../products/load-profile.ts'
import type { Vision } from '../../vision/pool/vision.ts'
import type { PhotographReading } from '../../vision/reading.ts'
import { lookAtPhotographs } from './look-at-photographs.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-looks-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const [left, right, block] = ['assay-reference', 'assay-reference-right', 'block'].map(name => loadProfile(name))
const outside = "the card's left side lies outside the picture"
const misfit: PhotographReading = {
  photographId: 'ab'.repeat(32),
  card: null,
  because: outside,
  marks: [],
  states: [],
  measurements: [],
}
const read = (mark: string): PhotographReading['marks'][number] => ({
  mark,
  outcome: 'read',
  text: mark,
  confidence: 1,
  readers: [],
  alternatives: null,
  where: null,
  because: 'read',
})
const fitting = {
  ...misfit,
  because: null,
  card: { corners: [], pixelsPerMm: 9 },
  marks: [read('serial-card'), read('address-qr')],
} as unknown as PhotographReading

/** @param shown what a photograph shows to a product */
async function look(count: number, shown: (product: string) => PhotographReading) {
  const asked: string[] = []
  const vision: Vision = {
    look: async (_, { name }) => {
      asked.push(name)
      return { reading: shown(name), pixelsSha256: name, crops: [], explanation: null }
    },
    read: async () => misfit,
    [Symbol.asyncDispose]: async () => {},
  }
  const photos = Array.from({ length: count }, (_, i) => join(folder, `${i}.jpg`))
  for (const photo of photos) writeFileSync(photo, photo)
  const options = {
    lightOf: () => ({ light: 'unknown', rig: null, appearance: null }),
    others: [left!, block!, right!].map(profile => ({ profile, choose: profile.name })),
  }
  const looked = await Array.fromAsync(
    lookAtPhotographs(photos, left!, options, new AbortController().signal, () => vision),
  )
  return { asked, others: looked.map(one => ('look' in one ? one.otherProduct : null)) }
}

test('a card of another product is said to be that, and the product that was found is asked first', async () => {
  const { others, asked } = await look(3, name => (name === right!.name ? fitting : misfit))
  expect(others).toEqual(
    Array(3).fill(
      'this looks like assay-reference-right (Assay reference card, sticker right), and assay-reference was chosen: add --product assay-reference-right',
    ),
  )
  expect(asked.filter(name => name === right!.name).length).toBe(3)
})

test('what reads as a secret where no card of the product is seen may be a public text of another product', async () => {
  const exposed = [{ kind: 'passphrase' as const, where: [] as never }]
  const alarming = { ...misfit, because: 'no card in view', exposed }
  const { others } = await look(1, name => (name === right!.name ? fitting : alarming))
  expect(others).toEqual([expect.stringMatching(/^this looks like assay-reference-right /)])
  // Of a card that fits, what lies open is no other product's.
  const { asked } = await look(1, name => (name === left!.name ? { ...fitting, exposed } : fitting))
  expect(asked).toEqual([left!.name])
})

test('a card whose symbol lies turned may be another product’s, on which it lies as it must', async () => {
  const turn = { name: 'symbol-turn', of: 'address-qr', value: 180, unit: 'deg' } as const
  const turned = { ...fitting, measurements: [turn] }
  const { others } = await look(1, name => (name === right!.name ? { ...fitting, measurements: [] } : turned))
  expect(others).toEqual([expect.stringMatching(/^this looks like assay-reference-right /)])
})

test('what fits no product is left as it was seen, and products are not looked for in every photograph', async () => {
  const { others, asked } = await look(6, () => misfit)
  expect(new Set(others)).toEqual(new Set([null]))
  expect(asked.filter(name => name !== left!.name)).toHaveLength(4)
})

test('an empty picture is held against no other product', async () => {
  const { asked } = await look(2, () => ({ ...misfit, because: 'no card in view' }))
  expect(asked).toEqual([left!.name, left!.name])
})
