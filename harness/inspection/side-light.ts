import { measurementRows } from '../checks/measurements.ts'
import { textMarks } from '../products/geometry.ts'
import type { ProductProfile } from '../products/profile.ts'
import type { PhotographReading, Reading } from '../vision/reading.ts'

const fromTheSide: readonly string[] = ['left', 'right']

/** Does a light come from one side? */
export const isFromTheSide = (light: string) => fromTheSide.includes(light)

/**
 * What a photograph counts for under its light. From the side a groove shows by its flanks: one that runs towards the lamp
 * hardly shows, so that good units have strokes as faint as missing ones. Nothing is measured of etched strokes then; and beside a
 * photograph under another light, a guess at an etched text that could not be read speaks neither for nor against any character.
 * @param isAlone is there no photograph under any other light?
 */
export function underItsLight(
  profile: ProductProfile,
  light: string,
  reading: PhotographReading,
  isAlone: boolean,
): PhotographReading {
  if (!isFromTheSide(light)) return reading
  const etched = textMarks(profile).filter(({ made }) => made === 'etched')
  const isEtched = (of: string) => etched.some(mark => mark.name === of)
  const isOfStrokes = (name: string, of: string) => measurementRows[name]?.check === 'legibility' && isEtched(of)
  const isGuess = ({ mark, outcome }: Reading) => !isAlone && outcome === 'unread' && isEtched(mark)
  return {
    ...reading,
    marks: reading.marks.map(one => (isGuess(one) ? { ...one, alternatives: null, readers: [], confidence: 0 } : one)),
    measurements: reading.measurements.filter(({ name, of }) => !isOfStrokes(name, of)),
  }
}
