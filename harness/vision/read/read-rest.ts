import { type Homography, scaling } from '../../imaging/homography.ts'
import { type Quad, scaledQuad } from '../../imaging/quad.ts'
import type { Raster } from '../../imaging/raster.ts'
import { rectify } from '../../imaging/rectify.ts'
import { grown, overlap, surfaceOrigin } from '../../products/geometry.ts'
import type { Mark, ProductProfile, RectMm } from '../../products/profile.ts'
import type { FlatCard } from '../appearance/flat-card.ts'
import { cardUnder, type LooseLayer } from '../locate/loose-layers.ts'
import type { ExposedSecret, Reading, Rest } from '../reading.ts'
import { type ForeignSymbol, foreignSymbols, symbolLeftovers } from '../rest/foreign-symbols.ts'
import { type ForeignTextsSeen, seeForeignTexts } from '../rest/foreign-texts-seen.ts'
import { explainedPlaces, type SearchedSurface } from '../rest/searched-surface.ts'
import { secretIn } from '../rest/secret-text.ts'
import { secretsOffCard } from '../rest/secrets-off-card.ts'
import type { TextDetector } from '../rest/text-detector.ts'
import type { FoundSymbol } from '../symbols/found-symbol.ts'
import { quadOf } from '../text/text-line.ts'
import type { TextReader } from '../text/text-reader.ts'
import type { LooseLayersSeen } from './read-loose-layers.ts'
import { type SymbolAtMark, symbolsAtMarks } from './symbol-marks.ts'

/** What no mark explains, and what of it may be secret. */
export interface RestSeen extends Rest {
  readonly secrets: ForeignTextsSeen['secrets']
}

interface Looked {
  readonly raster: Raster
  readonly profile: ProductProfile
  readonly symbols: readonly FoundSymbol[]
  readonly marks: readonly Reading[]
}

interface OnCard {
  readonly flat: FlatCard
  readonly mmToPixels: Homography
  readonly atMarks: readonly SymbolAtMark[]
  /** From a mark's own surface (mm) to the photograph (px). */
  poseOf(mark: Mark): Homography
}

export interface RestTools {
  readonly text: TextReader
  readonly detector?: TextDetector
}

/** What is left over on the card's front, and what lies open beside it. */
export async function restOfCard(
  looked: Looked,
  { flat, mmToPixels, atMarks, poseOf }: OnCard,
  tools: RestTools,
  signal: AbortSignal | undefined,
): Promise<RestSeen> {
  const { profile, symbols, marks } = looked
  const { width, height } = profile.card
  const foreign = foreignSymbols({ x: 0, y: 0, width, height }, symbols, atMarks, mmToPixels)
  const front: SearchedSurface = {
    ...explainedPlaces(profile.marks, marks, poseOf, mmToPixels),
    flat,
    mmToPixels,
    shape: profile.card,
    origin: [0, 0],
  }
  return await restOf(looked, [{ surface: front, foreign }], tools, signal)
}

/**
 * Secrets in texts that lie outside of the card and of loose layers, or anywhere in a picture that has neither.
 * @param taken the card or layers, px of the picture
 */
export async function secretsBeside(
  { raster, profile, symbols }: Omit<Looked, 'marks'>,
  taken: readonly Quad[],
  { detector, text }: RestTools,
  signal: AbortSignal | undefined,
): Promise<readonly ExposedSecret[]> {
  if (detector === undefined) return []
  // A symbol that was decoded says itself what it is.
  const decoded = symbols.flatMap(({ bytes, corners }) =>
    bytes === null ? [] : [scaledQuad(corners, 1 + QUIET_SHARE)],
  )
  const payloads = symbols.map(({ bytes }) => (bytes === null ? '' : new TextDecoder().decode(bytes)))
  const addresses = payloads.filter(payload => addressLike.test(payload) && secretIn(payload, profile) === null)
  return await secretsOffCard(raster, profile, [...taken, ...decoded], addresses, detector, text, signal)
}

/** Letters and digits in one: longer than a passphrase. */
const addressLike = /^[A-Za-z0-9:]{25,110}$/

/** A symbol's quiet zone, of its side. */
const QUIET_SHARE = 0.2

/** What is left over on sticker layers that lie by themselves. */
export async function restOfLayers(
  looked: Looked,
  { layers }: LooseLayersSeen,
  tools: RestTools,
  signal: AbortSignal | undefined,
): Promise<RestSeen> {
  return await restOf(
    looked,
    layers.map(layer => searchedLayer(looked, layer)),
    tools,
    signal,
  )
}

interface Searched {
  readonly surface: SearchedSurface
  readonly foreign: readonly ForeignSymbol[]
}

function searchedLayer({ raster, profile, symbols, marks }: Looked, layer: LooseLayer): Searched {
  const { cutToPixels } = layer
  const { rect, cornerRadius } = profile.sticker!
  const own = profile.marks.filter(({ on }) => on === layer.on)
  const card = cardUnder(profile, layer)
  const atMarks = symbolsAtMarks(profile, symbols, card).filter(({ mark }) => mark.on === layer.on)
  const sheet = { x: 0, y: 0, width: rect.width, height: rect.height }
  return {
    surface: {
      ...explainedPlaces(own, marks, () => layer.mmToPixels, cutToPixels),
      flat: { raster: rectify(raster, cutToPixels, sheet, LAYER_PIXELS_PER_MM), pixelsPerMm: LAYER_PIXELS_PER_MM },
      mmToPixels: cutToPixels,
      shape: { ...sheet, cornerRadius },
      origin: surfaceOrigin(profile, layer.on),
    },
    foreign: foreignSymbols(rect, symbols, atMarks, card),
  }
}

/** As the card is laid flat. */
const LAYER_PIXELS_PER_MM = 8
/** A symbol's quiet zone and its corners' error. */
const SYMBOL_ROOM_MM = 1

async function restOf(
  { raster, profile }: Looked,
  searched: readonly Searched[],
  { detector, text }: RestTools,
  signal: AbortSignal | undefined,
): Promise<RestSeen> {
  const bySymbols = searched.flatMap(({ foreign }) => symbolLeftovers(foreign))
  if (detector === undefined) return { by: ['symbol-search'], leftovers: bySymbols, secrets: [] }
  // A symbol that stands where none should is said once, and not as lines of text too.
  const surfaces = searched.map(({ surface, foreign }) => {
    const [x, y] = surface.origin
    const onSurface = (rect: RectMm) =>
      quadOf(grown({ ...rect, x: rect.x - x, y: rect.y - y }, SYMBOL_ROOM_MM), scaling(1))
    return { ...surface, explained: [...surface.explained, ...foreign.map(({ rect }) => onSurface(rect))] }
  })
  const { leftovers, secrets } = await seeForeignTexts(raster, profile, surfaces, detector, text, signal)
  return { by: ['text-detector', 'symbol-search'], leftovers: [...leftovers, ...bySymbols], secrets }
}

/** The edge of a card or layer throws a shadow, and is known to half a millimetre. */
const BESIDE_MM = 1

export const besideOf = (
  { width, height }: { readonly width: number; readonly height: number },
  mmToPixels: Homography,
) => quadOf(grown({ x: 0, y: 0, width, height }, BESIDE_MM), mmToPixels)

/** What was recognised as a text or a symbol is said once. */
export function together(found: Rest, unlike: Rest | null): Rest {
  const known = found.leftovers.map(({ kind, rect }) =>
    grown(rect, kind === 'symbol' ? SYMBOL_QUIET_SHARE * rect.width : LINE_ROOM_MM),
  )
  const further = unlike?.leftovers.filter(({ rect }) => !known.some(one => overlap(one, rect))) ?? []
  return { by: [...found.by, ...(unlike?.by ?? [])], leftovers: [...found.leftovers, ...further] }
}

/** A detector gives the core of a line, mm; a symbol has its quiet zone around it, of its width. */
const LINE_ROOM_MM = 1.5
const SYMBOL_QUIET_SHARE = 0.25
