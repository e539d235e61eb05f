import type { GreyImage } from '../../../imaging/grey-image.ts'
import { STROKE_CAP as CAP } from '../stroke-relief.ts'
import type { CommonFace } from './common-faces.ts'
import { roughFit, roughPlace, smallStrip } from './face-ranking.ts'
import { glyphMargins, type LaidText, layText, type SeenText } from './glyph-margins.ts'
import { TEMPLATE_CAP } from './glyph-templates.ts'
import { baselineAt, type LineFit } from './line-fit.ts'
import { edgesOf, type StrokeResidual, strokeResidual } from './stroke-residual.ts'

/** A text as it lies in the faces that its strokes have. */
export interface HeldText {
  /** Part of the strokes' variance that the text explains in the face that fits best. */
  readonly fit: number
  /** Name of the face that fits best. */
  readonly face: string
  /** Is it the one that the product names? */
  readonly isNamed: boolean
  /** Pairs of a symbol read and its look-alike, of which the faces do not tell which it is. */
  readonly confused: readonly string[]
  readonly residual: StrokeResidual
  /** Columns of the strip between which each character lies. */
  readonly edges: readonly (readonly [left: number, right: number])[]
}

/** Which look-alike a face has to rule out. Between I, l and | most faces make no difference. */
export const LOOK_ALIKE: Readonly<Record<string, string>> = { 0: 'O', O: '0', 1: 'I', I: '1' }
/** So many of the faces that fit a line roughly are laid on it. */
const LAID = 4
/** So many of those that fit the text as read are tried with look-alikes in its place. */
const ROUGHLY = 16
/** Faces within this of the best fit are heard as well: the right one may be a little behind its sibling. */
const SIBLINGS = 0.02
/** And those within this that fit a look-alike better than what was read: two texts give a sibling twice the chance to be near. */
const SIBLINGS_OF_ANOTHER = 0.01
/** A face that explains less is another one. */
const LEAST_FACE_FIT = 0.7
/** How much better than its look-alike a symbol must fit in every face, nats. */
const TELLS = 1
/** Advances that differ by more, caps, let a planted look-alike shift the rest of the line. */
const SAME_ADVANCE = 0.02
/** Ink of the middle of a 0 with a dot or stroke in it, in parts of its own strokes; an O has at most 0.11 there. */
const MARKED = 0.25

/**
 * Holds a text against faces: the one that its product names, or many. A look-alike in its place changes a proportional line's
 * pitch, so that the true face falls behind and another takes over: both texts are laid, and each face speaks for the one that
 * fits it better.
 * @param seen one symbol a place: the text that was read
 * @param isEvidence false for separators
 * @param isNamed is the face known, not looked for?
 */
export function holdText(
  strip: GreyImage,
  faces: readonly CommonFace[],
  seen: SeenText,
  isEvidence: readonly boolean[],
  isNamed: boolean,
): HeldText | null {
  const read = seen.text.map((choice, place) => seen.symbolsAt[place]![choice]!)
  const asked = read.flatMap((symbol, place) => {
    const rival = isEvidence[place] ? LOOK_ALIKE[symbol] : undefined
    return rival === undefined ? [] : [{ place, rival }]
  })
  const small = smallStrip(strip)
  const place = roughPlace(small, faces, withText(seen, read))
  const rough = (face: CommonFace, text: readonly string[]) =>
    roughFit(small, face, withText(seen, text), place)?.fit ?? 0
  const candidates = faces
    .map(face => ({ face, asRead: rough(face, read) }))
    .filter(({ asRead }) => isNamed || asRead > 0)
    .sort((a, b) => b.asRead - a.asRead)
    .slice(0, ROUGHLY)
    .map(({ face, asRead }) => {
      const [, ...changed] = textsIn(face, read, asked)
      const best = greatestBy(
        changed.map(text => ({ text, fit: rough(face, text) })),
        ({ fit }) => fit,
      )
      const texts = best !== null && best.fit > asRead - SIBLINGS ? [read, best.text] : [read]
      return { face, texts, rough: Math.max(asRead, best?.fit ?? 0) }
    })
    .sort((a, b) => b.rough - a.rough)
    .slice(0, LAID)
  let like: LineFit | undefined
  const laid = candidates.flatMap(({ face, texts }) => {
    const each = texts.flatMap(text => {
      const laidText = layText(strip, face.templates, withText(seen, text), like)
      like ??= laidText?.line
      return laidText === null ? [] : [{ face, text, laidText }]
    })
    const best = greatestBy(each, ({ laidText }) => laidText.fit)
    return best === null ? [] : [{ ...best, asRead: each.find(({ text }) => text === read)?.laidText ?? best.laidText }]
  })
  const best = greatestBy(laid, ({ laidText }) => laidText.fit)
  if (best === null) return null
  const { fit } = best.laidText
  const near = laid.filter(
    ({ text, laidText }) => laidText.fit >= fit - (text === read ? SIBLINGS : SIBLINGS_OF_ANOTHER),
  )
  const margins = near.map(one => marginsIn(one, seen, asked))
  const isTold = ({ place }: Asked, i: number) =>
    (read[place] === '0' && inkInside(strip, best.asRead, place) > MARKED) || margins.every(each => each[i]! >= TELLS)
  const confused = asked.flatMap((one, i) =>
    fit >= LEAST_FACE_FIT && isTold(one, i) ? [] : [read[one.place]! + one.rival],
  )
  return {
    fit,
    face: best.face.name,
    isNamed,
    confused,
    residual: strokeResidual(strip, best.asRead),
    edges: edgesOf(best.asRead),
  }
}

interface Asked {
  readonly place: number
  readonly rival: string
}

/** The text as read first, and with look-alikes where these would move the rest of the line in this face. */
function textsIn({ templates }: CommonFace, read: readonly string[], asked: readonly Asked[]): readonly string[][] {
  const moving = asked.filter(({ place, rival }) => {
    const [own, other] = [templates.get(read[place]!), templates.get(rival)]
    return own !== undefined && other !== undefined && Math.abs(own.advance - other.advance) > SAME_ADVANCE
  })
  const changed = (some: readonly Asked[]) =>
    read.map((symbol, place) => some.find(one => one.place === place)?.rival ?? symbol)
  return [[...read], ...moving.map(one => changed([one])), ...(moving.length > 1 ? [changed(moving)] : [])]
}

function withText(seen: SeenText, text: readonly string[]): SeenText {
  return { ...seen, symbolsAt: text.map(symbol => [symbol]), text: text.map(() => 0) }
}

/** For each place that is asked of: how much better the symbol that was read fits than its rival, nats. */
function marginsIn(
  {
    face,
    text,
    laidText,
  }: { readonly face: CommonFace; readonly text: readonly string[]; readonly laidText: LaidText },
  seen: SeenText,
  asked: readonly Asked[],
): readonly number[] {
  const read = seen.text.map((choice, place) => seen.symbolsAt[place]![choice]!)
  const rivalAt = new Map(asked.map(({ place, rival }) => [place, rival]))
  const symbolsAt = text.map((symbol, place) => (rivalAt.has(place) ? [read[place]!, rivalAt.get(place)!] : [symbol]))
  const { rivals } = glyphMargins(laidText, face.templates, { ...withText(seen, text), symbolsAt })
  return asked.map(({ place }) => Math.log((rivals[place]![0]! + 1e-9) / (rivals[place]![1]! + 1e-9)))
}

/** Mean ink of the middle of a character, in parts of the line's strokes. */
function inkInside({ width, data }: GreyImage, { glyphs, line, strength }: LaidText, place: number): number {
  const { inkLeft, inkRight } = glyphs[place]!
  const middle = (line.pens[place]! / TEMPLATE_CAP + (inkLeft + inkRight) / 2) * CAP
  const baseline = baselineAt(line, line.pens[place]!)
  const within = (columns: number, rows: number) => {
    const out: number[] = []
    for (let y = Math.round(baseline - (0.5 + rows) * CAP); y < baseline - (0.5 - rows) * CAP; y++)
      for (let x = Math.round(middle - columns * CAP); x < middle + columns * CAP; x++)
        if (x >= 0 && x < width) out.push(data[y * width + x]!)
    return out
  }
  const inside = within(0.07, 0.16)
  return inside.reduce((sum, level) => sum + level, 0) / Math.max(1, inside.length) / strength
}

function greatestBy<T>(items: readonly T[], value: (item: T) => number): T | null {
  return items.reduce<T | null>((best, item) => (best === null || value(item) > value(best) ? item : best), null)
}
