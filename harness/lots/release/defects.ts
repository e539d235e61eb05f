import type { Decided } from './decide-lot.ts'
import { type DefectClass, defectClassOf } from './defect-classes.ts'
import type { DefectPicture } from './release-record.ts'

/** A check that units failed, in whichever attempt. */
export interface Defect {
  readonly check: string
  readonly station: string
  readonly class: DefectClass
  readonly units: readonly string[]
  readonly because: string
  /** The entry of the first unit's inspection. */
  readonly entry: number
  /** Of the first unit. */
  readonly pictures: readonly DefectPicture[]
}

/** What units failed, in whichever attempt, the most frequent first. */
export function defectsOf({ units, evidence }: Decided): Omit<Defect, 'pictures'>[] {
  const found = new Map<string, Omit<Defect, 'class' | 'units' | 'pictures'> & { units: string[] }>()
  for (const { unit, stations } of units) {
    // What was planted in a decoy is no defect of the lot, wherever it shows.
    if (evidence.decoys.has(unit)) continue
    for (const { station, attempts } of stations) {
      for (const { index } of attempts) {
        const record = evidence.records.get(index)
        const failed = (record?.findings ?? []).filter(({ verdict }) => verdict === 'FAIL')
        const all = record?.alarm ? [...failed, { check: record.alarm.code, because: record.alarm.because }] : failed
        for (const { check, because = '' } of all) {
          const key = JSON.stringify([check, station])
          if (!found.has(key)) found.set(key, { check, station, units: [], because, entry: index })
          const its = found.get(key)!.units
          if (its.at(-1) !== unit) its.push(unit)
        }
      }
    }
  }
  const defects = [...found.values()].map(one => ({ ...one, class: defectClassOf(one.check) }))
  return defects.sort((a, b) => b.units.length - a.units.length || (a.check < b.check ? -1 : 1))
}
