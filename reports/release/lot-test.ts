import type { Verdict } from '../../harness/core/vocabulary.ts'
import type { LotDecision } from '../../harness/lots/release/lot-kinds.ts'
import type { ReleaseView } from '../../harness/lots/release/release-view.ts'

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
