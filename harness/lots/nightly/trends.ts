import { z } from 'zod'
import type { JournalEntry } from '../../custody/journal/entry.ts'
import {
  fourDigits,
  type IndividualsChart,
  individualsChart,
  type NelsonRule,
  nelsonRules,
} from '../charts/control-chart.ts'

/** One value of a rig, over all times that it saw its golden card. */
export interface Trend {
  readonly name: string
  readonly of: string
  readonly unit: string
  readonly values: readonly number[]
  /** Null while there are too few values. */
  readonly chart: IndividualsChart | null
  /** What the newest values say, in words: the rig changes before it fails units. */
  readonly drift: readonly string[]
}

const Measured = z.looseObject({
  unit: z.string().nullable(),
  rig: z.looseObject({ name: z.string() }),
  started: z.string(),
  ended: z.string(),
  error: z.unknown(),
  readings: z.array(z.looseObject({ outcome: z.string(), confidence: z.number() })),
  measurements: z.array(
    z.looseObject({ name: z.string(), of: z.string(), value: z.number().nullable(), unit: z.string() }),
  ),
})

/** Fewer say nothing of a process; of more, the last ones. */
const [fewest, most] = [8, 200]
/** Patterns by which something has moved; the others say that the limits are not those of chance. */
const drifting: readonly NelsonRule[] = [1, 2, 3, 5, 6]

const time = 'time'
/** What is said of a value that was always there and is not any more: the sharpest drop that there is. */
const gone = 'not measured any more'

interface Series {
  readonly serial: string
  readonly name: string
  readonly of: string
  readonly unit: string
  readonly values: number[]
  /** At which look at its card each of them was taken, from 1 on. */
  readonly looks: number[]
}

/** Takes what a rig saw of its golden card, entry by entry: the same card every time, so what changes is the rig. */
export class GoldenTrends {
  readonly #rig: string
  readonly #series = new Map<string, Series>()
  /** Of the golden card that was seen last: another one has other values. */
  #serial = ''
  /** How often each golden card was seen. */
  readonly #seen = new Map<string, number>()

  constructor(rig: string) {
    this.#rig = rig
  }

  take({ kind, facts }: JournalEntry): void {
    const read = kind === 'golden-card' ? Measured.safeParse(facts['record']) : undefined
    if (!read?.success || read.data.rig.name !== this.#rig) return
    const { unit: seen, started, ended, error, readings, measurements } = read.data
    // Broken off, it took as long as it was let.
    if (error != null) return
    const serial = String(facts['serial'])
    // Another card lay in the nest.
    if (seen !== null && seen !== serial) return
    this.#serial = serial
    this.#seen.set(serial, (this.#seen.get(serial) ?? 0) + 1)
    const seconds = (Date.parse(ended) - Date.parse(started)) / 1000
    // A clock that was set back meanwhile measured nothing.
    if (seconds >= 0) this.#add(time, 'inspection', 's', seconds)
    const sure = readings.filter(({ outcome }) => outcome === 'read').map(({ confidence }) => confidence)
    if (sure.length > 0) this.#add('confidence', 'least sure reading', '', Math.min(...sure))
    // Each photograph has its own: they are told apart by their place, which is the same every night.
    const places = new Map<string, number>()
    for (const { name, of, value, unit } of measurements) {
      const key = JSON.stringify([name, of])
      const place = (places.get(key) ?? 0) + 1
      places.set(key, place)
      if (value !== null) this.#add(name, place === 1 ? of : `${of}, photograph ${place}`, unit, value)
    }
  }

  /** @param newest so many values are of tonight */
  trends(newest: number): readonly Trend[] {
    const ofCard = [...this.#series.values()].filter(({ serial }) => serial === this.#serial)
    return ofCard.map(({ values: all, looks, serial: _, ...said }) => {
      const values = all.slice(-most)
      if (values.length < fewest) return { ...said, values, chart: null, drift: [] }
      // Nothing of it is new, and its chart would say what it said before. A clock that was set back measured no time, whatever the rig is like.
      if (said.name !== time && this.#isGone(looks, newest))
        return { ...said, values, chart: individualsChart(values, []), drift: [gone] }
      const chart = individualsChart(values, Object.keys(nelsonRules).map(Number) as NelsonRule[])
      const told = chart.signals.filter(({ at, rule }) => at >= values.length - newest && drifting.includes(rule))
      return { ...said, values, chart, drift: [...new Set(told.map(({ rule }) => nelsonRules[rule]))] }
    })
  }

  /** Was it measured at each of the looks before the newest, and at none of these? */
  #isGone(looks: readonly number[], newest: number): boolean {
    const before = this.#seen.get(this.#serial)! - newest
    return looks.at(-1) === before && looks.at(-fewest) === before - fewest + 1
  }

  #add(name: string, of: string, unit: string, value: number): void {
    if (!Number.isFinite(value)) return
    const serial = this.#serial
    const key = JSON.stringify([serial, name, of])
    const series = this.#series.get(key) ?? { serial, name, of, unit, values: [], looks: [] }
    this.#series.set(key, series)
    series.values.push(fourDigits(value))
    series.looks.push(this.#seen.get(serial)!)
  }
}
