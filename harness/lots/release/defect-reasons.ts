import { defectClassOf } from './defect-classes.ts'
import type { LotEvidence } from './lot-evidence.ts'
import type { SlimRecord } from './lot-rows.ts'
import { about, held, type Reason, rejected } from './reason.ts'
import type { Asked, OpenEntries } from './told-entries.ts'
import type { UnitOutcome } from './unit-outcome.ts'

/** A critical defect stops the lot, whatever the sample allows, also when the unit is taken out. */
export function criticalReasons(units: readonly UnitOutcome[], { records, decoys }: LotEvidence): Reason[] {
  return units.flatMap(({ unit, stations }) =>
    stations.flatMap(standing => {
      const { station, attempts } = standing
      // A decoy never ships, and what is bad of it was made so, wherever it shows. Whoever decides that a unit is inspected again has not found it good.
      if (!(standing.verdict === 'FAIL' || awaitsAnother(standing)) || decoys.has(unit)) return []
      const failed = attempts.flatMap(({ index }) => records.get(index) ?? []).filter(one => one.verdict === 'FAIL')
      const what = failed.map(criticalIn).find(because => because !== null)
      return what === undefined ? [] : [rejected('critical', `${unit} has a critical defect at ${station}: ${what}`)]
    }),
  )
}

const awaitsAnother = ({ verdict, counts }: UnitOutcome['stations'][number]) =>
  verdict === 'INCONCLUSIVE' && counts === null

/**
 * What one person may not set aside alone, since it stops the lot where it stands: a critical defect, and any defect of the sample. Somebody
 * of quality decided to inspect the unit again; another one has to have explained what it failed by.
 */
export const setAsideReasons = (units: readonly UnitOutcome[], evidence: LotEvidence, open: OpenEntries): Reason[] => {
  const left = open.entriesOf('set-aside')
  return setAside(units, evidence).flatMap(({ unit, station, entry, what, decided }) =>
    left.has(entry)
      ? [
          held(
            'set-aside',
            `${unit} failed at ${station} (entry ${entry}: ${what.replace(/\.$/, '')}) and was inspected again on the word of ${decided.map(({ by }) => by).join(' and ') || 'nobody'} alone: somebody else of quality has to explain that entry.`,
          ),
        ]
      : [],
  )
}

/** Neither who found it nor who decided explains it, and nobody does before that was decided. */
export const setAsideAsked = (units: readonly UnitOutcome[], evidence: LotEvidence): readonly Asked[] =>
  setAside(units, evidence).map(({ unit, station, entry, decided }) => ({
    kind: 'set-aside',
    entry,
    of: `${unit} at ${station}`,
    notBy: new Set([evidence.saidBy.get(entry), ...decided.map(({ by }) => by)]),
    since: decided.find(({ index }) => index > entry)?.index ?? entry,
  }))

function setAside(units: readonly UnitOutcome[], { records, decoys, again, plans }: LotEvidence) {
  const openedAt = plans[0]?.facts.opening?.station
  return units.flatMap(({ unit, stations, isDrawn }) =>
    stations.flatMap(standing => {
      const { station, attempts, verdict } = standing
      // While the FAIL stands it speaks for itself.
      if (verdict === 'FAIL' || awaitsAnother(standing) || decoys.has(unit)) return []
      const decided = again.filter(one => one.unit === unit && one.station === station)
      return attempts.flatMap(({ index: entry }) => {
        const record = records.get(entry)
        if (record?.verdict !== 'FAIL') return []
        const what = criticalIn(record) ?? (isDrawn && station === openedAt ? record.because : null)
        return what === null ? [] : [{ unit, station, entry, what, decided }]
      })
    }),
  )
}

/** What is critical in a record, as a sentence; null where nothing is. */
function criticalIn({ findings, alarm }: SlimRecord): string | null {
  if (alarm !== null) return alarm.because
  const critical = findings.find(({ check, verdict }) => verdict === 'FAIL' && defectClassOf(check) === 'critical')
  return critical === undefined ? null : (critical.because ?? critical.check)
}

/** What lay open once was seen by whoever stood there: no second look at the unit covers it again. */
export const exposedReasons = (units: readonly UnitOutcome[], { records }: LotEvidence): Reason[] =>
  about(
    'exposed',
    units.flatMap(({ unit, fate, stations }) =>
      fate === 'shipped' &&
      stations.some(
        ({ verdict, attempts }) => verdict !== 'FAIL' && attempts.some(({ index }) => isExposed(records.get(index))),
      )
        ? [unit]
        : [],
    ),
    'A secret of it lay open, and it is still in the lot',
  )

/** By an alarm, or by what was read of it, whatever the verdict. */
const isExposed = (record: SlimRecord | undefined) =>
  record !== undefined && (record.alarm !== null || record.exposed === true)
