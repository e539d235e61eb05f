import { shortened } from '../lot-status.ts'
import type { LotEvidence } from './lot-evidence.ts'
import type { LotFacts } from './lot-facts.ts'
import { slimIn } from './lot-rows.ts'
import { about, held, type Reason } from './reason.ts'
import { toldIn } from './told-entries.ts'
import type { UnitOutcome } from './unit-outcome.ts'

/**
 * Units that are another lot's, too, by the same journal: shipped once, they would ship twice; drawn there, they were not opened; bad
 * there, they would be good here. That one was looked at by the wrong lot file somebody else of quality can explain; that it was scrapped,
 * made a decoy, drawn or released with the other one, nobody.
 */
export function otherLotReasons(
  { lot, rows }: LotFacts,
  { elsewhere, releasedElsewhere, explained, saidBy }: LotEvidence,
  units: readonly UnitOutcome[],
): Reason[] {
  const staying = new Set(units.flatMap(({ unit, fate }) => (fate === 'shipped' || fate === 'opened' ? [unit] : [])))
  const told = toldIn(explained, saidBy)
  const seen = new Map<string, Set<string>>()
  const gone = new Map<string, string>()
  for (const row of rows) {
    if (row.kind !== 'inspection' || row.unit === null || !staying.has(row.unit)) continue
    const other = slimIn(row)?.lot ?? lot.lot
    if (other === lot.lot) continue
    const isOut = elsewhere.some(({ facts }) => facts.lot === other && facts.unit === row.unit && facts.as !== 'drawn')
    if (releasedElsewhere.has(other) && !isOut) gone.set(row.unit, other)
    else if (!told.has(row.index)) seen.set(other, (seen.get(other) ?? new Set()).add(row.unit))
  }
  const out = elsewhere.filter(({ facts: { unit, as } }) => as !== 'held' && staying.has(unit))
  return [
    ...[...seen].flatMap(([other, its]) =>
      about(
        'seen-elsewhere',
        [...its],
        `Seen as of another lot, ${other}, too, and nobody else of quality has explained it`,
      ),
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
