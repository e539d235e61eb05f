import { median } from '../imaging/quantile.ts'
import type { RectMm, State, Surface, TextMark } from '../products/profile.ts'
import type { LineMeasured } from './measure-line.ts'
import type { OutlineSeen } from './outline-around.ts'
import type { Payload, SymbolOnCard } from './see-golden.ts'
import { type Spread, spreadOf } from './spread.ts'
import type { TextPlace } from './told-texts.ts'

/** A line of a known text as one photograph shows it. */
export interface LineSeen {
  readonly content: TextPlace['content'] | 'words'
  /** Words that are the same on every unit; null of a text that is the unit's own. */
  readonly words: string | null
  readonly on: Surface
  /** Which symbols of the whole text it holds. */
  readonly from: number
  readonly to: number
  /**
   * Mm from the card's top left corner; of a line on a sticker layer, from that of the layer's own symbol and turned as this is: a
   * layer's print is one piece, however the sticker sits.
   */
  readonly measured: LineMeasured
}

/** All that one photograph of a golden unit says of where things are. */
export interface PhotographSeen {
  readonly name: string
  readonly unit: string
  readonly state: State
  readonly light: string
  readonly symbols: readonly SymbolOnCard[]
  readonly lines: readonly LineSeen[]
  /** Edges of the sticker around the symbol that this photograph shows, in the symbol's frame; null where it shows none. */
  readonly stickerEdges: OutlineSeen | null
}

/** A symbol's place over the units; mm of the card. */
export interface SymbolLearned {
  readonly payload: Payload
  readonly on: Surface
  readonly xMm: Spread
  readonly yMm: Spread
  readonly sideMm: Spread
  readonly turnDeg: Spread
  readonly versions: readonly number[]
  readonly levels: readonly string[]
  readonly states: readonly State[]
}

/** One line of a text over the units; mm of the frame that {@link LineSeen} says. */
export interface LineLearned {
  readonly baselineYMm: Spread
  readonly capHeightMm: Spread
  readonly inkLeftMm: Spread
  /** Where the pen begins, by the first symbol's own bearing where its glyph was learned; else where its ink does. */
  readonly penMm: Spread
  readonly middleMm: Spread
  readonly inkRightMm: Spread
  /** From symbol to symbol; NaN of single ones. */
  readonly pitchMm: Spread
  /** Furthest to the left and to the right that any unit's ink reaches. */
  readonly reachMm: readonly [left: number, right: number]
}

export interface TextLearned {
  readonly content: LineSeen['content']
  readonly words: string | null
  readonly on: Surface
  readonly lines: readonly LineLearned[]
  readonly align: 'left' | 'centre'
  readonly split: TextMark['split']
  readonly strokes: 'dark' | 'bright'
  readonly states: readonly State[]
  readonly units: number
}

/** The symbol of a payload on each unit, first by photograph. */
export function learnSymbols(seen: readonly PhotographSeen[], hasSticker: boolean): SymbolLearned[] {
  const payloads = [...new Set(seen.flatMap(({ symbols }) => symbols.map(({ payload }) => payload)))]
  return payloads.map(payload => {
    const shown = seen.flatMap(({ unit, state, symbols }) =>
      symbols.filter(symbol => symbol.payload === payload).map(symbol => ({ unit, state, symbol })),
    )
    const spread = (key: 'xMm' | 'yMm' | 'sideMm' | 'turnDeg') =>
      spreadOf(shown.map(({ unit, symbol }) => ({ unit, value: symbol.square[key] })))
    return {
      payload,
      on: surfaceOf(payload, hasSticker),
      xMm: spread('xMm'),
      yMm: spread('yMm'),
      sideMm: spread('sideMm'),
      turnDeg: spread('turnDeg'),
      versions: [...new Set(shown.flatMap(({ symbol }) => symbol.version ?? []))].sort((a, b) => a - b),
      levels: [...new Set(shown.flatMap(({ symbol }) => symbol.level ?? []))],
      states: [...new Set(shown.map(({ state }) => state))],
    }
  })
}

/** Which layer a symbol is printed on: two factors never lie on one. */
export function surfaceOf(payload: Payload, hasSticker: boolean): Surface {
  if (!hasSticker) return 'card'
  return payload === 'epk' ? 'bottom-layer' : 'top-layer'
}

/** Lines whose baselines are nearer than this part of their height stand on one. */
const ONE_LINE = 0.7

/**
 * Every text by what it says and where it stands, its lines from the top.
 * @param bearingOf how far from the pen a symbol's ink begins, caps
 */
export function learnTexts(
  seen: readonly PhotographSeen[],
  bearingOf: (on: Surface, symbol: string) => number = () => 0,
): TextLearned[] {
  const shown = seen.flatMap(({ unit, state, lines }) => lines.map(line => ({ unit, state, line })))
  const byMark = Map.groupBy(shown, ({ line }) => `${line.content} ${line.on} ${line.words ?? ''}`)
  return [...byMark.values()].map(some => {
    const rows: (typeof some)[] = []
    for (const one of some.toSorted((a, b) => a.line.measured.baselineYMm - b.line.measured.baselineYMm)) {
      const row = rows.at(-1)
      const gap = row === undefined ? 1e9 : one.line.measured.baselineYMm - row.at(-1)!.line.measured.baselineYMm
      if (row !== undefined && gap < ONE_LINE * one.line.measured.capHeightMm) row.push(one)
      else rows.push([one])
    }
    const units = new Set(some.map(({ unit }) => unit)).size
    // A row that one unit alone has is no line of the product.
    const kept = rows.filter(row => new Set(row.map(({ unit }) => unit)).size > units / 3)
    const lines = kept.map(row => {
      const spread = (value: (line: LineMeasured) => number) =>
        spreadOf(row.map(({ unit, line }) => ({ unit, value: value(line.measured) })))
      return {
        baselineYMm: spread(line => line.baselineYMm),
        capHeightMm: spread(line => line.capHeightMm),
        inkLeftMm: spread(line => line.inkLeftMm),
        penMm: spread(line => line.inkLeftMm - bearingOf(some[0]!.line.on, line.text[0]!) * line.capHeightMm),
        middleMm: spread(line => (line.inkLeftMm + line.inkRightMm) / 2),
        inkRightMm: spread(line => line.inkRightMm),
        pitchMm: spread(pitchOf),
        reachMm: [
          Math.min(...row.map(({ line }) => line.measured.inkLeftMm)),
          Math.max(...row.map(({ line }) => line.measured.inkRightMm)),
        ] as const,
      }
    })
    const { content, on, words } = some[0]!.line
    return {
      content,
      words,
      on,
      lines,
      align: alignOf(kept),
      split: content === 'passphrase' && hasGaps(kept) ? 'groups' : 'equal',
      strokes: median(some.map(({ line }) => Number(line.measured.strokes === 'bright'))) === 1 ? 'bright' : 'dark',
      states: [...new Set(some.map(({ state }) => state))],
      units,
    } satisfies TextLearned
  })
}

/** From symbol to symbol, the median: a blank between words counts for one gap. */
function pitchOf({ middlesMm }: LineMeasured): number {
  const gaps = middlesMm.slice(1).map((x, i) => x - middlesMm[i]!)
  return gaps.length === 0 ? Number.NaN : median(gaps)
}

type Shown = { readonly unit: string; readonly line: LineSeen }

/** Set from the left or about a middle: whichever varies less over lines and units. All of one width: from the left. */
function alignOf(rows: readonly (readonly Shown[])[]): 'left' | 'centre' {
  const all = rows.flat().map(({ line }) => line.measured)
  const range = (value: (line: LineMeasured) => number) => {
    const values = all.map(value)
    return Math.max(...values) - Math.min(...values)
  }
  const width = range(line => line.inkRightMm - line.inkLeftMm)
  const tells = width > 0.25 * median(all.map(line => line.capHeightMm))
  const left = range(line => line.inkLeftMm)
  const centre = range(line => (line.inkLeftMm + line.inkRightMm) / 2)
  return tells && centre < left ? 'centre' : 'left'
}

/** Does a symbol of the whole text go missing between two lines? A separator at a line's end is not printed. */
function hasGaps(rows: readonly (readonly Shown[])[]): boolean {
  const byUnit = Map.groupBy(rows.flat(), ({ unit }) => unit)
  const goesOn = [...byUnit.values()].filter(lines => {
    const starts = new Set(lines.map(({ line }) => line.from))
    return lines.some(({ line }) => starts.has(line.to))
  })
  return rows.length > 1 && goesOn.length < byUnit.size / 2
}

/** The sticker's edges about its symbol, medians over photographs; null where too few show one. */
export function learnSticker(seen: readonly PhotographSeen[]): RectMm | null {
  const sides = (['left', 'top', 'right', 'bottom'] as const).map(side => {
    const values = seen.flatMap(({ stickerEdges }) => stickerEdges?.[side] ?? [])
    return values.length === 0 ? null : median(values)
  })
  const [left, top, right, bottom] = sides
  if (left == null || top == null || right == null || bottom == null) return null
  return { x: left, y: top, width: right - left, height: bottom - top }
}
