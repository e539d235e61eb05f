import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { GrblControllers } from '../grbl/controllers.ts'
import { lights } from '../light/lights.ts'
import { scanners } from '../scanner/scanners.ts'
import type { StagePosition } from '../stage/stage.ts'
import { stages } from '../stage/stages.ts'
import { GrblFirmware } from '../virtual/firmware/grbl-firmware.ts'
import { SerialCable } from '../virtual/serial-binding.ts'
import { VirtualTime } from '../virtual/virtual-time.ts'
import { capturedPorts, captureLines } from './capture.ts'
import { Replay } from './replay.ts'
import type { SerialPorts } from './serial-port.ts'
import { decodeBytes, encodeBytes, formatEvent, parseCapture, type WireEvent } from './wire-event.ts'

let time: VirtualTime | null = null
afterEach(() => time?.stop())

const inspect: StagePosition = { xMm: -60, yMm: -60, zMm: -20 }

/** A visit to a bench: home, a move, a light, dark. */
async function visit(ports: SerialPorts, pose: StagePosition = inspect): Promise<StagePosition> {
  const controllers = new GrblControllers(ports)
  const opened = await stages.open({ driver: 'grbl', port: 'bench', poses: { inspect: pose } }, { controllers })
  const { light } = await lights.open({ driver: 'grbl', port: 'bench' }, { controllers })
  try {
    await opened.stage.home()
    await opened.stage.goTo('inspect')
    await light.set('ring')
    return await opened.stage.position()
  } finally {
    await opened.makeSafe(2000).catch(() => {})
    await opened.close()
  }
}

/** Of a controller that has started: one that greets late as well would be greeted in another order each time. */
async function virtualPorts(): Promise<SerialPorts> {
  time = new VirtualTime(200)
  const { promise: greeted, resolve } = Promise.withResolvers<void>()
  const send = (text: string) => {
    cable.send(Buffer.from(text))
    if (text.includes('Grbl ')) resolve()
  }
  const firmware: GrblFirmware = new GrblFirmware({ time, send })
  const cable: SerialCable = new SerialCable('bench', {
    opened: () => {},
    closed: () => {},
    receive: bytes => firmware.receive(bytes),
  })
  firmware.powerUp()
  await greeted
  return () => cable.makeLine
}

async function captured(): Promise<string> {
  let text = ''
  const capture = captureLines(line => (text += line))
  await visit(capturedPorts(await virtualPorts(), capture, () => ({ name: 'controller' })))
  return text
}

describe('a captured session', () => {
  test('plays back to a driver that does the same', async () => {
    const text = await captured()
    const replay = new Replay(text, 'session.jsonl')
    expect(await visit(replay.ports(() => 'controller'))).toEqual(inspect)
    expect(replay.unfinished).toBeNull()
  })

  test('names the line where a driver does otherwise', async () => {
    const text = await captured()
    const replay = new Replay(text, 'session.jsonl')
    await expect(
      visit(
        replay.ports(() => 'controller'),
        { ...inspect, xMm: -61 },
      ),
    ).rejects.toMatchObject({ exitCode: 3 })
    const moved = text.split('\n').findIndex(line => line.includes('X-60.000')) + 1
    expect(replay.difference?.message).toContain(`session.jsonl, line ${moved}: then "G90 G21 G53 G0 X-60.000`)
    expect(replay.difference?.message).toContain('now "G90 G21 G53 G0 X-61.000')
    expect(replay.unfinished?.message).toContain(`line ${moved}`)
  })

  test('that goes on where the driver ended is not the same', async () => {
    const text = `${await captured()}{"t":9,"dir":"out","name":"controller","as":"utf8","bytes":"$G\\n"}\n`
    const replay = new Replay(text, 'session.jsonl')
    await visit(replay.ports(() => 'controller'))
    expect(replay.unfinished?.message).toContain('then "$G\\n" was sent, now nothing more')
  })

  test('without the wire, or no capture at all, says so', () => {
    expect(() => new Replay('', 'session.jsonl').ports(() => 'light')({ port: 'x' })).toThrow('holds no wire "light"')
    expect(() => new Replay('{"t":1}\n', 'session.jsonl')).toThrow('session.jsonl, line 1 is no event')
    expect(() => new Replay('\nGrbl\n', 'session.jsonl')).toThrow('session.jsonl, line 2 is no JSON')
  })

  test('of a scanner holds no byte of what was scanned', async () => {
    const key = `6Pn${'J'.repeat(55)}`
    const cable = new SerialCable('scanner', { opened: () => {}, closed: () => {}, receive: () => {} })
    let text = ''
    const ports = capturedPorts(
      () => cable.makeLine,
      captureLines(line => (text += line)),
      () => ({ name: 'scanner', conceal: true }),
    )
    const { scanner, close } = await scanners.open({ driver: 'serial', port: 'scanner' }, { ports })
    const scan = scanner.scan(1000)
    setTimeout(() => cable.send(Buffer.from(`${key}\r`)), 5)
    await scan
    await close()
    expect(text).toContain('"as":"concealed","bytes":"59"')
    expect(text).not.toContain('6Pn')
    expect(text).not.toContain(Buffer.from(key).toString('base64').slice(0, 12))
  })
})

/** Recorded with the drivers of this program against firmware that is not of this program, run on a computer. */
function session(file: string): { replay: Replay; controllers: GrblControllers } {
  const text = readFileSync(new URL(`../grbl/sessions/${file}`, import.meta.url), 'utf8')
  const replay = new Replay(text, file)
  return { replay, controllers: new GrblControllers(replay.ports(() => 'controller')) }
}

describe('a session with firmware of others is driven as it was', () => {
  test('GRBL 1.1h: home, moves, lamps, a soft limit, dark', async () => {
    const { replay, controllers } = session('grbl-1.1h.jsonl')
    const poses = { inspect: { xMm: -20, yMm: -15, zMm: -8 }, load: { xMm: -30, yMm: -5, zMm: -6 } }
    const opened = await stages.open({ driver: 'grbl', port: 'bench', poses }, { controllers })
    const { light } = await lights.open({ driver: 'grbl', port: 'bench' }, { controllers })
    expect(opened.identity).toMatchObject({ firmware: '1.1h.20190830', warnings: [] })
    await opened.stage.home()
    await opened.stage.goTo('inspect')
    expect(await opened.stage.position()).toEqual(poses.inspect)
    await light.set('ring')
    await light.set('dome')
    await opened.stage.goTo('load')
    await expect(opened.stage.goTo({ xMm: 5000, yMm: 0, zMm: 0 })).rejects.toMatchObject({ code: 'stage-alarm' })
    await opened.makeSafe(5000)
    await opened.close()
    expect(replay.unfinished).toBeNull()
  })

  test('grblHAL: lamps, an error that sticks, an unknown command, dark', async () => {
    const { replay, controllers } = session('grblhal.jsonl')
    const { link, release } = await controllers.hold({ port: 'bench' })
    const { light, identity, makeSafe, close } = await lights.open({ driver: 'grbl', port: 'bench' }, { controllers })
    expect(identity.firmware).toBe('1.1f.20260817')
    expect(link.firmware.dialect).toBe('grblHAL')
    for (const preset of ['dome', 'ring', 'left', 'right', 'dark'] as const) await light.set(preset)
    await expect(link.command('G5.9')).rejects.toMatchObject({ code: 'grbl-error' })
    await light.set('ring')
    await expect(link.command('$Q')).rejects.toMatchObject({ code: 'grbl-error' })
    await link.reset()
    await light.set('dome')
    await makeSafe(5000)
    await close()
    await release()
    expect(replay.unfinished).toBeNull()
  })
})

describe('the capture format', () => {
  test('gives every byte back', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 60 }),
        fc.constantFrom('in' as const, 'out' as const),
        fc.nat(1e6),
        (bytes, dir, t) => {
          const event: WireEvent = { t, dir, name: 'light', ...encodeBytes(bytes) }
          const [read] = parseCapture(`${formatEvent(event)}\n`, 'x')
          expect(read).toEqual({ ...event, line: 1 })
          expect(decodeBytes(read!)).toEqual(bytes)
        },
      ),
    )
  })

  test('whatever a file holds, it is read or refused with its line', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(fc.string(), fc.json(), fc.constant('{"t":1,"dir":"in","name":"a","as":"base64","bytes":"!"}')),
        ),
        lines => {
          try {
            for (const event of parseCapture(lines.join('\n'), 'x')) decodeBytes(event)
          } catch (error) {
            expect(error).toMatchObject({
              code: 'capture-format',
              message: expect.stringMatching(/^x, line \d+ is no/),
            })
          }
        },
      ),
    )
  })
})
