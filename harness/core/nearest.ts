/**
 * The word of `known` that `word` was probably meant to be, or null when none is near: at most two slips (a wrong,
 * missing, extra or swapped letter), and fewer than half of the letters.
 */
export function nearest(word: string, known: readonly string[]): string | null {
  let best: string | null = null
  let fewest = Math.min(2, (word.length - 1) / 2)
  for (const candidate of known) {
    // Every letter too many is a slip; what is very long would take very long to compare.
    if (Math.abs(word.length - candidate.length) > fewest) continue
    const slips = countSlips(word.toLowerCase(), candidate.toLowerCase())
    if (slips <= fewest && (best === null || slips < fewest)) {
      best = candidate
      fewest = slips
    }
  }
  return best
}

/** ` (did you mean x?)`, or nothing. */
export function didYouMean(word: string, known: readonly string[]): string {
  const meant = nearest(word, known)
  return meant === null ? '' : ` (did you mean ${meant}?)`
}

/** Optimal string alignment distance: Levenshtein's, and a swap of neighbours counts once. */
function countSlips(from: string, to: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: to.length + 1 }, (_, column) => column)
  for (let row = 1; row <= from.length; row++) {
    const current = [row]
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1] ? 0 : 1
      let slips = Math.min(last[column]! + 1, current[column - 1]! + 1, last[column - 1]! + same)
      if (row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]) {
        slips = Math.min(slips, beforeLast[column - 2]! + 1)
      }
      current.push(slips)
    }
    beforeLast = last
    last = current
  }
  return last[to.length]!
}
