import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { VirtualLotRandom } from '../../../fixtures/virtual-line/seeded-random.ts'
import { loadProfile } from '../../products/load-profile.ts'
import { QuickLine } from '../quick-line.testing.ts'
import { profileHash } from './lot-desk.ts'

const code = (error: unknown) => (error as { code?: string }).code

let line: QuickLine
beforeAll(async () => {
  line = await QuickLine.withSites()
})
afterAll(() => line[Symbol.dispose]())

it('a serial is used once, even by a generator that begins again', async () => {
  const again = () => ({ random: new VirtualLotRandom('again') })
  await line.begin({ lot: 'virtual-1', count: 4 }, again())
  await line.begin({ lot: 'virtual-2', count: 4 }, again())
  const all = [...line.serials('virtual-1'), ...line.serials('virtual-2')]
  expect(new Set(all).size).toBe(8)
})

it('a lot stays with the product that it was begun with', async () => {
  const path = join(line.site('A'), 'lots', 'virtual-1', 'product.json')
  const text = readFileSync(path, 'utf8')
  writeFileSync(path, text.replace('"width": 86', '"width": 85'))
  expect(readFileSync(path, 'utf8')).not.toBe(text)
  expect(await line.begin({ lot: 'virtual-1', count: 4 }).catch(code)).toBe('profile-changed')
  writeFileSync(path, text)
  expect(await line.begin({ lot: 'virtual-1', count: 4 })).toMatchObject({ units: 4 })
})

it('a product is the same wherever its fonts lie, and another one with another font', () => {
  const profile = loadProfile('assay-reference')
  const at = (etching: string) => profileHash({ ...profile, fonts: { ...profile.fonts, etching } })
  expect(at('/a/font.otf')).toBe(at('/b/font.otf'))
  expect(at('/a/font.otf')).not.toBe(at('/a/other.otf'))
})
