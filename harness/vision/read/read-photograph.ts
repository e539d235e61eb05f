import { toGrey } from '../../imaging/grey.ts'
import type { Homography } from '../../imaging/homography.ts'
import type { Quad } from '../../imaging/quad.ts'
import type { Raster } from '../../imaging/raster.ts'
import type { LearnedLight } from '../../products/appearance.ts'
import { coverMarks, symbolMarks, textMarks } from '../../products/geometry.ts'
import type { Mark, ProductProfile, TextMark } from '../../products/profile.ts'
import { flatCard } from '../appearance/flat-card.ts'
import type { CardLaidOut } from '../appearance/surface-view.ts'
import { seeUnlike } from '../appearance/unlike.ts'
import { type LayerPose, layerPoseOf, nominalLayerPose } from '../locate/layer-pose.ts'
import { type LocatedCard, locateCard } from '../locate/locate-card.ts'
import type { Photograph } from '../photograph.ts'
import type { PhotographReading, Reading } from '../reading.ts'
import type { TextDetector } from '../rest/text-detector.ts'
import { type CoverSeen, seeCover } from '../surface/cover.ts'
import { type LayersSeen, seeLayers, showsBottom } from '../surface/layers.ts'
import { likelyStates } from '../surface/states.ts'
import { findSymbols } from '../symbols/find-symbols.ts'
import type { FoundSymbol } from '../symbols/found-symbol.ts'
import { isNegative } from '../symbols/negative.ts'
import { cutTextLines, quadInPhotograph } from '../text/text-line.ts'
import type { TextReader } from '../text/text-reader.ts'
import { measurementsOf } from './card-measurements.ts'
import { exposedSecrets } from './exposed-secrets.ts'
import { inkOfText } from './ink-of-text.ts'
import { blankReading, symbolReading, textReading, unseenReading } from './mark-reading.ts'
import type { LooseLayersSeen } from './read-loose-layers.ts'
import { besideOf, restOfCard, secretsBeside, together } from './read-rest.ts'
import { seeWithoutCard } from './see-without-card.ts'
import { type SymbolAtMark, symbolsAtMarks } from './symbol-marks.ts'
import { readSymbolInPlace, wasTriedInFull } from './symbol-retry.ts'
import { readTextMark, type TextSeen, tellAhead } from './text-marks.ts'

/** What reading needs besides the photograph: things that are loaded once. */
export interface VisionTools {
  readonly text: TextReader
  /** Without it nobody looks for texts that no mark explains, which the reading says. */
  readonly detector?: TextDetector
}

export interface ReadOptions {
  readonly signal?: AbortSignal | undefined
  /** What good units look like under the photograph's own light; null where that is not known. */
  readonly appearance?: LearnedLight | null | undefined
  /** Called as each stage begins, e.g. to time it. */
  readonly onStage?: ((stage: ReadingStage) => void) | undefined
}

export const readingStages = ['symbols', 'locate', 'surface', 'texts', 'judge', 'rest'] as const
export type ReadingStage = (typeof readingStages)[number]

/**
 * Everything that was seen on the way to a reading. Holds secrets in clear (symbols, lines): it stays in the process that
 * made it, and only reading, masked crops and the explanation leave.
 */
export interface Sight {
  readonly photograph: Photograph
  readonly profile: ProductProfile
  readonly symbols: readonly FoundSymbol[]
  readonly card: CardSight | null
  /** Sticker layers found by themselves where there is no card. */
  readonly loose?: LooseLayersSeen | null
  readonly reading: PhotographReading
}

/** What was seen on a card that was found. */
export interface CardSight {
  readonly located: LocatedCard
  readonly atMarks: readonly SymbolAtMark[]
  readonly layers: LayersSeen
  /** Texts by mark. */
  readonly texts: ReadonlyMap<string, TextSeen>
  /** Covers by mark. */
  readonly covers: ReadonlyMap<string, CoverSeen>
  /** From a mark's own surface (mm) to the photograph (px). */
  poseOf(mark: Mark): Homography
}

const negative = {
  because:
    'light and dark have changed places, in the picture or in the code alone: take the picture as it is, not its negative',
  negative: true,
} as const

/**
 * Reads every mark of the profile in one photograph, blind: there is no parameter for what is expected, no station and
 * no state. Marks that are not seen get a reading too, with the reason.
 *
 * @throws the signal's reason when aborted
 */
export async function readPhotograph(
  photograph: Photograph,
  profile: ProductProfile,
  tools: VisionTools,
  options: ReadOptions = {},
): Promise<PhotographReading> {
  const { reading } = await seePhotograph(photograph, profile, tools, options)
  return reading
}

/** {@link readPhotograph} with all that was seen on the way. */
export async function seePhotograph(
  photograph: Photograph,
  profile: ProductProfile,
  tools: VisionTools,
  options: ReadOptions = {},
): Promise<Sight> {
  const { signal, onStage, appearance = null } = options
  const raster = photograph.pixels
  onStage?.('symbols')
  const inView: readonly FoundSymbol[] = await findSymbols(raster, { signal })
  signal?.throwIfAborted()
  onStage?.('locate')
  const located = isNegative(raster, inView) ? negative : locateCard(raster, profile, inView)
  if ('because' in located) {
    const seen = await seeWithoutCard(
      { raster, profile, symbols: inView, photographId: photograph.id, ...located },
      tools,
      signal,
      onStage,
    )
    return { photograph, profile, card: null, ...seen }
  }
  onStage?.('surface')
  const { mmToPixels } = located.pose
  const flat = flatCard(raster, profile, mmToPixels)
  tools.detector?.ahead?.(flat.raster)
  const grey = toGrey(raster)
  let symbols = inView
  let atMarks = symbolsAtMarks(profile, symbols, mmToPixels)
  const layers = seeLayers(raster, profile, atMarks, mmToPixels)
  for (const mark of symbolMarks(profile)) {
    const at = atMarks.find(one => one.mark.name === mark.name)
    if (at?.fits || hiddenBy(layers, mark) !== null) continue
    if (at !== undefined && wasTriedInFull(at, mmToPixels)) continue
    const again = await readSymbolInPlace(grey, mark, mmToPixels, signal)
    if (again !== null) symbols = [...symbols, again]
  }
  if (symbols !== inView) atMarks = symbolsAtMarks(profile, symbols, mmToPixels)
  const poses = layerPoses(atMarks, mmToPixels)
  const poseOf = (mark: Mark) => poses.get(mark.on)?.mmToPixels ?? nominalLayerPose(profile, mark.on, mmToPixels)

  onStage?.('texts')
  const isHidden = (mark: TextMark) => hiddenBy(layers, mark) !== null
  const inSight = textMarks(profile).filter(mark => !isHidden(mark) || mayShowThrough(layers, mark))
  const cuts = new Map(inSight.map(mark => [mark.name, cutTextLines(raster, mark, poseOf(mark))]))
  for (const mark of inSight.slice(1)) tellAhead(profile, mark, cuts.get(mark.name)!, tools.text)
  const texts = new Map<string, TextSeen>()
  const faces = new Map<TextMark['made'], string | undefined>()
  for (const mark of inSight) {
    signal?.throwIfAborted()
    const seen = await readTextMark(raster, profile, mark, poseOf(mark), tools.text, signal, {
      likelyFace: faces.get(mark.made),
      cut: cuts.get(mark.name)!,
    })
    faces.set(mark.made, seen.lines[0]?.reading.strokes?.face ?? faces.get(mark.made))
    // What lies over a hidden text gives noise, which says nothing of it; only a text with a right checksum does.
    if (!isHidden(mark) || seen.text !== null) texts.set(mark.name, seen)
  }
  onStage?.('judge')
  const covers = new Map<string, CoverSeen>()
  for (const mark of coverMarks(profile)) {
    const learned = appearance?.covers[mark.name] ?? null
    covers.set(mark.name, seeCover(raster, profile, mark, mmToPixels, texts, learned))
  }
  const card: CardSight = { located, atMarks, layers, texts, covers, poseOf }
  const textsAtMarks = textMarks(profile).flatMap(mark => {
    const seen = texts.get(mark.name)
    return seen === undefined ? [] : [{ mark, seen, where: quadInPhotograph(mark.rect, poseOf(mark), raster) }]
  })
  const marks = profile.marks.map(mark => readingOf(mark, card, quadInPhotograph(mark.rect, poseOf(mark), raster)))
  onStage?.('rest')
  const { secrets, ...found } = await restOfCard(
    { raster, profile, symbols, marks },
    { flat, mmToPixels, atMarks, poseOf },
    tools,
    signal,
  )
  const front = besideOf(profile.card, mmToPixels)
  const beside = await secretsBeside({ raster, profile, symbols }, [front], tools, signal)
  const rest = together(found, seeUnlike({ ...laidOut(raster, profile, card), flat }, located.pose, appearance))
  return {
    photograph,
    profile,
    symbols,
    card,
    reading: {
      photographId: photograph.id,
      card: located.pose,
      because: null,
      marks,
      states: likelyStates(profile, marks),
      measurements: measurementsOf(photograph, profile, {
        grey,
        located,
        poses,
        poseOf,
        atMarks,
        texts,
        layers,
        covers,
        isOverlain: rest.leftovers.some(({ kind }) => kind === 'in-the-way'),
      }),
      exposed: [...exposedSecrets(profile, symbols, textsAtMarks), ...secrets, ...beside],
      rest,
    },
  }
}

/** A card as its surfaces are looked at. */
export function laidOut(raster: Raster, profile: ProductProfile, card: CardSight): CardLaidOut {
  const { located, atMarks, layers, texts, covers, poseOf } = card
  const hasPose = (on: Mark['on']) => atMarks.some(({ mark, fits }) => fits && mark.on === on)
  const inkOf = (mark: TextMark) => {
    const seen = texts.get(mark.name)
    return seen === undefined ? [] : inkOfText(mark, seen)
  }
  return { raster, profile, mmToPixels: located.pose.mmToPixels, layers, covers, hasPose, poseOf, inkOf }
}

/** The pose of each layer that shows a symbol of its own. */
function layerPoses(atMarks: readonly SymbolAtMark[], mmToPixels: Homography): Map<string, LayerPose> {
  const poses = new Map<string, LayerPose>()
  for (const { mark, symbol, corners, fits } of atMarks) {
    const pose = layerPoseOf(mark, corners, mmToPixels)
    if (pose !== null && (fits || symbol.bytes === null) && !poses.has(mark.on)) poses.set(mark.on, pose)
  }
  return poses
}

function readingOf(mark: Mark, card: CardSight, where: Quad | null): Reading {
  if (where === null) return unseenReading(mark, 'its place lies outside the picture')
  const hidden = hiddenBy(card.layers, mark)
  if (hidden !== null && !card.texts.has(mark.name)) return blankReading(mark, hidden.outcome, hidden.because, where)
  switch (mark.kind) {
    case 'qr':
      return symbolReading(mark, card.atMarks, where, mark.on === 'bottom-layer' ? whyOpen(card.layers) : null)
    case 'text':
      return coverOrText(mark, card, where)
    case 'cover': {
      const { outcome, because, confidence } = card.covers.get(mark.name)!
      return { ...blankReading(mark, outcome, because, where), confidence, readers: ['surface'] }
    }
  }
}

/** The layer that speaks for a mark not being seen, or null when the mark may lie open. */
function hiddenBy(layers: LayersSeen, mark: Mark): Pick<Reading, 'outcome' | 'because'> | null {
  if (mark.on === 'bottom-layer' && layers.open === 'top')
    return { outcome: 'concealed', because: `the top layer lies over it: ${layers.because}` }
  if (mark.on === 'top-layer' && layers.open === 'bottom')
    return { outcome: mark.kind === 'cover' ? 'missing' : 'absent', because: `the top layer is off: ${layers.because}` }
  return null
}

/** What makes it doubtful that the top layer lies over all of the other, or null. */
function whyOpen({ open, because }: LayersSeen): string | null {
  return open === 'unknown' ? because : null
}

/** A secret text under a top layer that does not lie over all of the bottom layer: a tear may leave just the text open. */
function mayShowThrough(layers: LayersSeen, { on, secret }: Mark): boolean {
  return secret && on === 'bottom-layer' && showsBottom(layers)
}

function coverOrText(mark: TextMark, { texts, covers }: CardSight, where: Quad): Reading {
  const seen = texts.get(mark.name)!
  const cover = [...covers.values()].find(({ mark: { covers: covered } }) => covered === mark.name)
  if (seen.text === null && cover?.outcome === 'whole') return blankReading(mark, 'concealed', cover.because, where)
  return textReading(mark, seen, where)
}
