import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { AssayError } from '../core/assay-error.ts'
import { appearancesOf, geometrySha256, loadAppearance } from './appearance.node.ts'
import {
  type Appearance,
  appearanceText,
  joinedAppearance,
  type LearnedLight,
  type LearnedSurface,
  learnedLight,
  parseAppearance,
} from './appearance.ts'
import { loadProfile, shippedProfiles } from './load-profile.ts'
import type { ProductProfile } from './profile.ts'

const reference = loadProfile('assay-reference')

const light = (over: Partial<LearnedLight> = {}): LearnedLight => ({
  units: 8,
  surfaces: {
    card: {
      units: 8,
      cellMm: 1,
      columns: 3,
      rows: 2,
      maps: {
        tone: {
          mean: Float32Array.of(-0.5, 0, 0.25, 2, -2, 0.001),
          rms: Float32Array.of(0.01, 0, 0.3, 9, 0.001, 0.0001),
          most: 3.5,
        },
        dot: { mean: null, rms: new Float32Array(6).fill(0.02), most: 4.25 },
      },
    },
  },
  covers: { 'scratch-off': { units: 8, features: { dl: { mean: -0.125, sd: 0.01 } } } },
  ...over,
})
const appearance = (over: Partial<Appearance> = {}): Appearance => ({
  product: 'assay-reference',
  geometrySha256: geometrySha256(reference),
  rig: { kind: 'virtual', name: 'virtual', calibration: null },
  lights: { dome: light() },
  ...over,
})

const domeOf = ({ lights: { dome } }: Appearance): LearnedLight => dome!
const cardOf = (one: Appearance): LearnedSurface => {
  const { card } = domeOf(one).surfaces
  return card!
}

test('what is written is read again, to the width of its steps', () => {
  const text = appearanceText(appearance())
  const read = parseAppearance(text, 'a.json')
  expect(appearanceText(read)).toBe(text)
  const { tone, dot } = cardOf(read).maps
  for (const [i, value] of [-0.5, 0, 0.25, 2, -2, 0.001].entries()) expect(tone!.mean![i]).toBeCloseTo(value, 3)
  for (const [i, value] of [0.01, 0, 0.3].entries()) expect(tone!.rms[i]).toBeCloseTo(value, 2)
  expect(tone!.rms[1], 'not learned').toBe(0)
  expect([...tone!.rms.slice(3)].every(rms => rms > 0)).toBe(true)
  expect([tone!.most, dot!.mean, dot!.most]).toEqual([3.5, null, 4.25])
  expect(domeOf(read).covers).toEqual(light().covers)
})

test('only the same rig, calibration and light count', () => {
  const own = appearance({ rig: { kind: 'rig', name: 'bench-1', calibration: 'c1' } })
  const hand = appearance({ rig: { kind: 'files', name: 'files', calibration: null } })
  const known = [own, hand, appearance()]
  const at = (kind: 'rig' | 'files' | 'virtual', name: string, calibration: string | null, under = 'dome') =>
    learnedLight(known, { kind, name, calibration }, under)
  expect(at('rig', 'bench-1', 'c1')).toBe(domeOf(own))
  expect(at('files', 'anything', null)).toBe(domeOf(hand))
  for (const other of [at('rig', 'bench-2', 'c1'), at('rig', 'bench-1', 'c2'), at('rig', 'bench-1', null)])
    expect(other).toBeNull()
  expect(at('virtual', 'virtual', null)).not.toBeNull()
  expect(at('virtual', 'virtual', null, 'left')).toBeNull()
  expect(at('virtual', 'virtual', null, 'constructor')).toBeNull()
})

test('what is learned later joins what is known', () => {
  const cover = light({ surfaces: {}, covers: { 'scratch-off': { units: 9, features: { dl: { mean: 1, sd: 1 } } } } })
  const joined = joinedAppearance(appearance(), appearance({ lights: { dome: cover, left: light() } }))
  expect(Object.keys(joined.lights)).toEqual(['dome', 'left'])
  expect(cardOf(joined).units).toBe(8)
  expect(domeOf(joined).covers['scratch-off']!.units).toBe(9)
})

test('a file that is not what the profile names, of other measures, or too large is refused in one sentence', () => {
  const folder = mkdtempSync(join(tmpdir(), 'assay-appearance-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const write = (name: string, text: string) => {
    const file = join(folder, name)
    writeFileSync(file, text)
    return { file, sha256: createHash('sha256').update(text).digest('hex') }
  }
  const naming = (...named: { file: string; sha256: string }[]): ProductProfile => ({ ...reference, appearance: named })
  const own = write('own.appearance.json', appearanceText(appearance()))
  expect(appearancesOf(naming(own))).toHaveLength(1)
  expect(appearancesOf({ ...reference, appearance: undefined } as ProductProfile)).toEqual([])
  const refused = (run: () => unknown) => {
    try {
      run()
      return 'taken'
    } catch (error) {
      return error instanceof AssayError ? error.code : error
    }
  }
  expect(refused(() => appearancesOf(naming({ ...own, sha256: '0'.repeat(64) })))).toBe('appearance-changed')
  expect(refused(() => appearancesOf(naming({ ...own, file: join(folder, 'none') })))).toBe('appearance-unreadable')
  const foreign = write('other.appearance.json', appearanceText(appearance({ geometrySha256: '0'.repeat(64) })))
  expect(refused(() => appearancesOf(naming(foreign)))).toBe('appearance-foreign')
  expect(refused(() => loadAppearance(foreign.file, reference))).toBe('appearance-foreign')
  const moved = { ...reference, card: { ...reference.card, width: reference.card.width + 1 } }
  expect(refused(() => loadAppearance(own.file, moved))).toBe('appearance-foreign')
  // Another name, title or limit is the same look.
  expect(loadAppearance(own.file, { ...reference, name: 'mine', title: 'Mine', limits: {} }).product).toBe(
    'assay-reference',
  )
})

test.each([
  ['no JSON', () => '{'],
  ['another version', () => appearanceText(appearance()).replace('assay-appearance-1', 'assay-appearance-9')],
  ['too few units', () => appearanceText(appearance({ lights: { dome: light({ units: 4 }) } }))],
  ['cells that are missing', () => appearanceText(appearance()).replace('"columns": 3', '"columns": 4')],
  ['cells that are no base64', () => appearanceText(appearance()).replace(/"rms": "../, '"rms": "!!')],
  ['no limit', () => appearanceText(appearance()).replace('"most": 3.5', '"most": 0')],
  ['a map of another kind', () => appearanceText(appearance()).replace('"tone"', '"tune"')],
  ['a grid that nobody could hold', () => appearanceText(appearance()).replace('"rows": 2', '"rows": 2000000')],
])('refuses %s', (_, text) => {
  expect(() => parseAppearance(text(), 'a.json')).toThrow(
    expect.objectContaining({
      code: 'appearance-faulty',
      message: expect.stringMatching(/^The appearance a\.json cannot be used: .*\.$/),
    }),
  )
})

test('hostile files give one clear error, never a crash and never a number that is none', () => {
  const value = fc.oneof(
    fc.constantFrom(-1, 0, 1e308, -1e308, 0.1, 1e9, '', 'AA==', null, true, [], {}, '__proto__', 2 ** 53),
    fc.double(),
    fc.string(),
    fc.jsonValue(),
  )
  const paths = pathsOf(JSON.parse(appearanceText(appearance())))
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom(...paths), value), { minLength: 1, maxLength: 3 }), spoilt => {
      const json = JSON.parse(appearanceText(appearance()))
      for (const [path, put] of spoilt) {
        let at = json
        for (const key of path.slice(0, -1)) at = at?.[key]
        if (typeof at === 'object' && at !== null) at[path.at(-1)!] = put
      }
      expectSoundOrRefused(JSON.stringify(json))
    }),
    { numRuns: 500 },
  )
  fc.assert(fc.property(fc.string(), expectSoundOrRefused))
})

function expectSoundOrRefused(text: string): void {
  let read: Appearance
  try {
    read = parseAppearance(text, 'a.json')
  } catch (error) {
    expect(error).toMatchObject({ name: 'AppearanceError', code: 'appearance-faulty' })
    expect((error as Error).message.length).toBeLessThan(400)
    return
  }
  for (const { surfaces, covers } of Object.values(read.lights)) {
    for (const { maps, columns, rows } of Object.values(surfaces))
      for (const { mean, rms, most } of Object.values(maps)) {
        expect(rms.length).toBe(columns * rows)
        expect(rms.every(one => Number.isFinite(one) && one >= 0)).toBe(true)
        expect(mean === null || (mean.length === rms.length && mean.every(Number.isFinite))).toBe(true)
        expect(most > 0 && Number.isFinite(most)).toBe(true)
      }
    for (const { features } of Object.values(covers))
      for (const { mean, sd } of Object.values(features)) expect([mean, sd].every(Number.isFinite)).toBe(true)
  }
}

function pathsOf(json: unknown, before: readonly string[] = []): string[][] {
  if (typeof json !== 'object' || json === null) return [[...before]]
  return [
    ...(before.length > 0 ? [[...before]] : []),
    ...Object.entries(json).flatMap(([key, inner]) => pathsOf(inner, [...before, key])),
  ]
}

test.each(shippedProfiles().filter(({ appearance }) => appearance !== undefined))(
  'what $name names is what comes with it: the twin, under each light that stations take',
  profile => {
    const [twin, ...rest] = appearancesOf(profile)
    expect(rest).toEqual([])
    expect(twin).toMatchObject({ product: profile.name, rig: { kind: 'virtual', calibration: null } })
    for (const light of ['dome', 'ring', 'left']) {
      const learned = learnedLight([twin!], twin!.rig, light)!
      expect(Object.keys(learned.surfaces)).toEqual(expect.arrayContaining(['card', 'top-layer']))
      expect(learned.units).toBeGreaterThanOrEqual(8)
    }
  },
)
