import { afterEach, expect, test } from 'vitest'
import { pause } from '../deadline.ts'
import { GrblFirmware } from '../virtual/firmware/grbl-firmware.ts'
import { SerialCable } from '../virtual/serial-binding.ts'
import { VirtualTime } from '../virtual/virtual-time.ts'
import { moveDeadlineMs } from './grbl-stage.ts'
import { stages } from './stages.ts'

const endings: (() => unknown)[] = []
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end()
})

const poses = { inspect: { xMm: -60, yMm: -60, zMm: -20 }, load: { xMm: -280, yMm: -190, zMm: -5 } }

/** @param hurry how many times faster than real machinery */
async function openStage(hurry: number) {
  const time = new VirtualTime(hurry)
  const firmware: GrblFirmware = new GrblFirmware({
    time,
    settings: { 22: 1 },
    send: text => cable.send(Buffer.from(text)),
    carriageAt: { xMm: -4, yMm: -4, zMm: -4 },
  })
  const cable: SerialCable = new SerialCable('virtual:grbl', {
    opened: () => {},
    closed: () => {},
    receive: bytes => firmware.receive(bytes),
  })
  firmware.powerUp()
  const { stage, close } = await stages.open(
    { driver: 'grbl', port: cable.path, poses, homeDeadlineMs: 20_000 },
    { ports: () => cable.makeLine },
  )
  endings.push(
    () => time.stop(),
    () => close(),
  )
  return { stage, firmware }
}

test('a feed hold in mid-move is told at once, with the place where the stage stands', {
  timeout: 60_000,
}, async () => {
  const { stage, firmware } = await openStage(4)
  await stage.goTo('inspect')
  const moving = stage.goTo('load').catch((error: unknown) => error)
  await expect.poll(() => firmware.isMoving, { timeout: 10_000 }).toBe(true)
  await pause(50)
  const pressedAt = performance.now()
  firmware.receive(Uint8Array.of(0x21))
  const error = await moving
  // A move of this length has some 20 s.
  expect(performance.now() - pressedAt).toBeLessThan(6000)
  expect(error).toMatchObject({ code: 'stage-held', exitCode: 3 })
  expect((error as Error).message).toMatch(
    /held at X-\d+\.\d{3} Y-\d+\.\d{3} Z-\d+\.\d{3} while .* feed hold\. Release it/,
  )
  expect(stage.pose).toBe('unknown')
})

test('the time of a move comes from its length and from the board’s own speeds', () => {
  const settings = new Map([
    [110, 600],
    [111, 6000],
    [112, 600],
    [120, 10],
    [121, 100],
    [122, 10],
  ])
  const at = { xMm: 0, yMm: 0, zMm: 0 }
  // 300 mm at 10 mm/s and a second to speed up: 31 s, doubled, and 5 s.
  expect(moveDeadlineMs(at, { xMm: -300, yMm: -300, zMm: 0 }, settings)).toBe(67_000)
  expect(moveDeadlineMs(at, { xMm: 0, yMm: -300, zMm: 0 }, settings)).toBe(13_000)
  expect(moveDeadlineMs(at, at, settings)).toBe(5000)
  // A board that does not tell.
  expect(moveDeadlineMs(at, { xMm: -300, yMm: 0, zMm: 0 }, new Map())).toBe(15_000)
})
