import { expect, test } from 'vitest'
import type { JournalEntry } from '../custody/journal/entry.ts'
import type { JournalReader } from '../custody/journal/journal.ts'
import { chartsView } from './charts-view.ts'

const lot = { lot: 'L-0', units: [{ serial: 'BX0000001' }] }
const wobble = [1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2]

const measured = (name: string, value: number) => [
  { name, of: 'serial-card', value, unit: '%', limits: { min: 0, max: 9 } },
]
const inspection = (name: string, value: number, unit = 'BX0000001') =>
  entry('inspection', unit, { record: { measurements: measured(name, value) } })
const golden = (rig: string, value: number) =>
  entry('golden-card', null, {
    serial: 'BX9999999',
    record: {
      ...{ unit: 'BX9999999', rig: { name: rig }, error: null, readings: [] },
      ...{ started: '2026-11-30T10:00:00.000Z', ended: '2026-11-30T10:00:01.000Z' },
      measurements: measured('contrast', value),
    },
  })
const entry = (kind: string, unit: string | null, facts: object) =>
  ({ kind, unit, station: 'sealed', facts }) as unknown as JournalEntry

const viewOf = async (entries: readonly JournalEntry[]) =>
  await chartsView(
    {
      entries: async function* () {
        yield* entries
      },
    } as unknown as JournalReader,
    lot,
  )

test('a value that jumped is drawn before those that did not, and says by which rule it did', async () => {
  const { lot: charts } = await viewOf([
    ...wobble.map(value => inspection('contrast', value)),
    ...[...wobble, 8].map(value => inspection('sharpness', value)),
  ])
  expect(charts.map(({ title, signals }) => [title, signals])).toEqual([
    ['sharpness of serial-card, at sealed', ['beyond three sigmas']],
    ['contrast of serial-card, at sealed', []],
  ])
  expect(charts[0]!.svg).toMatch(
    /^<svg class="chart"[^>]* role="img" aria-label="sharpness of serial-card at sealed: 15 values/,
  )
})

test('units of other lots, values that never move, and too few of them are not drawn', async () => {
  const { lot: charts, golden: none } = await viewOf([
    ...wobble.map(value => inspection('contrast', value, 'ZZ0000001')),
    ...wobble.map(() => inspection('still', 3)),
    ...[1, 2, 1].map(value => inspection('few', value)),
  ])
  expect([charts, none]).toEqual([[], []])
})

test('each rig has its own golden card', async () => {
  const { golden: charts } = await viewOf(wobble.flatMap(value => [golden('a', value), golden('b', 3 * value)]))
  expect(charts.map(({ title }) => title)).toEqual(['contrast of serial-card, rig a', 'contrast of serial-card, rig b'])
})

test('whatever a journal holds is text in a chart', async () => {
  const { lot: charts } = await viewOf(wobble.map(value => inspection('<img src=x onerror=alert(1)>', value)))
  expect(charts[0]!.svg).not.toContain('<img')
})
