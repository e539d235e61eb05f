// @module-tag long
import { describe, expect, test } from 'vitest'
import type { Camera, PreviewFrame } from '../camera/camera.ts'
import type { Light, LightPreset } from '../light/light.ts'
import { openRig } from '../rig.ts'
import { RigError } from '../rig-error.ts'
import type { Stage } from '../stage/stage.ts'
import { testCard } from '../virtual/card.testing.ts'
import { verifiedCapture } from './verified-capture.ts'

const unused = (): never => expect.unreachable('not used here')

/** A rig of which only the calls count: its preview shows one and the same picture, so that no change is ever seen. */
function played(more: { video?: boolean; confirm?: () => Promise<void> } = {}) {
  const calls: string[] = []
  let preset: LightPreset = 'dark'
  const png = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==',
    'base64',
  )
  const camera: Camera = {
    name: 'played',
    capabilities: { sizes: [], exposureMs: null, focusMm: null, whiteBalanceK: null, video: more.video ?? true },
    photograph: async () => {
      calls.push('photograph')
      const how = { camera: 'played', exposureMs: null, light: preset, pose: 'inspect', calibration: null }
      const settings = { exposureMs: null, focusMm: null, whiteBalanceK: null, size: null }
      return { bytes: png, mime: 'image/png', takenAt: '2026-01-01T00:00:00.000Z', how, settings }
    },
    async *preview(): AsyncGenerator<PreviewFrame> {
      calls.push('preview')
      for (;;) yield { bytes: png, mime: 'image/png', arrivedAt: '2026-01-01T00:00:00.000Z' }
    },
    close: unused,
  }
  const stage: Stage = {
    name: 'played',
    pose: 'inspect',
    home: unused,
    goTo: async () => void calls.push('move'),
    position: unused,
    stop: unused,
  }
  const light: Light = {
    name: 'played',
    get preset() {
      return preset
    },
    set: async asked => {
      calls.push('light')
      preset = asked
    },
    ...(more.confirm && { confirm: more.confirm }),
    off: unused,
  }
  const turn = (to: LightPreset): void => {
    preset = to
  }
  return { view: { camera, stage, light }, calls, turn }
}

const quick = { apartMs: 1 }

describe('a photograph', () => {
  test('after a move or a change of light waits for the view, and the next one does not', async () => {
    const { view, calls } = played()
    const { camera, stage, light } = verifiedCapture(view, { steady: quick, fresh: 'trusted' })
    await stage.goTo('inspect')
    await light.set('dome')
    expect((await camera.photograph()).how.steady).toEqual({ frames: 3, lastChange: 0 })
    expect((await camera.photograph()).how).not.toHaveProperty('steady')
    await light.set('ring')
    expect((await camera.photograph()).how.steady).toMatchObject({ frames: 3 })
    expect(calls.join(' ')).toBe('move light preview photograph photograph light preview photograph')
  })

  test.each([
    ['a camera without video, unless it is told to', { video: false }, 'auto'],
    ['a rig that must never wait', { video: true }, 'never'],
  ] as const)('is taken at once by %s', async (_, more, config) => {
    const { view, calls } = played(more)
    expect((await verifiedCapture(view, { steady: config }).camera.photograph()).how).not.toHaveProperty('steady')
    expect(calls).toEqual(['photograph'])
  })

  test('is taken without waiting where the video does not come, unless the rig was told to wait', async () => {
    const { view, calls } = played()
    const gone = new RigError('camera-gone', 'the camera ended its video.')
    const silent: Camera = {
      ...view.camera,
      // biome-ignore lint/correctness/useYield: a video that ends before its first frame
      async *preview() {
        calls.push('preview')
        throw gone
      },
    }
    const { camera, light } = verifiedCapture({ ...view, camera: silent }, { fresh: 'trusted' })
    expect((await camera.photograph()).how).not.toHaveProperty('steady')
    await light.set('ring')
    await camera.photograph()
    // Asked for once: a camera without video is not asked again.
    expect(calls.join(' ')).toBe('preview photograph light photograph')
    await expect(verifiedCapture({ ...view, camera: silent }, { steady: quick }).camera.photograph()).rejects.toBe(gone)
  })

  test('does not count when the lamps turn out to be otherwise', async () => {
    const gone = () => Promise.reject(new RigError('light-not-set', 'the lamps are not as asked.'))
    await expect(
      verifiedCapture(played({ confirm: gone }).view, { steady: 'never' }).camera.photograph(),
    ).rejects.toThrow('not as asked')
    const { view, turn } = played()
    const { camera } = verifiedCapture(
      {
        ...view,
        camera: { ...view.camera, photograph: async () => await view.camera.photograph().finally(() => turn('dome')) },
      },
      { steady: 'never' },
    )
    await expect(camera.photograph()).rejects.toMatchObject({ code: 'light-not-set', exitCode: 3 })
  })
})

describe('on the twin', () => {
  const config = { kind: 'virtual', seed: 5, size: { width: 300, height: 200 }, hurry: 300 } as const
  // Its mount shakes by a tenth of a millimetre from picture to picture, which is up to 8 levels of so small a picture; a
  // bench that shakes changes it by more than 9 in three of four.
  const strict = { toleranceLevels: 9, frames: 10, skipFrames: 0, apartMs: 0 }

  test.each([
    ['that shakes is not photographed', true, 3000],
    ['at rest is, and says so', false, 60_000],
  ])('a bench %s', { timeout: 90_000 }, async (_, isShaking, deadlineMs) => {
    await using rig = await openRig({ ...config, steady: { ...strict, deadlineMs } })
    rig.place(testCard(8))
    await rig.stage.goTo('inspect')
    await rig.light.set('dome')
    if (isShaking) {
      rig.faults.inject('vibration')
      await expect(rig.camera.photograph()).rejects.toMatchObject({ code: 'camera-unsteady', exitCode: 3 })
    } else {
      const { how } = await rig.camera.photograph()
      expect(how.steady?.frames).toBeGreaterThanOrEqual(10)
      expect(how.steady?.lastChange).toBeLessThanOrEqual(9)
    }
  })

  test('nothing is waited for unless it is asked for, since its camera has no video', async () => {
    await using rig = await openRig(config)
    await rig.stage.goTo('inspect')
    await rig.light.set('dome')
    expect((await rig.camera.photograph()).how).not.toHaveProperty('steady')
  })
})
