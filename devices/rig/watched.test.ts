import { expect, test } from 'vitest'
import { pause } from '../deadline.ts'
import type { Stage } from '../stage/stage.ts'
import { callDeadlines, watchStage } from './watched.ts'

const unused = (): never => expect.unreachable('not used here')

/** A stage that moves as `goTo` does. */
const stageWith = (goTo: Stage['goTo']): Stage => ({
  name: 'played',
  pose: 'unknown',
  home: unused,
  goTo,
  position: unused,
  stop: unused,
})

test('an aborted move rejects with the reason, once the driver has stopped the motion and not before', async () => {
  let isMoving = false
  const brakes = stageWith(async (_, signal) => {
    isMoving = true
    await pause(60_000, signal).catch(() => {})
    await pause(50)
    isMoving = false
    signal?.throwIfAborted()
  })
  const enough = new AbortController()
  const move = watchStage(brakes, callDeadlines({})).goTo('load', enough.signal)
  await pause(5)
  enough.abort(new Error('enough'))
  await expect(move).rejects.toThrow('enough')
  expect(isMoving).toBe(false)
})

test('a driver that hangs is given up at the deadline, and told so', async () => {
  let told: AbortSignal | undefined
  const hangs = stageWith((_, signal) => {
    told = signal
    return new Promise(() => {})
  })
  const watched = watchStage(hangs, { photographMs: 1, moveMs: 30, homeMs: 1, lightMs: 1 })
  await expect(watched.goTo('load')).rejects.toMatchObject({
    code: 'driver-hung',
    message: expect.stringContaining('stage played did not end a move within 0.03 s'),
  })
  expect(told?.aborted).toBe(true)
})
