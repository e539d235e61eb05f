import { roleOf } from '../products/role.ts'
import { sameSerial } from '../products/serial-text.ts'
import type { Check, CheckInput, SeenMark } from './check.ts'
import { allows } from './lattice.ts'
import { isRead, namesOf, unreadClause } from './seen.ts'
import { capitalised, listed } from './wording.ts'

/**
 * All serials that this station reads agree with each other and with the record. One that is read otherwise is a
 * mix-up, whatever the rest says; one that is not read leaves the question open.
 */
export const serialsAgree: Check = {
  name: 'serials-agree',
  about: 'the serials on card, top layer, bottom layer and in the record',
  needs: ['plan'],
  judge(input) {
    const serials = serialMarks(input)
    const read = serials.filter(isRead)
    const names = namesOf(serials)
    if (serials.length === 0) {
      return { verdict: 'INCONCLUSIVE', because: 'The plan reads no serial, so none could be compared.', marks: [] }
    }

    const expected = input.unit?.serial ?? null
    const reference = expected ?? (read[0] === undefined ? null : textOf(read[0]))
    const others = reference === null ? [] : read.filter(seen => !sameSerial(textOf(seen), reference))
    const doubtful = others.filter(seen => reference !== null && allows(seen.reading.alternatives, reference))
    const differing = others.filter(seen => !doubtful.includes(seen))

    if (differing.length > 0) {
      const seen = listed(read.map(({ mark, reading }) => `${mark.name} is ${String(reading.text)}`))
      const record = expected === null ? '' : `, the record is ${expected}`
      const which = listed(namesOf(differing))
      const because = `The serials differ: ${seen}${record}; ${which} ${differing.length > 1 ? 'do' : 'does'} not belong to this unit.`
      return { verdict: 'FAIL', because, marks: namesOf(differing), comparison: 'mismatch' }
    }
    if (doubtful.length > 0) {
      const seen = listed(doubtful.map(seen => `${seen.mark.name} looks like ${textOf(seen)}`))
      const because = `${capitalised(seen)}, but the picture allows ${String(reference)} as well; take the photograph again, then a person looks.`
      return { verdict: 'INCONCLUSIVE', because, marks: namesOf(doubtful), comparison: 'confused' }
    }
    const unread = serials.filter(seen => !isRead(seen))
    if (unread.length > 0) {
      const because = `Not all serials could be compared: ${unread.map(unreadClause).join('; ')}.`
      return { verdict: 'INCONCLUSIVE', because, marks: namesOf(unread), comparison: 'unreadable' }
    }
    if (expected === null) {
      const because = `The serials on the unit agree (${String(reference)}), but there is no record to compare them with.`
      return { verdict: 'INCONCLUSIVE', because, marks: names }
    }
    const places = names.length === 1 ? `${names[0]} is` : `${listed(names)} are`
    return { verdict: 'PASS', because: `${places} ${expected}, as the record says.`, marks: names, comparison: 'match' }
  },
}

/** The serials that the plan reads, and any other that can be read although it should be covered here. */
function serialMarks({ marks, required }: CheckInput): readonly SeenMark[] {
  return [...marks.values()].filter(
    seen => roleOf(seen.mark) === 'serial' && (required.includes(seen.mark.name) || isRead(seen)),
  )
}

const textOf = ({ reading }: SeenMark) => String(reading.text)
