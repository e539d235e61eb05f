// @module-tag long
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { randomProduct } from '../../../fixtures/virtual-line/random-product.ts'
import { VirtualLine } from '../../../fixtures/virtual-line/virtual-line.ts'
import { appearancesOf } from '../../products/appearance.node.ts'
import type { ProductProfile } from '../../products/profile.ts'
import { teachVirtualUnits } from './teach-virtual-units.ts'

/** Its passphrases hold both 0 and O, in a typeface whose 0 is crossed: readers took one for the other. */
const drawn = randomProduct(3)
const units = 5
const seed = 4
const folder = mkdtempSync(join(tmpdir(), 'assay-taught-'))
afterAll(() => rmSync(folder, { recursive: true }))

let profile: ProductProfile
const told: string[] = []
beforeAll(async () => {
  profile = await teachVirtualUnits({
    ...{ drawn, units, seed, folder },
    signal: new AbortController().signal,
    onProgress: () => {},
    tell: sentence => void told.push(sentence),
  })
}, 600_000)

test('of good units none is left out', () => {
  expect(told.filter(sentence => /^[A-Z]{2}\d{7}:/.test(sentence))).toEqual([])
})

test('everything stands where it was drawn', () => {
  const contentOf = (mark: ProductProfile['marks'][number]) =>
    [mark.on, mark.kind, mark.kind === 'qr' ? mark.payload : mark.kind === 'text' ? mark.content : mark.covers].join(
      ' ',
    )
  const placesOf = ({ marks, sticker }: ProductProfile) =>
    new Map(
      marks.map(mark => {
        const from = mark.on === 'card' ? { x: 0, y: 0 } : sticker!.rect
        const [at] = mark.kind === 'text' ? mark.lines.map(({ baseline }) => baseline) : [mark.rect]
        return [contentOf(mark), { x: at!.x + from.x, y: at!.y + from.y }]
      }),
    )
  const [learned, really] = [placesOf(profile), placesOf(drawn)]
  expect([...learned.keys()].toSorted()).toEqual([...really.keys()].toSorted())
  for (const [content, { x, y }] of really) {
    // A cover is learned by what it must hide, and lines are measured from the left or from the middle: heights are one.
    if (!content.includes('cover')) expect(Math.abs(learned.get(content)!.y - y), content).toBeLessThan(0.3)
    if (content.includes('qr')) expect(Math.abs(learned.get(content)!.x - x), content).toBeLessThan(0.3)
  }
})

test('its looks are learned under every light, and bound to the profile', () => {
  expect(appearancesOf(profile).map(({ lights }) => Object.keys(lights).toSorted())).toEqual([['dome', 'left', 'ring']])
})

test('of what the units keep secret nothing is written', async () => {
  await using line = await VirtualLine.make({ profile: drawn, seed, count: units, share: 0 })
  const texts = readdirSync(folder).map(file => readFileSync(join(folder, file), 'utf8'))
  expect(texts.length).toBeGreaterThan(3)
  for (const { secrets } of line.lot.units) {
    const passphrase = secrets.passphrase!.exposeText()
    for (const text of texts)
      expect(text.includes(passphrase) || text.includes(passphrase.replaceAll('-', ''))).toBe(false)
  }
})
