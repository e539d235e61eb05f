import { shortened } from '../lot-status.ts'
import type { LotEvidence } from './lot-evidence.ts'
import type { PlannedFacts } from './lot-kinds.ts'
import { held, type Reason } from './reason.ts'
import { otherNames, type RigNames } from './rig-names.ts'
import type { Asked, OpenEntries } from './told-entries.ts'

type Study = LotEvidence['gauges'][number]

/** Studies that say something of how a lot of this plan was judged: all that found a rig not fit, and those made as the lot was. */
export const tellingStudies = (gauges: readonly Study[], plan: PlannedFacts | null): readonly Study[] =>
  gauges.filter(study => study.unfit.length > 0 || isMadeAs(study, plan))

function isMadeAs({ station, by }: Study, plan: PlannedFacts | null): boolean {
  if (plan === null) return false
  const { path, opening, product, profileSha256, rehearsal } = plan
  const planned = [...path, ...(opening === null ? [] : [opening])].find(one => one.station === station)
  return (
    by.length > 0 &&
    by.every(
      its =>
        its.kind === (rehearsal ? 'virtual' : 'real') &&
        its.product === product &&
        its.profileSha256 === profileSha256 &&
        (planned?.planSha256 === undefined || its.planSha256 === planned.planSha256) &&
        its.faults.length === 0,
    )
  )
}

/**
 * By the last study of any station before, or the first one after: what a rig judged between a good study and a bad one is in doubt. Bad
 * ones count under whichever of its names, good ones under its own.
 */
export function isUnfitAround(gauges: readonly Study[], names: RigNames, rig: string, index: number): boolean {
  const all = names(rig)
  const stations = Map.groupBy(
    gauges.filter(study => study.rig === rig || (all.has(study.rig) && study.unfit.length > 0)),
    ({ station }) => station,
  )
  return [...stations.values()].some(studies => {
    const around = [studies.findLast(one => one.index < index), studies.find(one => one.index > index)]
    return around.some(study => study !== undefined && study.unfit.length > 0)
  })
}

/** Whoever saw a bad card pass need not work the study out: how it came out is asked for. @param rigs that judged the lot */
export function openReasons(
  { openGauges, rigNames }: LotEvidence,
  rigs: ReadonlySet<string>,
  untold: OpenEntries,
): Reason[] {
  const left = untold.entriesOf('gauge-open')
  const open = openGauges.filter(({ rig, index }) => [...rigNames(rig)].some(name => rigs.has(name)) && left.has(index))
  return open.length === 0
    ? []
    : [
        held(
          'gauge-open',
          `Gauge studies of rigs that judged the lot were planned and not worked out, and nobody else of quality has explained it: ${shortened(open.map(({ gauge, rig, index }) => `${gauge} of ${rig}${otherNames(rigNames, rig)} (entry ${index})`))}.`,
        ),
      ]
}

/** Plans of studies that were never worked out. */
export const gaugesAsked = ({ openGauges, saidBy }: LotEvidence): readonly Asked[] =>
  openGauges.map(({ index, gauge, rig }) => ({
    kind: 'gauge-open',
    entry: index,
    of: `${gauge} of ${rig}`,
    notBy: new Set([saidBy.get(index)]),
  }))
