import type { InspectionRecord } from '../../record/inspection-record.ts'

type Finding = Pick<InspectionRecord['findings'][number], 'check' | 'verdict' | 'because'>

/** A cause, and the checks that could not be judged because of it. */
export interface Cause {
  readonly because: string
  readonly checks: readonly string[]
}

/** What is not a pass, one sentence a cause. */
export interface FoldedFindings {
  readonly causes: readonly Cause[]
  readonly single: readonly Finding[]
}

/**
 * One cause, one sentence: checks that could not be judged for the same reason are named under it. What failed always stands
 * by itself.
 *
 * @param because the inspection's own sentence: where it is no finding's, it is the cause of all that was not judged
 */
export function foldFindings(findings: readonly Finding[], because: string): FoldedFindings {
  const open = findings.filter(({ verdict }) => verdict !== 'PASS')
  const undecided = open.filter(({ verdict }) => verdict === 'INCONCLUSIVE')
  const lead = leadIn(because, open)
  if (lead !== null && undecided.length > 0) {
    return { causes: [causeOf(lead, undecided)], single: open.filter(one => !undecided.includes(one)) }
  }
  const causes: Cause[] = []
  let left = undecided
  for (;;) {
    const reasons = [...new Set(left.flatMap(reasonsIn))]
    const groups = reasons.map(reason => ({ reason, of: left.filter(one => reasonsIn(one).includes(reason)) }))
    const largest = groups.reduce<(typeof groups)[number] | null>(
      (most, group) => (most === null || group.of.length > most.of.length ? group : most),
      null,
    )
    if (largest === null || largest.of.length < 2) break
    causes.push(causeOf(largest.reason, largest.of))
    left = left.filter(one => !largest.of.includes(one))
  }
  return { causes, single: open.filter(one => one.verdict !== 'INCONCLUSIVE' || left.includes(one)) }
}

/** What an inspection says before, or instead of, what one of its findings says; null where it says no more than one. */
function leadIn(because: string, open: readonly Finding[]): string | null {
  const quoted = open.find(one => because.endsWith(one.because))
  const lead = quoted === undefined ? because : because.slice(0, -quoted.because.length).trim()
  return lead === '' ? null : lead
}

const causeOf = (because: string, of: readonly Finding[]): Cause => ({
  because: `${because[0]!.toUpperCase()}${because.slice(1).replace(/\.$/, '')}.`,
  checks: of.map(({ check }) => check),
})

/** Why: what stands in brackets, as the checks put it, and the sentence itself. */
function reasonsIn({ because }: Finding): readonly string[] {
  const inner = [...because.matchAll(/\(((?:[^()]|\([^()]*\))+)\)/g)].map(([, reason]) => reason!)
  return [...new Set([...inner, because.replace(/\.$/, '')])]
}
