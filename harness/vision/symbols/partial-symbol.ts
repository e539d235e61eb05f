import type { GreyRaster } from '../../imaging/grey.ts'
import { type Homography, quadToQuad } from '../../imaging/homography.ts'
import type { Point, Quad } from '../../imaging/quad.ts'
import { rotated } from '../../imaging/quad.ts'
import type { FinderCentre } from './finder-triples.ts'
import { fixedPatterns, moduleLevels } from './read-at-pose.ts'
import { refineModules, sample } from './refine-modules.ts'

/** A symbol of which only two finder patterns are left. */
export interface PartialSymbol {
  readonly toPixels: Homography
  readonly size: number
}

/** Scan lines that must have confirmed a centre before a symbol is looked for around two of them. */
const MIN_COUNT = 3
const MAX_PAIRS = 6
const MAX_SIZE_RATIO = 1.35
/**
 * Of the modules that are the same in every symbol of a size, how many must be right, and how many of the timing patterns:
 * to be worth fitting the pose, and then to be believed. The two finder patterns alone, at any place, give 0.78 and 0.58.
 */
const WORTH_FITTING = { all: 0.7, timing: 0.55 }
const BELIEVED = { all: 0.85, timing: 0.7 }
/** Grey levels between the light and the dark ones of those modules. */
const MIN_CONTRAST = 12

/**
 * Finds a symbol that lost one finder pattern to a void, a scratch or glare. No detector here can decode it, and it is not
 * decoded here either: but it is there, and a card whose symbol is damaged must not look like a card without one.
 *
 * @param centres in px of `grey`
 */
export function findPartialSymbol(grey: GreyRaster, centres: readonly FinderCentre[]): PartialSymbol | null {
  let best: (PartialSymbol & { readonly agreement: number }) | null = null
  for (const [a, b] of likelyPairs(centres)) {
    for (const { from, to, size } of hypotheses(a, b)) {
      const start = quadToQuad(from, to)
      if (!start || !reaches(agreementAt(grey, start, size), WORTH_FITTING)) continue
      const { modules, known } = fixedPatterns(size)
      const toPixels = refineModules(grey, modules, start, known)?.toPixels ?? start
      const agreement = agreementAt(grey, toPixels, size)
      if (reaches(agreement, BELIEVED) && agreement.all > (best?.agreement ?? 0)) {
        best = { toPixels, size, agreement: agreement.all }
      }
    }
  }
  return best
}

function likelyPairs(centres: readonly FinderCentre[]): (readonly [FinderCentre, FinderCentre])[] {
  const strong = centres.filter(({ count }) => count >= MIN_COUNT).sort((a, b) => b.count - a.count)
  const pairs: [FinderCentre, FinderCentre][] = []
  for (let j = 1; j < strong.length && pairs.length < MAX_PAIRS; j++) {
    for (let i = 0; i < j && pairs.length < MAX_PAIRS; i++) {
      const [a, b] = [strong[i]!, strong[j]!]
      const ratio = a.modulePx / b.modulePx
      if (ratio < MAX_SIZE_RATIO && ratio > 1 / MAX_SIZE_RATIO) pairs.push([a, b])
    }
  }
  return pairs
}

function reaches(agreement: Agreement, needed: Agreement): boolean {
  return agreement.all >= needed.all && agreement.timing >= needed.timing
}

/** Every square that has the two centres side by side or across, with every role that they can have in it. */
function* hypotheses(a: FinderCentre, b: FinderCentre): Generator<{ from: Quad; to: Quad; size: number }> {
  const along: Point = [b.x - a.x, b.y - a.y]
  const aside: Point = [-along[1], along[0]]
  const from = (share: number, side: number): Point => [
    a.x + share * along[0] + side * aside[0],
    a.y + share * along[1] + side * aside[1],
  ]
  const distance = Math.hypot(...along)
  const scan = (a.modulePx + b.modulePx) / 2
  // A scan line crosses a square that is turned by φ on 1 / max(|cos φ|, |sin φ|) of its side.
  const modulePx = (axis: Point) => (scan * Math.max(Math.abs(axis[0]), Math.abs(axis[1]))) / Math.hypot(...axis)
  // Corners clockwise from the symbol's own top left.
  const squares: (readonly [corners: Quad, side: number, axis: Point])[] = []
  const [pa, pb] = [from(0, 0), from(1, 0)]
  for (const side of [1, -1]) {
    const [nextToA, nextToB] = [from(0, side), from(1, side)]
    const ring: Quad = side === 1 ? [pa, pb, nextToB, nextToA] : [pb, pa, nextToA, nextToB]
    // The corner without a finder pattern is one of the two that were not seen, and the top left is across from it.
    squares.push([ring, distance, along], [rotated(ring, 1), distance, along])
  }
  const [above, below] = [from(0.5, -0.5), from(0.5, 0.5)]
  const diagonal: Point = [along[0] + along[1], along[1] - along[0]]
  squares.push(
    [[above, pb, below, pa], distance / Math.SQRT2, diagonal],
    [[below, pa, above, pb], distance / Math.SQRT2, diagonal],
  )
  for (const [to, side, axis] of squares) {
    const version = Math.round((side / modulePx(axis) + 7 - 17) / 4)
    for (const size of [version, version - 1, version + 1].filter(v => v >= 1 && v <= 40).map(v => 17 + 4 * v)) {
      const [near, far] = [3.5, size - 3.5]
      // prettier-ignore
      yield {
        from: [
          [near, near],
          [far, near],
          [far, far],
          [near, far],
        ],
        to,
        size,
      }
    }
  }
}

/** Shares, 0..1, of the fixed modules that are as they should be. */
interface Agreement {
  readonly all: number
  readonly timing: number
}

const none: Agreement = { all: 0, timing: 0 }

function agreementAt(grey: GreyRaster, toPixels: Homography, size: number): Agreement {
  const { modules, known } = fixedPatterns(size)
  const levels = moduleLevels((x, y) => sample(grey, toPixels, x, y), size)
  const sum = [0, 0]
  const count = [0, 0]
  for (const [i, level] of levels.entries()) {
    if (!known[i]) continue
    if (Number.isNaN(level)) return none
    sum[modules.dark[i]!]! += level
    count[modules.dark[i]!]!++
  }
  const [light, dark] = [sum[0]! / count[0]!, sum[1]! / count[1]!]
  if (light - dark < MIN_CONTRAST) return none
  const threshold = (light + dark) / 2
  const isRight = (i: number) => levels[i]! < threshold === (modules.dark[i] === 1)
  let right = 0
  for (const i of levels.keys()) if (known[i] && isRight(i)) right++
  let timing = 0
  for (let i = 8; i < size - 8; i++) timing += Number(isRight(6 * size + i)) + Number(isRight(i * size + 6))
  return { all: right / (count[0]! + count[1]!), timing: timing / (2 * (size - 16)) }
}
