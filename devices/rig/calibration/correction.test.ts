// @module-tag long
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { correctPicture } from '../../../harness/imaging/correct-picture.ts'
import { levelOf } from '../../../harness/imaging/srgb.ts'
import type { Camera } from '../../camera/camera.ts'
import { openRig, type VirtualRig } from '../../rig.ts'
import { targetSurface } from '../../virtual/target-surface.ts'
import { calibrate } from './calibrate.ts'
import { type Calibration, sealCalibration } from './calibration.ts'
import { correctionFor } from './correction.ts'
import { darkLevel } from './dark-level.ts'
import { findTarget } from './find-target.ts'
import { fitFlatField, type WhitePlace } from './flat-field.ts'
import { lightPictureOf } from './picture.ts'
import { fitPlaneCamera } from './plane-camera.ts'
import { verificationTarget } from './target.ts'
import { whiteField } from './white-field.ts'

const size = { width: 900, height: 600 }
const now = () => new Date('2026-03-01T08:00:00Z')

/** What a lens and a sensor do to light on top of what the twin's do: darker away from the middle, and never quite dark. */
const fall = (x: number, y: number) => {
  const u = (2 * x) / size.width - 1
  const v = (2 * y) / size.height - 1
  return 1 - 0.28 * (u * u + v * v) + 0.08 * u
}
const offset = [0.02, 0.03, 0.012] as const

/** The twin's camera behind such a lens; pictures come without loss, so that only what was done to them is in them. */
function spoilt(camera: Camera): Camera {
  return {
    name: camera.name,
    capabilities: camera.capabilities,
    preview: signal => camera.preview(signal),
    close: () => camera.close(),
    async photograph(settings, signal) {
      const taken = await camera.photograph(settings, signal)
      const { rgb } = await lightPictureOf(taken.bytes)
      const data = Uint8Array.from(rgb, (light, i) => {
        const pixel = Math.floor(i / 3)
        const by = fall((pixel % size.width) + 0.5, Math.floor(pixel / size.width) + 0.5)
        return Math.min(255, Math.round(levelOf(Math.min(1, light * by + offset[i % 3]!))))
      })
      const bytes = await sharp(data, { raw: { ...size, channels: 3 } })
        .png({ compressionLevel: 1 })
        .toBuffer()
      return { ...taken, bytes, mime: 'image/png' }
    },
  }
}

async function calibrated(rig: VirtualRig, camera: Camera): Promise<Calibration> {
  const content = await calibrate({
    rig: { ...rig, camera },
    lay: async design => rig.place(targetSurface(design, 10)),
    by: 'test',
    lens: null,
    now,
    validDays: 1,
    verify: false,
  })
  return sealCalibration(content)
}

const spread = (values: readonly number[]) => Math.min(...values) / Math.max(...values)

describe('on the twin behind a lens that darkens and a sensor that is never dark', () => {
  let rig: VirtualRig
  let plain: Calibration
  beforeAll(async () => {
    rig = await openRig({ kind: 'virtual', seed: 8, size, hurry: 200 })
    plain = await calibrated(rig, rig.camera)
  }, 180_000)
  afterAll(() => rig[Symbol.asyncDispose]())

  test('both are found back, taken out of another photograph, and saturation stays', { timeout: 240_000 }, async () => {
    const camera = spoilt(rig.camera)
    const found = await calibrated(rig, camera)

    // What stands in the calibration beyond what stands in the twin's own is the lens: node by node, the target's part.
    const before = plain.lights.dome!.field
    const after = found.lights.dome!.field
    const ratios: number[] = []
    const level = (found.lights.dome!.exposureMs ?? 1) / (plain.lights.dome!.exposureMs ?? 1)
    for (let row = 2; row <= 6; row++) {
      for (let column = 2; column <= 10; column++) {
        const i = 3 * (row * after.columns + column) + 1
        const meant = fall((column / 12) * size.width, (row / 8) * size.height)
        ratios.push((after.white[i]! - offset[1]) / (before.white[i]! * level * meant))
      }
    }
    expect(Math.max(...ratios.map(ratio => Math.abs(ratio - 1)))).toBeLessThan(0.03)
    for (const c of [0, 1, 2] as const) {
      expect(plain.dark![c]).toBeLessThan(0.003)
      expect(Math.abs(found.dark![c] - offset[c])).toBeLessThan(0.003)
    }

    // Another target, other photographs: uneven as they come, even once corrected.
    rig.place(targetSurface(verificationTarget, 10))
    await rig.light.set('dome')
    const taken = await camera.photograph({ exposureMs: found.lights.dome!.exposureMs! })
    const correction = correctionFor(found, taken)!
    expect(correction).toMatchObject({ size, dark: found.dark, lens: { k1: found.plane.k1 } })
    const raster = async (bytes: Uint8Array) => {
      const { data } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true })
      return { ...size, channels: 3 as const, data: new Uint8Array(data) }
    }
    const evenness = async (data: Uint8Array) => {
      const picture = await lightPictureOf(
        await sharp(data, { raw: { ...size, channels: 3 } })
          .png()
          .toBuffer(),
      )
      const { camera: plane } = fitPlaneCamera(findTarget(picture, verificationTarget), size)
      const { places, white } = whiteField(picture, plane, verificationTarget)
      return { even: spread(places.map(({ mean }) => mean[1])), tint: spread(white) }
    }
    const given = await raster(taken.bytes)
    const corrected = correctPicture(given, correction)
    expect((await evenness(given.data)).even).toBeLessThan(0.8)
    const { even, tint } = await evenness(corrected.data)
    expect(even).toBeGreaterThan(0.95)
    expect(tint).toBeGreaterThan(0.99)

    // Much too long an exposure: what was clipped is seen to be.
    const glaring = await raster((await camera.photograph({ exposureMs: 60 })).bytes)
    const share = (data: Uint8Array) => data.filter(level => level >= 253).length / data.length
    expect(share(glaring.data)).toBeGreaterThan(0.05)
    // Without the lens each value stays at its place, and every single one must tell the same.
    expect(share(correctPicture(glaring, { ...correction, lens: null }).data)).toBe(share(glaring.data))
    expect(share(correctPicture(glaring, correction).data)).toBeGreaterThan(share(glaring.data) - 0.02)
  })

  test('a calibrated rig exposes as it was calibrated, and only where nothing else was asked', {
    timeout: 180_000,
  }, async () => {
    const small = { width: 300, height: 200 }
    await using other = await openRig({ kind: 'virtual', seed: 8, size: small, hurry: 200, calibration: plain })
    expect(other.identity.calibration).toBe(plain.id)
    await other.stage.goTo('inspect')
    await other.light.set('ring')
    const { how } = await other.camera.photograph()
    expect(how).toMatchObject({ exposureMs: plain.lights.ring!.exposureMs, calibration: plain.id })
    expect((await other.camera.photograph({ exposureMs: 7 })).how.exposureMs).toBe(7)
  })
})

describe('the flat field', () => {
  const places = (light: (x: number, y: number) => number): WhitePlace[] =>
    Array.from({ length: 240 }, (_, i) => {
      const at = [100 + 35 * (i % 20), 60 + 40 * Math.floor(i / 20)] as const
      const value = light(...at)
      return { atPx: at, mean: [value, 0.9 * value, 0.8 * value] }
    })

  test('is the light that was given to it, at every node over the target', () => {
    const { white, columns, residual } = fitFlatField(
      places((x, y) => 0.6 * fall(x, y)),
      size,
    )
    expect(residual).toBeLessThan(1e-4)
    for (let row = 1; row < 8; row++) {
      for (let column = 2; column < 10; column++) {
        const meant = 0.6 * fall((column / 12) * size.width, Math.min(500, Math.max(60, (row / 8) * size.height)))
        expect(white[3 * (row * columns + column)]!).toBeCloseTo(meant, 3)
      }
    }
  })

  test('says by its residual when something lies on the target', () => {
    const shadow = (x: number, y: number) => 0.6 * (x > 400 && x < 520 && y > 200 && y < 330 ? 0.6 : 1)
    expect(fitFlatField(places(shadow), size).residual).toBeGreaterThan(0.04)
  })
})

test('the dark level is what is left without any light, however light the room', () => {
  for (const room of [0, 0.02, 0.1]) {
    for (const level of [0, 0.01, 0.05]) {
      const seen = (lamp: number) => ({
        white: [level + 0.9 * (lamp + room), level + 0.8 * (lamp + room), level + 0.7 * (lamp + room)] as const,
        black: [level + 0.05 * (lamp + room), level + 0.06 * (lamp + room), level + 0.04 * (lamp + room)] as const,
      })
      for (const found of darkLevel(seen(0.6), seen(0))) expect(found).toBeCloseTo(level, 9)
    }
  }
})
