// @module-tag long
import { afterEach, expect, test, vi } from 'vitest'
import { VirtualLine } from '../../../fixtures/virtual-line/virtual-line.ts'
import { RunStopped } from '../../inspection/run.ts'
import { loadProfile } from '../../products/load-profile.ts'
import type { InspectionRecord } from '../../record/inspection-record.ts'
import { InterruptedError } from '../interruption.ts'
import { type DemoVisit, runDemo } from './run-demo.ts'

afterEach(() => vi.restoreAllMocks())

/** Of its two units the first is peeled already. */
const seed = 95

async function demo(
  interruptAfter = Number.POSITIVE_INFINITY,
): Promise<{ visits: readonly DemoVisit[]; error: unknown }> {
  const visits: DemoVisit[] = []
  const kept: InspectionRecord[] = []
  const controller = new AbortController()
  const error = await runDemo({
    profile: loadProfile('assay-reference'),
    seed,
    units: 2,
    workers: 1,
    signal: controller.signal,
    onProgress: () => {},
    journal: async record => void kept.push(record),
    onInspected: visit => {
      expect(kept, 'kept before it is shown').toContain(visit.record)
      if (visits.push(visit) === interruptAfter) controller.abort(new InterruptedError('interrupted by Ctrl-C'))
    },
  }).catch((error: unknown) => error)
  return { visits, error }
}

test('an alarm that was planted is acknowledged, in its record, and the demo goes on', async () => {
  const { visits, error } = await demo()
  expect(error).toEqual(expect.stringContaining('"units"'))
  expect(visits.map(({ rating }) => rating)).toEqual(Array.from({ length: 6 }, () => 'right'))
  expect(visits.map(({ record }) => record.alarm?.acknowledged ?? null)).toEqual([true, null, true, null, null, null])
})

test('an alarm that nothing planted explains stops the demo, and what is in hand has its record', async () => {
  const { make } = VirtualLine
  vi.spyOn(VirtualLine, 'make').mockImplementation(async request => {
    const line = await make.call(VirtualLine, request)
    const truth = line.truth.map(unit => ({
      ...unit,
      expected: { ...unit.expected, etched: { ...unit.expected.etched, alarms: [] } },
    }))
    return Object.assign(line, { truth })
  })
  const { visits, error } = await demo()
  expect(error).toBeInstanceOf(RunStopped)
  expect(error).toMatchObject({ code: 'both-factors-exposed', exitCode: 5 })
  expect(visits.map(({ record }) => record.alarm?.acknowledged ?? record.error?.code)).toEqual([false, 'run-stopped'])
})

test('an interruption ends the demo, and what is in hand has its record', async () => {
  const { visits, error } = await demo(1)
  expect(error).toBeInstanceOf(InterruptedError)
  expect(visits.map(({ record }) => record.error?.code ?? null)).toEqual([null, 'interrupted'])
})
