import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { afterEach, describe, expect, test } from 'vitest'
import { GrblControllers } from '../grbl/controllers.ts'
import { lights } from '../light/lights.ts'
import { stages } from '../stage/stages.ts'
import { openPty } from './pty.ts'
import { simulateController } from './simulate.testing.ts'

const endings: (() => unknown)[] = []
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end()
})

const has = (program: string): boolean => {
  try {
    execFileSync('which', [program], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

const poses = { inspect: { xMm: -60, yMm: -60, zMm: -20 } }

test('without a program that makes one, says which are missing', async () => {
  const programs = [{ program: 'no-such-program-of-assay', arguments: () => [] }]
  await expect(openPty(undefined, programs)).rejects.toMatchObject({
    code: 'pty',
    message: expect.stringContaining('it takes no-such-program-of-assay'),
  })
})

describe.runIf(has('python3') || has('socat'))('the virtual controller at a pseudo-terminal', () => {
  test('is driven through the operating system as a real one, by one program after the other', async () => {
    const simulated = await simulateController(3, 100)
    endings.push(() => simulated.close())
    const port = simulated.path
    for (let visit = 0; visit < 2; visit++) {
      const controllers = new GrblControllers()
      const opened = await stages.open({ driver: 'grbl', port, poses }, { controllers })
      const lamps = await lights.open({ driver: 'grbl', port }, { controllers })
      await opened.stage.home()
      await opened.stage.goTo('inspect')
      await lamps.light.set('ring')
      expect(simulated.bench.carriage).toEqual(poses.inspect)
      expect(simulated.bench.lamps.ring).toBe(1)
      await opened.makeSafe(5000)
      await opened.close()
      await lamps.close()
      expect(simulated.bench.isDark).toBe(true)
    }
  })

  test('is held by one program at a time', async () => {
    const simulated = await simulateController(3, 100)
    endings.push(() => simulated.close())
    const opened = await stages.open({ driver: 'grbl', port: simulated.path, poses })
    endings.push(() => opened.close())
    await expect(stages.open({ driver: 'grbl', port: simulated.path, poses })).rejects.toMatchObject({
      code: 'port-open',
      message: expect.stringContaining('Another program holds the port'),
    })
  })

  test('that goes away in mid-move is a lost port, and leaves nothing behind', async () => {
    const folders = (): string[] => readdirSync(tmpdir()).filter(name => name.startsWith('assay-pty-'))
    const before = folders()
    const simulated = await simulateController(3, 5)
    const made = folders().filter(name => !before.includes(name))
    const opened = await stages.open({ driver: 'grbl', port: simulated.path, poses })
    endings.push(() => opened.close())
    await opened.stage.home()
    const move = opened.stage.goTo('inspect').catch((error: unknown) => error)
    await new Promise(resolve => setTimeout(resolve, 30))
    await simulated.close()
    expect(await move).toMatchObject({ code: 'port-lost', exitCode: 3 })
    expect(made.length).toBeGreaterThan(0)
    expect(folders()).not.toEqual(expect.arrayContaining(made))
    await expect(opened.makeSafe(300)).rejects.toMatchObject({ code: 'rig-unsafe' })
  })
})
