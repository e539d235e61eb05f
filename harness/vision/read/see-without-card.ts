import { mirrorImage } from '../../imaging/mirror-image.ts'
import { doubleArea, mapQuad, type Quad } from '../../imaging/quad.ts'
import type { Raster } from '../../imaging/raster.ts'
import type { ProductProfile } from '../../products/profile.ts'
import { looseView } from '../appearance/surface-view.ts'
import { seeUnlikeLayers } from '../appearance/unlike.ts'
import type { ExposedSecret, PhotographReading } from '../reading.ts'
import type { FoundSymbol } from '../symbols/found-symbol.ts'
import { exposedSecrets } from './exposed-secrets.ts'
import { unseenReading } from './mark-reading.ts'
import { type LooseLayersSeen, readLooseLayers } from './read-loose-layers.ts'
import { besideOf, type RestTools, restOfLayers, secretsBeside, together } from './read-rest.ts'

/** A picture in which no card was found, and why. */
interface WithoutCard {
  readonly photographId: string
  readonly raster: Raster
  readonly profile: ProductProfile
  readonly symbols: readonly FoundSymbol[]
  readonly because: string
  readonly mirrored?: boolean
  /** Light and dark have changed places. */
  readonly negative?: boolean
}

/** What such a picture shows: the sticker's layers where they lie by themselves, and whatever is secret in it. */
export interface SeenWithoutCard {
  readonly symbols: readonly FoundSymbol[]
  readonly loose: LooseLayersSeen | null
  readonly reading: PhotographReading
}

export async function seeWithoutCard(
  { photographId, raster, profile, symbols: inView, because, mirrored = false, negative = false }: WithoutCard,
  tools: RestTools,
  signal: AbortSignal | undefined,
  onStage: ((stage: 'texts' | 'rest') => void) | undefined,
): Promise<SeenWithoutCard> {
  const bare = withoutCard(photographId, profile, because)
  const loose = negative
    ? null
    : await readLooseLayers(raster, profile, inView, tools.text, signal, () => onStage?.('texts'))
  const symbols = [...inView, ...(loose?.further ?? [])]
  const sheets = loose?.layers.map(({ cutToPixels }) => besideOf(profile.sticker!.rect, cutToPixels)) ?? []
  if (loose !== null) onStage?.('rest')
  // A negative may be a mirror image, too.
  const decoded = inView.filter(({ bytes }) => bytes !== null)
  const isMirrored = mirrored || (negative && decoded.every(({ corners }) => doubleArea(corners) < 0))
  const shown = { raster: negative ? negativeOf(raster) : raster, profile, symbols }
  const beside = isMirrored
    ? await secretsTheRightWayRound(shown, tools, signal)
    : await secretsBeside(shown, sheets, tools, signal)
  const exposed = exposedSecrets(profile, symbols)
  if (loose === null) return { symbols, loose, reading: { ...bare, exposed: [...exposed, ...beside] } }
  const reading = withLooseLayers(bare, loose)
  const { secrets, ...found } = await restOfLayers({ raster, profile, symbols, ...reading }, loose, tools, signal)
  const views = loose.layers.map(({ on, mmToPixels }) => looseView(raster, profile, on, mmToPixels))
  const rest = together(found, seeUnlikeLayers(views))
  return { symbols, loose, reading: { ...reading, exposed: [...exposed, ...secrets, ...beside], rest } }
}

const negativeOf = (raster: Raster): Raster => ({ ...raster, data: raster.data.map(level => 255 - level) })

/** Texts that are seen the wrong way round may be read as anything, and what lies open there as nothing. */
async function secretsTheRightWayRound(
  { raster, profile, symbols }: Pick<WithoutCard, 'raster' | 'profile' | 'symbols'>,
  tools: RestTools,
  signal: AbortSignal | undefined,
): Promise<readonly ExposedSecret[]> {
  const turned = (quad: Quad) => mapQuad(quad, ([x, y]) => [raster.width - x, y])
  const around = symbols.map(symbol => ({ ...symbol, corners: turned(symbol.corners) }))
  const found = await secretsBeside({ raster: mirrorImage(raster), profile, symbols: around }, [], tools, signal)
  return found.map(secret => ({ ...secret, where: turned(secret.where) }))
}

function withoutCard(photographId: string, profile: ProductProfile, because: string): PhotographReading {
  return {
    photographId,
    card: null,
    because,
    marks: profile.marks.map(mark => unseenReading(mark, because)),
    states: [],
    measurements: [],
  }
}

/** Marks on the card itself stay unread, with the reason why there is no card. */
function withLooseLayers(bare: PhotographReading, { layers, marks, measurements }: LooseLayersSeen): PhotographReading {
  return {
    ...bare,
    marks: bare.marks.map(reading => marks.find(({ mark }) => mark === reading.mark) ?? reading),
    measurements,
    states: layers.length > 1 ? ['printed'] : [],
    looseLayers: layers.map(({ on }) => on),
  }
}
