import { visibleText } from '../../core/exact-text.ts'
import { Secret } from '../../core/secret.ts'
import type { Quad } from '../../imaging/quad.ts'
import type { Mark, SymbolMark, TextMark } from '../../products/profile.ts'
import type { Reading } from '../reading.ts'
import type { SymbolAtMark } from './symbol-marks.ts'
import type { TextSeen } from './text-marks.ts'

/** A reading that carries no text: unread, hidden, not there, or of a cover. */
export function blankReading(mark: Mark, outcome: Reading['outcome'], because: string, where: Quad | null): Reading {
  return { mark: mark.name, outcome, text: null, confidence: 0, readers: [], alternatives: null, where, because }
}

/** The reading of a mark of which nothing was seen. */
export function unseenReading(mark: Mark, because: string, where: Quad | null = null): Reading {
  return blankReading(mark, mark.kind === 'cover' ? 'unsure' : 'unread', because, where)
}

/**
 * The reading of a symbol mark from the symbols that lie at the marks.
 * @param doubt what may keep it from being seen, said where it was not
 */
export function symbolReading(
  mark: SymbolMark,
  atMarks: readonly SymbolAtMark[],
  where: Quad,
  doubt: string | null = null,
): Reading {
  const at = atMarks.find(candidate => candidate.mark.name === mark.name)
  const unread = (because: string) => blankReading(mark, 'unread', because, where)
  if (at === undefined) return unread(doubt ?? 'no symbol could be read in its place')
  if (at.symbol.bytes === null) return unread('a symbol is there, but no reader could decode it')
  if (!at.fits) return unread(`the symbol in its place does not carry an ${mark.payload} payload`)
  const { readers } = at.symbol
  return {
    mark: mark.name,
    outcome: 'read',
    text: textOf(mark, at.symbol.bytes),
    confidence: readers.length > 1 ? 0.9999 : 0.99,
    readers,
    alternatives: null,
    where: at.corners,
    because: readers.length > 1 ? 'two readers agree' : 'one reader read it',
  }
}

/** The reading of a text mark that nothing covers. */
export function textReading(mark: TextMark, seen: TextSeen, where: Quad): Reading {
  const { text, confidence, readers, alternatives, because } = seen
  const base = { mark: mark.name, confidence, readers, alternatives, where, because }
  if (text === null) return { ...base, outcome: 'unread', text: null }
  return { ...base, outcome: 'read', text: textOf(mark, new TextEncoder().encode(text)) }
}

function textOf(mark: Mark, bytes: Uint8Array): string | Secret {
  return mark.secret ? Secret.ofBytes(bytes) : visibleText(bytes)
}
