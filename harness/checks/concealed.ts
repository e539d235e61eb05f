import type { Check, CheckInput } from './check.ts'
import { standing } from './measured.ts'
import { namesOf, unreadClause } from './seen.ts'
import { listed } from './wording.ts'

/** What must be covered at this station is covered: nothing of it can be read, and its place is seen to be covered. */
export const concealed: Check = {
  name: 'concealed',
  about: 'the secrets that must be covered at this station',
  needs: ['plan'],
  judge({ marks, hidden, measurements }) {
    const seen = hidden.map(name => marks.get(name)).filter(mark => mark !== undefined)
    const open = namesOf(seen.filter(({ reading }) => reading.outcome === 'read'))
    if (open.length > 0) {
      const because = `${listed(open)} can be read, but must be covered at this station.`
      return { verdict: 'FAIL', because, marks: open }
    }
    const torn = coversWithOpenStrokes(marks, hidden, measurements)
    if (torn.length > 0) {
      const because = `Parts of ${listed(torn)} stand open, but must be covered at this station.`
      return { verdict: 'FAIL', because, marks: torn }
    }
    const unsure = seen.filter(({ reading, conflict }) => reading.outcome !== 'concealed' || conflict !== null)
    if (unsure.length > 0) {
      const because = `It could not be seen that everything secret is covered: ${unsure.map(unreadClause).join('; ')}.`
      return { verdict: 'INCONCLUSIVE', because, marks: namesOf(unsure) }
    }
    if (seen.length === 0) {
      return { verdict: 'INCONCLUSIVE', because: 'The product has nothing that is covered at this station.', marks: [] }
    }
    const because = `${listed(hidden)} ${hidden.length > 1 ? 'are' : 'is'} covered.`
    return { verdict: 'PASS', because, marks: hidden }
  },
}

/** The hidden marks of whose strokes so much stands open beside or through their cover that it fails its limit. */
function coversWithOpenStrokes(
  marks: CheckInput['marks'],
  hidden: CheckInput['hidden'],
  measurements: CheckInput['measurements'],
): readonly string[] {
  const covered = [...marks.values()].flatMap(({ mark }) =>
    mark.kind === 'cover' && hidden.includes(mark.covers) ? [{ cover: mark.name, hides: mark.covers }] : [],
  )
  // Whether the plan looks at covers for their own sake or not.
  const torn = measurements.filter(
    one => one.name === 'cover-open-strokes' && one.limits !== null && standing(one, one.limits) === 'FAIL',
  )
  return covered.filter(({ cover }) => torn.some(({ of }) => of === cover)).map(({ hides }) => hides)
}
