import { type LotRow, slimIn } from './lot-rows.ts'
import { calibratedRig, rigSeen } from './rig-seen.ts'

/** All names of the rig that has this one, itself among them. */
export type RigNames = (rig: string) => ReadonlySet<string>

/** Each name of a calibrated rig by its calibration, with the entry in which both first stand together. */
function* calibratedIn(rows: readonly LotRow[]) {
  const known = new Set<unknown>()
  for (const row of rows) {
    const said = row.kind === rigSeen ? row.facts['rig'] : slimIn(row)?.rig
    // Records share their rig: a large lot has tens of thousands.
    if (said === undefined || known.has(said)) continue
    known.add(said)
    const rig = calibratedRig(said)
    if (rig !== null) yield { ...rig, index: row.index }
  }
}

/** The entry in which each name of a calibrated rig first stands, in the journal's order. */
export function rigsSeenFirst(rows: readonly LotRow[]): ReadonlyMap<string, number> {
  const first = new Map<string, number>()
  for (const { name, index } of calibratedIn(rows)) if (!first.has(name)) first.set(name, index)
  return first
}

/**
 * A rig is its calibration, not its name: names are of one rig that were ever calibrated by the same, in whatever the journal holds.
 * So no other name in the configuration makes a rig that was found not fit another one.
 */
export function rigNames(rows: readonly LotRow[]): RigNames {
  const ofCalibration = new Map<string, Set<string>>()
  for (const { name, calibration } of calibratedIn(rows))
    ofCalibration.set(calibration, (ofCalibration.get(calibration) ?? new Set()).add(name))
  const ofName = new Map<string, ReadonlySet<string>>()
  for (const names of ofCalibration.values()) {
    const all = new Set([...names].flatMap(name => [name, ...(ofName.get(name) ?? [])]))
    for (const name of all) ofName.set(name, all)
  }
  return rig => ofName.get(rig) ?? new Set([rig])
}

/** « (by its calibration the same as bench)»; nothing of a rig of one name. */
export function otherNames(names: RigNames, rig: string): string {
  const others = [...names(rig)].filter(name => name !== rig).sort()
  return others.length === 0 ? '' : ` (by its calibration the same as ${others.join(', ')})`
}
