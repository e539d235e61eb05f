import type { Verdict } from '../../core/vocabulary.ts'
import type { LotRelease } from './release-record.ts'
import type { Fate } from './unit-outcome.ts'

/** One unit at one station that it has to pass: what counts there. Every format of a report counts these. */
export interface UnitCase {
  readonly unit: string
  readonly station: string
  readonly fate: Fate
  readonly isDrawn: boolean
  /** The station at which it is known to be bad, and has to be refused; null of units that are no decoys. */
  readonly decoyAt: string | null
  /** Null where the unit was never seen. */
  readonly verdict: Verdict | null
  readonly because: string
  readonly attempts: number
  readonly record: CaseRecord | null
}

/** The inspection that is shown of a case. */
interface CaseRecord {
  /** Its entry of the journal. */
  readonly entry: number
  readonly started: string
  readonly ended: string
  readonly operator: string | null
  readonly rig: string
  readonly software: string
  readonly findings: readonly {
    readonly check: string
    readonly verdict: Verdict
    readonly because?: string | undefined
  }[]
}

/** Units in the order of the lot file, stations in the order of the process; `opened` of what was drawn or opened. */
export function unitCases({ decided }: Pick<LotRelease, 'decided'>): readonly UnitCase[] {
  const { units, evidence } = decided
  const plan = evidence.plans[0]?.facts
  const path = plan?.path.map(({ station }) => station as string) ?? []
  return units.flatMap(({ unit, fate, isDrawn, stations }) => {
    const seen = stations.map(({ station }) => station)
    const asked = [...path, ...(isDrawn || fate === 'opened' ? ['opened'] : [])]
    const all = [...asked, ...seen.filter(station => !asked.includes(station))]
    const decoyAt = evidence.decoys.get(unit)?.facts.station ?? null
    return all.map((station): UnitCase => {
      const standing = stations.find(one => one.station === station)
      const told = { unit, station, fate, isDrawn, decoyAt }
      if (standing === undefined) {
        return { ...told, verdict: null, because: 'It was never seen here.', attempts: 0, record: null }
      }
      const { verdict, because, attempts, counts } = standing
      const shown = attempts.find(({ number }) => number === counts) ?? attempts.at(-1)!
      const record = evidence.records.get(shown.index)
      return {
        ...told,
        verdict,
        because,
        attempts: attempts.length,
        record:
          record === undefined
            ? null
            : {
                entry: shown.index,
                started: record.started,
                ended: record.ended,
                operator: record.operator,
                rig: record.rig.name,
                software: record.software.version,
                findings: record.findings,
              },
      }
    })
  })
}
