// @module-tag long
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { pause } from '../../deadline.ts'
import { SerialCable } from '../../virtual/serial-binding.ts'
import { stages } from '../stages.ts'
import { type MarlinOptions, VirtualMarlin } from './marlin-board.testing.ts'
import { numbered, readIdentity, readLimits, readPosition, readSpeeds } from './marlin-replies.ts'

const endings: (() => unknown)[] = []
afterEach(async () => {
  for (const end of endings.splice(0)) await end()
})

const poses = { inspect: { xMm: 60, yMm: 60.5, zMm: 20 }, load: { xMm: 180, yMm: 190, zMm: 5 } }

async function stageOn(
  options: Partial<MarlinOptions> = {},
  config: { readonly feedMmPerMin?: number; readonly homeDeadlineMs?: number; readonly moveDeadlineMs?: number } = {},
) {
  const board = new VirtualMarlin(options)
  const opened = await stages.open(
    { driver: 'marlin', port: board.cable.path, poses, feedMmPerMin: 150_000, ...config },
    { ports: () => board.cable.makeLine },
  )
  endings.push(() => opened.close())
  return { board, opened, stage: opened.stage }
}

describe('a Marlin stage', () => {
  test('says that a stop waits where there is no emergency parser', async () => {
    expect((await stageOn()).opened.identity.warnings).toEqual([expect.stringContaining('EMERGENCY_PARSER')])
    expect((await stageOn({ hasEmergencyParser: true })).opened.identity.warnings).toEqual([])
  })

  test('sends no move that the board would cut at the end of an axis, by any axis, and stays homed', async () => {
    const { board, stage } = await stageOn()
    await stage.home()
    for (const place of [
      { xMm: 200.01, yMm: 0, zMm: 0 },
      { xMm: 0, yMm: -0.01, zMm: 0 },
      { xMm: 0, yMm: 0, zMm: 101 },
    ])
      await expect(stage.goTo(place)).rejects.toMatchObject({ code: 'stage-limits' })
    expect(board.heard.some(line => line.includes(' G0 '))).toBe(false)
    await stage.goTo('inspect')
    expect(stage.pose).toBe('inspect')
  })

  test('is stopped in the middle of a move, though M410 waits behind M400', async () => {
    const { board, stage } = await stageOn({}, { feedMmPerMin: 30_000 })
    await stage.home()
    const move = stage.goTo('load')
    move.catch(() => {})
    await pause(100)
    expect(board.isMoving).toBe(true)
    await stage.stop()
    expect(board.isMoving).toBe(false)
    expect(board.carriage.xMm).toBeLessThan(150)
    await expect(move).rejects.toMatchObject({ code: 'stage-alarm', exitCode: 3 })
    await expect(stage.goTo('inspect')).rejects.toMatchObject({ code: 'stage-not-homed' })
  })

  test('where it is, asked in mid-move, is told at rest: the board tells targets', async () => {
    const { board, stage } = await stageOn({}, { feedMmPerMin: 30_000 })
    await stage.home()
    const move = stage.goTo('load')
    await pause(60)
    const at = await stage.position()
    expect(board.isMoving).toBe(false)
    expect(at).toEqual(poses.load)
    await move
  })

  test('a board that halts in homing is deaf: told at once, and homing goes on after its reset', async () => {
    const { board, stage } = await stageOn({ resetsOnOpen: true })
    board.failsHoming = true
    await expect(stage.home()).rejects.toMatchObject({
      code: 'stage-alarm',
      message: expect.stringContaining('halted'),
    })
    await expect(stage.goTo('inspect')).rejects.toMatchObject({ code: 'stage-alarm' })
    board.failsHoming = false
    // Opening its port again resets it.
    await stage.home()
    await stage.goTo('inspect')
    expect(stage.pose).toBe('inspect')
  })

  test('a halted board is safe: its motors are off', async () => {
    const { board, opened, stage } = await stageOn()
    board.failsHoming = true
    await stage.home().catch(() => {})
    await opened.makeSafe(500)
  })

  test('a board that restarts in a move is told, and homed before it moves again', async () => {
    const { board, stage } = await stageOn({}, { feedMmPerMin: 30_000 })
    await stage.home()
    const move = stage.goTo('load')
    move.catch(() => {})
    await pause(60)
    board.reset()
    await expect(move).rejects.toMatchObject({ code: expect.stringMatching(/^stage-/) })
    await expect(stage.goTo('inspect')).rejects.toMatchObject({ code: 'stage-not-homed' })
    await stage.home()
    await stage.goTo('inspect')
    expect(board.carriage).toEqual(poses.inspect)
  })

  test('a board that stands still and says nothing is unsafe, and says what to do', async () => {
    const { board, opened } = await stageOn()
    board.isSilent = true
    await expect(opened.makeSafe(200)).rejects.toMatchObject({
      code: 'rig-unsafe',
      message: expect.stringContaining('supply'),
    })
  })

  test('homing that takes too long is a deadline, and stops', async () => {
    const { board, stage } = await stageOn({}, { homeDeadlineMs: 20 })
    await expect(stage.home()).rejects.toMatchObject({ code: 'stage-deadline' })
    expect(board.isMoving).toBe(false)
  })

  test('a pulled plug is told, and put back it homes', async () => {
    const { board, stage } = await stageOn()
    await stage.home()
    board.cable.pull()
    await expect(stage.goTo('inspect')).rejects.toMatchObject({ code: 'port-lost' })
    board.cable.putBack()
    await stage.home()
    await stage.goTo('inspect')
    expect(board.carriage).toEqual(poses.inspect)
  })

  test.each([
    ['Klipper', 'ok FIRMWARE_NAME:Klipper FIRMWARE_VERSION:v0.13.0-1'],
    ['GRBL', 'error:20'],
    ['RepRapFirmware', 'FIRMWARE_NAME: RepRapFirmware for Duet 2 WiFi/Ethernet'],
  ])('%s is told by its name', async (name, answer) => {
    const cable: SerialCable = new SerialCable('virtual:other', {
      opened: () => {},
      closed: () => {},
      receive: () => cable.send(Buffer.from(`${answer}\nok\n`)),
    })
    const opening = stages.open({ driver: 'marlin', port: cable.path, poses }, { ports: () => cable.makeLine })
    await expect(opening).rejects.toMatchObject({ code: 'not-marlin', message: expect.stringContaining(name) })
    expect(cable.isOpen).toBe(false)
  })
})

/** A generator of numbers from 0 to 1, the same for the same seed. */
function random(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

test('on a line that flips bits it is where it was sent, or says that it is not', async () => {
  let [arrived, flips] = [0, 0]
  for (const seed of [1, 2, 3, 4]) {
    const next = random(seed)
    let isNoisy = false
    const disturb = (line: string): string => {
      if (!isNoisy || next() > 0.08) return line
      flips++
      const bytes = Buffer.from(line, 'latin1')
      const at = Math.floor(next() * bytes.length)
      bytes[at] = bytes[at]! ^ (1 << Math.floor(next() * 7))
      return bytes.toString('latin1')
    }
    const { board, stage } = await stageOn({ disturb }, { moveDeadlineMs: 300 })
    await stage.home()
    isNoisy = true
    for (const pose of ['load', 'inspect', 'load'] as const) {
      try {
        await stage.goTo(pose)
        arrived++
        expect(board.isMoving).toBe(false)
        expect(Math.abs(board.carriage.xMm - poses[pose].xMm)).toBeLessThan(0.01)
        expect(Math.abs(board.carriage.yMm - poses[pose].yMm)).toBeLessThan(0.01)
      } catch (error) {
        if ((error as { name?: string }).name === 'AssertionError') throw error
        expect(error).toMatchObject({ exitCode: 3 })
        break
      }
    }
  }
  expect(arrived).toBeGreaterThan(0)
  expect(flips).toBeGreaterThan(5)
}, 120_000)

describe('what a board says', () => {
  test('as it was seen', () => {
    expect(
      readLimits(['echo:Soft endstops: On', '  Min:  X0.00 Y-5.00 Z0.00   Max:  X200.00 Y200.00 Z180.50 ']),
    ).toEqual({
      min: { xMm: 0, yMm: -5, zMm: 0 },
      max: { xMm: 200, yMm: 200, zMm: 180.5 },
    })
    expect(readPosition(['X:100.00 Y:0.00 Z:-1.25 E:0.00 Count X:8000 Y:0 Z:0'])).toEqual({
      xMm: 100,
      yMm: 0,
      zMm: -1.25,
    })
    expect(readSpeeds(['  M203 X300.00 Y300.00 Z5.00 E25.00'])).toEqual({ xMm: 300, yMm: 300, zMm: 5 })
    expect(readIdentity(['FIRMWARE_NAME:Klipper'])).toBeNull()
    expect(numbered(1, 'M105')).toBe('N1 M105*38')
  })

  test('in part, or damaged, is nothing', () => {
    expect(readLimits(['  Min:  X0.00 Y0.00 Z0.00   Max:  X200.00 Y200.00'])).toBeNull()
    expect(readLimits(['  Min:  X200.00 Y0.00 Z0.00   Max:  X0.00 Y200.00 Z5.00'])).toBeNull()
    expect(readPosition(['X:100.0.0 Y:0.00 Z:0.00'])).toBeNull()
    expect(readPosition(['X:nan Y:0.00 Z:0.00'])).toBeNull()
    expect(readSpeeds(['  M203 X300.00 Y0.00 Z5.00'])).toBeNull()
  })

  test('whatever it says, a place is three numbers or nothing', () => {
    const near = fc.string({ unit: fc.constantFrom(...'XYZEMinax:.-0123456789 Count'), maxLength: 80 })
    fc.assert(
      fc.property(fc.array(fc.oneof(near, fc.string()), { maxLength: 6 }), lines => {
        const limits = readLimits(lines)
        for (const place of [limits?.min, limits?.max, readPosition(lines), readSpeeds(lines)]) {
          if (place) expect(Object.values(place).every(Number.isFinite)).toBe(true)
        }
        readIdentity(lines)
      }),
    )
  })
})
