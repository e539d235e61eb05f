import type { ReaderName } from '../reading.ts'
import { align } from './alignment.ts'
import { underField } from './field-posteriors.ts'
import type { Posteriors } from './line-recogniser.ts'
import { alikeOf } from './look-alikes.ts'
import { DIGITS, freeField, LETTERS } from './text-field.ts'

/** Every symbol that may be on a card of capitals and digits, whatever the field; `l` for what else looks like 1. */
const EVERY = `${LETTERS + DIGITS}l`
/** A network that sees single strokes well: the only one that tells 1 from I (faces.md: PP-OCR takes 88 % of I for 1). */
const TELLS_STEMS: ReaderName = 'etch-net'
/** Q and D among digits are seen by one network or the other; odds from which one of them speaks for it, nats. */
const BOWL_ODDS = -2

/** What one network saw, view by view. */
export interface Seen {
  readonly name: ReaderName
  readonly weight: number
  readonly posteriors: readonly Posteriors[]
}

/**
 * Does an unrestricted reading of the same views prefer, at any place of a text, a symbol that it was not read as? Patterns and
 * alphabets help to find a line; they never turn one glyph into another: a Q without its tail is an O, whatever the alphabet.
 * Networks have no vote on 0 and O: among digits they take either for 0.
 * @param isEvidence false for separators of the field
 * @param symbolsAt what the field lets stand at each place: of these the readers have chosen already
 * @returns pairs of a symbol read and the rival that the networks see
 */
export function rivalsSeen(
  seen: readonly Seen[],
  text: readonly string[],
  isEvidence: readonly boolean[],
  symbolsAt: readonly (readonly string[])[],
): readonly string[] {
  const alphabet = [...new Set([...EVERY, ...text])].join('')
  // Where small letters may stand they are told by height (letter-case.ts), and the text has a checksum.
  if (symbolsAt.some(symbols => symbols.some(symbol => /[a-z]/.test(symbol)))) return []
  const field = freeField(alphabet, text.length, text.length, 'etched')
  const symbols = [...alphabet]
  const choices = text.map(symbol => symbols.indexOf(symbol))
  const odds = seen.map(({ name, weight, posteriors }) => {
    const views = posteriors.map(view => align(underField(view, field), choices))
    return {
      name,
      weight,
      of: (place: number, k: number) => fused(views.map(view => view.substitutions[place]![k]! - view.logProbability)),
    }
  })
  return text.flatMap((symbol, place) => {
    if (!isEvidence[place]) return []
    const rival = symbols.find((other, k) => {
      if (other === symbol) return false
      const each = odds.map(({ name, weight, of }) => ({ name, weight, nats: of(place, k) }))
      if (alikeOf(symbol) === '1' && alikeOf(other) === '1')
        return each.some(({ name, nats }) => name === TELLS_STEMS && nats > 0)
      if (alikeOf(symbol) === '0' && alikeOf(other) === '0') return false
      if (symbol === '0' && (other === 'Q' || other === 'D')) return each.some(({ nats }) => nats > BOWL_ODDS)
      if (symbolsAt[place]!.includes(other)) return false
      return each.reduce((sum, { weight, nats }) => sum + weight * nats, 0) > 0
    })
    return rival === undefined ? [] : [symbol + rival]
  })
}

/** As the readers' views are put together (fusion.ts). */
function fused(scores: readonly number[]): number {
  return 0.5 * (scores.reduce((sum, score) => sum + score, 0) / scores.length) + 0.5 * Math.max(...scores)
}
