import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { loadAppearance } from '../products/appearance.node.ts'
import type { AppearanceRig } from '../products/appearance.ts'
import { loadProfile } from '../products/load-profile.ts'
import { surfaceCells } from '../vision/appearance/cells.ts'
import { goodSteel } from '../vision/appearance/good-steel.testing.ts'
import type { TaughtPhotograph } from '../vision/appearance/teach.ts'
import { lightOfFiles } from './photographs/light-of-file.ts'
import { keepAppearance } from './product-appearance.ts'

const profile = loadProfile('assay-reference')
const byHand: AppearanceRig = { kind: 'files', name: 'files', calibration: null }
const bench: AppearanceRig = { kind: 'rig', name: 'bench-1', calibration: 'c1' }
const output = { print: (line: string) => void printed.push(line), tell: () => {}, colours: false, columns: null }
let printed: string[] = []
let folder = ''

beforeEach(() => {
  printed = []
  folder = mkdtempSync(join(tmpdir(), 'assay-learn-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
})

/** Photographs of as many units, some of them twice. */
const photographs = (units: number, twice = 0): TaughtPhotograph[] =>
  Array.from({ length: units + twice }, (_, i) => ({
    unit: `BX${i % units}`,
    sample: {
      surfaces: [surfaceCells(goodSteel(i))],
      covers: { 'scratch-off': { tone: 0.1 + 0.01 * (i % units), across: 2 } },
    },
  }))
const keep = (light: string, taught: readonly TaughtPhotograph[], rig = byHand) => {
  keepAppearance(profile, { rig, byLight: new Map([[light, taught]]) }, join(folder, 'mine.appearance.json'), output)
  return loadAppearance(join(folder, 'mine.appearance.json'), profile)
}
const code = (run: () => unknown) => {
  try {
    run()
    return 'done'
  } catch (error) {
    return (error as { code?: string }).code ?? error
  }
}

test('writes what was learned and the entry by which a profile names it; a second light joins the first', () => {
  const { lights, rig } = keep('dome', photographs(6))
  expect(rig).toEqual(byHand)
  expect(lights).toMatchObject({ dome: { units: 6, covers: { 'scratch-off': { units: 6 } } } })
  const text = readFileSync(join(folder, 'mine.appearance.json'))
  const sha256 = createHash('sha256').update(text).digest('hex')
  expect(printed.map(line => JSON.parse(line))).toEqual([{ file: 'mine.appearance.json', sha256 }])
  expect(Object.keys(keep('left', photographs(5)).lights)).toEqual(['dome', 'left'])
})

test('the same photographs give the same bytes', () => {
  keep('dome', photographs(5))
  const before = readFileSync(join(folder, 'mine.appearance.json'))
  keep('dome', photographs(5))
  expect(readFileSync(join(folder, 'mine.appearance.json'))).toEqual(before)
})

test('counts units, not photographs, and refuses too few of them and another rig', () => {
  expect(code(() => keep('dome', photographs(4, 4)))).toBe('appearance-units')
  expect(keep('dome', photographs(5, 3)).lights).toMatchObject({ dome: { units: 5 } })
  expect(code(() => keep('left', photographs(5), bench))).toBe('appearance-other-rig')
})

test('the light of a file: what was written beside this very picture, else a person’s word for what was learned from files', () => {
  const learned = join(folder, 'mine.appearance.json')
  keepAppearance(profile, { rig: byHand, byLight: new Map([['dome', photographs(5)]]) }, learned, output)
  const picture = new Uint8Array([1, 2, 3])
  const photo = join(folder, 'a.jpg')
  const known = lightOfFiles(profile, { light: 'dome', appearance: learned })
  expect(known(photo, picture)).toMatchObject({ light: 'dome', rig: null, appearance: { units: 5 } })
  // The product's own is the twin's: a person's word for a file does not make it that.
  expect(lightOfFiles(profile, { light: 'dome' })(photo, picture)).toMatchObject({ light: 'dome', appearance: null })
  expect(lightOfFiles(profile, {})(photo, picture)).toEqual({ light: 'unknown', appearance: null, rig: null })
  expect(code(() => lightOfFiles(profile, { light: 'left', appearance: learned }))).toBe('light-unlearned')
  expect(code(() => lightOfFiles(profile, { light: 'DOME!' }))).toBe('light-faulty')

  const beside = (id: string, rig: object) =>
    writeFileSync(join(folder, 'a.json'), JSON.stringify({ id, how: { light: 'dome', pose: 'inspect' }, rig }))
  const id = createHash('sha256').update(picture).digest('hex')
  const virtual = { kind: 'virtual', name: 'any', calibration: null }
  beside(id, virtual)
  const twin = lightOfFiles(profile, {})(photo, picture)
  expect(twin).toMatchObject({ light: 'dome', rig: virtual })
  expect(twin.appearance?.units).toBeGreaterThanOrEqual(8)
  expect(known(photo, picture).appearance, 'another rig than the one it was learned on').toBeNull()
  expect(code(() => lightOfFiles(profile, { light: 'ring' })(photo, picture))).toBe('light-differs')
  beside(id, { kind: 'real', name: 'bench-1', calibration: null })
  expect(lightOfFiles(profile, {})(photo, picture).appearance, 'no rig of that name was learned').toBeNull()
  beside('0'.repeat(64), virtual)
  expect(lightOfFiles(profile, {})(photo, picture), 'beside another picture').toMatchObject({ light: 'unknown' })
  writeFileSync(join(folder, 'a.json'), 'no JSON')
  expect(lightOfFiles(profile, {})(photo, picture)).toMatchObject({ light: 'unknown' })
})
