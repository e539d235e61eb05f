import { z } from 'zod'
import { type StationName, stationNames } from '../../core/vocabulary.ts'
import type { JournalEntry } from '../../custody/journal/entry.ts'
import { fourDigits, type IndividualsChart, individualsChart } from '../charts/control-chart.ts'

const Station = z.enum(stationNames)
const Measured = z.array(
  z.object({
    name: z.string(),
    of: z.string(),
    value: z.number().nullable(),
    unit: z.string(),
    limits: z.object({ min: z.number().nullable(), max: z.number().nullable() }).nullable(),
  }),
)

/** One measured value over the lot's inspections at a station, in their order. */
export const Series = z.strictObject({
  station: z.enum(stationNames),
  name: z.string(),
  of: z.string(),
  unit: z.string(),
  min: z.number().nullable(),
  max: z.number().nullable(),
  values: z.array(z.number()),
  /** Of each value, the journal's entry that it is from. */
  entries: z.array(z.int().min(0)),
})
export type Series = z.infer<typeof Series>

/** Where stickers sat, as far as each was measured: how far from their place to the right and down. */
export const Placement = z.strictObject({
  station: z.enum(stationNames),
  of: z.string(),
  /** Of the distance, whichever way. */
  maxShiftMm: z.number().nullable(),
  /** x and y, mm, of each inspection. */
  points: z.array(z.tuple([z.number(), z.number()])),
})
export type Placement = z.infer<typeof Placement>

/** All that was measured of a lot. */
export const LotMeasurements = z.strictObject({ series: z.array(Series), placements: z.array(Placement) })
export type LotMeasurements = z.infer<typeof LotMeasurements>

/** Takes from a journal, inspection by inspection, what was measured of a lot's units. */
export class LotSeries {
  readonly #series = new Map<string, Series>()
  readonly #placements = new Map<string, Placement>()

  /** Values that a check judged by limits, of each station. */
  get measurements(): LotMeasurements {
    const order = ({ station, name, of }: { station: string; name?: string; of: string }) =>
      `${(stationNames as readonly string[]).indexOf(station)} ${name ?? ''} ${of}`
    const sorted = <T extends Parameters<typeof order>[0]>(all: Iterable<T>) =>
      [...all].sort((a, b) => (order(a) < order(b) ? -1 : 1))
    return { series: sorted(this.#series.values()), placements: sorted(this.#placements.values()) }
  }

  /**
   * Takes what an inspection of one of the lot's units measured.
   * @param measured of a record that was read as a whole; left out, what can be read of it is
   */
  take(
    { station, index, facts }: Pick<JournalEntry, 'station' | 'index' | 'facts'>,
    measured = measuredIn(facts),
  ): void {
    const at = Station.safeParse(station)
    if (!at.success) return
    this.#place(at.data, measured)
    for (const { name, of, value, unit, limits } of measured) {
      if (value === null || limits === null) continue
      const { min, max } = limits
      const key = `${at.data} ${name.length} ${name} ${of.length} ${of} ${min} ${max}`
      const known = this.#series.get(key)
      const series = known ?? { station: at.data, name, of, unit, min, max, values: [], entries: [] }
      if (known === undefined) this.#series.set(key, series)
      series.values.push(fourDigits(value))
      series.entries.push(index)
    }
  }

  /** Each photograph has its own: the first x belongs to the first y. */
  #place(station: StationName, measured: z.infer<typeof Measured>): void {
    const placed = measured.filter(({ name }) => name.startsWith('placement-'))
    for (const [of, its] of Map.groupBy(placed, one => one.of)) {
      const [xs, ys] = ['placement-x', 'placement-y'].map(name => its.filter(one => one.name === name))
      const shift = its.find(({ name }) => /^placement-shift(?:-by-print)?$/.test(name))
      for (const [i, { value: x }] of xs!.entries()) {
        const y = ys![i]?.value ?? null
        if (x === null || y === null) continue
        const key = JSON.stringify([station, of])
        const known = this.#placements.get(key)
        const placement = known ?? { station, of, maxShiftMm: shift?.limits?.max ?? null, points: [] }
        this.#placements.set(key, placement)
        placement.points.push([fourDigits(x), fourDigits(y)])
      }
    }
  }
}

function measuredIn({ record }: JournalEntry['facts']): z.infer<typeof Measured> {
  const read = Measured.safeParse((record as { measurements?: unknown } | undefined)?.measurements)
  return read.success ? read.data : []
}

/** Fewer values say nothing of a process. */
export const fewestCharted = 8

export type ChartedSeries = Series & { readonly chart: IndividualsChart }

/** Those that have values enough, each with its control limits. */
export const chartedSeries = (series: readonly Series[]): readonly ChartedSeries[] =>
  series.flatMap(one => (one.values.length < fewestCharted ? [] : [{ ...one, chart: individualsChart(one.values) }]))
