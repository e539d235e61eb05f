/** One segment as the board reports it. */
export interface WledSegmentState {
  readonly id: number
  readonly on: boolean
  /** 0 … 255. */
  readonly bri: number
  /** First colour, channel by channel, 0 … 255. */
  readonly colour: readonly number[]
  /** Number of the effect; 0 is steady light. */
  readonly effect: number
  /** Effects and network data no longer change it. */
  readonly frozen: boolean
}

/** The board's state as far as a rig's light depends on it. Source: WLED JSON API, `/json/state`. */
interface WledState {
  readonly on: boolean
  /** Master brightness, 0 … 255. */
  readonly bri: number
  readonly segments: readonly WledSegmentState[]
  /** The night light dims by itself. */
  readonly nightLight: boolean
}

/** What the board says of itself. Source: WLED JSON API, `/json/info`. */
interface WledInfo {
  /** e.g. `0.15.0` */
  readonly version: string
  /** The board shows what another sender streams to it. */
  readonly live: boolean
  /** Limit of the estimated current, mA; 0: none. */
  readonly currentLimitMa: number
}

/** A board's answer: `{"state":…,"info":…}`, or one of the two by itself. */
export interface WledAnswer {
  readonly state: WledState | null
  readonly info: WledInfo | null
}

type Fields = Readonly<Record<string, unknown>>

/** Most segments of any build; more is no WLED. */
const mostSegments = 256

/**
 * Reads an answer that was parsed from JSON. Null when it is neither state nor info, or when a field that matters is
 * missing or out of range: half a truth about lamps is worse than asking again.
 */
export function readWledAnswer(value: unknown): WledAnswer | null {
  if (!isFields(value)) return null
  const state = readState(value['state'] ?? (Array.isArray(value['seg']) ? value : undefined))
  const info = readInfo(value['info'] ?? ('leds' in value ? value : undefined))
  const isDamaged = (value['state'] !== undefined && !state) || (value['info'] !== undefined && !info)
  return isDamaged || (!state && !info) ? null : { state, info }
}

function readState(value: unknown): WledState | null {
  if (!isFields(value)) return null
  const { on, bri, seg } = value
  if (typeof on !== 'boolean' || !isByte(bri) || !Array.isArray(seg) || seg.length > mostSegments) return null
  const segments = seg.map(readSegment)
  if (segments.some(segment => segment === null)) return null
  const nl = value['nl']
  return {
    on,
    bri,
    segments: segments.filter(segment => segment !== null),
    nightLight: isFields(nl) && nl['on'] === true,
  }
}

function readSegment(value: unknown, index: number): WledSegmentState | null {
  if (!isFields(value)) return null
  const { id = index, on, bri, col, fx, frz } = value
  const colour: unknown = Array.isArray(col) ? col[0] : undefined
  const whole =
    isByte(id) &&
    typeof on === 'boolean' &&
    isByte(bri) &&
    isByte(fx) &&
    Array.isArray(colour) &&
    colour.length >= 3 &&
    colour.length <= 4 &&
    colour.every(isByte)
  return whole ? { id, on, bri, colour, effect: fx, frozen: frz === true } : null
}

function readInfo(value: unknown): WledInfo | null {
  if (!isFields(value)) return null
  const { ver, live, leds } = value
  if (typeof ver !== 'string' || !/^[\w.-]{1,40}$/.test(ver) || !isFields(leds)) return null
  const limit = leds['maxpwr']
  return { version: ver, live: live === true, currentLimitMa: typeof limit === 'number' && limit > 0 ? limit : 0 }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isByte(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 255
}
