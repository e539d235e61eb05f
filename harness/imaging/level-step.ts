import type { Raster } from './raster.ts'

/** Every row is looked at in so many stretches. */
const STRETCHES = 24
/** Heights of a row of a JPEG's units, px (ITU-T T.81, A.2): a loss in the middle of one steps at its top and at its foot. */
const UNIT_HEIGHTS = [8, 16] as const
/** So many of the stretches may show something else. */
const OTHERS = 4
/** Levels. Of 82 photographs none had more than 0.4 at a unit's head; a flipped difference of a JPEG's levels makes 1 to 60. */
const LEAST_STEP = 1.5
/** A slope that is coded coarsely steps from unit to unit as well, by this many of the coarsest steps of its levels. */
const CODED_STEPS = 2.5

/** Unit rows of a JPEG begin at multiples of it, px. */
const UNIT_PX = 8
/** One error has one size: the steps of so many stretches lie this near to their median, as a share of it and in levels. */
const ALIKE_SHARE = 0.7
const ALIKE_LEVELS = 1.5

/**
 * The row from which on a whole picture is lighter, darker or of another tint, by one and the same amount all along, as a JPEG
 * is behind a flipped bit: each block's level is coded as a difference to the one before, so the error stays to the end. The
 * decoder sees nothing wrong in it. In a photograph no edge does that in one row: lenses blur, and what is seen has slopes.
 *
 * @param quantum the coarsest quantum of a block's mean in the JPEG's tables, eighths of a level
 * @param orientation the EXIF orientation that was applied after decoding, 1..8: tells which way the coded rows lie
 * @returns the coded row, from its own end of the picture, or null
 */
export function levelStepRow(
  { width, height, channels, data }: Raster,
  quantum: number,
  orientation = 1,
): number | null {
  const isTurned = orientation > 4
  const least = Math.max(LEAST_STEP, (CODED_STEPS * quantum) / 8)
  const [across, down] = isTurned ? [height, width] : [width, height]
  const [along, stride] = isTurned ? [width * channels, channels] : [channels, width * channels]
  // Coded rows from the other end are read from there: the same steps, with the other sign.
  const isFromEnd = [3, 4, 6, 7].includes(orientation)
  const sampling = isFromEnd
    ? { across, down, along, stride: -stride, first: (down - 1) * stride }
    : { across, down, along, stride, first: 0 }
  for (let channel = 0; channel < Math.min(3, channels); channel++) {
    const steps = isolatedSteps(data, { ...sampling, first: sampling.first + channel })
    for (let y = UNIT_PX; y < down - 1; y += UNIT_PX) if (isLevelStep(steps, y, least)) return y
  }
  return null
}

interface Sampling {
  readonly across: number
  readonly down: number
  readonly along: number
  readonly stride: number
  readonly first: number
}

/** At the head of each unit row: mean step from the row before in each stretch, as far as it stands out from those beside it, levels. */
function isolatedSteps(data: Uint8Array, { across, down, along, stride, first }: Sampling): readonly Float32Array[] {
  const edges = Array.from({ length: STRETCHES + 1 }, (_, k) => Math.floor((k * across) / STRETCHES))
  const stepOf = (y: number, k: number): number => {
    const [from, to] = [edges[k]!, edges[k + 1]!]
    let sum = 0
    for (let x = from, at = first + y * stride + from * along; x < to; x += 2, at += 2 * along)
      sum += data[at]! - data[at - stride]!
    return sum / Math.max(1, (to - from + 1) >> 1)
  }
  const rows: Float32Array[] = []
  for (let y = UNIT_PX; y < down - 1; y += UNIT_PX) {
    const isolated = new Float32Array(STRETCHES)
    for (let k = 0; k < STRETCHES; k++) {
      const [before, step, behind] = [stepOf(y - 1, k), stepOf(y, k), stepOf(y + 1, k)]
      isolated[k] =
        step > 0 ? Math.max(0, step - Math.max(0, before, behind)) : Math.min(0, step - Math.min(0, before, behind))
    }
    rows[y / UNIT_PX] = isolated
  }
  return rows
}

/** Does the row step all along, or from some place on, with the rest of it one unit further? */
function isLevelStep(rows: readonly Float32Array[], y: number, least: number): boolean {
  const here = rows[y / UNIT_PX]!
  for (const height of UNIT_HEIGHTS) {
    const further = rows[(y + height) / UNIT_PX]
    if (further === undefined) continue
    // From the left or, mirrored, from the right; without a cut the row alone.
    for (let cut = 0; cut < STRETCHES; cut++)
      if (
        isOneStep(k => (k >= cut ? here : further)[k]!, least) ||
        isOneStep(k => (k >= cut ? further : here)[k]!, least)
      )
        return true
  }
  return isOneStep(k => here[k]!, least)
}

function isOneStep(at: (stretch: number) => number, least: number): boolean {
  let [up, down] = [0, 0]
  for (let k = 0; k < STRETCHES; k++) {
    if (at(k) >= least) up++
    else if (at(k) <= -least) down++
  }
  if (Math.max(up, down) < STRETCHES - OTHERS) return false
  const steps = Array.from({ length: STRETCHES }, (_, k) => at(k)).toSorted((a, b) => a - b)
  const median = (steps[STRETCHES / 2 - 1]! + steps[STRETCHES / 2]!) / 2
  const within = Math.max(ALIKE_LEVELS, ALIKE_SHARE * Math.abs(median))
  return steps.filter(step => Math.abs(step - median) <= within).length >= STRETCHES - OTHERS
}

/** The coarsest quantum of a block's mean in the tables of a JPEG (ITU-T T.81, B.2.4.1); 1 where there is none. */
export function coarsestQuantum(bytes: Uint8Array): number {
  let coarsest = 1
  for (let at = 2; at + 4 <= bytes.length && bytes[at] === 0xff && bytes[at + 1] !== 0xda; ) {
    const end = at + 2 + ((bytes[at + 2]! << 8) | bytes[at + 3]!)
    if (bytes[at + 1] === 0xdb)
      for (let table = at + 4; table + 2 < end; ) {
        const isWide = bytes[table]! >> 4 !== 0
        coarsest = Math.max(coarsest, isWide ? (bytes[table + 1]! << 8) | bytes[table + 2]! : bytes[table + 1]!)
        table += isWide ? 129 : 65
      }
    at = end
  }
  return coarsest
}
