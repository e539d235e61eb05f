import type { Check } from './check.ts'

/** The unit is one of the lot's: found in the records by what was read on it. */
export const knownUnit: Check = {
  name: 'known-unit',
  about: "the unit among the lot's records",
  needs: ['plan'],
  judge({ identification, unit }) {
    const { outcome, because, marks } = identification
    if (outcome === 'foreign') return { verdict: 'FAIL', because, marks }
    return { verdict: outcome === 'found' && unit !== null ? 'PASS' : 'INCONCLUSIVE', because, marks }
  },
}
