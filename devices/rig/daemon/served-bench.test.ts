// @module-tag long
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openRig } from '../../rig.ts'
import { testCard } from '../../virtual/card.testing.ts'
import { type SimulatedBench, simulateBench } from '../../virtual/simulated-bench.ts'
import { virtualPoses } from '../../virtual/virtual-rig.ts'
import { examineRig } from '../examine-rig.ts'
import { attachRig } from './attach.ts'
import { startRigServer } from './rig-server.ts'
import { socketPath } from './wire.ts'

const canSimulate = process.platform !== 'win32' && (existsSync('/usr/bin/python3') || existsSync('/usr/bin/socat'))

describe.skipIf(!canSimulate)('a served rig with a camera on HTTP and a stage at a pseudo-terminal', () => {
  let folder: string
  let simulated: SimulatedBench
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'assay-served-'))
    const size = { width: 240, height: 160 }
    simulated = await simulateBench({ seed: 6, hurry: 50, size, surface: testCard(4), httpPort: 0, pty: true })
    // The first picture of a twin takes long; a camera is asked for one with a deadline.
    await (await fetch(`${simulated.url}/photograph.jpg`)).arrayBuffer()
  }, 60_000)
  afterEach(async () => {
    await simulated[Symbol.asyncDispose]()
    rmSync(folder, { recursive: true })
  })

  const serve = async () => {
    const port = simulated.port!
    const parts = {
      camera: { driver: 'http', url: `${simulated.url}/photograph.jpg` },
      stage: { driver: 'grbl', port, poses: virtualPoses },
      light: { driver: 'grbl', port },
    } as const
    const rig = await openRig({ kind: 'real', name: 'bench', ...parts }, { owner: 'test', leaseFolder: folder })
    const server = await startRigServer(rig, { path: socketPath(folder, 'bench'), tell: () => {} })
    return { rig, server }
  }

  const attach = async (waitMs: number) => (await attachRig('bench', folder, { waitMs }))!

  test('is driven by one program after the other, dark between them and after the last', {
    timeout: 180_000,
  }, async () => {
    const { rig, server } = await serve()
    for (const light of ['ring', 'dome'] as const) {
      await using attached = await attach(20_000)
      expect(attached.identity).toMatchObject({ kind: 'real', name: 'bench' })
      await expect(attach(0)).rejects.toMatchObject({ code: 'rig-taken' })
      await attached.stage.goTo('inspect')
      await attached.light.set(light)
      expect(simulated.bench.lamps[light]).toBe(1)
      const photograph = await attached.camera.photograph()
      expect(photograph.bytes.length).toBeGreaterThan(1000)
      expect(photograph.how).toMatchObject({ light, pose: 'inspect' })
      // Somebody lays the next card in, and nothing is asked of the rig meanwhile.
      await pause(1500)
      const again = await attached.camera.photograph()
      expect(again.takenAt > photograph.takenAt).toBe(true)
    }
    await expect.poll(() => simulated.bench.isDark, { timeout: 10_000 }).toBe(true)
    await pause(1500)
    const now = () => new Date()
    {
      await using attached = await attach(20_000)
      const symptoms = await examineRig({ rig: attached, calibration: null, calibrationFile: 'none', now })
      expect(symptoms.map(({ device }) => device)).toEqual(expect.arrayContaining(['camera', 'stage']))
    }
    await server[Symbol.asyncDispose]()
    await rig.dispose()
    expect(simulated.bench.isDark).toBe(true)
  })
})
