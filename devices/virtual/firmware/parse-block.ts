import type { StagePosition } from '../../stage/stage.ts'

/** Number of GRBL's error; thrown by the parser, answered as `error:N`. */
export class GcodeError extends Error {
  readonly number: number
  constructor(number: number) {
    super(`error:${number}`)
    this.number = number
  }
}

/** What stays as it was set until it is set otherwise. */
export interface Modal {
  readonly motion: 'G0' | 'G1' | 'G80'
  readonly absolute: boolean
  readonly inches: boolean
  readonly feedMmPerMin: number
  readonly spindle: 'M3' | 'M4' | 'M5'
  readonly speed: number
  readonly flood: boolean
  readonly mist: boolean
}

export const modalAtReset: Modal = {
  motion: 'G0',
  absolute: true,
  inches: false,
  feedMmPerMin: 0,
  spindle: 'M5',
  speed: 0,
  flood: false,
  mist: false,
}

/** What one line asks for, in the order in which it is carried out: outputs, dwell, motion, end. */
export interface Block {
  readonly modal: Modal
  /** Outputs were named in the line, so it waits for the planner to run empty. */
  readonly setsOutputs: boolean
  readonly dwellMs: number | null
  /** Target in machine coordinates, mm. */
  readonly target: StagePosition | null
  readonly ends: boolean
}

const modalGroups: Readonly<Record<string, string>> = {
  ...group('motion', 'G0', 'G1', 'G80'),
  ...group('plane', 'G17', 'G18', 'G19'),
  ...group('distance', 'G90', 'G91'),
  ...group('arc distance', 'G91.1'),
  ...group('feed mode', 'G94'),
  ...group('units', 'G20', 'G21'),
  ...group('cutter', 'G40'),
  ...group('length', 'G49'),
  ...group('system', 'G54'),
  ...group('control', 'G61'),
  ...group('not modal', 'G4', 'G53'),
  ...group('program', 'M0', 'M2', 'M30'),
  ...group('spindle', 'M3', 'M4', 'M5'),
  ...group('coolant', 'M7', 'M8', 'M9'),
}

function group(name: string, ...words: string[]): Record<string, string> {
  return Object.fromEntries(words.map(word => [word, name]))
}

const axisLetters = ['X', 'Y', 'Z'] as const
const valueLetters = 'FNPSTXYZ'

/** Takes comments, blanks and lower case out, as the firmware does while it reads. */
export function tidyLine(raw: string): string {
  return raw
    .replace(/\([^)]*\)?/g, '')
    .replace(/;.*$/, '')
    .replace(/[\s/]/g, '')
    .toUpperCase()
}

function words(line: string): { letter: string; value: number }[] {
  const found: { letter: string; value: number }[] = []
  let rest = line
  while (rest !== '') {
    const letter = rest[0]!
    if (letter < 'A' || letter > 'Z') throw new GcodeError(1)
    const number = /^[A-Z]([+-]?(\d+\.?\d*|\.\d+))/.exec(rest)
    if (!number) throw new GcodeError(2)
    found.push({ letter, value: Number(number[1]) })
    rest = rest.slice(number[0].length)
  }
  return found
}

/**
 * One line of G-code against the modal state, following NIST RS274/NGC as far as a rig uses it: no arcs, offsets,
 * probing or tools, which are answered as not supported.
 *
 * @throws GcodeError with the number that GRBL 1.1 answers
 */
export function parseBlock(line: string, modal: Modal, at: StagePosition, build: { readonly mist: boolean }): Block {
  const commands = new Set<string>()
  const groups = new Set<string>()
  const values = new Map<string, number>()
  for (const { letter, value } of words(line)) {
    if (letter === 'G' || letter === 'M') {
      const name = `${letter}${value}`
      const kind = modalGroups[name]
      if (!kind || (name === 'M7' && !build.mist)) throw new GcodeError(20)
      // Flood and mist go together; every other pair of one group contradicts itself.
      if (groups.has(kind) && !(kind === 'coolant' && name !== 'M9' && !commands.has('M9'))) throw new GcodeError(21)
      groups.add(kind)
      commands.add(name)
    } else {
      if (!valueLetters.includes(letter)) throw new GcodeError(20)
      if (values.has(letter)) throw new GcodeError(25)
      if (value < 0 && 'FNPST'.includes(letter)) throw new GcodeError(4)
      values.set(letter, value)
    }
  }
  const has = (name: string): boolean => commands.has(name)
  const inches = has('G20') || (modal.inches && !has('G21'))
  const unit = inches ? 25.4 : 1
  const feed = values.has('F') ? values.get('F')! * unit : modal.feedMmPerMin
  const next: Modal = {
    motion: has('G80') ? 'G80' : has('G1') ? 'G1' : has('G0') ? 'G0' : modal.motion,
    absolute: has('G90') || (modal.absolute && !has('G91')),
    inches,
    feedMmPerMin: feed,
    spindle: has('M3') ? 'M3' : has('M4') ? 'M4' : has('M5') ? 'M5' : modal.spindle,
    speed: values.get('S') ?? modal.speed,
    flood: has('M8') || (modal.flood && !has('M9')),
    mist: has('M7') || (modal.mist && !has('M9')),
  }

  if (has('G4') && !values.has('P')) throw new GcodeError(28)
  if (values.has('P') && !has('G4')) throw new GcodeError(36)
  const axes = axisLetters.filter(axis => values.has(axis))
  if (has('G53') && next.motion === 'G80') throw new GcodeError(30)
  if (axes.length > 0 && next.motion === 'G80') throw new GcodeError(31)
  if (next.motion === 'G1' && axes.length > 0 && feed === 0) throw new GcodeError(22)
  const along = (axis: 'X' | 'Y' | 'Z', now: number): number => {
    const value = values.get(axis)
    if (value === undefined) return now
    return next.absolute || has('G53') ? value * unit : now + value * unit
  }
  return {
    modal: has('M2') || has('M30') ? { ...modalAtReset, feedMmPerMin: feed } : next,
    setsOutputs: groups.has('spindle') || groups.has('coolant') || values.has('S') || groups.has('program'),
    dwellMs: has('G4') ? (values.get('P') ?? 0) * 1000 : null,
    target: axes.length === 0 ? null : { xMm: along('X', at.xMm), yMm: along('Y', at.yMm), zMm: along('Z', at.zMm) },
    ends: has('M2') || has('M30'),
  }
}

/** The `[GC:…]` line that `$G` answers. */
export function describeModal(modal: Modal): string {
  const coolant = modal.mist && modal.flood ? 'M7 M8' : modal.mist ? 'M7' : modal.flood ? 'M8' : 'M9'
  const units = modal.inches ? 'G20' : 'G21'
  const distance = modal.absolute ? 'G90' : 'G91'
  return `[GC:${modal.motion} G54 G17 ${units} ${distance} G94 ${modal.spindle} ${coolant} T0 F${modal.feedMmPerMin.toFixed(0)} S${modal.speed.toFixed(0)}]`
}
