import type { AxisLimits } from '../limits.ts'
import type { StagePosition } from '../stage.ts'

/** Numbers behind axis letters, e.g. `X0.00 Y10.50 Z0.00`; null where one of the three is missing or no number. */
function xyz(text: string): StagePosition | null {
  const [xMm, yMm, zMm] = ['X', 'Y', 'Z'].map(axis => {
    const digits = new RegExp(`(?<![A-Za-z])${axis}:? ?(-?\\d{1,5}(?:\\.\\d{1,6})?)(?![\\d.])`).exec(text)?.[1]
    return digits === undefined ? Number.NaN : Number(digits)
  }) as [number, number, number]
  return [xMm, yMm, zMm].every(Number.isFinite) ? { xMm, yMm, zMm } : null
}

/** The answer to `M211`: `Soft endstops: On  Min:  X0.00 Y0.00 Z0.00   Max:  X200.00 …`, in one line or in several. */
export function readLimits(lines: readonly string[]): AxisLimits | null {
  const told = /Min:(.*?)Max:(.*)$/.exec(lines.join(' '))
  const min = told && xyz(told[1]!)
  const max = told && xyz(told[2]!)
  if (!min || !max) return null
  return max.xMm > min.xMm && max.yMm > min.yMm && max.zMm >= min.zMm ? { min, max } : null
}

/** The answer to `M114`: the target of the last move, so the place only where the stage is at rest. */
export function readPosition(lines: readonly string[]): StagePosition | null {
  const line = lines.find(one => /^X:\s*-?\d/.test(one))
  return line === undefined ? null : xyz(line.replace(/\bCount\b.*$/, ''))
}

/** The answer to `M203`: the fastest that each axis goes, mm/s; null where the board does not tell. */
export function readSpeeds(lines: readonly string[]): StagePosition | null {
  const line = lines.find(one => /\bM203\b/.test(one))
  const speeds = line === undefined ? null : xyz(line)
  return speeds && Math.min(speeds.xMm, speeds.yMm, speeds.zMm) > 0 ? speeds : null
}

/** What `M115` says that the board is. */
export interface MarlinIdentity {
  readonly version: string
  /** It acts on `M410` and `M112` as they arrive; without, they wait behind whatever is waited for. */
  readonly hasEmergencyParser: boolean
}

/** @returns null where it is not Marlin */
export function readIdentity(lines: readonly string[]): MarlinIdentity | null {
  const told = lines.map(line => /FIRMWARE_NAME:\s*Marlin\s+(\S{1,40})/.exec(line)?.[1]).find(one => one !== undefined)
  if (told === undefined) return null
  return { version: told, hasEmergencyParser: lines.some(line => /Cap:EMERGENCY_PARSER:1/.test(line)) }
}

/** What a line for the board says so that no flipped bit goes unseen: its number, and the XOR of all before the `*`. */
export function numbered(number: number, line: string): string {
  const text = `N${number} ${line}`
  let sum = 0
  for (const byte of Buffer.from(text, 'latin1')) sum ^= byte
  return `${text}*${sum}`
}
