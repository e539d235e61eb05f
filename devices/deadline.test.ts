import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { pause, whenLate, withDeadline } from './deadline.ts'
import { LineExchange } from './grbl/line-exchange.ts'
import { RigError } from './rig-error.ts'
import { SerialCable } from './virtual/serial-binding.ts'

/** Nothing of this program runs for so long, as when a machine has other work. */
const holdUp = (ms: number): void => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)

describe('a deadline', () => {
  const late = () => new Error('late')
  const hung = () => new Promise<never>(() => {})

  test('comes when it was set, and not once the work was done', async () => {
    const started = performance.now()
    await expect(withDeadline(hung(), 600, late)).rejects.toThrow('late')
    expect(performance.now() - started).toBeGreaterThan(590)
    expect(
      await withDeadline(
        pause(10).then(() => 'done'),
        600,
        late,
      ),
    ).toBe('done')
    let called = 0
    whenLate(20, () => called++)()
    await pause(60)
    expect(called).toBe(0)
  })

  // On a clock of the test's own: how long a loaded machine really holds a program up is nobody's to say.
  describe('of a program that is held up', () => {
    let now = 0
    beforeEach(() => {
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'clearImmediate'] })
      vi.spyOn(performance, 'now').mockImplementation(() => now)
    })
    afterEach(() => {
      vi.useRealTimers()
      vi.restoreAllMocks()
    })

    /** Time in which the program runs, ms. */
    function runs(ms: number): void {
      for (let i = 0; i < ms; i++) {
        now++
        vi.advanceTimersByTime(1)
      }
    }
    /** Time that the clock shows and nothing of the program had, ms. */
    function heldUp(ms: number): void {
      now += ms
    }

    test('does not count what was taken from the program', () => {
      const act = vi.fn()
      whenLate(900, act)
      runs(100)
      heldUp(1500)
      runs(600)
      expect(act).not.toHaveBeenCalled()
      runs(300)
      expect(act).toHaveBeenCalledOnce()
    })

    test('ends also where the program is held up again and again', () => {
      const act = vi.fn()
      whenLate(900, act)
      let turns = 0
      for (; act.mock.calls.length === 0 && turns < 20; turns++) {
        heldUp(400)
        runs(250)
      }
      expect(turns).toBeLessThan(6)
    })
  })
})

test('a program that was held up does not take a controller for dead', async () => {
  const cable: SerialCable = new SerialCable('test:slow', {
    opened: () => {},
    closed: () => {},
    receive: () => {
      setTimeout(() => {
        holdUp(1000)
        setTimeout(() => cable.send(new TextEncoder().encode('ok\r\n')), 20)
      }, 20)
    },
  })
  const lost = () => new RigError('port-lost', 'the port was lost.')
  const talk = new LineExchange(cable.makeLine, { heard: () => {}, lost, lastState: () => 'Idle' })
  await talk.open(1000)
  expect(await talk.exchange('$X', { deadlineMs: 500 })).toEqual([])
  const heard = talk.nextLine(line => line === 'ok', 500)
  await talk.write(Uint8Array.of(0x3f), 500)
  expect(await heard).toBe('ok')
  await talk.close(lost())
})
