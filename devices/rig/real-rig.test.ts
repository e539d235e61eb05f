// @module-tag long
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { pause } from '../deadline.ts'
import { openRig, type RealRigConfig } from '../rig.ts'
import { testCard } from '../virtual/card.testing.ts'
import { type SimulatedBench, simulateBench } from '../virtual/simulated-bench.ts'
import { virtualPoses } from '../virtual/virtual-rig.ts'
import { attachRig } from './daemon/attach.ts'
import { startRigServer } from './daemon/rig-server.ts'
import { socketPath } from './daemon/wire.ts'
import { fixedLight, fixedStage } from './fixed.ts'

// A bench as real as one can be without one: the drivers open a serial port of the operating system and a camera's
// address, and the programs that drive it are programs of their own, ended as programs end.

const root = fileURLToPath(new URL('../..', import.meta.url))
const canSimulate = process.platform !== 'win32' && (existsSync('/usr/bin/python3') || existsSync('/usr/bin/socat'))

let bench: SimulatedBench
let leaseFolder: string
const children: ChildProcess[] = []

beforeAll(async () => {
  if (!canSimulate) return
  bench = await simulateBench({
    seed: 3,
    hurry: 20,
    size: { width: 300, height: 200 },
    surface: testCard(4),
    httpPort: 0,
    pty: true,
  })
})
afterAll(async () => await bench?.[Symbol.asyncDispose]())
beforeEach(() => {
  leaseFolder = mkdtempSync(join(tmpdir(), 'assay-bench-'))
})
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  rmSync(leaseFolder, { recursive: true })
})

const config = (more: Partial<RealRigConfig> = {}): RealRigConfig => ({
  kind: 'real',
  name: 'simulated',
  camera: { driver: 'http', url: `${bench.url}/photograph.jpg` },
  stage: { driver: 'grbl', port: bench.port!, poses: virtualPoses },
  light: { driver: 'grbl', port: bench.port! },
  ...more,
})

/** Resolves when the bench is dark and at rest. */
async function untilSafe(ms = 15_000): Promise<void> {
  const ends = performance.now() + ms
  while (performance.now() < ends && (!bench.bench.isDark || bench.bench.isMoving)) await pause(20)
  expect([bench.bench.isDark, bench.bench.isMoving]).toEqual([true, false])
}

/** A program of its own that lights the bench and sends the stage to and fro, until it is ended. */
async function driving(body = '', wrapper = '', options = ''): Promise<ChildProcess> {
  const program = `
    import { openRig } from ${JSON.stringify(new URL('../rig.ts', import.meta.url).href)}
    const stop = new AbortController()
    for (const name of ['SIGINT', 'SIGTERM']) process.once(name, () => stop.abort(new Error(name)))
    const rig = await openRig(${JSON.stringify(config())}, { signal: stop.signal, leaseFolder: ${JSON.stringify(leaseFolder)}, owner: 'the other', ${options} })
    await rig.light.set('dome')
    console.log('lit', process.pid)
    ${body}
    try { for (;;) { await rig.stage.goTo('load', stop.signal); await rig.stage.goTo('inspect', stop.signal) } }
    catch (error) { await rig.dispose().catch(() => {}); process.exit(3) }
  `
  const file = join(leaseFolder, 'program.ts')
  writeFileSync(file, program)
  const parent = `const c = require('node:child_process').spawn(process.execPath, [${JSON.stringify(file)}], { stdio: ['ignore', 1, 2] }); setInterval(() => {}, 1000)`
  const args = wrapper === 'parent' ? ['-e', parent] : [file]
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
  children.push(child)
  let noise = ''
  child.stderr!.on('data', chunk => {
    noise += chunk
  })
  const [line] = await Promise.race([once(child.stdout!, 'data'), once(child, 'exit').then(() => [noise])])
  expect(String(line)).toContain('lit')
  expect(bench.bench.isDark).toBe(false)
  return child
}

describe.skipIf(!canSimulate)('a rig on a bench', () => {
  test('opens homed and dark, photographs, says who it is, and leaves everything free', {
    timeout: 60_000,
  }, async () => {
    for (let round = 0; round < 2; round++) {
      await using rig = await openRig(config(), { leaseFolder })
      expect(rig.identity).toMatchObject({
        kind: 'real',
        name: 'simulated',
        drivers: { camera: 'http', stage: 'grbl', light: 'grbl' },
        firmware: { stage: expect.stringMatching(/^1\.1h/) },
      })
      await rig.stage.goTo('inspect')
      await rig.light.set('ring')
      expect(bench.bench.lamps.ring).toBe(1)
      const { how, bytes } = await rig.camera.photograph()
      expect(how).toMatchObject({ light: 'ring', pose: 'inspect', calibration: null })
      expect(bytes.length).toBeGreaterThan(1000)
      await rig.dispose()
      expect([bench.bench.isDark, bench.bench.isMoving]).toEqual([true, false])
      await expect(rig.light.set('dome')).rejects.toMatchObject({ exitCode: 3 })
    }
  })

  test('is refused to a second program, which is told whose it is', { timeout: 60_000 }, async () => {
    const child = await driving()
    await expect(openRig(config(), { leaseFolder })).rejects.toMatchObject({
      code: 'rig-taken',
      message: expect.stringContaining(`held by the other (process ${child.pid}`),
    })
    child.kill('SIGTERM')
    await once(child, 'exit')
  })

  test.each(['SIGINT', 'SIGTERM'] as const)('is dark and at rest after %s', { timeout: 60_000 }, async how => {
    const child = await driving()
    child.kill(how)
    const [code] = await once(child, 'exit')
    expect(code).toBe(3)
    expect([bench.bench.isDark, bench.bench.isMoving]).toEqual([true, false])
  })

  test('is made safe when the parent of its program is killed', { timeout: 60_000 }, async () => {
    const parent = await driving('', 'parent')
    parent.kill('SIGKILL')
    await untilSafe()
  })

  test('is made safe when its program is stuck and only the signal speaks', { timeout: 60_000 }, async () => {
    const child = await driving('await new Promise(() => { setInterval(() => {}, 1000) })')
    child.kill('SIGTERM')
    await untilSafe()
  })

  test('after kill -9 the next program takes over, says so, and makes it safe first', { timeout: 60_000 }, async () => {
    const child = await driving('', '', 'watcher: false')
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(bench.bench.isDark).toBe(false)
    const told: string[] = []
    await using rig = await openRig(config(), { leaseFolder, home: false, tell: sentence => told.push(sentence) })
    expect([bench.bench.isDark, bench.bench.isMoving]).toEqual([true, false])
    expect(told.filter(line => line.includes(`the other (process ${child.pid}`)).length).toBeGreaterThan(0)
    expect(rig.stage.pose).toBe('unknown')
  })

  test.each(['SIGKILL', 'SIGQUIT', 'SIGABRT'] as const)(
    'is made safe by its watcher after %s, and is free then',
    {
      timeout: 60_000,
    },
    async how => {
      const child = await driving()
      child.kill(how)
      await once(child, 'exit')
      await untilSafe()
      // The lamps are out before the watcher has closed the port and given the lease back.
      await using rig = await openRig(config(), { leaseFolder, home: false, waitMs: 15_000 })
      expect(rig.identity.name).toBe('simulated')
    },
  )

  test('a camera that is missing leaves lamps out, ports closed and the lease free', { timeout: 60_000 }, async () => {
    const camera = { driver: 'http', url: 'http://127.0.0.1:9/none.jpg', deadlineMs: 500 } as const
    await expect(openRig(config({ camera }), { leaseFolder })).rejects.toMatchObject({ exitCode: 3 })
    await using rig = await openRig(config(), { leaseFolder, home: false })
    expect(rig.identity.name).toBe('simulated')
  })

  test('a daemon lends it to one program after the other, dark and at rest in between', {
    timeout: 60_000,
  }, async () => {
    await using rig = await openRig(config(), { leaseFolder })
    await using _server = await startRigServer(rig, { path: socketPath(leaseFolder, 'simulated'), tell: () => {} })
    const first = (await attachRig('simulated', leaseFolder))!
    expect(first.identity).toEqual(rig.identity)
    await expect(attachRig('simulated', leaseFolder)).rejects.toMatchObject({ code: 'rig-taken' })
    await first.stage.goTo('inspect')
    await first.light.set('dome')
    expect([first.stage.pose, first.light.preset]).toEqual(['inspect', 'dome'])
    const { bytes, how } = await first.camera.photograph()
    expect(how).toMatchObject({ light: 'dome', pose: 'inspect' })
    expect(Buffer.from(bytes.subarray(0, 2)).toString('hex')).toBe('ffd8')
    await expect(first.stage.goTo('nowhere')).rejects.toMatchObject({ code: 'pose-unknown', exitCode: 3 })
    await expect(first.camera.photograph({}, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough')
    await first.dispose()
    await untilSafe()
    const second = (await attachRig('simulated', leaseFolder))!
    expect(await second.stage.position()).toMatchObject({ xMm: virtualPoses['inspect']!.xMm })
    await expect(first.light.set('dome')).rejects.toMatchObject({ code: 'daemon-gone' })
    await second.dispose()
  })

  test('where no daemon serves, there is nothing to attach to', async () => {
    expect(await attachRig('nobody', leaseFolder)).toBeNull()
  })
})

test('a rig whose stage has no pose to photograph in is refused before anything is opened', async () => {
  const stage = { driver: 'grbl', port: '/dev/no-such-port', poses: { load: { xMm: -1, yMm: -1, zMm: -1 } } } as const
  const camera = { driver: 'http', url: 'http://127.0.0.1:9/none.jpg' } as const
  await expect(openRig({ kind: 'real', name: 'b', camera, stage })).rejects.toMatchObject({
    code: 'rig-configuration',
    message: expect.stringContaining('rig b has no pose "inspect"'),
  })
})

test('a rig without stage and light is one pose in one light, and says what it cannot do', async () => {
  const { stage } = fixedStage
  const { light } = fixedLight
  await stage.goTo('inspect')
  await light.set('dome')
  await expect(stage.goTo('load')).rejects.toMatchObject({ code: 'pose-unknown' })
  await expect(light.set('ring')).rejects.toMatchObject({ code: 'light-preset' })
  await expect(light.set('dark')).rejects.toMatchObject({ code: 'light-preset' })
})
