import { shortened } from '../lot-status.ts'
import type { LotEvidence } from './lot-evidence.ts'
import type { LotFacts } from './lot-facts.ts'
import { slimIn } from './lot-rows.ts'
import { about, held, type Reason } from './reason.ts'
import type { Asked, OpenEntries } from './told-entries.ts'
import { stayingOf, type UnitOutcome } from './unit-outcome.ts'

/**
 * Units that are another lot's, too, by the same journal: shipped once, they would ship twice; drawn there, they were not opened; bad
 * there, they would be good here. That one was looked at by the wrong lot file somebody else of quality can explain; that it was scrapped,
 * made a decoy, drawn or released with the other one, nobody.
 */
export function otherLotReasons(
  facts: LotFacts,
  evidence: LotEvidence,
  units: readonly UnitOutcome[],
  open: OpenEntries,
): Reason[] {
  const { elsewhere, releasedElsewhere } = evidence
  const gone = new Map(
    looksElsewhere(facts, evidence, units).flatMap(one => (one.isGone ? [[one.unit, one.other]] : [])),
  )
  const staying = stayingOf(units)
  const out = elsewhere.filter(({ facts: { unit, as } }) => as !== 'held' && staying.has(unit))
  return [
    ...about(
      'seen-elsewhere',
      open.namesOf('seen-elsewhere'),
      'Seen as of another lot, too, and nobody else of quality has explained it',
    ),
    ...(gone.size === 0
      ? []
      : [
          held(
            'released-elsewhere',
            `A unit goes out once, with the lot that it was released with: ${shortened([...gone].map(([unit, other]) => `${unit} with ${other} (entry ${releasedElsewhere.get(other)})`))}.`,
          ),
        ]),
    ...(out.length === 0
      ? []
      : [
          held(
            'out-elsewhere',
            `What is scrapped, a decoy or drawn to be opened in one lot is so in any: ${shortened(out.map(({ index, facts }) => `${facts.unit} of ${facts.lot} (${facts.as}, entry ${index})`))}.`,
          ),
        ]),
  ]
}

/** Looks at units as of another lot that nobody released them with. */
export const otherLotsAsked = (
  facts: Pick<LotFacts, 'lot' | 'rows'>,
  evidence: LotEvidence,
  units: readonly UnitOutcome[],
): readonly Asked[] =>
  looksElsewhere(facts, evidence, units).flatMap(({ index, unit, other, isGone }) =>
    isGone
      ? []
      : [
          {
            kind: 'seen-elsewhere',
            entry: index,
            of: `${unit} as of ${other}`,
            notBy: new Set([evidence.saidBy.get(index)]),
          },
        ],
  )

/** Looks at units that stay, as of another lot; gone is what that lot released. */
function looksElsewhere(
  { lot, rows }: Pick<LotFacts, 'lot' | 'rows'>,
  { elsewhere, releasedElsewhere }: LotEvidence,
  units: readonly UnitOutcome[],
) {
  const staying = stayingOf(units)
  return rows.flatMap(row => {
    const { index, unit } = row
    const other = row.kind === 'inspection' && unit !== null && staying.has(unit) ? slimIn(row)?.lot : undefined
    if (unit === null || other === undefined || other === null || other === lot.lot) return []
    const isOut = elsewhere.some(({ facts }) => facts.lot === other && facts.unit === unit && facts.as !== 'drawn')
    return [{ index, unit, other, isGone: releasedElsewhere.has(other) && !isOut }]
  })
}
