import { roleOf } from '../products/role.ts'
import type { CheckInput, Judgement, SeenMark } from './check.ts'
import { allows, distanceTo } from './lattice.ts'
import { isGone, namesOf, unreadClause } from './seen.ts'
import { listed } from './wording.ts'
import { worstOf } from './worst-of.ts'

/**
 * The product's fixed words say what its profile says. They are known beforehand, so that a reading whose best guess they are is
 * enough. Null where the product has none that lie open here, or all are right.
 */
export function wordsJudgement({ marks, state }: Pick<CheckInput, 'marks' | 'state'>): Judgement | null {
  const words = [...marks.values()].filter(
    ({ mark }) =>
      roleOf(mark) === 'words' && mark.visibleIn.includes(state) && !(state === 'printed' && mark.on === 'card'),
  )
  const wrong = words.filter(seen => saysOtherwise(seen))
  const open = words.filter(seen => !wrong.includes(seen) && !saysItsWords(seen))
  return worstOf([
    wrong.length === 0
      ? null
      : { verdict: 'FAIL', because: `Not as the product has it: ${listed(namesOf(wrong))}.`, marks: namesOf(wrong) },
    open.length === 0
      ? null
      : {
          verdict: 'INCONCLUSIVE',
          because: `Could not be compared with the product: ${open.map(unreadClause).join('; ')}.`,
          marks: namesOf(open),
        },
  ])
}

const bare = (text: string) => text.replaceAll(/\s/g, '')
const expectedOf = ({ mark }: SeenMark) => bare((mark.kind === 'text' && mark.words) || '')

/** Does the mark say the words of the product, by its reading or by its best guess? */
export function saysItsWords(seen: SeenMark): boolean {
  const { reading, conflict } = seen
  if (conflict !== null) return false
  const expected = expectedOf(seen)
  if (typeof reading.text === 'string' && bare(reading.text) === expected) return true
  return reading.alternatives !== null && distanceTo(reading.alternatives, expected) === 0
}

function saysOtherwise(seen: SeenMark): boolean {
  if (isGone(seen)) return true
  const { reading, conflict } = seen
  if (conflict !== null || reading.outcome !== 'read' || saysItsWords(seen)) return false
  return !allows(reading.alternatives, expectedOf(seen))
}
