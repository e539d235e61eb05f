import { expect, test } from 'vitest'
import { openRig } from '../../devices/rig.ts'
import { RigError } from '../../devices/rig-error.ts'
import { loadProfile } from '../products/load-profile.ts'
import type { CaptureRetry } from '../record/inspection-record.ts'
import type { Vision } from '../vision/pool/vision.ts'
import { type Bench, photographUnit } from './photograph-unit.ts'

const profile = loadProfile('assay-reference')
/** Takes the picture and reads nothing: only the taking is at stake here. */
const vision = { look: () => new Promise(() => {}) } as unknown as Vision
const size = { width: 120, height: 80 }
const plan = [{ light: 'dome', pose: 'inspect' }]

/** The virtual rig, whose camera fails the first `times` photographs. */
async function failing(code: string, times: number, captureRetries: number) {
  await using rig = await openRig({ kind: 'virtual', seed: 3, size, hurry: 200 })
  const retries: CaptureRetry[] = []
  let calls = 0
  const camera = new Proxy(rig.camera, {
    get: (target, key) =>
      key === 'photograph'
        ? () => (++calls <= times ? Promise.reject(new RigError(code, 'the picture broke off.')) : target.photograph())
        : Reflect.get(target, key),
  })
  const bench = { rig: { stage: rig.stage, light: rig.light, camera }, vision, profile, captureRetries }
  const taken = await photographUnit(plan, bench, { onCaptureRetry: retry => void retries.push(retry) }).catch(
    (error: unknown) => error,
  )
  return { taken, retries, calls }
}

test('a torn picture is taken again, and that is told', async () => {
  const { taken, retries, calls } = await failing('camera-torn', 1, 2)
  expect(taken).toHaveLength(1)
  expect(calls).toBe(2)
  expect(retries).toEqual([
    { light: 'dome', pose: 'inspect', error: { code: 'camera-torn', message: 'the picture broke off.' } },
  ])
})

test('not more often than was allowed, and never unless it was', async () => {
  expect(await failing('camera-torn', 9, 2)).toMatchObject({
    taken: { code: 'camera-torn' },
    calls: 3,
    retries: { length: 2 },
  })
  expect(await failing('camera-torn', 1, 0)).toMatchObject({
    taken: { code: 'camera-torn' },
    calls: 1,
    retries: { length: 0 },
  })
})

test('what the calibration takes out of a picture is handed to vision and told', async () => {
  await using rig = await openRig({ kind: 'virtual', seed: 3, size, hurry: 200 })
  const correction = { size, dark: null, gain: null, lens: { k1: -0.02, k2: 0, centrePx: [60, 40] } } as const
  const asked: unknown[] = []
  const reading = { photographId: 'x', marks: [], states: [] }
  const eyes = {
    look: async (_: unknown, __: unknown, options: { correction: unknown }) => {
      asked.push(options.correction)
      return { reading, crops: [] }
    },
  } as unknown as Vision
  const seenBy = async (correctionFor: NonNullable<Bench['rig']['correctionFor']>) => {
    const [taken] = await photographUnit(plan, { rig: { ...rig, correctionFor }, vision: eyes, profile })
    return (await taken!.seen).photograph.how
  }
  expect(await seenBy(() => correction)).toMatchObject({ light: 'dome', corrected: ['lens'] })
  expect(await seenBy(() => null)).not.toHaveProperty('corrected')
  expect(asked).toEqual([correction, null])
})

test('a card of another product than the lot’s is told on a rig, too, and how that product is chosen', async () => {
  await using rig = await openRig({ kind: 'virtual', seed: 3, size, hurry: 200 })
  const blank = { photographId: 'x', card: null, marks: [], states: [], measurements: [] }
  const outside = { ...blank, because: "the card's left side lies outside the picture" }
  const mark = (name: string) => ({ mark: name, outcome: 'read', text: name })
  const fitting = { ...blank, card: {}, because: null, marks: [mark('serial-card'), mark('address-qr')] }
  const eyes = {
    look: async (_: unknown, { name }: { name: string }) => ({
      reading: name === 'block' ? fitting : outside,
      crops: [],
    }),
  } as unknown as Vision
  const seenWith = async (others: Bench['others']) => {
    const [taken] = await photographUnit(plan, { rig, vision: eyes, profile, ...(others && { others }) })
    return (await taken!.seen).otherProduct
  }
  const own = { profile: loadProfile('block'), choose: 'cards/ours.json' }
  expect(await seenWith([own])).toMatch(/^this looks like block .*: add --product cards\/ours\.json$/)
  expect(await seenWith(undefined)).toBeNull()
})

test('what is no single picture is not asked for again', async () => {
  expect(await failing('camera-gone', 1, 2)).toMatchObject({ taken: { code: 'camera-gone' }, calls: 1 })
})
