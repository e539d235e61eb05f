import { addressesAsked } from './address-reasons.ts'
import { decoysAsked } from './decoy-reasons.ts'
import { setAsideAsked } from './defect-reasons.ts'
import { keptBackAsked } from './draw-population.ts'
import { gaugesAsked } from './gauge-reasons.ts'
import type { LotEvidence } from './lot-evidence.ts'
import type { LotFacts } from './lot-facts.ts'
import { journalAsked, strangersAsked } from './open-entries.ts'
import { otherLotsAsked } from './other-lots.ts'
import { goldenAsked } from './rig-reasons.ts'
import type { Asked } from './told-entries.ts'
import type { UnitOutcome } from './unit-outcome.ts'

/**
 * All entries that somebody's word changes something of, told or not: who closes the lot, who explains an entry, and page one have it from
 * here.
 */
export const askedOf = (
  facts: Omit<LotFacts, 'counted' | 'otherAddresses'>,
  evidence: LotEvidence,
  units: readonly UnitOutcome[],
): readonly Asked[] => [
  ...journalAsked(facts, evidence),
  ...setAsideAsked(units, evidence),
  ...goldenAsked(evidence),
  ...gaugesAsked(evidence),
  ...decoysAsked(facts, evidence, units),
  ...otherLotsAsked(facts, evidence, units),
  ...strangersAsked(evidence, units),
  ...addressesAsked(evidence, units),
  ...keptBackAsked(evidence, facts.lot),
]
