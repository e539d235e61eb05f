// @module-tag long
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { pause } from './deadline.ts'
import { openRig, type VirtualRig } from './rig.ts'
import { RigError } from './rig-error.ts'
import { testCard } from './virtual/card.testing.ts'
import type { FaultName } from './virtual/faults.ts'

const config = { kind: 'virtual', seed: 11, size: { width: 300, height: 200 }, hurry: 100 } as const

/** Lamp lit, stage on its way: the worst moment for something to go wrong. */
async function litAndMoving(more: object = {}): Promise<{ rig: VirtualRig; move: Promise<unknown> }> {
  const rig = await openRig({ ...config, hurry: 20, ...more })
  await rig.light.set('dome')
  const move = rig.stage.goTo('load').catch((error: unknown) => error)
  while (!rig.bench.isMoving) await pause(2)
  expect(rig.bench.isDark).toBe(false)
  return { rig, move }
}

function expectSafe(rig: VirtualRig): void {
  expect(rig.bench.isDark).toBe(true)
  expect(rig.bench.isMoving).toBe(false)
  expect(rig.bench.cable.isOpen).toBe(false)
}

describe('disposing makes the rig safe', () => {
  test('in the middle of a move', async () => {
    const { rig, move } = await litAndMoving()
    await rig.dispose()
    expectSafe(rig)
    expect(await move).toBeInstanceOf(RigError)
  })

  const survivable: FaultName[] = [
    'dark-frame',
    'blurred-frame',
    'card-missing',
    'camera-gone',
    'port-lost',
    'hard-limit',
  ]
  test.each(survivable)('after %s', async fault => {
    const { rig, move } = await litAndMoving()
    const photograph = rig.camera.photograph().catch((error: unknown) => error)
    rig.faults.inject(fault)
    await pause(20)
    await rig.dispose()
    expectSafe(rig)
    await Promise.all([move, photograph])
  })

  test('after an exception in the program that uses it', async () => {
    let seen: VirtualRig | null = null
    const run = async (): Promise<void> => {
      await using rig = await openRig(config)
      seen = rig
      await rig.light.set('ring')
      throw new Error('a fault of the program')
    }
    await expect(run()).rejects.toThrow('a fault of the program')
    expectSafe(seen!)
  })

  test('at once when the signal that it was opened with aborts, while the program is stuck', async () => {
    const controller = new AbortController()
    const rig = await openRig(config, controller.signal)
    await rig.light.set('dome')
    controller.abort()
    const ends = performance.now() + 5000
    while (rig.bench.cable.isOpen && performance.now() < ends) await pause(5)
    expectSafe(rig)
    await rig.dispose()
  })

  test.each(['port-gone', 'controller-silent'] as const)(
    'cannot be confirmed after %s: it says so in time, and frees the port',
    async fault => {
      const { rig, move } = await litAndMoving({ safeDeadlineMs: 1500 })
      rig.faults.inject(fault)
      const started = performance.now()
      await expect(rig.dispose()).rejects.toMatchObject({
        code: 'rig-unsafe',
        exitCode: 3,
        message: expect.stringContaining('switch both off at their supply'),
      })
      expect(performance.now() - started).toBeLessThan(6000)
      expect(rig.bench.cable.isOpen).toBe(false)
      await move
    },
  )

  test('on SIGINT in a program of its own', async () => {
    const program = `
      import { openRig } from ${JSON.stringify(new URL('./rig.ts', import.meta.url).href)}
      const interrupt = new AbortController()
      process.once('SIGINT', () => interrupt.abort(new Error('interrupted')))
      const rig = await openRig(${JSON.stringify({ ...config, hurry: 5 })}, interrupt.signal)
      await rig.light.set('dome')
      const move = rig.stage.goTo('load', interrupt.signal).catch(error => error.message)
      while (!rig.bench.isMoving) await new Promise(go => setTimeout(go, 2))
      console.log('lit and moving')
      const why = await move
      await rig.dispose()
      console.log(JSON.stringify({ why, dark: rig.bench.isDark, moving: rig.bench.isMoving, open: rig.bench.cable.isOpen }))
    `
    const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', program], {
      cwd: fileURLToPath(new URL('..', import.meta.url)),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let out = ''
    let noise = ''
    child.stdout.on('data', chunk => {
      out += chunk
      if (out.endsWith('lit and moving\n')) child.kill('SIGINT')
    })
    child.stderr.on('data', chunk => {
      noise += chunk
    })
    const [code] = await once(child, 'close')
    expect(noise).toBe('')
    expect(JSON.parse(out.trim().split('\n').at(-1)!)).toEqual({
      why: 'interrupted',
      dark: true,
      moving: false,
      open: false,
    })
    expect(code).toBe(0)
  })
})

describe('a rig that was left alight', () => {
  test('is made safe by the next opening', async () => {
    const { rig } = await litAndMoving()
    // What a killed program leaves: the port freed by the operating system, the controller going on.
    rig.bench.cable.pull()
    rig.bench.cable.putBack()
    expect(rig.bench.isDark).toBe(false)
    const { GrblLink } = await import('./grbl/link.ts')
    const link = await GrblLink.open(rig.bench.cable.makeLine)
    expect(rig.bench.isDark).toBe(true)
    expect(rig.bench.isMoving).toBe(false)
    await link.close()
  })

  test('is not opened by two programs at once', async () => {
    await using rig = await openRig(config)
    const { GrblLink } = await import('./grbl/link.ts')
    await expect(GrblLink.open(rig.bench.cable.makeLine)).rejects.toMatchObject({
      code: 'port-open',
      message: expect.stringContaining('Another program holds the port'),
    })
    await rig.stage.goTo('inspect')
  })
})

describe('a fault is a fault of the rig, by name', () => {
  test('the port is lost: the sentence says cable, the exit code says rig', async () => {
    await using rig = await openRig(config)
    rig.faults.inject('port-lost')
    await expect(rig.stage.goTo('load')).rejects.toMatchObject({ code: 'port-lost', exitCode: 3 })
    await expect(rig.light.set('dome')).rejects.toMatchObject({ code: 'port-lost' })
  })

  test('a limit switch closes during a move', async () => {
    const { rig, move } = await litAndMoving()
    rig.faults.inject('hard-limit')
    const error = await move
    expect(error).toMatchObject({ code: 'stage-alarm' })
    expect(String(error)).toContain('Alarm:1, hard limit')
    expect(String(error)).toContain('run assay rig home')
    await rig.dispose()
  })

  test('the camera is gone: the photograph ends at its deadline, the rig goes on', async () => {
    await using rig = await openRig(config)
    rig.faults.inject('camera-gone')
    await expect(rig.camera.photograph({}, AbortSignal.timeout(50))).rejects.toThrow()
    rig.faults.clear('camera-gone')
    expect((await rig.camera.photograph()).bytes.length).toBeGreaterThan(100)
  })

  test('dark, blurred and empty frames are pictures: nothing rejects', async () => {
    await using rig = await openRig({ ...config, size: { width: 600, height: 400 } })
    rig.place(testCard())
    await rig.stage.goTo('inspect')
    await rig.light.set('dome')
    const look = async (): Promise<{ mean: number; edges: number }> => {
      const { bytes } = await rig.camera.photograph()
      const { data, info } = await sharp(bytes).greyscale().raw().toBuffer({ resolveWithObject: true })
      let sum = 0
      let edges = 0
      for (let i = 1; i < info.width * info.height; i++) {
        sum += data[i]!
        edges += (data[i]! - data[i - 1]!) ** 2
      }
      return { mean: sum / data.length, edges: edges / data.length }
    }
    const good = await look()
    rig.faults.inject('blurred-frame')
    const blurred = await look()
    rig.faults.clear('blurred-frame')
    rig.faults.inject('dark-frame')
    const dark = await look()
    rig.faults.clear('dark-frame')
    rig.faults.inject('card-missing')
    const empty = await look()
    expect(blurred.edges).toBeLessThan(0.3 * good.edges)
    expect(Math.abs(blurred.mean - good.mean)).toBeLessThan(4)
    expect(dark.mean).toBeLessThan(6)
    expect(empty.mean).toBeLessThan(0.8 * good.mean)
  })
})
