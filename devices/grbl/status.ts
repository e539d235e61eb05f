import type { StagePosition } from '../stage/stage.ts'

const grblStates = ['Idle', 'Run', 'Hold', 'Jog', 'Alarm', 'Door', 'Check', 'Home', 'Sleep'] as const
/** Of grblHAL, of FluidNC, and of uCNC where it is built with states of its own. */
const otherStates = ['Tool', 'Starting', 'Dwell', 'Probe', 'Locked'] as const
const states = [...grblStates, ...otherStates] as const
type GrblState = (typeof states)[number]

/** Nothing moves, and nothing will by itself. */
export function isSafelyAtRest({ state, subState }: GrblStatus): boolean {
  // Door:2 still slows down, Door:3 goes on.
  if (state === 'Door') return subState === 0 || subState === 1
  return state === 'Idle' || state === 'Alarm' || state === 'Locked' || state === 'Sleep'
}

/** What a status report says about the accessory outputs. */
export interface Outputs {
  readonly spindle: boolean
  readonly flood: boolean
  readonly mist: boolean
}

/** One status report, `<…>`. What the report leaves out is null: GRBL sends some fields only now and then. */
export interface GrblStatus {
  readonly state: GrblState
  /** e.g. 0 in `Hold:0`: at rest; 1: still slowing down. */
  readonly subState: number | null
  readonly machine: StagePosition | null
  readonly work: StagePosition | null
  readonly workOffset: StagePosition | null
  readonly feedMmPerMin: number | null
  /** Programmed spindle speed, S words; null when the report has no `FS:`. */
  readonly spindleSpeed: number | null
  /** Known only when the report has `Ov:`: without `A:` beside it every output is off. */
  readonly outputs: Outputs | null
  /** Triggered inputs, e.g. `XZ`. */
  readonly pins: string
  /** How many axes it tells of. */
  readonly axes: number
}

const numberShape = /^-?\d{1,9}(\.\d{1,9})?$/

function numbers(text: string | undefined, count: number): number[] | null {
  const parts = text?.split(',') ?? []
  if (parts.length < count || parts.some(part => !numberShape.test(part))) return null
  return parts.map(Number)
}

/** FluidNC tells of as many axes as it has: two, perhaps. */
function position(text: string | undefined): StagePosition | null {
  const found = numbers(text, 2)
  return found ? { xMm: found[0]!, yMm: found[1]!, zMm: found[2] ?? 0 } : null
}

/**
 * Reads one line as a status report; null for anything else, including a report that noise has damaged. A damaged
 * field makes the whole report null: half a truth about a machine is worse than asking again.
 */
export function parseStatus(line: string): GrblStatus | null {
  if (line.length < 3 || line.length > 200 || line[0] !== '<' || line.at(-1) !== '>') return null
  const [head, ...fields] = line.slice(1, -1).split('|')
  const [word, sub, ...rest] = (head ?? '').split(':')
  const state = states.find(known => known === word)
  if (!state || rest.length > 0 || (sub !== undefined && !/^\d{1,3}$/.test(sub))) return null

  const values = new Map<string, string>()
  for (const field of fields) {
    const colon = field.indexOf(':')
    const name = field.slice(0, colon)
    if (colon < 1 || values.has(name)) return null
    values.set(name, field.slice(colon + 1))
  }
  const machine = position(values.get('MPos'))
  const work = position(values.get('WPos'))
  const workOffset = position(values.get('WCO'))
  const speeds = numbers(values.get('FS'), 2)
  const feed = speeds ?? numbers(values.get('F'), 1)
  const damaged =
    (values.has('MPos') && !machine) ||
    (values.has('WPos') && !work) ||
    (values.has('WCO') && !workOffset) ||
    (values.has('FS') && !speeds) ||
    (values.has('F') && !feed) ||
    (!machine && !work)
  if (damaged) return null

  const accessories = values.get('A')
  const outputs =
    accessories === undefined && !values.has('Ov')
      ? null
      : {
          spindle: /[SC]/.test(accessories ?? ''),
          flood: (accessories ?? '').includes('F'),
          mist: (accessories ?? '').includes('M'),
        }
  return {
    state,
    subState: sub === undefined ? null : Number(sub),
    machine,
    work,
    workOffset,
    feedMmPerMin: feed?.[0] ?? null,
    spindleSpeed: speeds?.[1] ?? null,
    outputs,
    pins: values.get('Pn') ?? '',
    axes: (values.get('MPos') ?? values.get('WPos') ?? '').split(',').length,
  }
}

/** A report whose figures are inches, as the controller gives them with `$13=1`. */
export function inMillimetres(status: GrblStatus): GrblStatus {
  const scaled = (at: StagePosition | null): StagePosition | null =>
    at && { xMm: at.xMm * 25.4, yMm: at.yMm * 25.4, zMm: at.zMm * 25.4 }
  return {
    ...status,
    machine: scaled(status.machine),
    work: scaled(status.work),
    workOffset: scaled(status.workOffset),
    feedMmPerMin: status.feedMmPerMin === null ? null : status.feedMmPerMin * 25.4,
  }
}

/** e.g. `Hold:0 at X-10.000 Y-5.000 Z-1.000`, for sentences. */
export function describeStatus(status: GrblStatus): string {
  const at = status.machine ?? status.work
  const place = at ? ` at X${at.xMm.toFixed(3)} Y${at.yMm.toFixed(3)} Z${at.zMm.toFixed(3)}` : ''
  return `${status.state}${status.subState === null ? '' : `:${status.subState}`}${place}`
}
