import type { Check } from './check.ts'
import { unreadClause } from './seen.ts'
import { listed } from './wording.ts'

/** What must be covered at this station is covered: nothing of it can be read, and its place is seen to be covered. */
export const concealed: Check = {
  name: 'concealed',
  about: 'the secrets that must be covered at this station',
  needs: ['plan'],
  judge({ marks, hidden }) {
    const seen = hidden.map(name => marks.get(name)).filter(mark => mark !== undefined)
    const open = seen.filter(({ reading }) => reading.outcome === 'read').map(({ mark }) => mark.name)
    if (open.length > 0) {
      const because = `${listed(open)} can be read, but must be covered at this station.`
      return { verdict: 'FAIL', because, marks: open }
    }
    const unsure = seen.filter(({ reading, conflict }) => reading.outcome !== 'concealed' || conflict !== null)
    if (unsure.length > 0) {
      const because = `It could not be seen that everything secret is covered: ${unsure.map(unreadClause).join('; ')}.`
      return { verdict: 'INCONCLUSIVE', because, marks: unsure.map(({ mark }) => mark.name) }
    }
    if (seen.length === 0) {
      return { verdict: 'INCONCLUSIVE', because: 'The product has nothing that is covered at this station.', marks: [] }
    }
    const because = `${listed(hidden)} ${hidden.length > 1 ? 'are' : 'is'} covered.`
    return { verdict: 'PASS', because, marks: hidden }
  },
}
