import { compose, type Homography, rigid } from '../imaging/homography.ts'
import type { Raster } from '../imaging/raster.ts'
import type { RectMm, Surface } from '../products/profile.ts'
import type { LineFound } from './find-lines.ts'
import type { LineSeen, PhotographSeen } from './learned-marks.ts'
import type { SquareMm } from './locate-unknown.ts'
import { measureLine } from './measure-line.ts'
import type { TeachTools } from './see-golden.ts'
import type { TextPlace } from './told-texts.ts'

/** Px/mm of a card that is laid flat. */
export const FLAT_PIXELS_PER_MM = 16
/** A photograph with its marks, laid flat for whoever looks at it afterwards. */
export interface Shown extends PhotographSeen {
  readonly sha256: string
  /** The card's front, {@link FLAT_PIXELS_PER_MM}; holds secrets in clear. */
  readonly flat: Raster
  readonly pixelsPerMm: number
  /** Lines that nothing explains. */
  readonly free: readonly LineFound[]
  readonly layer: LayerSeen | null
  /** Told texts as lines were found for them, in the frame of the card. */
  readonly places: readonly TextPlace[]
}

/** The layer of which a symbol is seen: its frame, and where it ends. */
export interface LayerSeen {
  readonly on: Surface
  readonly square: SquareMm
  readonly edges: NonNullable<PhotographSeen['stickerEdges']>
}

/** A rectangle of the card in the frame of a symbol: turns of a degree or two hardly change it. */
export function inFrame(rect: RectMm, { xMm, yMm, turnDeg }: SquareMm): RectMm {
  const turn = (-turnDeg * Math.PI) / 180
  const [x, y] = [rect.x + rect.width / 2 - xMm, rect.y + rect.height / 2 - yMm]
  const [u, v] = [x * Math.cos(turn) - y * Math.sin(turn), x * Math.sin(turn) + y * Math.cos(turn)]
  return { ...rect, x: u - rect.width / 2, y: v - rect.height / 2 }
}

/** A line in the frame of what it stands on: the layer if it lies within its edges, else the card. */
export async function measureIn(
  raster: Raster,
  mmToPixels: Homography,
  rect: RectMm,
  text: string,
  layer: LayerSeen | null,
  { readers }: Pick<TeachTools, 'readers'>,
): Promise<Pick<LineSeen, 'on' | 'measured'> | null> {
  if (layer !== null) {
    const { square, edges } = layer
    const own = inFrame(rect, square)
    const middle = [own.x + own.width / 2, own.y + own.height / 2] as const
    const isInside =
      middle[0] > (edges.left ?? -1) &&
      middle[0] < (edges.right ?? square.sideMm + 1) &&
      middle[1] > (edges.top ?? -1) &&
      middle[1] < (edges.bottom ?? square.sideMm + 1)
    if (isInside) {
      const toPixels = compose(mmToPixels, rigid(square.turnDeg, square.xMm, square.yMm))
      const measured = await measureLine(raster, toPixels, own, text, readers)
      return measured && { on: layer.on, measured }
    }
  }
  const measured = await measureLine(raster, mmToPixels, rect, text, readers)
  return measured && { on: 'card', measured }
}
