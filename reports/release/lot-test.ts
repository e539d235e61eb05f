import type { Verdict } from '../../harness/core/vocabulary.ts'
import type { LotDecision } from '../../harness/lots/release/lot-kinds.ts'
import type { ReleaseDocument } from '../../harness/lots/release/release-record.ts'

const verdictOfLot: Readonly<Record<LotDecision, Verdict>> = {
  RELEASED: 'PASS',
  HELD: 'INCONCLUSIVE',
  REJECTED: 'FAIL',
}

/** The lot itself as a test among those of its units: it passes only where something real is released. */
export function lotTest({ lot, decision, because, rehearsal }: ReleaseDocument): {
  readonly name: string
  readonly verdict: Verdict
  readonly type: string
  readonly message: string
} {
  const name = `lot ${lot} is released`
  if (decision === 'RELEASED' && rehearsal)
    return { name, verdict: 'INCONCLUSIVE', type: 'rehearsal', message: 'A rehearsal: nothing real is released by it.' }
  return { name, verdict: verdictOfLot[decision], type: decision, message: because }
}
