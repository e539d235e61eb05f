// @module-tag long
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { AssayError } from '../../harness/core/assay-error.ts'
import { pause } from '../deadline.ts'
import { GrblLight } from '../light/grbl-light.ts'
import { GrblStage } from '../stage/grbl-stage.ts'
import { GrblFirmware } from '../virtual/firmware/grbl-firmware.ts'
import { SerialCable } from '../virtual/serial-binding.ts'
import { VirtualTime } from '../virtual/virtual-time.ts'
import type { LinkDeadlines } from './deadlines.ts'
import { GrblLink } from './link.ts'

const quick: LinkDeadlines = { openMs: 500, bannerMs: 60, answerMs: 150, statusMs: 150, criticalMs: 100 }
const times: VirtualTime[] = []
afterEach(() => {
  for (const time of times.splice(0)) time.stop()
})

const marlin = 'FIRMWARE_NAME:Marlin 2.1.2.1 (Jan 1 2024) SOURCE_CODE_URL:github.com/MarlinFirmware/Marlin\nok\n'
const smoothie = 'FIRMWARE_NAME:Smoothieware, FIRMWARE_URL:http%3A//smoothieware.org\nok\n'

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
        dialect: 'grbl',
      })
      expect(link.settings.get(130)).toBe(300)
      expect(firmware.isMoving).toBe(false)
      expect(firmware.pins.power).toBe(0)
      await link.close()
    }
  })

  const otherDevices: readonly [what: string, answers: (asked: string) => string, code: string, sentence: string][] = [
    ['nobody', () => '', 'no-banner', 'nothing answers on test:other'],
    ['Marlin that was running', asked => (asked.includes('M115') ? marlin : ''), 'not-grbl', 'Marlin answers'],
    [
      'Marlin that starts',
      asked => (asked === '\x18' ? 'start\necho:Marlin 2.1.2.1\n' : ''),
      'not-grbl',
      'Marlin answers',
    ],
    ['Smoothieware', asked => (asked.includes('M115') ? smoothie : ''), 'not-grbl', 'Smoothieware answers'],
    [
      'RepRapFirmware',
      asked => (asked.includes('M115') ? 'FIRMWARE_NAME: RepRapFirmware for Duet 2\nok\n' : ''),
      'not-grbl',
      'RepRapFirmware',
    ],
    ['TinyG', () => '{"r":{"fv":0.970,"fb":440.20},"f":[1,0,4]}\n', 'not-grbl', 'TinyG'],
    [
      'GRBL 0.9',
      asked => (asked === '\x18' ? "\r\nGrbl 0.9j ['$' for help]\r\n" : ''),
      'not-grbl',
      'Update the board to GRBL 1.1',
    ],
    ['WLED', asked => (asked.includes('M115') ? '{"error":9}\r\n' : ''), 'not-grbl', 'wled-serial'],
    ['an ok to everything', () => 'ok\r\n', 'not-grbl', 'something answers'],
    ['a loop-back plug', asked => asked, 'not-grbl', 'sends back what it is sent'],
    [
      'a wrong baud rate',
      () => '\u0000\u00ff\u00fe\u0080x'.repeat(9),
      'wrong-baud',
      'baud rate of 115200 is probably wrong',
    ],
    ['a scanner that sends a key', () => '6PnTESTnotArealKey\r\n', 'not-grbl', 'something answers'],
  ]
  test.each(otherDevices)('says who is at the port when it is %s', async (_what, answers, code, sentence) => {
    const cable: SerialCable = new SerialCable('test:other', {
      opened: () => {},
      closed: () => {},
      receive: bytes => cable.send(Buffer.from(answers(Buffer.from(bytes).toString('latin1')), 'latin1')),
    })
    const error = await GrblLink.open(cable.makeLine, undefined, quick).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code, message: expect.stringContaining(sentence), exitCode: 3 })
    expect(String(error)).not.toContain('6Pn')
    expect(cable.isOpen).toBe(false)
  })

  test('takes a controller that resets without a greeting, once it was seen at rest with everything off', async () => {
    for (const [modes, accepted] of [
      ['M5 M9', true],
      ['M3 M9', false],
    ] as const) {
      const answers: Record<string, string> = {
        '\nM115\n': 'ok\r\nerror:20\r\n',
        '$I\n': '[VER:1.1f.20170801:]\r\n[OPT:V,15,128]\r\nok\r\n',
        '$G\n': `[GC:G0 G54 G17 G21 G90 G94 ${modes} T0 F0 S0]\r\nok\r\n`,
        '$$\n': '$13=0\r\n$30=255\r\nok\r\n',
        '?': '<Idle|MPos:0.000,0.000,0.000|FS:0,0>\r\n',
      }
      const cable: SerialCable = new SerialCable('test:mute', {
        opened: () => {},
        closed: () => {},
        receive: bytes => cable.send(Buffer.from(answers[Buffer.from(bytes).toString()] ?? '')),
      })
      const opening = GrblLink.open(cable.makeLine, undefined, quick)
      if (!accepted) await expect(opening).rejects.toBeInstanceOf(AssayError)
      else {
        const link = await opening
        expect(link.firmware).toMatchObject({ version: '1.1f.20170801', banner: '' })
        expect(link.settings.get(30)).toBe(255)
        await link.close()
      }
    }
  })

  test('opens a board that restarts when its port is opened, its boot loader deaf meanwhile', async () => {
    const time = new VirtualTime(30)
    times.push(time)
    let isBooting = false
    const cable: SerialCable = new SerialCable('test:uno', {
      opened: () => {
        isBooting = true
        time.after(1600, () => {
          isBooting = false
          firmware.powerUp()
        })
      },
      closed: () => {},
      receive: bytes => {
        if (!isBooting) firmware.receive(bytes)
      },
    })
    const firmware: GrblFirmware = new GrblFirmware({ time, send: text => cable.send(Buffer.from(text)) })
    for (let opening = 0; opening < 2; opening++) {
      const link = await GrblLink.open(cable.makeLine, undefined, quick)
      expect(link.firmware.version).toBe('1.1h.20190830')
      await link.unlock()
      expect(await link.command('$G')).toEqual(['[GC:G0 G54 G17 G21 G90 G94 M5 M9 T0 F0 S0]'])
      await link.close()
    }
  })

  test('is made safe also where a start-up line lights a lamp after every reset', async () => {
    let lit = false
    const cable: SerialCable = new SerialCable('test:startup', {
      opened: () => {},
      closed: () => {},
      receive: bytes => {
        const line = Buffer.from(bytes).toString()
        if (line === '\x18') lit = true
        if (line === 'M5\n') lit = false
        const answers: Record<string, string> = {
          '\x18': "\r\nGrbl 1.1h ['$' for help]\r\n>M3S1000:ok\r\n",
          '$I\n': '[VER:1.1h.20190830:]\r\n[OPT:V,15,128]\r\nok\r\n',
          '$G\n': `[GC:G0 G54 G17 G21 G90 G94 ${lit ? 'M3' : 'M5'} M9 T0 F0 S1000]\r\nok\r\n`,
          '?': '<Idle|MPos:0.000,0.000,0.000|FS:0,0>\r\n',
        }
        cable.send(Buffer.from(answers[line] ?? 'ok\r\n'))
      },
    })
    const link = await GrblLink.open(cable.makeLine, undefined, quick)
    expect(lit).toBe(true)
    await link.makeSafe(1000)
    expect(lit).toBe(false)
    await link.close()
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
        else if (text === '$$\n') cable.send(Buffer.from('$30=1000\r\nok\r\n'))
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
