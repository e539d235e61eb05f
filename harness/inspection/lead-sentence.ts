import { listed } from '../checks/wording.ts'
import { type StationName, showsMark } from '../core/vocabulary.ts'
import type { PhotographReading } from '../vision/reading.ts'
import { type Station, stations } from './station.ts'

/** One cause for which most checks could not run: it is said first, before what they say one by one. */
export interface Lead {
  readonly kind: 'other-product' | 'wrong-station' | 'no-card'
  readonly because: string
}

/**
 * What photographs look like in which nothing is as the chosen product has it; null where one of them may show the product. It is
 * said of an alarm, too, and takes nothing away from it.
 */
export function otherProductOf(
  taken: readonly { readonly otherProduct?: string | null; readonly reading: Seen }[],
): Lead | null {
  const because = taken.find(({ otherProduct }) => otherProduct)?.otherProduct
  if (!because || taken.some(({ otherProduct, reading }) => !otherProduct && !showsNothing(reading))) return null
  return { kind: 'other-product', because: sentence(because) }
}

const sentence = (clause: string) => `${clause[0]!.toUpperCase()}${clause.slice(1)}.`

type Seen = Pick<PhotographReading, 'card' | 'because' | 'states' | 'marks' | 'looseLayers'>

/** What the photographs tell by themselves. */
type SeenLead = Lead & { readonly kind: Exclude<Lead['kind'], 'other-product'> }

/** Null where the photographs show a card that may be in the station's state. */
export function leadOf(station: Station, readings: readonly Seen[]): SeenLead | null {
  if (readings.length === 0) return null
  const [first] = readings
  if (readings.every(showsNothing)) {
    const why = first!.because ?? 'no card in view'
    // A reason that says what to do needs no more advice.
    const advice = why.includes(': ') ? '' : '; take it again with the whole card in view'
    return { kind: 'no-card', because: sentence(`${why}${advice}`) }
  }
  const looks = [...new Set(readings.flatMap(({ states }) => states))]
  const isElsewhere = readings.every(({ states }) => states.length > 0 && !states.includes(station.state))
  if (!isElsewhere) return null
  const names = Object.values(stations)
    .filter(({ state }) => looks.includes(state))
    .map(({ name }): StationName => name)
  const where = names.length === 0 ? '' : ` Choose --station ${names.join(' or ')}, or lay the right card in.`
  return {
    kind: 'wrong-station',
    because: `This card looks ${listed(looks)}, and the station is ${station.name}.${where}`,
  }
}

function showsNothing({ card, marks, looseLayers = [] }: Seen): boolean {
  return card === null && looseLayers.length < 2 && marks.every(({ outcome }) => showsMark[outcome] !== true)
}
