import type { Night, NightStep } from '../../harness/lots/nightly/night.ts'
import { type Case, junitXml, type Result } from '../junit-xml.ts'

const results: Readonly<Record<NightStep['state'], Result>> = {
  good: 'passed',
  doubt: 'error',
  bad: 'failure',
  'left-out': 'skipped',
}

/** The night as JUnit XML: a case for each part, and an error while it is not at its end, so that a night that was killed is never green. */
export function nightJunit({ rig, product, version, started, ended, steps }: Night): string {
  const cases = steps.map(
    ({ name, state, because }): Case => ({
      name,
      result: results[state],
      type: state,
      message: because,
      seconds: 0,
      output: state === 'good' ? [because] : [],
    }),
  )
  const end: Case = {
    name: 'the night came to its end',
    result: ended === null ? 'error' : 'passed',
    type: 'run-unfinished',
    message: 'The night is not at its end, or broke off: nothing of it has passed.',
    seconds: 0,
    output: [],
  }
  const properties = [
    ['rig', rig],
    ['product', product],
    ['software', `assay ${version}`],
  ] as const
  return junitXml([{ name: `assay.nightly.${rig}`, started, properties, cases: [...cases, end] }])
}
