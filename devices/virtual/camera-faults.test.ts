// @module-tag long
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { openRig, type VirtualRig } from '../rig.ts'
import { slowCameraMs } from './camera-faults.ts'
import { testCard } from './card.testing.ts'
import type { FaultName } from './faults.ts'

const size = { width: 600, height: 400 }
const black = 8

async function openLit(): Promise<VirtualRig> {
  const rig = await openRig({ kind: 'virtual', seed: 5, size, hurry: 200 })
  rig.place(testCard())
  await rig.stage.goTo('inspect')
  await rig.light.set('dome')
  return rig
}

async function pixelsOf(rig: VirtualRig): Promise<Buffer> {
  return await sharp((await rig.camera.photograph()).bytes)
    .raw()
    .toBuffer()
}

/** Mean level of each channel. */
function meansOf(pixels: Buffer): [number, number, number] {
  const sums: [number, number, number] = [0, 0, 0]
  for (let i = 0; i < pixels.length; i++) sums[i % 3]! += pixels[i]!
  return [sums[0] / (pixels.length / 3), sums[1] / (pixels.length / 3), sums[2] / (pixels.length / 3)]
}

/** Mean step between neighbours sideways and up-down, in green. */
function stepsOf(pixels: Buffer): { across: number; down: number } {
  let across = 0
  let down = 0
  for (let y = 0; y < size.height - 1; y++) {
    for (let x = 0; x < size.width - 1; x++) {
      const at = 3 * (y * size.width + x) + 1
      across += Math.abs(pixels[at]! - pixels[at + 3]!)
      down += Math.abs(pixels[at]! - pixels[at + 3 * size.width]!)
    }
  }
  const count = (size.width - 1) * (size.height - 1)
  return { across: across / count, down: down / count }
}

function changeOf(a: Buffer, b: Buffer): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += Math.abs(a[i]! - b[i]!)
  return sum / a.length
}

test('a fault of the camera strikes while it is injected, and no longer', { timeout: 60_000 }, async () => {
  await using rig = await openLit()
  const good = await pixelsOf(rig)
  const noise = changeOf(good, await pixelsOf(rig))
  const during = async (fault: FaultName): Promise<Buffer> => {
    rig.faults.inject(fault)
    try {
      return await pixelsOf(rig)
    } finally {
      rig.faults.clear(fault)
    }
  }
  expect(Math.max(...meansOf(await during('dark-frame')))).toBeLessThan(black)

  const blurred = stepsOf(await during('blurred-frame'))
  const sharpSteps = stepsOf(good)
  expect(blurred.across).toBeLessThan(0.8 * sharpSteps.across)

  const [red, , blue] = meansOf(good)
  const [tintedRed, , tintedBlue] = meansOf(await during('wrong-white-balance'))
  expect(tintedBlue / tintedRed).toBeGreaterThan(1.3 * (blue / red))

  const shaken = stepsOf(await during('vibration'))
  expect(shaken.across / shaken.down).toBeLessThan(0.9 * (sharpSteps.across / sharpSteps.down))

  expect(changeOf(good, await during('card-shifted'))).toBeGreaterThan(3 * noise)
  expect(changeOf(good, await during('card-missing'))).toBeGreaterThan(3 * noise)
  expect(changeOf(good, await pixelsOf(rig))).toBeLessThan(1.5 * noise)
})

test('a frozen picture is refused, however late the camera freezes', async () => {
  await using rig = await openLit()
  rig.faults.inject('frozen-frame')
  await rig.camera.photograph()
  await expect(rig.camera.photograph()).rejects.toMatchObject({ code: 'camera-frozen', exitCode: 3 })
  await expect(rig.camera.photograph()).rejects.toMatchObject({ code: 'camera-frozen' })
  rig.faults.clear('frozen-frame')
  await rig.camera.photograph()
})

test('two dark pictures in a row are no frozen camera', async () => {
  await using rig = await openLit()
  rig.faults.inject('dark-frame')
  await rig.camera.photograph()
  await rig.camera.photograph()
})

test('a torn picture is refused though it looks whole from outside, and the next one is whole', async () => {
  await using rig = await openLit()
  rig.faults.inject('torn-frame')
  await expect(rig.camera.photograph()).rejects.toMatchObject({ code: 'camera-torn', exitCode: 3 })
  rig.faults.clear('torn-frame')
  await rig.camera.photograph()
})

test('a slow camera delivers the right picture, only later', async () => {
  await using rig = await openLit()
  await rig.camera.photograph()
  rig.faults.inject('slow-camera')
  const started = performance.now()
  await rig.camera.photograph()
  expect(performance.now() - started).toBeGreaterThan(slowCameraMs)
})
