import type { Verdict } from '../../core/verdict.ts'

/** Five rows a letter, `#` for ink: what a person reads from two metres away. */
const letters: Readonly<Record<string, readonly string[]>> = {
  A: [' ### ', '#   #', '#####', '#   #', '#   #'],
  C: [' ####', '#    ', '#    ', '#    ', ' ####'],
  E: ['#####', '#    ', '#### ', '#    ', '#####'],
  F: ['#####', '#    ', '#### ', '#    ', '#    '],
  I: ['###', ' # ', ' # ', ' # ', '###'],
  L: ['#    ', '#    ', '#    ', '#    ', '#####'],
  M: ['#   #', '## ##', '# # #', '#   #', '#   #'],
  N: ['#   #', '##  #', '# # #', '#  ##', '#   #'],
  O: [' ### ', '#   #', '#   #', '#   #', ' ### '],
  P: ['#### ', '#   #', '#### ', '#    ', '#    '],
  R: ['#### ', '#   #', '#### ', '#  # ', '#   #'],
  S: [' ####', '#    ', ' ### ', '    #', '#### '],
  U: ['#   #', '#   #', '#   #', '#   #', ' ### '],
  V: ['#   #', '#   #', '#   #', ' # # ', '  #  '],
}

/** What is said aloud of each verdict; ALARM where the run stops. */
export type BigWord = Verdict | 'ALARM'

/** The word in five rows, or in one where the terminal is too narrow. */
export function bigWord(word: BigWord, columns: number): readonly string[] {
  const shapes = [...word].map(letter => letters[letter]!)
  const rows = Array.from({ length: 5 }, (_, row) => shapes.map(shape => shape[row]!).join(' '))
  if (rows[0]!.length > columns - 2) return [word]
  return rows.map(row => row.replaceAll('#', '█').trimEnd())
}
