// @module-tag long
import { describe, expect, test } from 'vitest'
import { pause } from '../deadline.ts'
import type { LinkDeadlines } from '../grbl/deadlines.ts'
import { GrblLink } from '../grbl/link.ts'
import { GrblLight } from '../light/grbl-light.ts'
import { RigError } from '../rig-error.ts'
import { GrblStage } from '../stage/grbl-stage.ts'
import type { FaultName } from './faults.ts'
import { virtualTruth } from './truth.ts'
import { VirtualBench } from './virtual-bench.ts'

const quick: LinkDeadlines = { openMs: 500, bannerMs: 80, answerMs: 150, statusMs: 150, criticalMs: 100 }
const inspect = { xMm: -60, yMm: -60, zMm: -20 }

async function withBench(seed: number, use: (bench: VirtualBench) => Promise<void>): Promise<void> {
  const bench = new VirtualBench({ truth: virtualTruth, seed, hurry: 500 })
  try {
    await use(bench)
  } finally {
    bench.stop()
  }
}

async function devices(bench: VirtualBench) {
  const link = await GrblLink.open(bench.cable.makeLine, undefined, quick)
  const options = { poses: { inspect, load: { xMm: -280, yMm: -190, zMm: -5 } }, pollMs: 1 }
  const stage = new GrblStage(link, { ...options, moveDeadlineMs: 400, homeDeadlineMs: 500 })
  return { link, stage, light: new GrblLight(link) }
}

/** True when it succeeded; a RigError is a failure that was told, anything else is a defect. */
async function told(work: Promise<unknown>): Promise<boolean> {
  try {
    await work
    return true
  } catch (error) {
    expect(error).toBeInstanceOf(RigError)
    return false
  }
}

function isAt(bench: VirtualBench, at: typeof inspect): boolean {
  const { carriage } = bench
  return Math.hypot(carriage.xMm - at.xMm, carriage.yMm - at.yMm, carriage.zMm - at.zMm) < 0.05
}

describe.each(['lost-bytes', 'line-noise'] as const)('on a line with %s', fault => {
  test('what is told as done is done, the rest is told as failed, and dark means dark', async () => {
    let done = 0
    let failed = 0
    for (let seed = 1; seed <= 8; seed++) {
      await withBench(seed, async bench => {
        bench.faults.inject(fault)
        let opened: Awaited<ReturnType<typeof devices>> | null = null
        if (!(await told(devices(bench).then(found => (opened = found))))) {
          failed++
          expect(bench.cable.isOpen).toBe(false)
          return
        }
        const { link, stage, light } = opened!
        const count = (success: boolean): boolean => {
          if (success) done++
          else failed++
          return success
        }
        if (count(await told(stage.home())) && count(await told(stage.goTo('inspect'))))
          expect(isAt(bench, inspect)).toBe(true)
        for (const preset of ['ring', 'left', 'dome'] as const) {
          if (count(await told(light.set(preset)))) expect(bench.lamps[preset]).toBe(1)
        }
        if (count(await told(link.makeSafe(3000)))) {
          expect(bench.isDark).toBe(true)
          expect(bench.isMoving).toBe(false)
        }
        await link.close()
      })
    }
    // A line so bad that nothing got through, or one on which nothing was struck, would prove nothing.
    expect(done).toBeGreaterThan(5)
    expect(failed).toBeGreaterThan(0)
  })
})

describe('each fault of stage, line and lamps', () => {
  const inMidMove: readonly [FaultName, string][] = [
    ['port-lost', 'port-lost'],
    ['port-gone', 'port-lost'],
    ['hard-limit', 'stage-alarm'],
    ['controller-silent', 'stage-deadline'],
    ['controller-restart', 'controller-restarted'],
  ]
  test.each(inMidMove)('%s in mid-move ends the move as %s', async (fault, code) => {
    await withBench(1, async bench => {
      const { link, stage } = await devices(bench)
      await stage.home()
      const move = stage.goTo('load').catch((error: unknown) => error)
      while (!bench.isMoving) await pause(0)
      bench.faults.inject(fault)
      expect(await move).toMatchObject({ code, exitCode: 3 })
      expect(stage.pose).toBe('unknown')
      await expect(stage.goTo('inspect')).rejects.toBeInstanceOf(RigError)
      await link.close()
    })
  })

  test('a plug that is put back: homing opens the port again and finds the zero', async () => {
    await withBench(1, async bench => {
      const { link, stage, light } = await devices(bench)
      await stage.home()
      await light.set('dome')
      bench.faults.inject('port-gone')
      await expect(stage.goTo('inspect')).rejects.toMatchObject({ code: 'port-lost' })
      expect(light.preset).toBe('unknown')
      await expect(stage.home()).rejects.toMatchObject({ exitCode: 3 })
      bench.faults.clear('port-gone')
      await stage.home()
      expect(bench.isDark).toBe(true)
      await stage.goTo('inspect')
      expect(isAt(bench, inspect)).toBe(true)
      await link.close()
    })
  })

  test('missed steps are not seen by the controller, and homing takes them back', async () => {
    await withBench(1, async bench => {
      const { link, stage } = await devices(bench)
      await stage.goTo('inspect')
      bench.faults.inject('missed-steps')
      expect(await stage.position()).toEqual(inspect)
      expect(bench.carriage.xMm).toBeCloseTo(inspect.xMm + 0.8, 6)
      await stage.home()
      await stage.goTo('inspect')
      expect(isAt(bench, inspect)).toBe(true)
      await link.close()
    })
  })

  test('a stuck lamp burns on whatever is set, and a dead one does not burn', async () => {
    await withBench(1, async bench => {
      const { link, stage, light } = await devices(bench)
      await stage.home()
      await light.set('left')
      bench.faults.inject('stuck-lamp')
      await light.set('dark')
      expect(bench.lamps).toEqual({ dome: 0, ring: 0, left: 1, right: 0 })
      bench.faults.clear('stuck-lamp')
      expect(bench.isDark).toBe(true)
      bench.faults.inject('dead-lamp')
      await light.set('ring')
      expect(bench.isDark).toBe(true)
      await link.close()
    })
  })

  test('check mode, which a damaged line can begin, is not taken for work done', async () => {
    await withBench(1, async bench => {
      const { link, stage, light } = await devices(bench)
      await stage.home()
      bench.receive(Buffer.from('$C\n'))
      await pause(5)
      await told(light.set('dome'))
      await told(stage.goTo('inspect'))
      expect(light.preset === 'dome').toBe(bench.lamps.dome === 1)
      expect(stage.pose === 'inspect').toBe(isAt(bench, inspect))
      await link.close()
    })
  })
})
