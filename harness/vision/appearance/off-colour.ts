import { findBlobs } from '../../imaging/blobs.ts'
import { median } from '../../imaging/quantile.ts'
import type { Raster } from '../../imaging/raster.ts'
import type { AppearanceMap } from '../../products/appearance.ts'
import type { RectMm } from '../../products/profile.ts'
import { logs } from './surface-maps.ts'
import type { SurfaceView } from './surface-view.ts'

/** A place whose paper has another colour than the rest of it. */
export interface OffColour {
  /** mm from the surface's top left corner. */
  readonly rect: RectMm
  /** As a multiple of {@link MOST}. */
  readonly strength: number
  readonly map: AppearanceMap
  readonly isBright: boolean
}

/** Paper is looked at in pieces of so many mm. */
const PIECE_MM = 2
/** The brightest part of a piece is paper, wherever ink stands on it. */
const PAPER_SHARE = 0.75
const CLIPPED = 250
/** Of the brightness of most pieces: a darker one is all ink. */
const INK_SHARE = 0.4
const FEWEST = 12
/**
 * Pieces of one paper differ by no more, natural logarithm of two channels' ratio: on the cards of even numbers by 0.044, on those of odd
 * ones by 0.071, noise and steep light included, and in the shadow of a phone 0.145.
 */
const MOST = 0.1

/**
 * Where the paper of a layer has another colour than most of it, under its print as well: a film, a tape or a stain that keeps its
 * brightness. Ink and light are out of it.
 */
export function offColourPlaces({ raster, rect, pixelsPerMm }: SurfaceView, rimMm: number): OffColour[] {
  if (raster.channels === 1) return []
  const [columns, rows] = [rect.width, rect.height].map(mm => Math.floor((mm - 2 * rimMm) / PIECE_MM)) as [
    number,
    number,
  ]
  const papers = Array.from({ length: columns * rows }, (_, i) =>
    paperAt(raster, pixelsPerMm, rimMm + (i % columns) * PIECE_MM, rimMm + Math.floor(i / columns) * PIECE_MM),
  )
  const least =
    INK_SHARE *
    median(
      papers.flatMap(paper => paper?.brightness ?? []),
      0,
    )
  const seen = papers.map(paper => (paper !== null && paper.brightness > least ? paper.colour : null))
  const known = seen.filter(colour => colour !== null)
  const [red, blue] = [0, 1].map(which =>
    median(
      known.map(colour => colour[which]!),
      0,
    ),
  ) as [number, number]
  const offs = seen.map(colour =>
    colour === null ? ([0, 0] as const) : ([colour[0] - red, colour[1] - blue] as const),
  )
  const isOff = Uint8Array.from(offs, off => Number(distance(off) > MOST))
  return findBlobs(isOff, columns).map(({ left, top, right, bottom }) => {
    const inside = offs.filter(
      (_, i) => isWithin(i % columns, left, right) && isWithin(Math.floor(i / columns), top, bottom),
    )
    const [r, b] = inside.sort((one, other) => distance(other) - distance(one))[0]!
    const isRed = Math.abs(r) >= Math.abs(b)
    const mm = (pieces: number) => pieces * PIECE_MM
    return {
      rect: { x: rimMm + mm(left), y: rimMm + mm(top), width: mm(right - left), height: mm(bottom - top) },
      strength: distance([r, b]) / MOST,
      map: isRed ? 'red-green' : 'blue-green',
      isBright: (isRed ? r : b) > 0,
    }
  })
}

const distance = ([red, blue]: readonly [number, number]) => Math.hypot(red, blue)
const isWithin = (value: number, from: number, to: number) => value >= from && value < to

interface Paper {
  readonly brightness: number
  /** Red and blue against green. */
  readonly colour: readonly [number, number]
}

/** The paper of a piece; null where it is too bright to have a colour. */
function paperAt({ width, data }: Raster, pixelsPerMm: number, xMm: number, yMm: number): Paper | null {
  const [left, top, size] = [xMm, yMm, PIECE_MM].map(mm => Math.round(mm * pixelsPerMm)) as [number, number, number]
  const places: number[] = []
  // Every second sample of every second row is enough.
  for (let y = top; y < top + size; y += 2) for (let x = left; x < left + size; x += 2) places.push(3 * (y * width + x))
  const levels = Float32Array.from(places, at => data[at]! + 2 * data[at + 1]! + data[at + 2]!)
  const brightness = levels.slice().sort()[Math.floor(PAPER_SHARE * places.length)]!
  const paper = places.filter(
    (at, i) => levels[i]! >= brightness && Math.max(data[at]!, data[at + 1]!, data[at + 2]!) <= CLIPPED,
  )
  if (paper.length < FEWEST) return null
  const against = (channel: number) => median(paper.map(at => logs[data[at + channel]!]! - logs[data[at + 1]!]!))
  return { brightness, colour: [against(0), against(2)] }
}
