// @module-tag long
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import type { Camera, CameraCapabilities, PreviewFrame } from '../camera/camera.ts'
import { nothingSettable } from '../camera/camera.ts'
import { pause } from '../deadline.ts'
import type { Light, LightPreset } from '../light/light.ts'
import type { Stage, StagePosition } from '../stage/stage.ts'
import { verifiedCapture } from './verified-capture.ts'

const unused = (): never => expect.unreachable('not used here')

/** What a frame shows of each light: another half, or nothing. */
const levels: Readonly<Record<LightPreset, readonly [number, number]>> = {
  dark: [4, 4],
  dome: [180, 190],
  ring: [150, 60],
  left: [200, 90],
  right: [70, 210],
}
const pictures = new Map<string, Buffer>()
for (const [name, [left, right]] of Object.entries(levels)) {
  for (const place of ['inspect', 'load']) {
    const row = (level: number) => Buffer.alloc(32 * 20, place === 'load' ? Math.min(255, level + 30) : level)
    const both = [row(left), row(right)].map(data => sharp(data, { raw: { width: 32, height: 20, channels: 1 } }).png())
    const [a, b] = await Promise.all(both.map(each => each.toBuffer()))
    const png = await sharp({ create: { width: 64, height: 20, channels: 3, background: '#000' } })
      .composite([
        { input: a!, left: 0, top: 0 },
        { input: b!, left: 32, top: 0 },
      ])
      .png()
      .toBuffer()
    pictures.set(`${name} ${place}`, png)
  }
}
const nameOf = (bytes: Uint8Array): string => [...pictures].find(([, png]) => png === bytes)?.[0] ?? 'unknown'

/** A rig whose camera shows what was there some time ago: a delay line, whose length drifts. Its clock runs a hundredfold. */
function lateRig(latencyMs: () => number, capabilities: Partial<CameraCapabilities> = {}) {
  let preset: LightPreset = 'dark'
  let pose = 'load'
  const past: { readonly since: number; readonly shows: string }[] = []
  const note = (): void => void past.push({ since: performance.now(), shows: `${preset} ${pose}` })
  note()
  let newest = 0
  const seen = (): Buffer => {
    // Frames leave in the order of their exposure, however the latency drifts.
    newest = Math.max(newest, performance.now() - latencyMs())
    return pictures.get((past.findLast(({ since }) => since <= newest) ?? past[0]!).shows)!
  }
  const camera: Camera = {
    name: 'late',
    capabilities: { ...nothingSettable, video: true, ...capabilities },
    async photograph() {
      await pause(1)
      const how = { camera: 'late', exposureMs: null, light: preset, pose, calibration: null }
      const settings = { exposureMs: null, focusMm: null, whiteBalanceK: null, size: null }
      return { bytes: seen(), mime: 'image/png', takenAt: '2026-01-01T00:00:00.000Z', how, settings }
    },
    async *preview(signal): AsyncGenerator<PreviewFrame> {
      for (;;) {
        await pause(1, signal)
        yield { bytes: seen(), mime: 'image/png', arrivedAt: '2026-01-01T00:00:00.000Z' }
      }
    },
    close: unused,
  }
  const stage: Stage = {
    name: 'late',
    get pose() {
      return pose
    },
    home: unused,
    async goTo(to: string | StagePosition) {
      await pause(2)
      pose = to as string
      note()
    },
    position: unused,
    stop: unused,
  }
  const light: Light = {
    name: 'late',
    get preset() {
      return preset
    },
    async set(to) {
      await pause(1)
      preset = to
      note()
    },
    async off() {
      await this.set('dark')
    },
  }
  return { camera, stage, light }
}

const steady = { apartMs: 1, skipFrames: 0, frames: 3 }
/** Measured once, as a calibration has it: shorter than what the drift makes of it later. */
const calibrated = { lights: {}, latency: { longestMs: 40, medianMs: 10, changes: 6 } }

async function wrongOf(
  count: number,
  rig: ReturnType<typeof lateRig>,
): Promise<{ wrong: number; proofs: Set<unknown> }> {
  const { camera, stage, light } = verifiedCapture(rig, { steady, calibration: calibrated })
  const lights = ['dome', 'ring', 'dark', 'left', 'dome', 'right', 'dark', 'ring'] as const
  const proofs = new Set<unknown>()
  let wrong = 0
  for (let n = 0; n < count; n++) {
    const preset = lights[(n * 5 + (n >> 3)) % lights.length]!
    // As a run does it: poses between units, lamps put out between them, two changes without a photograph.
    if (n % 7 === 3) await light.off()
    if (n % 5 === 0) await stage.goTo('load')
    await stage.goTo('inspect')
    if (n % 11 === 4) await light.set('dome')
    await light.set(preset)
    const { bytes, how } = await camera.photograph()
    proofs.add(how.fresh)
    if (nameOf(bytes) !== `${preset} inspect`) wrong++
  }
  return { wrong, proofs }
}

describe('a photograph of a camera that is late', () => {
  test('shows the light of its label, with latencies that drift between none and long ones', {
    timeout: 120_000,
  }, async () => {
    let step = 0
    const drifting = (): number => 15 + 15 * Math.sin(step++ / 400)
    const { wrong, proofs } = await wrongOf(120, lateRig(drifting))
    expect(wrong).toBe(0)
    expect(proofs.has('unproved')).toBe(false)
    expect(proofs.has('change')).toBe(true)
  })

  test('shows it without video too, and is never called proved by chance', { timeout: 120_000 }, async () => {
    let step = 0
    const drifting = (): number => 15 + 15 * Math.sin(step++ / 60)
    const { wrong } = await wrongOf(60, lateRig(drifting, { video: false }))
    expect(wrong).toBe(0)
  })

  test('is an old one where nothing is waited for: the test would see it', async () => {
    const { camera, light } = verifiedCapture(
      lateRig(() => 30),
      { steady: 'never', fresh: 'trusted' },
    )
    await light.set('dome')
    const { bytes, how } = await camera.photograph()
    expect(nameOf(bytes)).not.toBe('dome load')
    expect(how).not.toHaveProperty('fresh')
  })

  test('is taken at its word where the camera stamps or releases by itself', async () => {
    const { camera, light } = verifiedCapture(
      lateRig(() => 0, { proof: 'stamp' }),
      { steady },
    )
    await light.set('dome')
    expect((await camera.photograph()).how.fresh).toBe('stamp')
  })

  test('is said to be unproved where nothing was switched, and refused where proof is demanded', async () => {
    const told = verifiedCapture(
      lateRig(() => 0),
      { steady },
    )
    expect((await told.camera.photograph()).how.fresh).toBe('unproved')
    const demanded = verifiedCapture(
      lateRig(() => 0),
      { steady, fresh: 'demanded' },
    )
    await expect(demanded.camera.photograph()).rejects.toMatchObject({ code: 'camera-unproved', exitCode: 3 })
  })
})

test('a lamp that was lit and is never seen is told as that, not photographed', { timeout: 40_000 }, async () => {
  const { camera, light } = verifiedCapture(
    lateRig(() => 1e9),
    { steady, calibration: calibrated },
  )
  await light.set('dome')
  await expect(camera.photograph()).rejects.toMatchObject({ code: 'camera-stale', exitCode: 3 })
})
