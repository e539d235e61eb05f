import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { AssayError } from '../../harness/errors/assay-error.ts'
import { pause } from '../deadline.ts'
import { GrblLight } from '../light/grbl-light.ts'
import { GrblStage } from '../stage/grbl-stage.ts'
import { GrblFirmware } from '../virtual/firmware/grbl-firmware.ts'
import { SerialCable } from '../virtual/serial-binding.ts'
import { VirtualTime } from '../virtual/virtual-time.ts'
import { GrblLink, type LinkDeadlines } from './link.ts'

const quick: LinkDeadlines = { openMs: 500, bannerMs: 60, answerMs: 150, statusMs: 150, criticalMs: 100 }
const times: VirtualTime[] = []
afterEach(() => {
  for (const time of times.splice(0)) time.stop()
})

type Wire = (bytes: Uint8Array) => Uint8Array
const clean: Wire = bytes => bytes

/** A controller on a cable; `toHost` and `toDevice` are what the wire does to the bytes. */
function controllerOn(
  toHost: Wire,
  toDevice: Wire,
  settings: Record<number, number> = {},
): { cable: SerialCable; firmware: GrblFirmware } {
  const time = new VirtualTime(1000)
  times.push(time)
  const firmware = new GrblFirmware({
    time,
    settings,
    send: text => cable.send(toHost(new TextEncoder().encode(text))),
    carriageAt: { xMm: -40, yMm: -40, zMm: -10 },
  })
  const cable = new SerialCable('test:grbl', {
    opened: () => {},
    closed: () => {},
    receive: bytes => firmware.receive(toDevice(bytes)),
  })
  firmware.powerUp()
  return { cable, firmware }
}

describe('a link to a controller', () => {
  test('opens at any moment of its life: booting, at rest, moving, held, in a critical alarm', async () => {
    const { cable, firmware } = controllerOn(clean, clean)
    const say = (text: string): void => firmware.receive(Buffer.from(text))
    for (const life of ['', '$X\n', '$X\nM3 S1000\nG53 G0 X-200\n', '$X\nG53 G0 X-20\n!', '$H\n', '$X\nG53 G0 X9\n']) {
      say(life)
      await pause(2)
      const link = await GrblLink.open(cable.makeLine, undefined, quick)
      expect(link.firmware).toEqual({
        version: '1.1h.20190830',
        options: 'VM',
        banner: "Grbl 1.1h ['$' for help]",
      })
      expect(firmware.isMoving).toBe(false)
      expect(firmware.pins.power).toBe(0)
      await link.close()
    }
  })

  test('says what is at the port when it is no controller', async () => {
    const chatter = (text: string): SerialCable => {
      const cable: SerialCable = new SerialCable('test:other', {
        opened: () => {},
        closed: () => {},
        receive: () => cable.send(Buffer.from(text)),
      })
      return cable
    }
    for (const answer of ['', '{"on":true}\r\n', 'ok\r\n', '\u0000\u00ff\u00fe'.repeat(50)]) {
      await expect(GrblLink.open(chatter(answer).makeLine, undefined, quick)).rejects.toMatchObject({
        code: 'no-banner',
        message: expect.stringContaining('baud rate'),
      })
    }
  })

  test('is not put off by a controller that greets twice, for its power and for the reset', async () => {
    const greeting = "\r\nGrbl 1.1h ['$' for help]\r\n"
    let resets = 0
    const cable: SerialCable = new SerialCable('test:twice', {
      opened: () => {},
      closed: () => {},
      receive: bytes => {
        const text = Buffer.from(bytes).toString()
        if (text === '\x18') cable.send(Buffer.from(greeting))
        else if (text === '$I\n' && resets++ === 0) cable.send(Buffer.from(greeting))
        else if (text === '$I\n') cable.send(Buffer.from('[VER:1.1h.20190830:]\r\n[OPT:V,15,128]\r\nok\r\n'))
      },
    })
    const link = await GrblLink.open(cable.makeLine, undefined, quick)
    expect(link.firmware.version).toBe('1.1h.20190830')
    await link.close()
  })

  test('does not believe a reset that leaves a lamp on or an axis moving', async () => {
    for (const [modes, state] of [
      ['M3 M9 T0 F0 S1000', 'Idle'],
      ['M5 M8 T0 F0 S0', 'Idle'],
      ['M5 M9 T0 F0 S0', 'Run'],
    ] as const) {
      const answers: Record<string, string> = {
        '\x18': "\r\nGrbl 1.1h ['$' for help]\r\n",
        '$I\n': '[VER:1.1h.20190830:]\r\n[OPT:V,15,128]\r\nok\r\n',
        '$G\n': `[GC:G0 G54 G17 G21 G90 G94 ${modes}]\r\nok\r\n`,
        '?': `<${state}|MPos:0.000,0.000,0.000|FS:0,0>\r\n`,
      }
      const cable: SerialCable = new SerialCable('test:stuck', {
        opened: () => {},
        closed: () => {},
        receive: bytes => cable.send(Buffer.from(answers[Buffer.from(bytes).toString()] ?? 'ok\r\n')),
      })
      const link = await GrblLink.open(cable.makeLine, undefined, quick)
      await expect(link.makeSafe(300)).rejects.toMatchObject({ code: 'rig-unsafe' })
      await link.close()
    }
  })

  test('an error is told with its meaning', async () => {
    const { cable } = controllerOn(clean, clean)
    const link = await GrblLink.open(cable.makeLine, undefined, quick)
    await expect(link.command('G0 X-1')).rejects.toMatchObject({ code: 'stage-alarm' })
    await link.unlock()
    await expect(link.command('G5.9')).rejects.toThrow('refused G5.9 (error:20, the G-code word is not supported')
    await expect(link.command('M3 S500\nM8')).rejects.toMatchObject({ code: 'bad-command' })
    await expect(link.command('G0 X1!')).rejects.toMatchObject({ code: 'bad-command' })
    expect(await link.command('$G')).toEqual(['[GC:G0 G54 G17 G21 G90 G94 M5 M9 T0 F0 S0]'])
    await link.close()
  })

  test('a late answer is not taken for the next one', async () => {
    let held: Uint8Array[] | null = null
    const late: Wire = bytes => {
      if (!held) return bytes
      held.push(bytes)
      return new Uint8Array()
    }
    const { cable } = controllerOn(late, bytes => {
      // It comes while the next command is already on its way.
      if (held?.length) {
        const answer = Buffer.concat(held)
        held = null
        cable.send(answer)
      }
      return bytes
    })
    const link = await GrblLink.open(cable.makeLine, undefined, quick)
    await link.unlock()
    held = []
    await expect(link.command('G4 P0.001')).rejects.toMatchObject({ code: 'answer-deadline' })
    expect(await link.command('$G')).toEqual(['[GC:G0 G54 G17 G21 G90 G94 M5 M9 T0 F0 S0]'])
    await link.close()
  })

  test('a controller that restarts by itself is noticed', async () => {
    const { cable, firmware } = controllerOn(clean, clean)
    const link = await GrblLink.open(cable.makeLine, undefined, quick)
    await link.unlock()
    const waiting = link.command('G4 P100', { deadlineMs: 2000 })
    await pause(2)
    firmware.powerUp()
    await expect(waiting).rejects.toMatchObject({ code: 'controller-restarted' })
    await link.close()
  })

  test('of a firmware without mist refuses the lamps that need it', async () => {
    const time = new VirtualTime(1000)
    times.push(time)
    const cable: SerialCable = new SerialCable('test:grbl', {
      opened: () => {},
      closed: () => {},
      receive: bytes => firmware.receive(bytes),
    })
    const firmware = new GrblFirmware({ time, mist: false, send: text => cable.send(Buffer.from(text)) })
    firmware.powerUp()
    const link = await GrblLink.open(cable.makeLine, undefined, quick)
    await link.unlock()
    const light = new GrblLight(link)
    await expect(light.set('left')).rejects.toThrow('ENABLE_M7')
    await light.set('ring')
    expect(firmware.pins).toEqual({ power: 1, flood: true, mist: false })
    await link.close()
  })
})

type Disturbance =
  | { readonly kind: 'drop' | 'insert' | 'flip'; readonly at: number; readonly byte: number }
  | { readonly kind: 'cut'; readonly at: number; readonly byte: number }

/** Disturbs the stream at the given byte counts. */
function disturbed(disturbances: readonly Disturbance[]): Wire {
  let count = 0
  return bytes => {
    const out: number[] = []
    for (const byte of bytes) {
      const hit = disturbances.find(one => one.at === count)
      count++
      if (!hit) out.push(byte)
      else if (hit.kind === 'insert') out.push(hit.byte, byte)
      else if (hit.kind === 'flip') out.push(byte ^ (hit.byte | 1))
      else if (hit.kind === 'cut') out.push(0x0d, 0x0a, byte)
    }
    return Uint8Array.from(out)
  }
}

const disturbance: fc.Arbitrary<Disturbance> = fc.record({
  kind: fc.constantFrom('drop' as const, 'insert' as const, 'flip' as const, 'cut' as const),
  at: fc.nat(900),
  byte: fc.nat(255),
})

test('on a disturbed line every call ends in time, in success or in a RigError, and the rig can be made safe', async () => {
  const wires = fc.array(disturbance, { maxLength: 12 })
  await fc.assert(
    fc.asyncProperty(wires, wires, async (up, down) => {
      const { cable, firmware } = controllerOn(disturbed(up), disturbed(down))
      const started = performance.now()
      const settle = async (work: Promise<unknown>): Promise<boolean> => {
        try {
          await work
          return true
        } catch (error) {
          expect(error).toBeInstanceOf(AssayError)
          expect(error).toMatchObject({ exitCode: 3 })
          return false
        }
      }
      let link: GrblLink | null = null
      if (!(await settle(GrblLink.open(cable.makeLine, undefined, quick).then(opened => (link = opened))))) return
      const stage = new GrblStage(link!, {
        poses: { inspect: { xMm: -60, yMm: -60, zMm: -20 } },
        moveDeadlineMs: 200,
        homeDeadlineMs: 300,
        pollMs: 1,
      })
      const light = new GrblLight(link!)
      await settle(stage.home())
      if (await settle(stage.goTo('inspect'))) expect(firmware.carriage.xMm).toBeCloseTo(-60, 1)
      if (await settle(light.set('ring'))) expect(firmware.pins.flood).toBe(true)
      await settle(stage.position())
      if (await settle(link!.makeSafe(3000))) {
        expect(firmware.pins.power).toBe(0)
        expect(firmware.isMoving).toBe(false)
      }
      await settle(link!.close())
      expect(cable.isOpen).toBe(false)
      expect(performance.now() - started).toBeLessThan(15_000)
    }),
    { numRuns: 25, seed: 1 },
  )
})

test('whatever a device says, opening ends in time', async () => {
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc
      .constantFrom(
        "\r\nGrbl 1.1h ['$' for help]\r\n",
        'ok\r\n',
        'error:9\r\n',
        'ALARM:2\r\n',
        '[VER:1.1h.20190830:]\r\n',
        '[OPT:V,15,128]\r\n',
        '<Idle|MPos:0.000,0.000,0.000|FS:0,0>\r\n',
      )
      .map(text => new TextEncoder().encode(text)),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 8 }), async answers => {
      const left = [...answers]
      const cable: SerialCable = new SerialCable('test:fuzz', {
        opened: () => {},
        closed: () => {},
        receive: () => {
          for (const answer of left.splice(0, 3)) cable.send(answer)
        },
      })
      const hasty: LinkDeadlines = { openMs: 100, bannerMs: 20, answerMs: 30, statusMs: 30, criticalMs: 20 }
      try {
        const link = await GrblLink.open(cable.makeLine, undefined, hasty)
        await link.close()
      } catch (error) {
        expect(error).toMatchObject({ exitCode: 3 })
      }
      expect(cable.isOpen).toBe(false)
    }),
    { numRuns: 60, seed: 1 },
  )
})
