import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { VirtualLotRandom } from '../../../fixtures/virtual-line/virtual-lot-random.ts'
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

it('a lot whose first command was refused never was, and none is outside of the site', async () => {
  const before = readdirSync(line.site('A'), { recursive: true })
  expect(await line.begin({ lot: 'virtual-refused', denomination: '1 BTC', customerCodes: 'x' }).catch(code)).toBe(
    'codes-by-whom',
  )
  for (const lot of ['../outside', '/tmp/outside', 'UPPER', '.hidden', ''])
    expect([lot, await line.begin({ lot }).catch(code)]).toEqual([lot, 'lot-name'])
  expect(readdirSync(line.site('A'), { recursive: true })).toEqual(before)
})

it('of an erased lot neither key nor store is left, and nothing is made anew', async () => {
  const lot = 'virtual-erased'
  const spool = join(line.folder, 'spool')
  mkdirSync(spool)
  await line.begin({ lot })
  const make = () => line.make({ lot, manifest: line.manifest('A', lot) })
  await make()
  const print = { lot, spool, serials: null, dotsPerMm: null, addressKind: null }
  await line.run('B', 'print', print)
  const kept = () => ['store.key', 'units.store'].map(name => existsSync(join(line.site('B'), 'lots', lot, name)))
  expect(kept()).toEqual([true, true])
  // The key, the store, and three files a unit in the spool.
  expect(await line.run('B', 'erase', { lot })).toMatchObject({ files: 11 })
  expect(kept()).toEqual([false, false])
  expect(await make().catch(code)).toBe('lot-erased')
  expect(kept()).toEqual([false, false])
})

it('a product is the same wherever its fonts lie, and another one with another font', () => {
  const profile = loadProfile('assay-reference')
  const at = (etching: string) => profileHash({ ...profile, fonts: { ...profile.fonts, etching } })
  expect(at('/a/font.otf')).toBe(at('/b/font.otf'))
  expect(at('/a/font.otf')).not.toBe(at('/a/other.otf'))
})
