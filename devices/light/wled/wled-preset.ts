import { z } from 'zod'
import { RigError } from '../../rig-error.ts'
import { litPresets } from '../light.ts'
import type { WledAnswer, WledSegmentState } from './wled-state.ts'

/** One WLED segment of a preset; a segment that a preset does not name is off. */
const segment = z.strictObject({
  /** The segment's id on the WLED board. */
  id: z.int().min(0).max(255),
  /** 0 … 1 of the segment's full brightness. */
  power: z.number().min(0).max(1),
  /** Red, green, blue, and white where the strip has it: 0 … 255. Default: 255, 255, 255. */
  colour: z.array(z.int().min(0).max(255)).min(3).max(4).readonly().exactOptional(),
})
export type WledSegment = Readonly<z.infer<typeof segment>>

/** What the configuration of every WLED board says. */
export const wledOptions = {
  /** Segments that each preset lights; `dark` is always everything off. */
  presets: z.partialRecord(z.enum(litPresets), z.array(segment).min(1).readonly()),
  /** From the board's answer to steady light, ms. Default: 60. */
  settleMs: z.number().min(0).max(60_000).exactOptional(),
}
export type WledConfig = Readonly<z.infer<z.ZodObject<typeof wledOptions>>>
export type WledPresets = WledConfig['presets']

const full = 255
const white: readonly number[] = [255, 255, 255]

/** Every preset must name segments that the board has. @throws RigError `light-preset` */
export function assertSegments(presets: WledPresets, ids: readonly number[], address: string): void {
  for (const [preset, segments] of Object.entries(presets)) {
    const missing = segments.find(({ id }) => !ids.includes(id))
    if (missing) {
      throw new RigError(
        'light-preset',
        `light "${preset}" needs segment ${missing.id}, and the board at ${address} has ${ids.length === 0 ? 'none' : `segments ${ids.join(', ')}`}. Set the segments up in WLED and save them as its boot preset.`,
      )
    }
  }
}

/**
 * The request that lights exactly `segments` of the board's segments `ids`: at once, steadily, whatever ran before, and
 * without telling other boards.
 */
export function lightRequest(segments: readonly WledSegment[], ids: readonly number[]): object {
  const quiet = { tt: 0, nl: { on: false }, udpn: { nn: true }, lor: 1 }
  if (segments.length === 0) return { on: false, ...quiet, v: true }
  const seg = ids.map(id => {
    const wanted = segments.find(segment => segment.id === id)
    if (!wanted || wanted.power <= 0) return { id, on: false }
    return { id, on: true, bri: brightness(wanted), col: [wanted.colour ?? white], fx: 0, pal: 0, frz: false }
  })
  return { on: true, bri: full, ...quiet, seg, v: true }
}

/** What is not as asked, in words; null when everything is. */
export function difference(segments: readonly WledSegment[], { state, info }: WledAnswer): string | null {
  if (!state) return 'the board did not tell its state'
  if (info?.live) return 'another sender streams to the board; end its stream'
  if (state.nightLight) return 'the night light is on and dims by itself'
  if (segments.length === 0) return state.on ? 'the board is still on' : null
  if (!state.on || state.bri !== full)
    return `the board is ${state.on ? `at brightness ${state.bri} of ${full}` : 'off'}`
  const lit = segments.filter(segment => segment.power > 0)
  const strange = state.segments.find(segment => segment.on && !lit.some(({ id }) => id === segment.id))
  if (strange) return `segment ${strange.id} is on`
  for (const wanted of lit) {
    const why = segmentDifference(
      wanted,
      state.segments.find(({ id }) => id === wanted.id),
    )
    if (why) return `segment ${wanted.id} ${why}`
  }
  return null
}

function segmentDifference(wanted: WledSegment, is: WledSegmentState | undefined): string | null {
  if (!is) return 'is not there'
  if (!is.on) return 'is off'
  if (is.bri !== brightness(wanted)) return `has brightness ${is.bri}, not ${brightness(wanted)}`
  if (is.effect !== 0) return `runs effect ${is.effect}`
  if (is.frozen) return 'is frozen'
  const colour = wanted.colour ?? white
  if (colour.some((channel, i) => is.colour[i] !== channel)) return `has colour ${is.colour.join(',')}`
  return null
}

function brightness({ power }: WledSegment): number {
  return Math.max(1, Math.round(Math.min(1, power) * full))
}
