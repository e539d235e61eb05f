import { AssayError } from '../core/assay-error.ts'
import { compose, rigid, scaling } from '../imaging/homography.ts'
import { median } from '../imaging/quantile.ts'
import type { Raster } from '../imaging/raster.ts'
import { rectify } from '../imaging/rectify.ts'
import type { GlyphFile } from '../products/learned-glyphs.ts'
import type { ProductProfile, RectMm, State } from '../products/profile.ts'
import type { CommonFace } from '../vision/text/ocv/common-faces.ts'
import type { LineFound } from './find-lines.ts'
import { withWords } from './fixed-words.ts'
import { glyphFileName, learnFaces } from './learn-faces.ts'
import {
  type LineSeen,
  learnSticker,
  learnSymbols,
  learnTexts,
  type PhotographSeen,
  type SymbolLearned,
  surfaceOf,
  type TextLearned,
} from './learned-marks.ts'
import { type PassphraseForm, passphraseForm, profileOf } from './learned-profile.ts'
import { badLessons, type Lesson, unitsInDoubt } from './lessons.ts'
import type { CardShape, SquareMm } from './locate-unknown.ts'
import { type Measure, measuresOf, standardErrors } from './measures.ts'
import { outlineAround } from './outline-around.ts'
import {
  type GoldenPhotograph,
  linesOn,
  type Payload,
  type Sighted,
  type SymbolOnCard,
  sight,
  sightAgain,
  type TeachTools,
  type Unsighted,
} from './see-golden.ts'
import { FLAT_PIXELS_PER_MM, inFrame, type LayerSeen, measureIn, type Shown } from './shown.ts'
import { placesOf, type TextPlace } from './told-texts.ts'
import {
  flagsOf,
  foreignSerials,
  prefixIn,
  separatorIsSecret,
  type ToldUnit,
  textsOf,
  unitBySymbols,
} from './told-unit.ts'

export interface TeachRequest {
  readonly name: string
  readonly title: string
  readonly card: CardShape
  readonly photographs: readonly GoldenPhotograph[]
  readonly units: readonly ToldUnit[]
  readonly tools: TeachTools
  /** Faces that fill in what no unit showed. */
  readonly faces: readonly CommonFace[]
  readonly signal?: AbortSignal
  /** Called before each photograph, with what is being done. */
  readonly onProgress?: (what: string, done: number, total: number) => void
}

export interface Taught {
  readonly profile: ProductProfile
  readonly symbols: readonly SymbolLearned[]
  readonly texts: readonly TextLearned[]
  readonly shown: readonly Shown[]
  /** What is wrong with the material, or missing from it. */
  readonly lessons: readonly Lesson[]
  /** Serials of the units that were learned from. */
  readonly units: readonly string[]
  readonly measures: readonly Measure[]
  readonly standardErrorsMm: Readonly<Record<string, number | null>>
  /** What of the characters was not learned, one sentence each. */
  readonly unknown: readonly string[]
  readonly glyphs: { readonly etching: GlyphFile | null; readonly print: GlyphFile | null }
}

/** Ahead of the second look places of symbols are medians over at least so many photographs. */
const SQUARE_KEYS = ['xMm', 'yMm', 'sideMm', 'turnDeg', 'errorMm'] as const

/**
 * Learns where everything stands on a card from photographs of good units whose texts are known, and only that: what they say is
 * aligned to what was told, never read for anybody.
 * @throws AssayError `teach-units` where nothing can be learned; the signal's reason
 */
export async function teach(request: TeachRequest): Promise<Taught> {
  const { card, photographs, units, tools, signal, onProgress } = request
  const lessons: Lesson[] = []
  const first: (Sighted | Unsighted)[] = []
  for (const [i, photograph] of photographs.entries()) {
    signal?.throwIfAborted()
    onProgress?.(`looking for the card in ${photograph.name}`, i, 2 * photographs.length)
    const seen = await sight(photograph, card)
    first.push(seen)
  }
  const places = symbolPlaces(first.filter(seen => 'symbols' in seen))
  const shown: Shown[] = []
  for (const [i, before] of first.entries()) {
    signal?.throwIfAborted()
    onProgress?.(`measuring ${before.photograph.name}`, photographs.length + i, 2 * photographs.length)
    const raster = await before.photograph.open()
    const again = sightAgain(before, raster, card, places) ?? before
    if ('because' in again) {
      lessons.push({ kind: 'unseen', of: again.photograph.name, because: again.because, leavesOut: null })
      continue
    }
    const seen = await show(again, raster, card, units, tools, lessons)
    if (seen !== null) shown.push(seen)
  }
  lessons.push(...badLessons(shown))
  const doubted = unitsInDoubt(lessons)
  const good = await withWords(
    shown.filter(({ unit }) => !doubted.has(unit)),
    tools,
  )
  if (good.length === 0) {
    const why = lessons.flatMap(({ of, because }) => (of === 'lot' ? [] : [`${of}: ${because}`])).join('; ')
    throw new AssayError(
      'teach-units',
      `No good unit of the lot was seen in these photographs (${why}); nothing was written.`,
    )
  }
  const hasSticker = good.some(({ stickerEdges }) => stickerEdges !== null)
  const symbols = learnSymbols(good, hasSticker)
  const faces = learnFaces(good, request.faces)
  const texts = learnTexts(good, faces.bearingOf)
  const told = units.filter(({ record }) => good.some(({ unit }) => unit === record.serial))
  const cover = coverOf(good, texts, card)
  const sticker = stickerOf(good, symbols)
  const passphrase = await formOf(told, lessons, signal)
  const profile = profileOf(request.name, request.title, {
    card,
    symbols,
    texts,
    sticker,
    cover,
    serials: told.map(({ record }) => record.serial),
    addresses: told.flatMap(({ record }) => record.address ?? []),
    prefixes: prefixesOf(good),
    flags: good.flatMap(seen =>
      seen.symbols.flatMap(({ payload, text }) => (payload === 'address' ? [] : (flagsOf(text) ?? []))),
    ),
    passphrase,
    spacingOf: faces.spacingOf,
    fonts: {
      etching: faces.etching === null ? null : glyphFileName(request.name, 'etching'),
      print: faces.print === null ? null : glyphFileName(request.name, 'print'),
    },
  })
  const measures = measuresOf(symbols, texts)
  return {
    profile,
    symbols,
    texts,
    shown: good,
    lessons,
    units: told.map(({ record }) => record.serial),
    measures,
    standardErrorsMm: standardErrors(measures),
    unknown: faces.unknown,
    glyphs: { etching: faces.etching, print: faces.print },
  }
}

/** Where each payload's symbol is, the median over photographs. */
function symbolPlaces(seen: readonly Sighted[]): ReadonlyMap<Payload, SquareMm> {
  const byPayload = Map.groupBy(
    seen.flatMap(({ symbols }) => symbols),
    ({ payload }) => payload,
  )
  return new Map(
    [...byPayload].map(([payload, some]) => [
      payload,
      Object.fromEntries(
        SQUARE_KEYS.map(key => [key, median(some.map(({ square }) => square[key]))]),
      ) as unknown as SquareMm,
    ]),
  )
}

/** Reads nothing: finds the lines of a card, and measures those whose text was told. */
async function show(
  sighted: Sighted,
  raster: Raster,
  card: CardShape,
  units: readonly ToldUnit[],
  tools: TeachTools,
  lessons: Lesson[],
): Promise<Shown | null> {
  const { photograph, mmToPixels, symbols } = sighted
  const { name } = photograph
  const lines = await linesOn(raster, sighted, card, tools)
  const unit = unitBySymbols(symbols, units) ?? unitBySerial(lines, units)
  if (unit === null) {
    const because = 'none of the units that were told stands in it: its records are missing, or it is another lot’s'
    lessons.push({ kind: 'unknown-unit', of: name, because, leavesOut: null })
    return null
  }
  const epk = symbols.find(({ payload }) => payload === 'epk')?.text ?? null
  const places = placesOf(textsOf(unit, epk), lines)
  for (const serial of foreignSerials(lines, unit, units, places))
    lessons.push({
      kind: 'foreign-serial',
      of: name,
      because: `it shows the serial ${serial} beside that of ${unit.record.serial}`,
      leavesOut: unit.record.serial,
    })
  const state = photograph.state ?? stateOf(symbols, places)
  const front = { x: 0, y: 0, width: card.width, height: card.height }
  const flat = rectify(raster, mmToPixels, front, FLAT_PIXELS_PER_MM)
  const layer = layerSeen(symbols, places, flat, front)
  const measured: LineSeen[] = []
  const told = textsOf(unit, epk)
  for (const place of places) {
    const text = [...told.find(({ content }) => content === place.content)!.text].slice(place.from, place.to).join('')
    const line = await measureIn(raster, mmToPixels, place.line.rect, text, layer, tools)
    if (line !== null) measured.push({ content: place.content, words: null, from: place.from, to: place.to, ...line })
  }
  const free = lines.filter(line => !places.some(place => place.line === line))
  return {
    name,
    sha256: photograph.sha256,
    unit: unit.record.serial,
    state,
    light: photograph.light,
    symbols,
    lines: measured,
    stickerEdges: layer?.edges ?? null,
    layer,
    flat,
    pixelsPerMm: sighted.pixelsPerMm,
    free,
    places,
  }
}

function unitBySerial(lines: readonly LineFound[], units: readonly ToldUnit[]): ToldUnit | null {
  const fits = units.filter(({ record }) =>
    placesOf([{ content: 'serial', text: record.serial }], lines).some(({ errors }) => errors === 0),
  )
  return fits.length === 1 ? fits[0]! : null
}

/** What is open to view tells the state, where nobody said it. */
function stateOf(symbols: readonly SymbolOnCard[], places: readonly TextPlace[]): State {
  if (symbols.some(({ payload }) => payload === 'epk')) return 'opened'
  return places.some(({ content }) => content === 'passphrase') ? 'etched' : 'sealed'
}

function layerSeen(
  symbols: readonly SymbolOnCard[],
  places: readonly TextPlace[],
  flat: Raster,
  front: RectMm,
): LayerSeen | null {
  const symbol = symbols[0]
  if (symbol === undefined) return null
  const { square, payload } = symbol
  const toFlat = compose(scaling(FLAT_PIXELS_PER_MM), rigid(square.turnDeg, square.xMm, square.yMm))
  const within = { ...front, x: -square.xMm, y: -square.yMm }
  // An address or EPK is printed with its symbol; whatever else stands in line with it is as well.
  const near = places
    .map(({ content, line }) => ({ content, rect: inFrame(line.rect, square) }))
    .filter(({ content }) => content === 'address' || content === 'epk')
    .map(({ rect }) => rect)
  const own = { x: 0, y: 0, width: square.sideMm, height: square.sideMm }
  let box = around([own, ...near])
  let edges = outlineAround(flat, toFlat, box, within, 'blue')
  const inside = places
    .map(({ line }) => inFrame(line.rect, square))
    .filter(
      rect =>
        rect.x > (edges.left ?? box.x) &&
        rect.x + rect.width < (edges.right ?? box.x + box.width) &&
        rect.y + rect.height > box.y &&
        rect.y < box.y + box.height + 6,
    )
  if (inside.length > 0) {
    box = around([box, ...inside])
    edges = outlineAround(flat, toFlat, box, within, 'blue')
  }
  const isSheet = [edges.left, edges.right, edges.top, edges.bottom].filter(edge => edge !== null).length >= 3
  return isSheet ? { on: surfaceOf(payload, true), square, edges } : null
}

function around(rects: readonly RectMm[]): RectMm {
  const x = Math.min(...rects.map(rect => rect.x))
  const y = Math.min(...rects.map(rect => rect.y))
  const right = Math.max(...rects.map(rect => rect.x + rect.width))
  const bottom = Math.max(...rects.map(rect => rect.y + rect.height))
  return { x, y, width: right - x, height: bottom - y }
}

function stickerOf(seen: readonly PhotographSeen[], symbols: readonly SymbolLearned[]) {
  // The top layer's rim lies clean on the steel; around a peeled one glue and dust are left.
  for (const on of ['top-layer', 'bottom-layer'] as const) {
    const about = symbols.find(symbol => symbol.on === on)
    if (about === undefined) continue
    const edges = learnSticker(seen.filter(({ symbols: own }) => own.some(({ payload }) => payload === about.payload)))
    if (edges !== null) return { about, edges }
  }
  return null
}

/** The scratch-off's edges around the passphrase, medians over sealed units. */
function coverOf(seen: readonly Shown[], texts: readonly TextLearned[], card: CardShape): RectMm | null {
  const hidden = texts.find(({ content, on }) => content === 'passphrase' && on === 'card')
  if (hidden === undefined) return null
  const { lines } = hidden
  const left = Math.min(...lines.map(({ inkLeftMm }) => inkLeftMm.mean))
  const right = Math.max(...lines.map(({ inkRightMm }) => inkRightMm.mean))
  const top = lines[0]!.baselineYMm.mean - lines[0]!.capHeightMm.mean
  const box = { x: left, y: top, width: right - left, height: lines.at(-1)!.baselineYMm.mean - top }
  const front = { x: 0, y: 0, width: card.width, height: card.height }
  const outlines = seen
    .filter(({ state, places }) => state === 'sealed' && places.every(({ content }) => content !== 'passphrase'))
    .map(({ flat }) => outlineAround(flat, scaling(FLAT_PIXELS_PER_MM), box, front, 'grey'))
  const side = (name: 'left' | 'top' | 'right' | 'bottom') => median(outlines.flatMap(outline => outline[name] ?? []))
  const [l, t, r, b] = [side('left'), side('top'), side('right'), side('bottom')]
  if (![l, t, r, b].every(Number.isFinite)) return null
  return { x: l, y: t, width: r - l, height: b - t }
}

const prefixesOf = (seen: readonly PhotographSeen[]) => [
  ...new Set(
    seen.flatMap(({ symbols }) =>
      symbols.filter(({ payload }) => payload === 'address').map(({ text }) => prefixIn(text)),
    ),
  ),
]

async function formOf(
  units: readonly ToldUnit[],
  lessons: Lesson[],
  signal: AbortSignal | undefined,
): Promise<PassphraseForm> {
  const told = units.filter(({ passphrase }) => passphrase !== null)
  const form = passphraseForm(told.map(({ passphrase }) => passphrase!.exposeText()))
  let separators: boolean | null = null
  for (const unit of told) {
    const proved = await separatorIsSecret(unit, form.separator ?? '', signal)
    if (proved !== null) separators ??= proved
    else if (unit.record.intermediateCode !== undefined)
      lessons.push({
        kind: 'passphrase-unproved',
        of: unit.record.serial,
        because: 'its passphrase does not give its intermediate code: it was typed wrong, or is another unit’s',
        leavesOut: unit.record.serial,
      })
  }
  return { ...form, separatorIsSecret: separators ?? false }
}
