import { measurementRows } from '../checks/measurements.ts'
import { textMarks } from '../products/geometry.ts'
import type { ProductProfile } from '../products/profile.ts'
import type { PhotographReading } from '../vision/reading.ts'

const fromTheSide: readonly string[] = ['left', 'right']

/**
 * What a photograph counts for under its light. From the side a groove shows by its flanks: one that runs towards the lamp
 * hardly shows, so that good units have strokes as faint as missing ones. Nothing is measured of etched strokes then.
 */
export function underItsLight(profile: ProductProfile, light: string, reading: PhotographReading): PhotographReading {
  if (!fromTheSide.includes(light)) return reading
  const etched = textMarks(profile).filter(({ made }) => made === 'etched')
  const isOfStrokes = (name: string, of: string) =>
    measurementRows[name]?.check === 'legibility' && etched.some(mark => mark.name === of)
  return { ...reading, measurements: reading.measurements.filter(({ name, of }) => !isOfStrokes(name, of)) }
}
