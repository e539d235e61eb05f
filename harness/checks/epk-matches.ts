import { Secret } from '../core/secret.ts'
import type { Check, Judgement, SeenMark } from './check.ts'
import { isRead, namesOf, requiredMarks, unreadClause } from './seen.ts'
import { listed } from './wording.ts'

/**
 * Where the EPK is printed as QR code and as text, they are one EPK. The text counts as read only when its own checksum
 * fits, so one that differs is a second key, not a misreading. Both are secret: no sentence holds a character of them.
 */
export const epkMatches: Check = {
  name: 'epk-matches',
  about: 'the printed EPK, as QR code and as text',
  needs: ['plan'],
  judge(input) {
    const symbols = requiredMarks(input, 'epk-qr')
    const texts = requiredMarks(input, 'epk-text')
    const planned = [...symbols, ...texts]
    const marks = namesOf(planned)
    if (symbols.length === 0 || texts.length === 0) {
      return { verdict: 'INCONCLUSIVE', because: 'The plan does not read the EPK both as QR code and as text.', marks }
    }
    const other = secondKey(symbols, texts)
    if (other !== null) return other
    const unread = planned.filter(seen => !isRead(seen))
    if (unread.length === 0) {
      const because = `${listed(marks)} show the same EPK.`
      return { verdict: 'PASS', because, marks, comparison: 'match' }
    }
    return unreadJudgement(unread)
  },
}

const secretOf = ({ reading }: SeenMark) => (reading.text instanceof Secret ? reading.text : null)

function secondKey(symbols: readonly SeenMark[], texts: readonly SeenMark[]): Judgement | null {
  for (const symbol of symbols.filter(isRead)) {
    for (const text of texts.filter(isRead)) {
      const [meant, seen] = [secretOf(symbol), secretOf(text)]
      if (meant === null || seen === null || meant.equals(seen)) continue
      const marks = [symbol.mark.name, text.mark.name]
      return { verdict: 'FAIL', because: `${listed(marks)} show two different EPKs.`, marks, comparison: 'mismatch' }
    }
  }
  return null
}

function unreadJudgement(unread: readonly SeenMark[]): Judgement {
  const marks = namesOf(unread)
  const because = `The EPK's text could not be compared with its QR code: ${unread.map(unreadClause).join('; ')}; take the photograph again, then a person looks.`
  return { verdict: 'INCONCLUSIVE', because, marks, comparison: 'unreadable' }
}
