import type { ProductProfile } from '../products/profile.ts'
import type { PhotographReading } from '../vision/reading.ts'
import { type PlannedPhotograph, requiredMarkNames, type Station } from './station.ts'

/** A photograph's light, and what it shows. */
export interface SeenUnderLight {
  readonly light: string
  readonly marks: readonly Pick<PhotographReading['marks'][number], 'mark' | 'outcome'>[]
}

/**
 * The photographs of the plan that were taken and show nothing of what they are planned for: one of no card, say, or all glare. A
 * light that proves something shows the covers that the station has to see, every one; where there are none, and under any other light
 * or its retakes, at least one mark that the station has to see. A mark that one light leaves open is no such thing.
 */
export function lightsUnseen(
  station: Station,
  profile: ProductProfile,
  seen: readonly SeenUnderLight[],
): readonly PlannedPhotograph[] {
  const required = requiredMarkNames(station, profile)
  const covers = profile.marks.flatMap(({ name, kind }) => (kind === 'cover' && required.includes(name) ? [name] : []))
  const { photographs, retakes } = station.plan
  return photographs.filter(({ light, proves }) => {
    if (!seen.some(one => one.light === light)) return false
    const lights = [light, ...(proves === undefined ? retakes.map(one => one.light) : [])]
    const marks = seen.flatMap(one => (lights.includes(one.light) ? one.marks : []))
    const isSeen = (name: string) =>
      marks.some(({ mark, outcome }) => mark === name && outcome !== 'unread' && outcome !== 'unsure')
    return proves !== undefined && covers.length > 0 ? !covers.every(isSeen) : !required.some(isSeen)
  })
}
