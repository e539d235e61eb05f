import { shortened } from '../lot-status.ts'
import type { Decided } from './decide-lot.ts'
import { defectClassOf } from './defect-classes.ts'
import { tellingStudies } from './gauge-reasons.ts'
import type { LotEvidence } from './lot-evidence.ts'
import type { SlimRecord } from './lot-rows.ts'
import { clocksIn } from './open-entries.ts'
import { otherNames } from './rig-names.ts'
import { explains, sentencesOf } from './told-entries.ts'

/** By which version of Assay something was judged. */
export const versionOf = ({ software: { version, revision } }: SlimRecord) =>
  `${version}${revision === null ? '' : ` (${revision})`}`

/** Decisions of people that the lot rests on, and whatever else a reader has to know, as sentences. */
export function deviationsOf(decided: Decided): string[] {
  const { evidence, units } = decided
  const { out, decoys, again, status, closed, records, reveals, plans, gauges, oddCounts, draws } = evidence
  const { rigNames, elsewhere } = evidence
  const chosen = new Set(units.flatMap(({ unit, isChosen }) => (isChosen && out.has(unit) ? [unit] : [])))
  const after = [...chosen].filter(unit => out.get(unit)!.since > (draws[0]?.index ?? 0))
  const shown = reveals.filter(({ index }) => index > (plans[0]?.index ?? 0))
  const rigs = new Set([...records.values()].map(({ rig }) => rig.name))
  const studies = gauges.filter(({ rig }) => [...rigNames(rig)].some(name => rigs.has(name)))
  const versions = [...Map.groupBy(records.values(), versionOf)].sort(([a], [b]) => (a < b ? -1 : 1))
  const retested = status.units.flatMap(({ stations }) => stations.filter(({ attempts }) => attempts.length > 1))
  return [
    // First: it is about the times of all else.
    ...clocksIn(evidence).map(
      ({ index, said, at, by, why }) =>
        `Times before entry ${index} are those of a clock that was wrong${said === null ? '' : ` (it said ${said}, and was put to ${at})`}, by ${by ?? 'nobody'}: ${why ?? 'no reason was given'}`,
    ),
    ...takenOut('after the sample was drawn', after),
    ...takenOut(
      'before the sample was drawn, which did not fall on them',
      [...chosen].filter(unit => !after.includes(unit)),
    ),
    ...[...rigs].sort().flatMap(rig => {
      const others = otherNames(rigNames, rig)
      return others === ''
        ? []
        : [`Rig ${rig} goes under several names${others}: what was bad under one counts for all`]
    }),
    ...newNames(evidence, rigs),
    ...(versions.length < 2
      ? []
      : [
          `Not all was judged by one version of Assay: ${versions.map(([version, its]) => `${its.length} inspections by ${version}`).join(', ')}`,
        ]),
    ...(plans[0]?.facts.namesake === true
      ? [
          `Judged by a profile of one’s own that is called ${plans[0].facts.product}, as one that comes with Assay: its limits stand in the plan, entry ${plans[0].index}`,
        ]
      : []),
    ...(plans[0]?.facts.passphrasesUncounted === true
      ? ['The plan waives that the passphrases are counted against chance']
      : []),
    ...oddCounts.map(
      ({ index }) => `The count of passphrases in entry ${index} is none: it does not fit the lot, or itself`,
    ),
    ...studies.flatMap(study =>
      tellingStudies([study], plans[0]?.facts ?? null).length > 0
        ? []
        : [
            `The gauge study ${study.gauge} of rig ${study.rig} (entry ${study.index}) says nothing of this lot: its trials were judged otherwise${study.by
              .flatMap(({ faults }) => faults)
              .slice(0, 1)
              .map(fault => ` (${fault})`)
              .join('')}`,
          ],
    ),
    ...studies.flatMap(({ gauge, elsewhere }) =>
      elsewhere === 0
        ? []
        : [`While the gauge study ${gauge} was made, ${elsewhere} looks at its cards were by a rig of another name`],
    ),
    ...[...decoys].map(
      ([unit, { index, by, facts }]) =>
        `${unit} was a decoy, known to be bad at ${facts.station}, by ${by}${refusedBefore(status, unit, facts.station)}${takenLater(out.get(unit), index)}`,
    ),
    ...[...out].flatMap(([unit, { by, why, facts }]) =>
      decoys.has(unit) ? [] : [`${unit} is ${facts.as}, by ${by}: ${why}`],
    ),
    ...elsewhere.map(
      ({ index, by, why, facts: { lot, unit, as } }) =>
        `${unit} is ${as === 'decoy' ? 'a decoy' : as} as of ${lot} (entry ${index}), by ${by}${why === null ? '' : `: ${why}`}`,
    ),
    ...again.map(
      ({ unit, station, by, why, index }) =>
        `${unit} failed at ${station}${failedIn(records, unit, station, index)} and was inspected again, by ${by}: ${why}`,
    ),
    ...(shown.length === 0
      ? []
      : [
          `Secrets were shown in clear ${shown.length === 1 ? 'once' : `${shown.length} times`} since the plan, of whichever card: ${shown
            .slice(0, 20)
            .map(({ index, by, command }) => `entry ${index} (${command}, by ${by ?? 'nobody named'})`)
            .join(', ')}${shown.length > 20 ? ' and more' : ''}`,
        ]),
    ...explainedIn(decided),
    ...closed.map(
      ({ index, by, decision }) => `It was closed before (entry ${index}, ${decision}) by ${by ?? 'nobody'}`,
    ),
    ...(retested.length === 0
      ? []
      : [
          `${retested.length} ${retested.length === 1 ? 'inspection was' : 'inspections were'} repeated, with up to ${Math.max(...retested.map(({ attempts }) => attempts.length))} attempts; the number of each is in the list of units.`,
        ]),
  ]
}

/** Rigs that judged under a name that is newer than the plan: what is known of a rig of before would not go by it, were it one of those. */
function newNames({ rigsSeenFirst, rigNames, plans }: LotEvidence, rigs: ReadonlySet<string>): string[] {
  const since = plans[0]?.index ?? 0
  return [...rigs].sort().flatMap(rig => {
    const first = rigsSeenFirst.get(rig) ?? -1
    const before = [...rigsSeenFirst].flatMap(([name, index]) =>
      index < first && !rigNames(rig).has(name) ? [name] : [],
    )
    return first <= since || before.length === 0
      ? []
      : [
          `Rig ${rig} first stands in the journal since the plan (entry ${first}), by a calibration of its own: should it be a rig of before under another name (${shortened(before)}), what that was found to be does not count here`,
        ]
  })
}

/** «; it is scrapped, by tom: it fell»: a decoy that was taken out by a word of its own. */
const takenLater = (
  taken: LotEvidence['out'] extends ReadonlyMap<string, infer T> ? T | undefined : never,
  said: number,
) =>
  taken === undefined || taken.index === said
    ? ''
    : `; it is ${taken.facts.as}, by ${taken.by} (entry ${taken.index}): ${taken.why}`

/** What somebody's word was about and settled, one sentence of each kind; and what it settled nothing of. */
function explainedIn({ evidence: { explained }, asked }: Decided): string[] {
  // Many entries may have been explained one by one, in the same words.
  const words = Map.groupBy(explained, ({ by, why }) => JSON.stringify([by, why]))
  return [...words.values()].flatMap(its => {
    const { by, why } = its[0]!
    const settled = asked.filter(one => its.some(word => explains(one, word)))
    const entries = new Set(its.flatMap(({ facts }) => facts.entries))
    const idle = [...entries].filter(entry => !settled.some(one => one.entry === entry)).sort((a, b) => a - b)
    const told = sentencesOf(settled).map(({ what, verb }) => `${what} ${verb} explained by ${by}: ${why}`)
    return idle.length === 0
      ? told
      : [
          ...told,
          `What ${by} says of ${idle.length === 1 ? 'entry' : 'entries'} ${shortened(idle.map(String))} settles nothing: ${why}`,
        ]
  })
}

/** Whoever took them out chose which units ship: told in one sentence, however many there are. */
const takenOut = (when: string, units: readonly string[]) =>
  units.length === 0
    ? []
    : [`Taken out ${when}, though nothing speaks against ${units.length === 1 ? 'it' : 'them'}: ${shortened(units)}`]

/** « (it was refused at printed, too)»: its planted defect, or another one that nobody else has to have. */
function refusedBefore({ units }: LotEvidence['status'], decoy: string, where: string): string {
  const its = units.find(({ unit }) => unit === decoy)?.stations ?? []
  const at = its.filter(
    ({ station, attempts }) => station !== where && attempts.some(({ verdict }) => verdict === 'FAIL'),
  )
  return at.length === 0 ? '' : ` (it was refused at ${at.map(({ station }) => station).join(', ')}, too)`
}

/** « (critical: address-matches)»: what a person's decision set aside. */
function failedIn(records: LotEvidence['records'], unit: string, station: string, before: number): string {
  const last = [...records].findLast(
    ([index, one]) => index < before && one.unit === unit && one.station === station && one.verdict === 'FAIL',
  )
  const checks = (last?.[1].findings ?? []).flatMap(({ check, verdict }) => (verdict === 'FAIL' ? [check] : []))
  return checks.length === 0 ? '' : ` (${checks.map(check => `${defectClassOf(check)}: ${check}`).join(', ')})`
}
