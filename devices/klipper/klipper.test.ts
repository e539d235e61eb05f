import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { pause } from '../deadline.ts'
import { lights } from '../light/lights.ts'
import { RigError } from '../rig-error.ts'
import type { OpenedStage } from '../stage/stage.ts'
import { stages } from '../stage/stages.ts'
import { Moonraker } from './moonraker.ts'
import { VirtualMoonraker } from './moonraker-host.testing.ts'

const endings: (() => unknown)[] = []
afterEach(async () => {
  for (const end of endings.splice(0)) await end()
})

const poses = { load: { xMm: 180, yMm: 190, zMm: 5 }, inspect: { xMm: 60, yMm: 60, zMm: 20 } }

async function host(options: ConstructorParameters<typeof VirtualMoonraker>[0] = {}) {
  const klipper = new VirtualMoonraker(options)
  const url = await klipper.listen()
  endings.push(() => klipper.close())
  return { klipper, url }
}

async function bench(): Promise<{ klipper: VirtualMoonraker; opened: OpenedStage }> {
  const { klipper, url } = await host({ hurry: 50 })
  const opened = await stages.open({ driver: 'klipper', url, poses })
  endings.unshift(() => opened.close())
  return { klipper, opened }
}

describe('a stage on Klipper', () => {
  it('is left as it is when it is made safe at rest, and stopped by the emergency stop when it moves', async () => {
    const { klipper, opened } = await bench()
    await opened.stage.goTo('inspect')
    await opened.stage.stop()
    expect(klipper.emergencyStops).toBe(0)
    expect(opened.stage.pose).toBe('inspect')
    const move = opened.stage.goTo('load').catch((error: unknown) => error)
    while (!klipper.isMoving) await pause(1)
    await opened.makeSafe(5000)
    expect([klipper.emergencyStops, klipper.isMoving, klipper.state]).toEqual([1, false, 'shutdown'])
    expect(await move).toMatchObject({ code: 'port-closed' })
  })

  it('has not arrived where a shutdown ended the move, whatever the script’s answer says', async () => {
    const { klipper, opened } = await bench()
    await opened.stage.home()
    const move = opened.stage.goTo('load')
    while (!klipper.isMoving) await pause(1)
    klipper.shutDown("Lost communication with MCU 'mcu'\nmore advice")
    await expect(move).rejects.toMatchObject({
      code: 'stage-alarm',
      message: expect.stringContaining("shutdown: Lost communication with MCU 'mcu'"),
    })
    expect(opened.stage.pose).toBe('unknown')
    // Its homed_axes still say xyz.
    await expect(opened.stage.goTo('inspect')).rejects.toMatchObject({ exitCode: 3 })
    await expect(opened.stage.position()).rejects.toMatchObject({ code: 'stage-alarm' })
    await opened.stage.home()
    await opened.stage.goTo('inspect')
    expect(opened.stage.pose).toBe('inspect')
  })

  it('is homed again after somebody else restarted Klipper', async () => {
    const { klipper, url } = await host()
    const opened = await stages.open({ driver: 'klipper', url, poses })
    endings.unshift(() => opened.close())
    await opened.stage.goTo('inspect')
    await new Moonraker({ url }).emergencyStop(1000)
    await new Moonraker({ url }).untilReady()
    const moves = klipper.scripts.length
    await expect(opened.stage.goTo('load')).rejects.toMatchObject({ code: 'stage-not-homed' })
    expect(klipper.scripts.length).toBe(moves)
  })

  it('is not opened while another program drives it, and its motion goes on', async () => {
    const { klipper, url } = await host()
    klipper.stuck = true
    const soon = AbortSignal.timeout(300)
    await expect(stages.open({ driver: 'klipper', url, poses }, { signal: soon })).rejects.toMatchObject({
      name: 'TimeoutError',
    })
    expect(klipper.emergencyStops).toBe(0)
  })
})

describe('lamps on Klipper', () => {
  const presets = { dome: [{ pin: 'dome', power: 1 }] } as const

  it.each([
    ['is not in its configuration', {}],
    ['stays lit when Klipper shuts down', { dome: { shutdown_value: 1 } }],
    ['has a scale', { dome: { pwm: true, scale: 255 } }],
  ])('are refused where the pin %s', async (why, pins) => {
    const { url } = await host({ pins })
    await expect(lights.open({ driver: 'klipper', url, presets })).rejects.toMatchObject({
      code: 'light-preset',
      message: expect.stringContaining(why),
    })
  })

  it('are not dimmed without pwm, and a pin that is lit at the start is told', async () => {
    const { url } = await host({ pins: { dome: { value: 1 } } })
    const dimmed = { dome: [{ pin: 'dome', power: 0.5 }] } as const
    await expect(lights.open({ driver: 'klipper', url, presets: dimmed })).rejects.toMatchObject({
      message: expect.stringContaining('cannot be dimmed'),
    })
    const opened = await lights.open({ driver: 'klipper', url, presets })
    endings.unshift(() => opened.close())
    expect(opened.identity.warnings).toEqual(['output_pin dome is lit when Klipper starts. Set its value to 0.'])
  })

  it('go out by the emergency stop where a script holds everything up', async () => {
    const { klipper, url } = await host({ pins: { dome: {} } })
    const opened = await lights.open({ driver: 'klipper', url, presets })
    endings.unshift(() => opened.close())
    await opened.light.set('dome')
    expect(klipper.burning).toEqual({ dome: 1 })
    klipper.stuck = true
    await opened.makeSafe(1000)
    expect([klipper.burning, klipper.emergencyStops]).toEqual([{}, 1])
  })

  it('are not believed after a shutdown, which leaves the values that were asked for', async () => {
    const { klipper, url } = await host({ pins: { dome: {} } })
    const opened = await lights.open({ driver: 'klipper', url, presets })
    endings.unshift(() => opened.close())
    await opened.light.set('dome')
    klipper.shutDown('Timer too close')
    await expect(opened.light.confirm!()).rejects.toMatchObject({ code: 'stage-alarm' })
    await expect(opened.light.set('dome')).rejects.toMatchObject({ exitCode: 3 })
    await opened.makeSafe(1000)
    expect(klipper.burning).toEqual({})
  })
})

describe('Moonraker', () => {
  it('is told its key, which stands in an environment variable', async () => {
    const { url } = await host({ apiKey: 'abc' })
    await expect(new Moonraker({ url }).info()).rejects.toMatchObject({ code: 'klipper-access' })
    const environment = { KLIPPER_KEY: 'abc' }
    const known = new Moonraker({ url, apiKeyVariable: 'KLIPPER_KEY' }, undefined, environment)
    expect((await known.info()).state).toBe('ready')
    expect(() => new Moonraker({ url, apiKeyVariable: 'NOT_THERE' }, undefined, {})).toThrow(/apiKeyVariable/)
  })

  it('gives a rig’s error for whatever else answers, in one printable line', async () => {
    let said: { status: number; body: string }
    const server = createServer((_, response) => void response.writeHead(said.status).end(said.body))
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    endings.push(() => server.close())
    const klipper = new Moonraker({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })
    const body = fc.oneof(
      fc.json(),
      fc.string(),
      fc.record({ result: fc.json() }).map(value => JSON.stringify(value)),
      fc.record({ error: fc.record({ message: fc.string() }) }).map(value => JSON.stringify(value)),
      fc
        .string()
        .map(text => JSON.stringify({ result: { state: 'shutdown', state_message: `\u001b[2J${text}\n${text}` } })),
    )
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(200, 400, 404, 500), body, async (status, text) => {
        said = { status, body: text }
        for (const asked of [
          () => klipper.assertReady(),
          () => klipper.objects(['toolhead']),
          () => klipper.script(['M400'], 500),
        ]) {
          const error = await asked().then(
            () => null,
            (reason: unknown) => reason,
          )
          if (error === null) continue
          expect(error).toBeInstanceOf(RigError)
          expect((error as RigError).message).toMatch(/^[\x20-\x7e]{1,400}$/)
        }
      }),
      { numRuns: 60 },
    )
  })
})
