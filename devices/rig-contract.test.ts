import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { steppingClock } from './clock.ts'
import { pause } from './deadline.ts'
import { lightPresets } from './light/light.ts'
import { openRig, type VirtualRig, type VirtualRigConfig } from './rig.ts'
import { RigError } from './rig-error.ts'
import { testCard } from './virtual/card.testing.ts'

/** The drivers that must keep the contract of camera.ts, stage.ts and light.ts. One row a rig. */
const rigs: readonly [string, (more?: Partial<VirtualRigConfig>) => Promise<VirtualRig>][] = [
  [
    'virtual',
    more =>
      openRig({
        kind: 'virtual',
        seed: 7,
        size: { width: 300, height: 200 },
        clock: steppingClock(new Date('2026-01-02T03:04:05Z')),
        hurry: 200,
        ...more,
      }),
  ],
]

const stop = new Error('enough')

describe.each(rigs)('every rig (%s)', (_name, open) => {
  test('opens homed and dark, and says who it is', async () => {
    await using rig = await open()
    expect(rig.identity.firmware.stage).toMatch(/^1\.1h/)
    expect(rig.identity).toMatchObject({ kind: 'virtual', calibration: null })
    expect(rig.identity.truth).toMatch(/^[0-9a-f]{64}$/)
    expect(rig.bench.isDark).toBe(true)
    expect(await rig.stage.position()).toEqual({ xMm: -1, yMm: -1, zMm: -1 })
  })

  test('a photograph is a whole JPEG that says when and how it was taken', async () => {
    await using rig = await open()
    await rig.stage.goTo('inspect')
    await rig.light.set('ring')
    const { bytes, mime, takenAt, how } = await rig.camera.photograph({ exposureMs: 12 })
    expect(mime).toBe('image/jpeg')
    expect(takenAt).toBe('2026-01-02T03:04:05.000Z')
    expect(how).toEqual({
      camera: rig.camera.name,
      exposureMs: 12,
      light: 'ring',
      pose: 'inspect',
      calibration: null,
      fresh: 'stamp',
    })
    const { info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true })
    expect([info.width, info.height]).toEqual([300, 200])
  })

  test('photographs asked for together come one after the other', async () => {
    await using rig = await open()
    const shots = await Promise.all([rig.camera.photograph(), rig.camera.photograph(), rig.camera.photograph()])
    expect(shots.map(shot => shot.takenAt.slice(17, 19))).toEqual(['05', '06', '07'])
    expect(new Set(shots.map(shot => Buffer.from(shot.bytes).toString('base64'))).size).toBe(3)
  })

  test('an aborted photograph rejects with the reason, and the next one is its own', async () => {
    await using rig = await open()
    await using undisturbed = await open()
    await undisturbed.camera.photograph()
    const expected = await undisturbed.camera.photograph({ exposureMs: 5 })
    await rig.light.set('dark')
    const controller = new AbortController()
    const first = rig.camera.photograph({}, controller.signal)
    const second = rig.camera.photograph({ exposureMs: 5 })
    await pause(5)
    controller.abort(stop)
    await expect(first).rejects.toBe(stop)
    expect(Buffer.from((await second).bytes).equals(expected.bytes)).toBe(true)
    await expect(rig.camera.photograph({}, AbortSignal.abort(stop))).rejects.toBe(stop)
  })

  test.each([0, -1, Number.NaN, 1e9])('an exposure of %d ms is refused', async exposureMs => {
    await using rig = await open()
    await expect(rig.camera.photograph({ exposureMs })).rejects.toMatchObject({ code: 'camera-settings' })
  })

  test('a closed camera says so, and closes twice', async () => {
    await using rig = await open()
    const running = rig.camera.photograph()
    await rig.camera.close()
    await rig.camera.close()
    await expect(running).rejects.toMatchObject({ code: 'camera-closed' })
    await expect(rig.camera.photograph()).rejects.toMatchObject({ code: 'camera-closed', exitCode: 3 })
  })

  test('the stage rests where it was sent when goTo resolves', async () => {
    await using rig = await open()
    for (const pose of ['inspect', 'load', { xMm: -100, yMm: -50.5, zMm: -3 }] as const) {
      await rig.stage.goTo(pose)
      expect(rig.bench.isMoving).toBe(false)
      expect(rig.stage.pose).toBe(typeof pose === 'string' ? pose : 'unknown')
    }
    expect(await rig.stage.position()).toEqual({ xMm: -100, yMm: -50.5, zMm: -3 })
    expect(rig.bench.carriage).toEqual({ xMm: -100, yMm: -50.5, zMm: -3 })
  })

  test('moves asked for together are made one after the other', async () => {
    await using rig = await open()
    await Promise.all([rig.stage.goTo('load'), rig.stage.goTo('inspect')])
    expect(rig.stage.pose).toBe('inspect')
  })

  test('a pose that the rig does not have is refused by name', async () => {
    await using rig = await open()
    await expect(rig.stage.goTo('toString')).rejects.toMatchObject({
      code: 'pose-unknown',
      message: expect.stringContaining('It has load, inspect'),
    })
  })

  test('an aborted move has stopped before it rejects, and homing brings the stage back', async () => {
    await using rig = await open({ hurry: 20 })
    const controller = new AbortController()
    const move = rig.stage.goTo('load', controller.signal)
    while (!rig.bench.isMoving) await pause(2)
    controller.abort(stop)
    await expect(move).rejects.toBe(stop)
    expect(rig.bench.isMoving).toBe(false)
    expect(rig.stage.pose).toBe('unknown')
    await expect(rig.stage.goTo('inspect')).rejects.toMatchObject({ code: 'stage-not-homed' })
    await rig.stage.home()
    await rig.stage.goTo('inspect')
    expect(rig.stage.pose).toBe('inspect')
  })

  test('stop ends a move that somebody else waits for', async () => {
    await using rig = await open({ hurry: 20 })
    const move = rig.stage.goTo('load')
    move.catch(() => {})
    while (!rig.bench.isMoving) await pause(2)
    await rig.stage.stop()
    expect(rig.bench.isMoving).toBe(false)
    await expect(move).rejects.toBeInstanceOf(RigError)
  })

  test('a pose beyond the travel is an alarm that says so, and homing clears it', async () => {
    await using rig = await open()
    await expect(rig.stage.goTo({ xMm: 5, yMm: -5, zMm: -5 })).rejects.toMatchObject({
      code: 'stage-alarm',
      message: expect.stringContaining('Alarm:2, soft limit'),
    })
    await expect(rig.stage.goTo('inspect')).rejects.toMatchObject({ code: 'stage-alarm' })
    await expect(rig.light.set('dome')).rejects.toMatchObject({ code: 'stage-alarm' })
    await rig.stage.home()
    await rig.stage.goTo('inspect')
    await rig.light.set('dome')
    expect(rig.bench.lamps.dome).toBe(1)
  })

  test('each light lights its own lamp and no other', async () => {
    await using rig = await open()
    for (const preset of [...lightPresets, 'ring', 'dark', 'left'] as const) {
      await rig.light.set(preset)
      expect(rig.light.preset).toBe(preset)
      const lit = Object.entries(rig.bench.lamps).filter(([, power]) => power > 0)
      expect(lit).toEqual(preset === 'dark' ? [] : [[preset, 1]])
    }
    await rig.light.off()
    expect(rig.bench.isDark).toBe(true)
  })

  test('a light that the rig does not have is refused by name', async () => {
    await using rig = await open()
    await expect(rig.light.set('laser' as never)).rejects.toMatchObject({ code: 'light-preset' })
  })

  test('after disposing everything is off, still and closed, and every call says so', async () => {
    const rig = await open()
    await rig.light.set('dome')
    await rig.dispose()
    await rig.dispose()
    expect(rig.bench.isDark).toBe(true)
    expect(rig.bench.isMoving).toBe(false)
    expect(rig.bench.cable.isOpen).toBe(false)
    await expect(rig.stage.goTo('inspect')).rejects.toMatchObject({ code: 'port-closed' })
    await expect(rig.light.set('dome')).rejects.toMatchObject({ code: 'port-closed' })
    await expect(rig.camera.photograph()).rejects.toMatchObject({ code: 'camera-closed' })
  })

  test('calls and seed being the same, the pictures are the same', async () => {
    const shoot = async (seed: number): Promise<string[]> => {
      await using rig = await open({ seed })
      rig.place(testCard())
      await rig.stage.goTo('inspect')
      const pictures: string[] = []
      for (const light of ['dome', 'left'] as const) {
        await rig.light.set(light)
        pictures.push(Buffer.from((await rig.camera.photograph()).bytes).toString('base64'))
      }
      return pictures
    }
    const [first, again, other] = [await shoot(3), await shoot(3), await shoot(4)]
    expect(again).toEqual(first)
    expect(other[0]).not.toEqual(first[0])
  })
})
