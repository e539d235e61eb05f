import { spawn } from 'node:child_process'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { processorMsOf, whenUsedUp } from './used-up.node.ts'

describe('a deadline of what was used', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }))
  afterEach(() => void vi.useRealTimers())

  /** When it comes, ms, for a process that gets `share` of the time. */
  function comes(share: number | null, forMs = 10_000): number | null {
    const began = performance.now()
    let at: number | null = null
    const used = () => (share === null ? null : 700 + share * (performance.now() - began))
    whenUsedUp(1000, used, () => {
      at = performance.now() - began
    })
    vi.advanceTimersByTime(forMs)
    return at
  }

  test('comes by the clock where nothing was taken from the work, or nobody tells', () => {
    expect(comes(1)).toBe(1000)
    // Several threads use more than the clock shows: it is no later, and no sooner.
    expect(comes(3)).toBe(1000)
    expect(comes(null)).toBe(1000)
  })

  test('waits for work that other programs keep from the processor', () => {
    expect(comes(0.5)).toBeGreaterThan(1990)
    expect(comes(0.5)).toBeLessThan(2050)
    expect(comes(0.25)).toBeGreaterThan(3990)
  })

  test('comes for work that waits for what never comes, five times as late', () => {
    expect(comes(0)).toBe(5000)
    expect(comes(0, 4999)).toBeNull()
  })

  test('is taken back', () => {
    const act = vi.fn()
    whenUsedUp(1000, () => 0, act)()
    const late = whenUsedUp(1000, () => 0, act)
    vi.advanceTimersByTime(3000)
    late()
    vi.advanceTimersByTime(10_000)
    expect(act).not.toHaveBeenCalled()
  })
})

test.skipIf(process.platform !== 'linux')(
  'the processor time of a process is told, and of none that is not there',
  async () => {
    expect(processorMsOf(process.pid)! / (process.cpuUsage().user + process.cpuUsage().system)).toBeCloseTo(0.001, 3)
    const idle = spawn('sleep', ['60'])
    try {
      expect(processorMsOf(idle.pid)).toBeLessThan(1000)
    } finally {
      idle.kill('SIGKILL')
    }
    expect(processorMsOf(undefined)).toBeNull()
    expect(processorMsOf(2 ** 22 + 1)).toBeNull()
  },
)
