import type { LineFound } from './find-lines.ts'

/** What stands on a unit, as a person or its records say. */
export interface ToldText {
  readonly content: 'serial' | 'passphrase' | 'address' | 'epk' | 'confirmation-code'
  readonly text: string
}

/** A told text, or a part of it, where it was found. */
export interface TextPlace {
  readonly content: ToldText['content']
  readonly line: LineFound
  /** Symbols of the told text from `from` to before `to`. */
  readonly from: number
  readonly to: number
  /** Differences between what was read and what was told, of all symbols. */
  readonly errors: number
}

/** What readers of no named typeface take for each other counts as the same, to find a text; never in a reading. */
const FOLDED: Readonly<Record<string, string>> = {
  o: '0',
  q: '0',
  d: '0',
  i: '1',
  l: '1',
  '|': '1',
  '!': '1',
  s: '5',
  b: '8',
  z: '2',
  '—': '-',
  '–': '-',
  _: '-',
  '~': '-',
}
const folded = (text: string) => [...text].map(symbol => FOLDED[symbol.toLowerCase()] ?? symbol.toLowerCase())

/** A line that differs from a told text by more than this share of its symbols is another. */
const MOST_ERRORS = 0.34
const LEAST_LENGTH = 4

/** Which told text, and which part of it, each line shows; lines that show none are left out. */
export function placesOf(told: readonly ToldText[], lines: readonly LineFound[]): TextPlace[] {
  return lines.flatMap(line => {
    const seen = folded(line.text.replaceAll(' ', ''))
    if (seen.length < LEAST_LENGTH) return []
    let best: TextPlace | null = null
    for (const { content, text } of told) {
      const { from, to, errors } = partLike(folded(text), seen)
      const share = errors / seen.length
      if (share > MOST_ERRORS || (best !== null && share >= best.errors / seen.length)) continue
      best = { content, line, from, to, errors }
    }
    return best === null ? [] : [best]
  })
}

/** The part of `whole` that is most like `part`: semi-global edit distance. */
export function partLike(
  whole: readonly string[],
  part: readonly string[],
): { readonly from: number; readonly to: number; readonly errors: number } {
  // Row i: distance of the first i symbols of `part` to the best stretch that ends before each place of `whole`.
  let row = whole.map(() => 0).concat(0)
  let starts = Array.from({ length: whole.length + 1 }, (_, j) => j)
  for (const [i, symbol] of part.entries()) {
    const next = [i + 1]
    const nextStarts = [0]
    for (let j = 1; j <= whole.length; j++) {
      const change = row[j - 1]! + Number(whole[j - 1] !== symbol)
      const extra = row[j]! + 1
      const lost = next[j - 1]! + 1
      const least = Math.min(change, extra, lost)
      next.push(least)
      nextStarts.push(least === change ? starts[j - 1]! : least === extra ? starts[j]! : nextStarts[j - 1]!)
    }
    row = next
    starts = nextStarts
  }
  let end = 0
  for (let j = 1; j <= whole.length; j++) if (row[j]! < row[end]!) end = j
  return { from: starts[end]!, to: end, errors: row[end]! }
}
