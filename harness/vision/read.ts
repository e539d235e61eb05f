import type { CoverMark, Mark, ProductProfile, SymbolMark, TextMark } from '../products/profile.ts'
import { Secret } from '../secret/secret.ts'
import { type LayerPose, layerPoseOf, nominalLayerPose } from './locate/layer-pose.ts'
import { type LocatedCard, locateCard } from './locate/locate-card.ts'
import { type SymbolAtMark, symbolsAtMarks } from './marks/symbol-marks.ts'
import { readTextMark, type TextSeen } from './marks/text-marks.ts'
import type { Photograph } from './photograph.ts'
import type { Measurement, PhotographReading, Reading } from './reading.ts'
import { quadInPhotograph } from './rectify/text-line.ts'
import { type LayersSeen, layersBySymbols } from './surface/layers.ts'
import { likelyStates } from './surface/states.ts'
import { findSymbols } from './symbols/find-symbols.ts'
import type { TextReader } from './text/text-reader.ts'

/** What reading needs besides the photograph: things that are loaded once. */
export interface VisionTools {
  readonly text: TextReader
}

export interface ReadOptions {
  readonly signal?: AbortSignal | undefined
}

/**
 * Reads every mark of the profile in one photograph, blind: there is no parameter for what is expected, no station and
 * no state. Marks that are not seen get a reading too, with the reason.
 */
export async function readPhotograph(
  photograph: Photograph,
  profile: ProductProfile,
  tools: VisionTools,
  options: ReadOptions = {},
): Promise<PhotographReading> {
  const { signal } = options
  const raster = photograph.pixels
  const symbols = await findSymbols(raster, { signal })
  signal?.throwIfAborted()
  const located = locateCard(raster, profile, symbols)
  if ('because' in located) return withoutCard(photograph, profile, located.because)

  const { mmToPixels } = located.pose
  const atMarks = symbolsAtMarks(profile, symbols, mmToPixels)
  const poses = new Map<string, LayerPose>()
  for (const { mark, symbol } of atMarks) {
    const pose = layerPoseOf(profile, mark, symbol.corners, mmToPixels)
    if (pose !== null && !poses.has(mark.on)) poses.set(mark.on, pose)
  }
  const layers = layersBySymbols(atMarks)
  const poseOf = (mark: Mark) => poses.get(mark.on)?.mmToPixels ?? nominalLayerPose(profile, mark.on, mmToPixels)

  const readings: Reading[] = []
  const texts = new Map<string, TextSeen>()
  for (const mark of profile.marks) {
    signal?.throwIfAborted()
    if (mark.kind !== 'text' || hiddenBy(layers, mark) !== null) continue
    texts.set(mark.name, await readTextMark(raster, profile, mark, poseOf(mark), tools.text, signal))
  }
  for (const mark of profile.marks) {
    const where = quadInPhotograph(mark.rect, poseOf(mark), raster)
    const hidden = hiddenBy(layers, mark)
    if (where === null) readings.push(blank(mark, 'unread', 'its place lies outside the picture', null))
    else if (hidden !== null) readings.push(blank(mark, hidden.outcome, hidden.because, where))
    else if (mark.kind === 'qr') readings.push(symbolReading(mark, atMarks, where))
    else if (mark.kind === 'text') readings.push(textReading(mark, texts.get(mark.name)!, where))
    else readings.push(coverReading(mark, texts, where))
  }
  return {
    photographId: photograph.id,
    card: located.pose,
    because: null,
    marks: readings,
    states: likelyStates(profile, readings),
    measurements: [...cardMeasurements(located), ...placementMeasurements(profile, poses)],
  }
}

function withoutCard(photograph: Photograph, profile: ProductProfile, because: string): PhotographReading {
  return {
    photographId: photograph.id,
    card: null,
    because,
    marks: profile.marks.map(mark => blank(mark, 'unread', because, null)),
    states: [],
    measurements: [],
  }
}

function blank(mark: Mark, outcome: Reading['outcome'], because: string, where: Reading['where']): Reading {
  return { mark: mark.name, outcome, text: null, confidence: 0, readers: [], alternatives: null, where, because }
}

/** The layer that speaks for a mark not being seen, or null when the mark may lie open. */
function hiddenBy(layers: LayersSeen, mark: Mark): { outcome: 'absent' | 'concealed'; because: string } | null {
  if (mark.on === 'bottom-layer' && layers.open === 'top')
    return { outcome: 'concealed', because: 'the top layer lies over it' }
  if (mark.on === 'top-layer' && layers.open === 'bottom')
    return { outcome: 'absent', because: 'the top layer is off: the bottom layer lies open' }
  if (mark.on !== 'card' && layers.open === 'none') return { outcome: 'absent', because: layers.because }
  return null
}

function textOf(mark: Mark, bytes: Uint8Array): string | Secret {
  return mark.secret ? Secret.ofBytes(bytes) : new TextDecoder().decode(bytes)
}

function symbolReading(mark: SymbolMark, atMarks: readonly SymbolAtMark[], where: Reading['where']): Reading {
  const at = atMarks.find(candidate => candidate.mark === mark)
  if (at === undefined) return blank(mark, 'unread', 'no symbol could be read in its place', where)
  if (at.symbol.bytes === null) return blank(mark, 'unread', 'a symbol is there, but no reader could decode it', where)
  if (!at.fits) return blank(mark, 'unread', `the symbol in its place does not carry an ${mark.payload} payload`, where)
  const { readers } = at.symbol
  return {
    mark: mark.name,
    outcome: 'read',
    text: textOf(mark, at.symbol.bytes),
    confidence: readers.length > 1 ? 0.9999 : 0.99,
    readers,
    alternatives: null,
    where: at.symbol.corners,
    because: readers.length > 1 ? 'two readers agree' : 'one reader read it',
  }
}

function textReading(mark: TextMark, seen: TextSeen, where: Reading['where']): Reading {
  const { text, confidence, readers, alternatives, because } = seen
  const base = { mark: mark.name, confidence, readers, alternatives, where, because }
  if (text === null) return { ...base, outcome: 'unread', text: null }
  return { ...base, outcome: 'read', text: textOf(mark, new TextEncoder().encode(text)) }
}

function coverReading(mark: CoverMark, texts: ReadonlyMap<string, TextSeen>, where: Reading['where']): Reading {
  const under = texts.get(mark.covers)
  const inked = under?.lines.filter(({ reading }) => reading.inkPresent).length ?? 0
  const base = { mark: mark.name, text: null, confidence: 0, readers: ['surface'], alternatives: null, where } as const
  if (under !== undefined && inked === under.lines.length)
    return { ...base, outcome: 'absent', because: 'strokes stand open in every line that it should cover' }
  return { ...base, outcome: 'unread', because: 'the cover was not judged' }
}

function cardMeasurements({ pose }: LocatedCard): Measurement[] {
  return [
    { name: 'pixels-per-mm', of: 'card', value: pose.pixelsPerMm, unit: 'px/mm', limits: null },
    { name: 'outline-residual', of: 'card', value: pose.residualPx, unit: 'px', limits: null },
  ]
}

function placementMeasurements(profile: ProductProfile, poses: ReadonlyMap<string, LayerPose>): Measurement[] {
  const { sticker } = profile
  if (sticker === null) return []
  return [...poses].flatMap(([of, { placement }]): Measurement[] => [
    {
      name: 'placement-shift',
      of,
      value: Math.hypot(placement.shiftX, placement.shiftY),
      unit: 'mm',
      limits: { min: null, max: sticker.toleranceMm },
    },
    {
      name: 'placement-turn',
      of,
      value: placement.turnDeg,
      unit: 'deg',
      limits: { min: -sticker.toleranceDeg, max: sticker.toleranceDeg },
    },
  ])
}
