import type { Verdict } from '../../harness/core/vocabulary.ts'
import type { LotDecision } from '../../harness/lots/release/lot-kinds.ts'
import type { ReleaseView } from '../../harness/lots/release/release-view.ts'
import type { Fate } from '../../harness/lots/release/unit-outcome.ts'

const verdictOfLot: Readonly<Record<LotDecision, Verdict>> = {
  RELEASED: 'PASS',
  HELD: 'INCONCLUSIVE',
  REJECTED: 'FAIL',
}

/** The lot itself as a test among those of its units: it passes only where something real is released, and signed. */
export function lotTest({
  document: { lot, decision, because, rehearsal },
  unsigned,
}: Pick<ReleaseView, 'document' | 'unsigned'>): {
  readonly name: string
  readonly verdict: Verdict
  readonly type: string
  readonly message: string
} {
  const name = `lot ${lot} is released`
  if (decision === 'RELEASED' && rehearsal)
    return { name, verdict: 'INCONCLUSIVE', type: 'rehearsal', message: 'A rehearsal: nothing real is released by it.' }
  if (decision === 'RELEASED' && unsigned.length > 0)
    return {
      name,
      verdict: 'INCONCLUSIVE',
      type: 'unsigned',
      message: `As far as is known here ${unsigned.join(', and ')}: export it from the folder once it is signed.`,
    }
  return { name, verdict: verdictOfLot[decision], type: decision, message: because }
}

/** The word over a release: `RELEASED` only where something real is released, and signed; before that `UNSIGNED`, of a rehearsal `REHEARSAL`. */
export const lotWord = (view: Parameters<typeof lotTest>[0]): string => lotTest(view).type.toUpperCase()

/** What becomes of a unit: of a lot that is not released none ships. */
export const becomes = (fate: Fate, { decision }: Pick<ReleaseView['document'], 'decision'>): string =>
  fate === 'shipped' && decision !== 'RELEASED' ? 'unreleased' : fate

/** What a tool that counts results makes of a unit at a station. */
export interface CaseOutcome {
  /** `left-out`: nothing of the lot hangs on it. Null: it was never seen. */
  readonly outcome: Verdict | 'left-out' | null
  readonly message: string
}

/**
 * A decoy that was refused did what it is for, and what became of a unit that was taken out is no result of the lot: neither keeps the
 * tests of a good lot red. A decoy that was passed where it is bad is one that failed; what
 * it was refused for elsewhere is of its planted defect, too.
 */
export function caseOutcome({ decoyAt, station, fate, verdict, because }: ReleaseView['cases'][number]): CaseOutcome {
  const isDecoy = decoyAt === station
  if (decoyAt !== null && !isDecoy && verdict === 'FAIL')
    return {
      outcome: 'left-out',
      message: `A decoy, known to be bad at ${decoyAt}: it was refused here, too. ${because}`,
    }
  if (isDecoy && verdict === 'FAIL')
    return { outcome: 'left-out', message: `A decoy, known to be bad: it was refused, as it has to be. ${because}` }
  if (isDecoy && verdict === 'PASS') return { outcome: 'FAIL', message: 'A decoy, known to be bad, was passed.' }
  if (!isDecoy && verdict !== 'PASS' && (fate === 'scrapped' || fate === 'held'))
    return { outcome: 'left-out', message: `The unit is ${fate}. ${because}` }
  return { outcome: verdict, message: because }
}
