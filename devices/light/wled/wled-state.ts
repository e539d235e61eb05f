import { z } from 'zod'

const byte = z.int().min(0).max(255)
const anything = z.unknown().optional()

/** One segment as the board reports it. */
const segment = z
  .object({
    /** Its place in the list where the board leaves it out. */
    id: byte.optional(),
    on: z.boolean(),
    bri: byte,
    /** Colours, channel by channel; only the first is of use. */
    col: z.tuple([z.array(byte).min(3).max(4)], z.unknown()),
    /** Number of the effect; 0 is steady light. */
    fx: byte,
    /** Effects and network data no longer change it. */
    frz: anything,
  })
  .transform(({ id, on, bri, col, fx, frz }) => ({ id, on, bri, colour: col[0], effect: fx, frozen: frz === true }))

/** The board's state as far as a rig's light depends on it. Source: WLED JSON API, `/json/state`. */
const stateShape = z
  .object({
    on: z.boolean(),
    /** Master brightness. */
    bri: byte,
    /** 256 are more than any build has. */
    seg: z.array(segment).max(256),
    /** The night light dims by itself. */
    nl: anything,
  })
  .transform(({ on, bri, seg, nl }) => ({
    on,
    bri,
    segments: seg.map(({ id, ...rest }, index) => ({ ...rest, id: id ?? index })),
    nightLight: z.object({ on: z.literal(true) }).safeParse(nl).success,
  }))

/** What the board says of itself. Source: WLED JSON API, `/json/info`. */
const infoShape = z
  .object({
    /** e.g. `0.15.0` */
    ver: z.string().regex(/^[\w.-]{1,40}$/),
    /** The board shows what another sender streams to it. */
    live: anything,
    leds: z.object({ maxpwr: anything }),
  })
  .transform(({ ver, live, leds: { maxpwr } }) => ({
    version: ver,
    live: live === true,
    /** Limit of the estimated current, mA; 0: none. */
    currentLimitMa: typeof maxpwr === 'number' && maxpwr > 0 ? maxpwr : 0,
  }))

type WledState = z.infer<typeof stateShape>
export type WledSegmentState = WledState['segments'][number]

/** A board's answer: `{"state":…,"info":…}`, or one of the two by itself. */
export interface WledAnswer {
  readonly state: WledState | null
  readonly info: z.infer<typeof infoShape> | null
}

/**
 * Reads an answer that was parsed from JSON. Null when it is neither state nor info, or when a field that matters is
 * missing or out of range: half a truth about lamps is worse than asking again.
 */
export function readWledAnswer(value: unknown): WledAnswer | null {
  const both = z.object({ state: anything, info: anything, seg: anything, leds: anything }).safeParse(value)
  if (!both.success) return null
  const { seg, leds } = both.data
  const given = {
    state: both.data.state ?? (Array.isArray(seg) ? value : undefined),
    info: both.data.info ?? (leds === undefined ? undefined : value),
  }
  const state = stateShape.safeParse(given.state).data ?? null
  const info = infoShape.safeParse(given.info).data ?? null
  const isDamaged = (both.data.state !== undefined && !state) || (both.data.info !== undefined && !info)
  return isDamaged || (!state && !info) ? null : { state, info }
}
