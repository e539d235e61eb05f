import { scaling } from '../imaging/homography.ts'
import type { RectMm } from '../products/profile.ts'
import type { LineFound } from './find-lines.ts'
import type { TeachTools } from './see-golden.ts'
import { FLAT_PIXELS_PER_MM, measureIn, type Shown } from './shown.ts'

/** Lines of two photographs that lie as near as this may be one and the same, mm. */
const SAME_PLACE_MM = 1.5
/** Capitals, digits and blanks: what the profile can hold as words. */
const WORDS = /^[A-Z0-9](?:[A-Z0-9 ]*[A-Z0-9])$/

/** The same photographs with the words that most units show in one place, and nobody told, measured on each. */
export async function withWords(seen: readonly Shown[], tools: Pick<TeachTools, 'readers'>): Promise<readonly Shown[]> {
  const words = fixedWords(seen)
  if (words.length === 0) return seen
  const out: Shown[] = []
  for (const one of seen) {
    const lines = [...one.lines]
    const taken = new Set<LineFound>()
    for (const { text, rect } of words) {
      const line = one.free.find(free => isNear(free.rect, rect) && !taken.has(free))
      if (line === undefined) continue
      const symbols = text.replaceAll(' ', '')
      const found = await measureIn(one.flat, scaling(FLAT_PIXELS_PER_MM), line.rect, symbols, one.layer, tools)
      if (found === null) continue
      taken.add(line)
      lines.push({ content: 'words', words: text, from: 0, to: symbols.length, ...found })
    }
    out.push({ ...one, lines, free: one.free.filter(line => !taken.has(line)) })
  }
  return out
}

interface Words {
  readonly text: string
  readonly rect: RectMm
}

/** Lines that nobody told and that more than half of the units show in one place with one text. */
function fixedWords(seen: readonly Shown[]): readonly Words[] {
  const units = new Set(seen.map(({ unit }) => unit)).size
  const left = new Set(seen.flatMap(({ unit, free }) => free.map(line => ({ unit, line }))))
  const words: Words[] = []
  for (const { line } of [...left]) {
    const same = [...left].filter(({ line: other }) => isNear(line.rect, other.rect))
    if (units < 2 || new Set(same.map(({ unit }) => unit)).size <= units / 2) continue
    for (const one of same) left.delete(one)
    const [text, shows] = [...Map.groupBy(same, one => textOf(one.line))].sort((a, b) => b[1].length - a[1].length)[0]!
    // What differs from unit to unit is a text of each, which somebody forgot to tell.
    if (WORDS.test(text) && new Set(shows.map(({ unit }) => unit)).size > units / 2)
      words.push({ text, rect: shows[0]!.line.rect })
  }
  return words
}

const textOf = ({ text }: LineFound) => text.toUpperCase().trim()

const isNear = (a: RectMm, b: RectMm) =>
  Math.abs(a.x - b.x) < SAME_PLACE_MM &&
  Math.abs(a.y - b.y) < SAME_PLACE_MM &&
  Math.abs(a.width - b.width) < 2 * SAME_PLACE_MM
