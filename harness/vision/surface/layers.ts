import { toGrey } from '../../imaging/grey.ts'
import type { Homography } from '../../imaging/homography.ts'
import type { Raster } from '../../imaging/raster.ts'
import { symbolMarks } from '../../products/geometry.ts'
import type { ProductProfile } from '../../products/profile.ts'
import { layerPoseOf, nominalLayerPose } from '../locate/layer-pose.ts'
import type { SymbolAtMark } from '../read/symbol-marks.ts'
import type { Measurement } from '../reading.ts'
import { bottomColourShare } from './bottom-colour.ts'
import { openLayer } from './open-area.ts'
import { blankColourOff, paperColour } from './paper-colour.ts'
import { darkPaperShare } from './paper-tone.ts'
import { showThrough } from './show-through.ts'
import { symbolFrameContrast } from './symbol-frame.ts'
import { blankColour, castBySteel } from './white-balance.ts'

/** Which layer of the sticker lies open. */
export interface LayersSeen {
  readonly open: 'top' | 'bottom' | 'both' | 'unknown'
  readonly because: string
  readonly measurements: readonly Measurement[]
}

/** Of the sticker in the bottom layer's colour beside a top layer, %: good cards show none, and noise less than this. */
const EXPOSURE_NOISE_PERCENT = 1
const MOSTLY_SHARE = 0.5
/** Of the blank paper: 20 sealed development photographs show none, a corner lifted by 6 mm at least 1.6 %. */
const DARK_PAPER_SHARE = 0.015
const MIN_FRAME_CONTRAST = 0.12
const FRAME_MARGIN = 0.08

/**
 * Tells the layers by what only they have: first their symbols' payload, then the bottom layer's colour, then the size
 * of the symbol (which works for monochrome cameras and for symbols that no reader could decode).
 */
export function seeLayers(
  raster: Raster,
  profile: ProductProfile,
  atMarks: readonly SymbolAtMark[],
  cardToPixels: Homography,
): LayersSeen {
  if (profile.sticker === null) return { open: 'unknown', because: 'the product has no sticker', measurements: [] }
  const blank = blankColour(raster, profile, cardToPixels)
  const cast = castBySteel(profile, blank)
  const share = bottomColourShare(raster, profile, cardToPixels, cast)
  const seen = bySymbols(atMarks) ?? byColour(share) ?? byFrame(raster, profile, cardToPixels)
  if (seen.open !== 'top' && seen.open !== 'both') {
    const value = seen.open === 'bottom' ? blankColourOff(profile, blank) : null
    const measurements =
      value === null ? [] : [{ name: 'light-colour', of: 'bottom-layer', value, unit: 'ratio', fit: false } as const]
    return { ...seen, measurements }
  }
  const layerToPixels = topLayerPose(profile, atMarks, cardToPixels)
  const open = openLayer(raster, profile, layerToPixels)
  const measured = (name: string, value: number, unit: Measurement['unit'], isUnfit: boolean): Measurement => ({
    name,
    of: 'bottom-layer',
    value,
    unit,
    ...(isUnfit ? { fit: false } : {}),
  })
  const area =
    open === null ? [] : [measured('layer-open-area', open.areaMm2, 'mm²', cast.isStrong || !open.isEvenlyLit)]
  if (seen.open !== 'top') return { ...seen, measurements: area }
  const below = showThrough(raster, profile, layerToPixels)
  const through: Measurement[] =
    below === null
      ? []
      : [
          {
            name: 'show-through',
            of: 'top-layer',
            value: below.t,
            unit: 'index',
            ...(below.isFit ? {} : { fit: false }),
          },
        ]
  const paper = paperColour(raster, profile, blank, layerToPixels)
  const colours: Measurement[] =
    paper === null
      ? []
      : [
          { name: 'paper-colour', of: 'top-layer', value: paper.toBlank, unit: 'ratio' },
          // Nobody knows what the light was: it may be the lamp's colour.
          { name: 'light-colour', of: 'top-layer', value: paper.ofLight, unit: 'ratio', fit: false },
        ]
  if (share === null) return withoutColour(raster, profile, cardToPixels, seen, [...colours, ...through])
  return {
    ...seen,
    measurements: [measured('layer-exposed', 100 * share, '%', cast.isStrong), ...area, ...colours, ...through],
  }
}

/** Where the top layer lies, by its own symbol; by its place where that was not read. */
function topLayerPose(profile: ProductProfile, atMarks: readonly SymbolAtMark[], cardToPixels: Homography): Homography {
  const at = atMarks.find(({ mark, fits }) => fits && mark.on === 'top-layer')
  const pose = at === undefined ? null : layerPoseOf(at.mark, at.corners, cardToPixels)
  return pose?.mmToPixels ?? nominalLayerPose(profile, 'top-layer', cardToPixels)
}

/** A monochrome picture shows no yellow, but paper that is darker in one place: a lifted corner, or a shadow. */
function withoutColour(
  raster: Raster,
  profile: ProductProfile,
  cardToPixels: Homography,
  seen: Seen,
  further: readonly Measurement[],
): LayersSeen {
  const dark = darkPaperShare(toGrey(raster), profile, cardToPixels)
  if (dark === null) return { ...seen, measurements: further }
  const measurements = [
    { name: 'layer-dark-paper', of: 'top-layer', value: 100 * dark, unit: '%' } as const,
    ...further,
  ]
  if (dark <= DARK_PAPER_SHARE) return { ...seen, measurements }
  const because = 'a part of the top layer is darker than the rest: a lifted corner, or a shadow over it'
  return { open: 'unknown', because, measurements }
}

/** Can more of the bottom layer be seen beside the top layer than noise makes? Then its secrets may lie open too. */
export function showsBottom({ measurements }: LayersSeen): boolean {
  return measurements.some(({ name, value }) => name === 'layer-exposed' && value > EXPOSURE_NOISE_PERCENT)
}

type Seen = Omit<LayersSeen, 'measurements'>

function bySymbols(atMarks: readonly SymbolAtMark[]): Seen | null {
  const shows = (on: string) => atMarks.some(({ mark, fits }) => fits && mark.on === on)
  const top = shows('top-layer')
  const bottom = shows('bottom-layer')
  if (top && bottom) return { open: 'both', because: 'symbols of both layers lie open' }
  if (top) return { open: 'top', because: 'the top layer shows its symbol' }
  if (bottom) return { open: 'bottom', because: 'the bottom layer shows its symbol' }
  return null
}

function byColour(share: number | null): Seen | null {
  if (share === null || share < MOSTLY_SHARE) return null
  return { open: 'bottom', because: `${Math.round(100 * share)} % of the sticker has the bottom layer's colour` }
}

function byFrame(raster: Raster, profile: ProductProfile, cardToPixels: Homography): Seen {
  const grey = toGrey(raster)
  const fits = symbolMarks(profile)
    .filter(mark => mark.on !== 'card')
    .map(({ on, rectOnCard: { x, y, width } }) => ({
      on,
      contrast: symbolFrameContrast(grey, cardToPixels, [x, y], width),
    }))
    .sort((a, b) => b.contrast - a.contrast)
  const [best, second] = fits
  if (
    best === undefined ||
    best.contrast < MIN_FRAME_CONTRAST ||
    best.contrast - (second?.contrast ?? 0) < FRAME_MARGIN
  )
    return { open: 'unknown', because: 'no symbol of the sticker could be read, and neither layer can be told' }
  const top = best.on === 'top-layer'
  return { open: top ? 'top' : 'bottom', because: `a symbol of the ${top ? 'top' : 'bottom'} layer's size is there` }
}
