import type { CheckName, LeftoverKind } from '../core/vocabulary.ts'
import type { Mark, ProductProfile, SymbolMark } from '../products/profile.ts'
import { levels, versionsOf } from '../products/symbol-kinds.ts'
import type { Measurement } from '../vision/reading.ts'

export type Limits = ProductProfile['limits'][string]

/** What a measurement can be of: one place of the card, or every mark of a kind. */
type Subject = 'card' | 'sticker' | 'top-layer' | 'bottom-layer' | Mark['kind']

/** One kind of measurement: the row that every limit, verdict and sentence about it comes from. */
export interface MeasurementRow {
  readonly unit: Measurement['unit']
  readonly of: readonly Subject[]
  /** The check that judges it where it has limits. */
  readonly check: CheckName
  /** What an operator calls it. */
  readonly title: string
  /** The limits where the profile names none; null: recorded, not judged. */
  usual(profile: ProductProfile, of: string): Limits | null
  /**
   * Half the width of the band around a limit in which a value is neither good nor bad, as a share of the limit. Measuring
   * twice gives two values; a decision must not hang on which of them came first.
   */
  readonly marginalShare: number
  /**
   * What a bad value needs to be evidence. `fit-picture`: blur, glare and uneven light make values as bad as bad print does,
   * never better ones. `read-text`: a text that the plan reads, and that was read; on others glare looks like a missing stroke.
   * `right-words`: fixed words that say what the profile says, whether the readers are sure of them or not.
   */
  readonly needs: readonly ('fit-picture' | 'read-text' | 'right-words')[]
  /** It is told from a place, and may lie on either side of it. */
  readonly signed?: true
  /** Is a value good that the picture may have made worse, and that keeps its limits though it comes close to them? */
  readonly sparesUnfit?: true
}

const MARGINAL_SHARE = 0.05
/** Print and die-cut of a sticker may differ by this, mm. */
const PRINT_TO_DIE_CUT_MM = 0.5

/**
 * Residuals of strokes, by where they stand: remains of the scratch-off and of the upper layer lie over what was opened. In the
 * middle between good texts (up to the lower end of the margin) and whole strokes that were erased or added (above its upper one):
 * between them nobody can tell. Crumbs of what lay above are ink, too: good opened cards have up to 1.01 over a passphrase and 0.87 over a
 * peeled serial, which is more than one added bar in five.
 */
const MISSING = { printed: 0.95, peeled: 1.12, etched: 1.1, scratched: 1.35 } as const
const ADDED = { printed: 0.72, peeled: 1.1, etched: 0.9, scratched: 1.28 } as const
/**
 * The same of texts with a checksum, which are smaller, and of fixed words, which are laid with one blank between them: limits in the
 * middle between good ones of 22 photographs of even units and strokes of 0.035 square caps and more that were erased or added there.
 */
const CHECKED = { missing: 0.85, added: 0.85, margin: 0.2 } as const
const WORDS = { missing: 1, added: 0.95, marginMissing: 0.25, marginAdded: 0.3 } as const
const MISSING_MARGIN = 0.15
const ADDED_MARGIN = 0.2
const strokeAtMost =
  (limits: Readonly<Record<keyof typeof MISSING, number>>): MeasurementRow['usual'] =>
  ({ marks }, of) => {
    const mark = marks.find(({ name }) => name === of)
    if (mark?.kind !== 'text') return { min: null, max: limits.etched }
    const isCovered = marks.some(other => other.kind === 'cover' && other.covers === of)
    const place = isCovered ? 'scratched' : mark.made === 'etched' ? 'etched' : 'printed'
    return { min: null, max: limits[place === 'printed' && mark.on === 'bottom-layer' ? 'peeled' : place] }
  }
const checkedAtMost =
  (side: 'missing' | 'added'): MeasurementRow['usual'] =>
  ({ marks }, of) => {
    const isPeeled = marks.some(({ name, on }) => name === of && on === 'bottom-layer')
    return { min: null, max: isPeeled ? (side === 'missing' ? MISSING : ADDED).peeled : CHECKED[side] }
  }
const atMost = (max: number) => () => ({ min: null, max })
const atLeast = (min: number) => () => ({ min, max: null })
/** Light falls off on steel more than on paper. */
const onLayers =
  (max: number): MeasurementRow['usual'] =>
  ({ marks }, of) =>
    marks.some(({ name, on }) => name === of && on === 'card') ? null : { min: null, max }
/** At most so much of what is on that surface, and of what is on others. */
const atMostOn =
  (surface: 'card' | 'top-layer', there: number, elsewhere: number): MeasurementRow['usual'] =>
  ({ marks }, of) => ({ min: null, max: marks.find(({ name }) => name === of)?.on === surface ? there : elsewhere })
const tolerated =
  (key: 'toleranceMm' | 'toleranceDeg', more = 0): MeasurementRow['usual'] =>
  ({ sticker }) =>
    sticker && { min: null, max: sticker[key] + more }
const toleratedByPrint = tolerated('toleranceMm', PRINT_TO_DIE_CUT_MM)

/** Rows of one subject and one check: unit, title, and limits if any are usual. */
const rowsOf =
  (of: Subject | readonly Subject[], check: CheckName, needs: MeasurementRow['needs'] = []) =>
  (unit: Measurement['unit'], title: string, usual: MeasurementRow['usual'] = () => null): MeasurementRow => ({
    unit,
    of: [of].flat(),
    check,
    title,
    usual,
    marginalShare: MARGINAL_SHARE,
    needs,
  })
const cover = rowsOf('cover', 'cover-intact')
/** Of a cover by its look: values scatter, and only far beyond the limit is one certain. */
const coverBy: typeof cover = (...row) => ({
  ...rowsOf('cover', 'cover-intact', ['fit-picture'])(...row),
  marginalShare: 1 / 3,
})
/** How far a side of a cover reaches beyond the text at its least. Less than nothing is open text; the profile says how much is usual. */
const coverEdge = (side: string): MeasurementRow => ({
  ...coverBy('mm', `least reach of the ${side} edge beyond the text`, (profile, of) => {
    const covers = profile.marks.filter(mark => mark.kind === 'cover')
    const mark = covers.find(({ name }) => name === of) ?? covers[0]
    if (mark === undefined || (side === 'right' && profile.fonts.etching === null)) return null
    return { min: 0.3 * mark.marginMm, max: null }
  }),
  marginalShare: 0.85,
  signed: true,
})
const sheet = rowsOf(['top-layer', 'bottom-layer'], 'layer-intact')
const below = rowsOf('bottom-layer', 'layer-intact', ['fit-picture'])
const upper = rowsOf('top-layer', 'layer-intact', ['fit-picture'])
const sticker = rowsOf('sticker', 'placement')
const text = rowsOf('text', 'legibility', ['read-text', 'fit-picture'])
const words = rowsOf('text', 'legibility', ['right-words', 'fit-picture'])
const print = rowsOf('qr', 'print-quality', ['fit-picture'])
const picture = rowsOf('qr', 'print-quality')
const card = rowsOf('card', 'print-quality')
/** A property that is read and not measured: there is no band around its limits. */
const exact = (...row: Parameters<typeof picture>): MeasurementRow => ({ ...picture(...row), marginalShare: 0 })

/** A line through a symbol or a spot in it, at most so strong; and where scraps and glue of the layer above lie on it. */
const symbolLine = (title: string, most: number, mostBelow: number): MeasurementRow => ({
  ...print('ratio', title, ({ marks }, of) => ({
    min: null,
    max: marks.some(({ name, on }) => name === of && on === 'bottom-layer') ? mostBelow : most,
  })),
  marginalShare: 0.15,
})

function boundsOf(
  { marks }: ProductProfile,
  of: string,
  bounds: (mark: SymbolMark) => readonly [min: number, max: number] | undefined,
): Limits | null {
  const mark = marks.find(({ name }) => name === of)
  const range = mark?.kind === 'qr' ? bounds(mark) : undefined
  return range === undefined ? null : { min: range[0], max: range[1] }
}

/**
 * How far a leftover of each kind has to stand out, as a multiple of the most that good cards show: to ask for another look, and to be
 * certain in one photograph. A finger, a shadow or a mirrored lamp stands out from its surroundings as much as anything, so that by
 * these alone one photograph is never certain.
 */
export const leftoverLimits: Readonly<Record<LeftoverKind, { readonly ask: number; readonly certain: number }>> = {
  // A detector's certainty as a multiple of twenty times what good cards have: from 0.3 on it is text.
  text: { ask: 1, certain: 5 },
  symbol: { ask: 1, certain: 1 },
  'open-layer': { ask: 1, certain: 1 },
  'show-through': { ask: 1, certain: 1 },
  blot: { ask: 1, certain: 2 },
  'odd-place': { ask: 1, certain: Number.POSITIVE_INFINITY },
  // Nothing of the card, however often it is seen.
  'in-the-way': { ask: 1, certain: Number.POSITIVE_INFINITY },
}

/** Every measurement that vision returns, by name. */
export const measurementRows: Readonly<Record<string, MeasurementRow>> = {
  'cover-open-strokes': cover('mm', 'length of text that stands open', atMost(0)),
  'cover-coverage': cover('%', "share of the text's place that looks covered"),
  'cover-margin': { ...cover('mm', 'least reach of the cover beyond the text'), signed: true },
  'cover-edge-left': coverEdge('left'),
  'cover-edge-right': coverEdge('right'),
  'cover-edge-top': coverEdge('top'),
  'cover-edge-bottom': coverEdge('bottom'),
  'cover-edge-bend': coverBy('mm', 'greatest distance of an edge from a straight line', atMost(0.9)),
  'cover-turn': coverBy('deg', 'turn of the cover against the card', atMost(1)),
  'cover-seam': coverBy('%', 'strongest step across the cover', atMost(4.5)),
  // Good covers of 32 photographs have up to 0.29, ones with a piece missing 0.45 and more but for motion.
  'cover-brushing': coverBy('ratio', 'how brushed its most brushed place is', atMost(0.45)),
  // Nothing that hides text and can be scratched off is so much darker than steel: of 130 photographs of good ones none is below −0.63,
  // a felt pen is at −1.5 and less.
  // A grey foil beside steel, black or plastic: 28 good photographs have up to 0.07 and one in shadow 0.14, coloured tapes and foils 0.27
  // to 3. Beside gold every foil is blue.
  'cover-colour': coverBy('ratio', 'greatest difference of a piece of the cover from the card’s colour', ({ card }) =>
    card.finish === 'gold' ? null : { min: null, max: 0.16 },
  ),
  // Set on the cards of even numbers, whose good covers have up to 0.04; those of odd ones have up to 0.04, and one under a phone's
  // shadow 0.08.
  'cover-colour-spread': coverBy('ratio', 'greatest difference of its pieces’ colours', atMost(0.12)),
  // Up to 0.39 on the good photographs looked at, but for lamps and shadows in a part of it, and 0.46 on good cards of the twin. A film that
  // letters show through has 0.47 and cannot be told by this.
  'cover-texture-spread': {
    ...coverBy('ratio', 'greatest difference of its pieces’ roughness', atMost(0.7)),
    marginalShare: 0.1,
  },
  'cover-tone': coverBy('ratio', 'tone of the cover less that of the steel', atLeast(-1.2)),
  // Scratch-off is printed as a screen, and a camera has noise: good covers of 32 photographs and of the twin have 0.54 and more,
  // smooth paint 0.2 to 0.4.
  'cover-texture': {
    ...coverBy('%', 'roughness finer than 0.25 mm', atLeast(0.42)),
    marginalShare: 0.1,
  },
  // As far as 1.5 good units go; beyond 3 no good one was seen.
  'cover-material': coverBy('ratio', 'distance of the surface from those of good units', atMost(2.25)),
  'layer-bottom-colour': sheet('%', "share of the sheet in the bottom layer's colour", (_, of) =>
    of === 'bottom-layer' ? { min: 50, max: null } : { min: null, max: 10 },
  ),
  'layer-cut-shift': sheet('mm', 'distance of the print from its place on the sheet', tolerated('toleranceMm')),
  'layer-cut-turn': sheet('deg', 'turn of the print on the sheet', tolerated('toleranceDeg')),
  // Under light of a strong colour paper may look like anything.
  'layer-exposed': below('%', 'share of the sticker in the colour below', atMost(1)),
  // Of 57 fit photographs of good cards none shows more than 0.23, but for the shadow of a hand; a corner folded by 2 mm shows 0.36 to 1.35.
  'layer-open-area': {
    ...below('mm²', 'largest place of the sticker that shows the layer below', atMost(1)),
    marginalShare: 0.65,
  },
  // Good photographs have up to 0.15 on steel and one under a phone's shadow 0.45; a film over the sticker, or a blank of another finish,
  // has 0.5 to 1.8. Golds differ by as much: good ones have 0.29 and 0.54.
  'paper-colour': {
    ...upper('ratio', 'colour of the paper against the card’s finish', ({ card }) =>
      card.finish === 'gold' ? null : { min: null, max: 0.4 },
    ),
    marginalShare: 1 / 3,
  },
  // Under light of a stronger colour good stickers looked yellow.
  'light-colour': rowsOf(['top-layer', 'bottom-layer'], 'layer-intact', ['fit-picture'])(
    'ratio',
    'colour that the light gives paper or metal',
    atMost(0.8),
  ),
  // 179 good photographs have up to 3.6, units of the twin up to 4.9; ink that is 8 % darker than the paper 12 and more.
  'show-through': {
    ...upper('index', 'how clearly the finder patterns below show through', atMost(7)),
    marginalShare: 0.2,
  },
  'layer-dark-paper': rowsOf('top-layer', 'layer-intact')('%', 'share of the paper that is darker than the rest'),
  'placement-shift': sticker('mm', 'distance from its place', tolerated('toleranceMm')),
  // Where the sticker's own edge cannot be seen.
  'placement-shift-by-print': sticker('mm', 'distance of its print from its place', toleratedByPrint),
  // Which way: for whoever sets the machine. The distance is what is judged.
  'placement-x': { ...sticker('mm', 'how far right of its place; less than nothing is left'), signed: true },
  'placement-y': { ...sticker('mm', 'how far below its place; less than nothing is above'), signed: true },
  // Where a line begins and ends depends on its font, which is not always known. What is printed beside a symbol is at most 0.56 mm from
  // its place on photographs of even numbers, 0.32 on those of odd ones.
  'mark-shift': rowsOf('text', 'placement', ['read-text'])(
    'mm',
    'distance of the text from its place',
    atMostOn('card', 1, 0.75),
  ),
  'mark-turn': rowsOf('text', 'placement', ['read-text'])('deg', 'turn of the text against its place', atMost(1.4)),
  'placement-turn': sticker('deg', 'turn against its place', tolerated('toleranceDeg')),
  // More is a layer that does not lie on the other; good ones have up to 0.55.
  'placement-print-offset': sticker('mm', 'distance of the print from its place on the sticker', atMost(1)),
  'text-sharpness': text('ratio', 'steepness of the edges, grey spans a capital’s height'),
  'text-contrast': text('%', 'contrast of the strokes'),
  'text-height': text('mm', 'height of the characters'),
  'text-weakest-stroke': text('ratio', 'faintest stroke against the rest of the text'),
  // Of 82 photographs no character that is well lit has less than 0.52, but for one under honeycomb (0.42); etched or printed with a third
  // of the others' ink one has 0.24 to 0.34.
  'text-faintest-character': {
    ...text('ratio', 'faintest character against the rest of the text', atLeast(0.42)),
    marginalShare: 0.2,
  },
  // Of 54 photographs of good cards 0.74 and more; an address printed with 40 % of the ink of the serial beside it 0.4.
  'text-print-strength': {
    ...text('ratio', 'contrast of the text against that of the strongest other one of its layer', atLeast(0.55)),
    marginalShare: 0.2,
  },
  // Good texts on the top layer have up to 0.060 on 82 photographs, etched ones 0.103, one under honeycomb 0.075; printed again at a
  // quarter of the ink a text has 0.13, etched again 0.14.
  'text-second-print': {
    ...text('ratio', 'ink of the text a second time beside itself', atMostOn('top-layer', 0.075, 0.12)),
    marginalShare: 0.1,
    sparesUnfit: true,
  },
  // 42 photographs of good cards have up to 1.12, and 1.67 where a label lies close by; remains of a cover up to 4.2. Struck through or
  // underlined they have 6 and more, but for one in the dark.
  'line-through': {
    ...rowsOf('text', 'legibility', ['fit-picture'])(
      'ratio',
      'longest level stroke through, over or under it, in heights of a capital',
      atMost(3),
    ),
    marginalShare: 0.25,
  },
  // Scores against the character's own glyph: 1 is a stroke half as dark as the others, beyond doubt.
  'text-missing-stroke': {
    ...text('ratio', 'most ink that a character lacks', strokeAtMost(MISSING)),
    marginalShare: MISSING_MARGIN,
  },
  'text-added-stroke': {
    ...text('ratio', 'most ink that a character has too much', strokeAtMost(ADDED)),
    marginalShare: ADDED_MARGIN,
  },
  'checked-missing-stroke': {
    ...text('ratio', 'most ink that a character of it lacks', checkedAtMost('missing')),
    marginalShare: CHECKED.margin,
    sparesUnfit: true,
  },
  'checked-added-stroke': {
    ...text('ratio', 'most ink that a character of it has too much', checkedAtMost('added')),
    marginalShare: CHECKED.margin,
    sparesUnfit: true,
  },
  'words-missing-stroke': {
    ...words('ratio', 'most ink that a letter of it lacks', atMost(WORDS.missing)),
    marginalShare: WORDS.marginMissing,
    sparesUnfit: true,
  },
  'words-added-stroke': {
    ...words('ratio', 'most ink that a letter of it has too much', atMost(WORDS.added)),
    marginalShare: WORDS.marginAdded,
    sparesUnfit: true,
  },
  // Of 38 photographs of good cards none has a tone of more than 0.17 on a layer, of 8 none a colour of more than 0.06; a white label on
  // the yellow one has 0.67 and 0.15.
  'ground-tone': {
    ...rowsOf('text', 'legibility', ['read-text'])(
      'ratio',
      'tone of the ground under it against that around',
      onLayers(0.3),
    ),
    marginalShare: 0.25,
  },
  'ground-colour': {
    ...rowsOf('text', 'legibility', ['read-text'])(
      'ratio',
      'colour of the ground under it against that around',
      onLayers(0.1),
    ),
    marginalShare: 0.15,
  },
  // Remains of the scratch-off are not brushed. Elsewhere good cards have up to 0.13, a smooth label 0.29 and more.
  'symbol-contrast': print('%', 'brightest less darkest reflectance'),
  'cell-contrast': print('%', 'contrast of dark and light modules'),
  // 77 good symbols have 1.25 and more; one that is printed with 45 % of the ink of the text beside it 0.99.
  'symbol-print-strength': {
    ...print('ratio', 'contrast of its modules against that of the strongest text of its layer', atLeast(1.08)),
    marginalShare: 0.06,
  },
  modulation: print('index', 'modulation'),
  'reflectance-margin': print('index', 'reflectance margin'),
  'contrast-uniformity': print('index', 'weakest module'),
  'unused-error-correction': print('index', 'unused error correction'),
  'axial-non-uniformity': print('index', 'axial non-uniformity'),
  'grid-non-uniformity': print('index', 'grid non-uniformity'),
  'print-growth': print('ratio', 'print growth in modules'),
  'finder-top-left-damage': print('count', 'wrong modules of the top left finder'),
  'finder-top-right-damage': print('count', 'wrong modules of the top right finder'),
  'finder-bottom-left-damage': print('count', 'wrong modules of the bottom left finder'),
  'timing-horizontal-damage': print('count', 'wrong modules of the horizontal timing pattern'),
  'timing-vertical-damage': print('count', 'wrong modules of the vertical timing pattern'),
  'alignment-damage': print('count', 'wrong modules of the alignment patterns'),
  'format-first-damage': print('count', 'wrong modules of the first format information'),
  'format-second-damage': print('count', 'wrong modules of the second format information'),
  'version-damage': print('count', 'wrong modules of the version information'),
  'quiet-zone-damage': print('count', 'dark modules in the quiet zone', atMost(6)),
  // A symbol of level L still reads with 7 % of its codewords wrong.
  'wrong-modules': print('%', 'modules that are not as the symbol is drawn', atMost(2)),
  // Good symbols of 57 photographs have none: one may be dust, or the only one that a blot of four made wrong; four side by side are
  // ink or a hole.
  'wrong-modules-together': {
    ...print('count', 'wrong modules in a square of 4 × 4', atMost(2)),
    marginalShare: 0.6,
  },
  // Good symbols of photographs of even numbers have up to 0.17 dark, 0.17 bright and 0.21 in spots, those of odd numbers 0.18, 0.17 and
  // 0.27; under remains of the layer above 0.26, 0.37 and 0.55, and 0.28, 0.26 and 0.39. A slit of 0.16 mm across them has 0.27 to 0.57, a
  // bright scratch of 0.15 mm 0.32 to 0.6, a dot of 0.9 mm 0.35 to 1.15.
  'symbol-dark-line': symbolLine('strongest dark line that its modules do not explain', 0.22, 0.36),
  'symbol-bright-line': symbolLine('strongest bright line that its modules do not explain', 0.22, 0.46),
  'symbol-spot': symbolLine('strongest spot as large as a module that they do not explain', 0.33, 0.75),
  // On the top layer good ones have up to 0.09, and 0.18 in noise and in a sleeve; under remains of the layer above 0.32. Dots of 0.3 mm
  // have 0.41 and more, a line of 0.15 mm 0.25.
  'quiet-zone-spot': symbolLine('strongest spot in the quiet zone, half as large as a module', 0.23, 0.5),
  // Only of one that is turned by right angles: how any other sits is how its layer sits.
  'symbol-turn': exact('deg', 'turned clockwise in its place by', atMost(0)),
  'symbol-version': exact('count', 'version', (profile, of) => boundsOf(profile, of, mark => versionsOf(mark))),
  'symbol-level': exact('count', 'level of error correction (1 L to 4 H)', (profile, of) =>
    boundsOf(profile, of, ({ level }) => level && [levels.indexOf(level) + 1, levels.indexOf(level) + 1]),
  ),
  'clipped-modules': picture('%', "modules at the end of the camera's range"),
  'module-evenness': picture('ratio', 'darkest part of the symbol over the brightest'),
  'module-glare': picture('ratio', 'brightest module over the median'),
  'module-sharpness': picture('ratio', 'contrast of lone modules over that of blocks'),
  'pixels-per-mm': rowsOf(['card', 'top-layer', 'bottom-layer'], 'print-quality')('px/mm', 'scale of the picture'),
  tilt: card('deg', 'tilt of the card to the camera'),
  'outline-residual': card('px', "distance of the seen outline from the card's"),
  'edge-width': card('px', "width of the card's edge in the picture"),
}
