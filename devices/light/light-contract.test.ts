// @module-tag long
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { fluidNc, type SimulatedDialect, ucnc } from '../grbl/dialects.testing.ts'
import { VirtualMoonraker } from '../klipper/moonraker-host.testing.ts'
import { GrblFirmware } from '../virtual/firmware/grbl-firmware.ts'
import { SerialCable } from '../virtual/serial-binding.ts'
import { VirtualTime } from '../virtual/virtual-time.ts'
import { VirtualWled } from '../virtual/wled-board.testing.ts'
import { type LitPreset, lightPresets, type OpenedLight } from './light.ts'
import { lights } from './lights.ts'
import { VirtualLcus } from './relay/lcus-board.testing.ts'
import { VirtualModbus } from './relay/modbus-board.testing.ts'

const endings: (() => unknown)[] = []
afterEach(async () => {
  for (const end of endings.splice(0)) await end()
})

/** A light that was opened, and what its lamps really do. */
interface Bench {
  readonly opened: OpenedLight
  /** Presets whose lamps burn. */
  burning(): string[]
  /** From now on no command is answered. */
  fallSilent(): void
}

const presets = {
  dome: [{ id: 0, power: 1 }],
  ring: [{ id: 1, power: 0.5, colour: [255, 200, 100] }],
  left: [{ id: 2, power: 1 }],
  right: [{ id: 3, power: 1 }],
} as const
const bySegment = ['dome', 'ring', 'left', 'right']
const contacts = { dome: [1], ring: [2], left: [3], right: [4] } as const

function wledBench(board: VirtualWled, opened: OpenedLight): Bench {
  endings.push(
    () => opened.close(),
    () => board.close(),
  )
  return {
    opened,
    burning: () => Object.keys(board.burning).map(id => bySegment[Number(id)]!),
    fallSilent: () => {
      board.silent = true
    },
  }
}

async function grblBench(dialect: SimulatedDialect = text => text): Promise<Bench> {
  const time = new VirtualTime(200)
  let silent = false
  const firmware: GrblFirmware = new GrblFirmware({
    time,
    settings: { 22: 0 },
    send: text => !silent && cable.send(Buffer.from(dialect(text))),
  })
  const cable: SerialCable = new SerialCable('virtual:grbl', {
    opened: () => {},
    closed: () => {},
    receive: bytes => !silent && firmware.receive(bytes),
  })
  firmware.powerUp()
  const opened = await lights.open({ driver: 'grbl', port: 'virtual:grbl' }, { ports: () => cable.makeLine })
  endings.push(
    () => opened.close(),
    () => time.stop(),
  )
  return {
    opened,
    burning: () => {
      const { power, flood, mist } = firmware.pins
      return power === 0 ? [] : [mist ? (flood ? 'right' : 'left') : flood ? 'ring' : 'dome']
    },
    fallSilent: () => {
      silent = true
    },
  }
}

/** The drivers that must keep the contract of light.ts. One row a driver. */
const drivers: readonly [string, () => Promise<Bench>][] = [
  ['grbl', () => grblBench()],
  ['grbl', () => grblBench(fluidNc())],
  ['grbl', () => grblBench(ucnc)],
  [
    'wled-serial',
    async () => {
      const board = new VirtualWled()
      const cable = board.serial()
      const config = { driver: 'wled-serial', port: cable.path, presets, settleMs: 1 } as const
      return wledBench(board, await lights.open(config, { ports: () => cable.makeLine }))
    },
  ],
  [
    'klipper',
    async () => {
      const host = new VirtualMoonraker({
        pins: { dome: {}, ring: { pwm: true }, left: { shutdown_value: 0 }, right: { value: 0 } },
      })
      const pins = {
        dome: [{ pin: 'dome', power: 1 }],
        ring: [{ pin: 'ring', power: 0.5 }],
        left: [{ pin: 'left', power: 1 }],
        right: [{ pin: 'right', power: 1 }],
      } as const
      const opened = await lights.open({ driver: 'klipper', url: await host.listen(), presets: pins, settleMs: 1 })
      endings.push(
        () => opened.close(),
        () => host.close(),
      )
      return {
        opened,
        burning: () => Object.keys(host.burning),
        fallSilent: () => {
          host.silent = true
        },
      }
    },
  ],
  [
    'relay-lcus',
    async () => {
      const board = new VirtualLcus('lines')
      const config = { driver: 'relay-lcus', port: board.cable.path, presets: contacts, settleMs: 1 } as const
      const opened = await lights.open(config, { ports: () => board.cable.makeLine })
      endings.push(() => opened.close())
      return {
        opened,
        burning: () => bySegment.filter((_, n) => board.contacts[n]),
        fallSilent: () => {
          board.silent = true
        },
      }
    },
  ],
  [
    'relay-modbus-tcp',
    async () => {
      const board = new VirtualModbus()
      const tcpPort = await board.listen()
      const coils = { dome: [0], ring: [1], left: [2], right: [3] } as const
      const config = { driver: 'relay-modbus-tcp', host: '127.0.0.1', tcpPort, presets: coils, settleMs: 1 } as const
      const opened = await lights.open(config)
      endings.push(
        () => opened.close(),
        () => board.close(),
      )
      return {
        opened,
        burning: () => bySegment.filter((_, n) => board.coils[n]),
        fallSilent: () => {
          board.silent = true
        },
      }
    },
  ],
  [
    'wled-http',
    async () => {
      const board = new VirtualWled()
      const url = await board.listen()
      return wledBench(board, await lights.open({ driver: 'wled-http', url, presets, settleMs: 1 }))
    },
  ],
]

const enough = new Error('enough')

describe.each(drivers)('every light (%s)', (driver, open) => {
  test('opens dark, whatever burned before, and says who it is', async () => {
    const { opened, burning } = await open()
    expect(burning()).toEqual([])
    expect(opened.light.name).toBe(driver)
    expect(opened.identity).toMatchObject({
      driver,
      firmware: expect.stringMatching(/^(v?\d|uCNC \d|unknown$)/),
      warnings: expect.any(Array),
    })
    expect([...opened.presets].sort()).toEqual([...lightPresets].sort())
  })

  test('has exactly the preset lit that was set last', async () => {
    const { opened, burning } = await open()
    for (const preset of [...lightPresets, 'left', 'dome', 'dark', 'ring'] as const) {
      await opened.light.set(preset)
      expect(burning()).toEqual(preset === 'dark' ? [] : [preset])
      expect(opened.light.preset).toBe(preset)
    }
    await opened.light.off()
    expect(burning()).toEqual([])
    expect(opened.light.preset).toBe('dark')
  })

  test('sets asked for together are made one after the other', async () => {
    const { opened, burning } = await open()
    const asked: LitPreset[] = ['dome', 'ring', 'left']
    await Promise.all(asked.map(preset => opened.light.set(preset)))
    expect(burning()).toEqual(['left'])
  })

  test('refuses by name what it does not have, also what every object has', async () => {
    const { opened } = await open()
    for (const strange of ['laser', 'toString', '__proto__']) {
      await expect(opened.light.set(strange as never)).rejects.toMatchObject({
        code: 'light-preset',
        message: expect.stringContaining('It has dome, ring, left, right, dark'),
      })
    }
  })

  test('an aborted call rejects with the reason', async () => {
    const { opened } = await open()
    await expect(opened.light.set('dome', AbortSignal.abort(enough))).rejects.toBe(enough)
    const stop = new AbortController()
    const setting = opened.light.set('ring', stop.signal)
    stop.abort(enough)
    await expect(setting).rejects.toBe(enough)
    expect(opened.light.preset).not.toBe('ring')
  })

  test('a device that falls silent is told in time, and the preset is unknown', async () => {
    const { opened, fallSilent } = await open()
    await opened.light.set('dome')
    fallSilent()
    await expect(opened.light.set('ring')).rejects.toMatchObject({ exitCode: 3 })
    expect(opened.light.preset).toBe('unknown')
    await expect(opened.makeSafe(400)).rejects.toMatchObject({ code: 'rig-unsafe', exitCode: 3 })
  })

  test('making it safe puts every lamp out, twice alike, and nothing lights one again', async () => {
    const { opened, burning } = await open()
    await opened.light.set('dome')
    await Promise.all([opened.makeSafe(3000), opened.makeSafe(3000)])
    expect(burning()).toEqual([])
    await expect(opened.light.set('dome')).rejects.toMatchObject({ code: 'port-closed' })
    await opened.close()
    await opened.close()
    await expect(opened.light.set('dome')).rejects.toMatchObject({ code: 'port-closed' })
    expect(burning()).toEqual([])
  })
})

test('any order of lights ends with the last one burning, on every driver', async () => {
  for (const [, open] of drivers) {
    const { opened, burning } = await open()
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...lightPresets), { minLength: 1, maxLength: 6 }), async order => {
        for (const preset of order) await opened.light.set(preset)
        expect(burning()).toEqual(order.at(-1) === 'dark' ? [] : [order.at(-1)])
      }),
      { numRuns: 8, seed: 1 },
    )
  }
})
