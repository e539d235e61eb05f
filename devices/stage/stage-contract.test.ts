// @module-tag long
import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { pause } from '../deadline.ts'
import { careless, fluidNc, type SimulatedDialect, ucnc } from '../grbl/dialects.testing.ts'
import { VirtualMoonraker } from '../klipper/moonraker-host.testing.ts'
import { type FirmwareOptions, GrblFirmware } from '../virtual/firmware/grbl-firmware.ts'
import { SerialCable } from '../virtual/serial-binding.ts'
import { simulateController } from '../virtual/simulate.testing.ts'
import { VirtualTime } from '../virtual/virtual-time.ts'
import { type MarlinOptions, VirtualMarlin } from './marlin/marlin-board.testing.ts'
import type { OpenedStage, StagePosition } from './stage.ts'
import { stages } from './stages.ts'

const endings: (() => unknown)[] = []
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end()
})

/** A stage that was opened, and what its axes really do. */
interface Bench {
  readonly opened: OpenedStage
  readonly kind: Kind
  carriage(): StagePosition
  isMoving(): boolean
}

/** What is a driver's own. */
interface Kind {
  readonly driver: string
  readonly firmware: RegExp
  readonly poses: Readonly<Record<'inspect' | 'load', StagePosition>>
  readonly between: StagePosition
  readonly beyond: StagePosition
  /** How a place beyond the travel is refused, and whether the stage has to be homed then. */
  readonly refusal: { readonly code: string; readonly message: string; readonly isAlarm: boolean }
}

const onGrbl: Kind = {
  driver: 'grbl',
  firmware: /^(1\.1[hf]\.|3\.9 FluidNC v3\.9\.1|uCNC 1\.17\.2)/,
  poses: { inspect: { xMm: -60, yMm: -60.5, zMm: -20 }, load: { xMm: -280, yMm: -190, zMm: -5 } },
  between: { xMm: -100, yMm: -50.5, zMm: -3 },
  beyond: { xMm: 5, yMm: -5, zMm: -5 },
  refusal: { code: 'stage-alarm', message: 'Alarm:2, soft limit', isAlarm: true },
}

const onMarlin: Kind = {
  driver: 'marlin',
  firmware: /^2\.1\.2\.1$/,
  poses: { inspect: { xMm: 60, yMm: 60.5, zMm: 20 }, load: { xMm: 180, yMm: 190, zMm: 5 } },
  between: { xMm: 100, yMm: 50.5, zMm: 3 },
  beyond: { xMm: 500, yMm: 5, zMm: 5 },
  refusal: { code: 'stage-limits', message: 'from 0 to 200 mm; nothing was moved', isAlarm: false },
}

const onKlipper: Kind = {
  ...onMarlin,
  driver: 'klipper',
  firmware: /^v0\.13\.0-84104bb$/,
}

/** @param dialect the words of another firmware @param chunk bytes that arrive at a time */
function grbl(
  options: Partial<FirmwareOptions> = {},
  makeDialect: () => SimulatedDialect = () => text => text,
  chunk = 4096,
): () => Promise<Bench> {
  return async () => {
    const dialect = makeDialect()
    const time = new VirtualTime(100)
    const firmware: GrblFirmware = new GrblFirmware({
      time,
      send: text => {
        const bytes = Buffer.from(dialect(text))
        for (let at = 0; at < bytes.length; at += chunk) cable.send(bytes.subarray(at, at + chunk))
      },
      carriageAt: { xMm: -40, yMm: -40, zMm: -10 },
      ...options,
    })
    const cable: SerialCable = new SerialCable('virtual:grbl', {
      opened: () => {},
      closed: () => {},
      receive: bytes => firmware.receive(bytes),
    })
    firmware.powerUp()
    const opened = await stages.open(
      { driver: 'grbl', port: cable.path, poses: onGrbl.poses },
      { ports: () => cable.makeLine },
    )
    endings.push(
      () => time.stop(),
      () => opened.close(),
    )
    return { opened, kind: onGrbl, carriage: () => firmware.carriage, isMoving: () => firmware.isMoving }
  }
}

function marlin(options: Partial<MarlinOptions> = {}): () => Promise<Bench> {
  return async () => {
    const board = new VirtualMarlin(options)
    const { poses } = onMarlin
    const opened = await stages.open(
      { driver: 'marlin', port: board.cable.path, poses, feedMmPerMin: 150_000 },
      { ports: () => board.cable.makeLine },
    )
    endings.push(() => opened.close())
    return { opened, kind: onMarlin, carriage: () => board.carriage, isMoving: () => board.isMoving }
  }
}

async function klipper(): Promise<Bench> {
  const host = new VirtualMoonraker()
  const { poses } = onKlipper
  const opened = await stages.open({ driver: 'klipper', url: await host.listen(), poses })
  endings.push(
    () => opened.close(),
    () => host.close(),
  )
  return { opened, kind: onKlipper, carriage: () => host.carriage, isMoving: () => host.isMoving }
}

async function atTerminal(): Promise<Bench> {
  const simulated = await simulateController(2, 100)
  const opened = await stages.open({ driver: 'grbl', port: simulated.path, poses: onGrbl.poses })
  endings.push(
    () => simulated.close(),
    () => opened.close(),
  )
  return { opened, kind: onGrbl, carriage: () => simulated.bench.carriage, isMoving: () => simulated.bench.isMoving }
}

const canMakeTerminals = ['python3', 'socat'].some(program => {
  try {
    execFileSync('which', [program], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
})

/** The drivers, and the dialects of the controllers, that must keep the contract of stage.ts. */
const controllers: readonly [string, () => Promise<Bench>][] = [
  ['GRBL 1.1', grbl()],
  ['GRBL 1.1 that reports work coordinates in inches', grbl({ settings: { 10: 0, 13: 1 } })],
  ['grblHAL', grbl({ dialect: 'grblHAL' })],
  ['GRBL 1.1 that reports buffers, in inches', grbl({ settings: { 10: 3, 13: 1 } })],
  ['FluidNC', grbl({}, fluidNc)],
  ['uCNC', grbl({}, () => ucnc)],
  ['GRBL 1.1 with careless line ends, a byte at a time', grbl({ settings: { 10: 2 } }, () => careless, 1)],
  ['Marlin', marlin()],
  [
    'Marlin with an emergency parser, that restarts when its port is opened',
    marlin({ hasEmergencyParser: true, resetsOnOpen: true, advancedOk: true }),
  ],
  ['Klipper', klipper],
  ...(canMakeTerminals ? [['GRBL 1.1 at a pseudo-terminal', atTerminal] as [string, () => Promise<Bench>]] : []),
]

const enough = new Error('enough')

function expectAt(at: StagePosition, { xMm, yMm, zMm }: StagePosition): void {
  expect(at.xMm).toBeCloseTo(xMm, 1)
  expect(at.yMm).toBeCloseTo(yMm, 1)
  expect(at.zMm).toBeCloseTo(zMm, 1)
}

describe.each(controllers)('every stage (%s)', (_name, open) => {
  test('opens at rest, moves nothing by itself, and says who it is', async () => {
    const { opened, isMoving, kind } = await open()
    expect(isMoving()).toBe(false)
    expect(opened.stage.pose).toBe('unknown')
    expect(opened.identity).toMatchObject({
      driver: kind.driver,
      firmware: expect.stringMatching(kind.firmware),
    })
    if (kind === onGrbl) expect(opened.identity.warnings).toEqual([])
  })

  test('rests where it was sent when goTo resolves, and says where that is', async () => {
    const { opened, carriage, isMoving, kind } = await open()
    for (const pose of ['inspect', 'load', kind.between] as const) {
      await opened.stage.goTo(pose)
      expect(isMoving()).toBe(false)
      const target = typeof pose === 'string' ? kind.poses[pose] : pose
      expectAt(carriage(), target)
      expectAt(await opened.stage.position(), target)
      expect(opened.stage.pose).toBe(typeof pose === 'string' ? pose : 'unknown')
    }
  })

  test('moves asked for together are made one after the other', async () => {
    const { opened, carriage, kind } = await open()
    await Promise.all([opened.stage.goTo('load'), opened.stage.goTo('inspect')])
    expect(opened.stage.pose).toBe('inspect')
    expectAt(carriage(), kind.poses.inspect)
  })

  test('refuses poses that it does not have, also what every object has, and places that are none', async () => {
    const { opened } = await open()
    for (const pose of ['shelf', 'toString', '__proto__']) {
      await expect(opened.stage.goTo(pose)).rejects.toMatchObject({
        code: 'pose-unknown',
        message: expect.stringContaining('It has inspect, load'),
      })
    }
    await expect(opened.stage.goTo({ xMm: Number.NaN, yMm: 0, zMm: 0 })).rejects.toMatchObject({ code: 'pose-unknown' })
  })

  test('an aborted move has stopped before it rejects, and homing brings the stage back', async () => {
    const { opened, isMoving } = await open()
    await opened.stage.home()
    const stop = new AbortController()
    const move = opened.stage.goTo('load', stop.signal)
    while (!isMoving()) await pause(1)
    stop.abort(enough)
    await expect(move).rejects.toBe(enough)
    expect(isMoving()).toBe(false)
    await expect(opened.stage.goTo('inspect')).rejects.toMatchObject({ code: 'stage-not-homed' })
    await opened.stage.home()
    await opened.stage.goTo('inspect')
    expect(opened.stage.pose).toBe('inspect')
  })

  test('holds where it is, goes on when told to, and then arrives', async () => {
    const { opened, carriage, isMoving, kind } = await open()
    // Not every stage can.
    if (opened.stage.hold === undefined) return
    await opened.stage.home()
    const move = opened.stage.goTo('load')
    while (!isMoving()) await pause(1)
    await opened.stage.hold()
    expect(isMoving()).toBe(false)
    const held = carriage()
    await pause(10)
    expect(carriage()).toEqual(held)
    await opened.stage.resume?.()
    await move
    expectAt(carriage(), kind.poses.load)
  })

  test('a place beyond the travel is refused with a sentence that says so; an alarm is cleared by homing', async () => {
    const { opened, kind } = await open()
    const { code, message, isAlarm } = kind.refusal
    await expect(opened.stage.goTo(kind.beyond)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    })
    if (isAlarm) {
      await expect(opened.stage.goTo('inspect')).rejects.toMatchObject({ code })
      await opened.stage.home()
    }
    await opened.stage.goTo('inspect')
    expect(opened.stage.pose).toBe('inspect')
  })

  test('making it safe ends the motion, twice alike; closed, it refuses everything', async () => {
    const { opened, isMoving } = await open()
    await opened.stage.home()
    const move = opened.stage.goTo('load').catch((error: unknown) => error)
    while (!isMoving()) await pause(1)
    await Promise.all([opened.makeSafe(5000), opened.makeSafe(5000)])
    expect(isMoving()).toBe(false)
    expect(await move).toMatchObject({ exitCode: 3 })
    await expect(opened.stage.goTo('inspect')).rejects.toMatchObject({ code: 'port-closed' })
    await opened.close()
    await opened.close()
    await expect(opened.stage.home()).rejects.toMatchObject({ code: 'port-closed' })
  })
})

test('wherever it is sent within its travel, there it is, and beyond it an alarm', async () => {
  const { opened, carriage } = await grbl()()
  const within = (travelMm: number): fc.Arbitrary<number> => fc.double({ min: -travelMm, max: 0, noNaN: true })
  const place = fc.record({ xMm: within(310), yMm: within(210), zMm: within(85) })
  await fc.assert(
    fc.asyncProperty(place, async target => {
      const isReachable = target.xMm >= -300 && target.yMm >= -200 && target.zMm >= -80
      try {
        await opened.stage.goTo(target)
        expect(isReachable).toBe(true)
        expectAt(carriage(), target)
      } catch (error) {
        expect(error).toMatchObject({ code: 'stage-alarm' })
        expect(isReachable).toBe(false)
        await opened.stage.home()
      }
    }),
    { numRuns: 12, seed: 1 },
  )
})
