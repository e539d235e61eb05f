import type { StationName, Verdict } from '../../core/vocabulary.ts'
import { firstPass } from '../attempts.ts'
import { type ShareChart, shareChart } from '../charts/control-chart.ts'
import { unlikeChance } from '../passphrases/passphrase-counts.ts'
import { type OperatingPoint, operatingCharacteristic } from '../sampling/sample-proves.ts'
import { clocksIn, type Decided } from './decide-lot.ts'
import { type DefectClass, defectClassOf } from './defect-classes.ts'
import { tellingStudies } from './gauge-reasons.ts'
import { tellingLooks } from './golden-look.ts'
import type { LotEvidence } from './lot-evidence.ts'
import type { PlannedFacts } from './lot-kinds.ts'
import type { SlimRecord } from './lot-rows.ts'
import { type ChartedSeries, chartedSeries, fewestCharted, type Placement } from './lot-series.ts'
import { byWeight } from './reason.ts'
import type { DefectPicture, LotRelease, ReleaseDocument } from './release-record.ts'
import { inspectorsOf, missingSignatures, type Signature } from './signatures.ts'
import { type UnitCase, unitCases } from './unit-cases.ts'

/** Everything that a report of a release shows, worked out: writers only write it. */
export interface ReleaseView {
  readonly document: ReleaseDocument
  readonly plan: PlannedFacts | null
  readonly decided: Pick<Decided, 'decision' | 'because' | 'quantities' | 'checks' | 'sampled' | 'units'>
  readonly reasons: Decided['reasons']
  readonly cases: readonly UnitCase[]
  readonly inspected: { readonly from: string; readonly to: string } | null
  readonly firstPass: readonly { readonly station: StationName; readonly counts: Readonly<Record<Verdict, number>> }[]
  /** Decisions of people that the lot rests on, as sentences. */
  readonly deviations: readonly string[]
  readonly rigs: readonly {
    readonly name: string
    readonly kind: string
    readonly calibrations: readonly { readonly id: string; readonly expiresAt: string | null }[]
    readonly golden: string | null
    /** Did it see its golden card after the last unit that it judged? */
    readonly isClosed: boolean
  }[]
  readonly goldenSeen: number
  /** Stations at which the plan asks for decoys, how many units were some, and how often they were refused and passed. */
  readonly decoys: {
    readonly asked: readonly string[]
    readonly units: number
    readonly refused: number
    readonly passed: number
  }
  /** The last gauge study of each rig that judged the lot, at each station; since the last unit that it judged, or before. */
  readonly gauges: readonly (LotEvidence['gauges'][number] & {
    readonly isSince: boolean
    /** Studies of the rig at the station before, and how many of those found it not fit. */
    readonly before: number
    readonly unfitBefore: number
  })[]
  /** Of how many units the passphrases were counted against chance, and what was found. */
  readonly passphrases: { readonly units: number; readonly unlike: readonly string[] } | null
  readonly inspectors: readonly string[]
  readonly software: readonly string[]
  readonly operating: readonly OperatingPoint[]
  readonly defects: readonly Defect[]
  readonly series: readonly ChartedSeries[]
  readonly placements: readonly Placement[]
  /** First attempts that did not pass, by groups of inspections at the last station. */
  readonly share: { readonly station: StationName; readonly size: number; readonly chart: ShareChart } | null
  readonly extract: readonly {
    readonly index: number
    readonly at: string
    readonly kind: string
    readonly who: string | null
    readonly says: string
  }[]
  readonly manifestSha256: string
  readonly signatures: readonly Pick<Signature, 'signer' | 'publicKey'>[]
  /** What is missing among them, as sentences. */
  readonly unsigned: readonly string[]
}

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

/** Inspections to a point of the chart of shares, and the fewest points. */
const [groupSize, fewestGroups] = [50, 4]

export function releaseView(
  release: LotRelease,
  manifestSha256: string,
  signatures: ReleaseView['signatures'],
): ReleaseView {
  const { document, rows, measurements, decided } = release
  const { series, placements } = measurements
  const { evidence, units, sampled, reasons } = decided
  const standings = units.flatMap(({ stations }) => stations)
  const cases = unitCases(release)
  const records = [...evidence.records.values()]
  const times = records.flatMap(({ started, ended }) => [started, ended]).sort()
  const each = (values: readonly (string | null)[]) => [...new Set(values.filter(value => value !== null))].sort()
  const plan = evidence.plans[0]?.facts ?? null
  const looks = tellingLooks(evidence.golden, plan)
  /** The entry of the last unit that each rig judged. */
  const lastJudged = new Map([...evidence.records].map(([index, { rig }]) => [rig.name, index]))
  const stations = [...new Set(standings.map(({ station }) => station))] as StationName[]
  return {
    document,
    plan,
    decided,
    reasons: byWeight(reasons),
    cases,
    inspected: times.length === 0 ? null : { from: times[0]!, to: times.at(-1)! },
    firstPass: stations.map(station => ({ station, counts: firstPass(standings, station) })),
    deviations: deviationsOf(decided),
    rigs: each(records.map(({ rig }) => rig.name)).map(name => {
      const its = records.filter(({ rig }) => rig.name === name)
      const last = looks.findLast(({ record }) => record?.rig.name === name)
      return {
        name,
        kind: its[0]!.rig.kind,
        calibrations: calibrationsOf(its.map(({ rig }) => rig)),
        golden: last === undefined ? null : last.verdict,
        isClosed: (last?.index ?? -1) > lastJudged.get(name)!,
      }
    }),
    goldenSeen: looks.length,
    decoys: decoysOf(decided),
    gauges: lastGauges(evidence, lastJudged),
    passphrases:
      evidence.passphrases.length === 0
        ? null
        : {
            units: evidence.passphrases.reduce((sum, one) => sum + one.units, 0),
            unlike: evidence.passphrases.flatMap(unlikeChance),
          },
    inspectors: each(standings.flatMap(({ attempts }) => attempts.map(({ inspector }) => inspector))),
    software: each(records.map(versionOf)),
    operating:
      sampled === null || sampled.population < 2
        ? []
        : operatingCharacteristic(
            sampled.population,
            { sample: sampled.planned, accept: sampled.accept },
            badCounts(sampled.population, sampled.mostBadShipped),
          ),
    defects: defectsOf(decided).map((one, i) => ({
      ...one,
      pictures: release.pictures.filter(({ defect }) => defect === i + 1),
    })),
    series: chartedSeries(series),
    placements: placements.filter(({ points }) => points.length >= fewestCharted),
    share: shareOf(decided, plan),
    extract: rows.flatMap(({ index, at, kind, who, why, unit, station, facts }) =>
      /^(?:lot-|gauge-|disposition|alarm|unit-destroyed|person-|restored$|clock-set$|secrets-revealed$)/.test(kind)
        ? [
            {
              index,
              at,
              kind,
              who,
              says: [unit, station, saysOf(facts), why].filter(text => text !== null && text !== '').join('; '),
            },
          ]
        : [],
    ),
    manifestSha256,
    signatures,
    unsigned: missingSignatures(signatures, inspectorsOf(release)),
  }
}

/** Each once, the one that expires last at the end. */
function calibrationsOf(rigs: readonly SlimRecord['rig'][]): ReleaseView['rigs'][number]['calibrations'] {
  const all = rigs.flatMap(({ calibration: id, calibrationExpiresAt: expiresAt = null }) =>
    id === null ? [] : [[`${expiresAt} ${id}`, { id, expiresAt }] as const],
  )
  return [...new Map(all)].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one)
}

function decoysOf({ evidence: { decoys, plans }, units }: Decided): ReleaseView['decoys'] {
  const said = units.flatMap(({ unit, stations }) =>
    stations.flatMap(({ station, attempts }) =>
      decoys.get(unit)?.facts.station === station ? attempts.map(({ verdict }) => verdict) : [],
    ),
  )
  const count = (verdict: Verdict) => said.filter(one => one === verdict).length
  return { asked: plans[0]?.facts.decoys ?? [], units: decoys.size, refused: count('FAIL'), passed: count('PASS') }
}

function lastGauges({ gauges, plans }: LotEvidence, lastJudged: ReadonlyMap<string, number>): ReleaseView['gauges'] {
  const telling = tellingStudies(gauges, plans[0]?.facts ?? null)
  const all = Map.groupBy(telling, study => JSON.stringify([study.rig, study.station]))
  return [...all.values()].flatMap(studies => {
    const [study, before] = [studies.at(-1)!, studies.slice(0, -1)]
    const judged = lastJudged.get(study.rig)
    const unfitBefore = before.filter(({ unfit }) => unfit.length > 0).length
    return judged === undefined ? [] : [{ ...study, isSince: study.index > judged, before: before.length, unfitBefore }]
  })
}

/** Numbers of bad units at which the curve is drawn, the one that is marked on it among them: all of a small lot, else spread to where it has come down. */
function badCounts(population: number, marked: number | null): number[] {
  const points = 60
  const reach = Math.max(Math.min(population, points), Math.round(population / 2))
  const all = Array.from({ length: points + 1 }, (_, i) => Math.round((i * reach) / points))
  return [...new Set([...all, ...(marked === null ? [] : [marked])])].sort((a, b) => a - b)
}

/** What a lot's own entry says, in few words. */
function saysOf(facts: Readonly<Record<string, unknown>>): string {
  const said = [
    'decision',
    'as',
    'unit',
    'name',
    'seedSha256',
    'meaning',
    'manifestSha256',
    'sample',
    'entries',
    'rehearsal',
    'units',
    'because',
    'alarm',
    'gauge',
    'clockSaid',
    'decoys',
    'rig',
    'command',
  ]
  return said
    .flatMap(name => (facts[name] === undefined || facts[name] === null ? [] : [`${name} ${shortValue(facts[name])}`]))
    .join('; ')
}

function shortValue(value: unknown): string {
  const text = Array.isArray(value)
    ? value.slice(0, 20).join(', ') + (value.length > 20 ? ` and ${value.length - 20} more` : '') || 'none'
    : String(value)
  return /^[0-9a-f]{64}$/.test(text) ? text.slice(0, 16) : text
}

const versionOf = ({ software: { version, revision } }: SlimRecord) =>
  `${version}${revision === null ? '' : ` (${revision})`}`

function deviationsOf({ evidence }: Decided): string[] {
  const { out, decoys, explained, again, status, closed, records, reveals, plans, gauges, oddCounts } = evidence
  const shown = reveals.filter(({ index }) => index > (plans[0]?.index ?? 0))
  const rigs = new Set([...records.values()].map(({ rig }) => rig.name))
  const studies = gauges.filter(({ rig }) => rigs.has(rig))
  const versions = [...Map.groupBy(records.values(), versionOf)].sort(([a], [b]) => (a < b ? -1 : 1))
  const retested = status.units.flatMap(({ stations }) => stations.filter(({ attempts }) => attempts.length > 1))
  return [
    // First: it is about the times of all else.
    ...clocksIn(evidence).map(
      ({ index, said, at, by, why }) =>
        `Times before entry ${index} are those of a clock that was wrong${said === null ? '' : ` (it said ${said}, and was put to ${at})`}, by ${by ?? 'nobody'}: ${why ?? 'no reason was given'}`,
    ),
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
    ...[...decoys].map(([unit, { by, facts }]) => `${unit} was a decoy, known to be bad at ${facts.station}, by ${by}`),
    ...[...out].flatMap(([unit, { by, why, facts }]) =>
      decoys.has(unit) ? [] : [`${unit} is ${facts.as}, by ${by}: ${why}`],
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
    ...explained.map(({ by, why, facts }) => `Entries ${facts.entries.join(', ')} are explained by ${by}: ${why}`),
    ...closed.map(
      ({ index, by, decision }) => `It was closed before (entry ${index}, ${decision}) by ${by ?? 'nobody'}`,
    ),
    ...(retested.length === 0
      ? []
      : [
          `${retested.length} inspections were repeated, with up to ${Math.max(...retested.map(({ attempts }) => attempts.length))} attempts; the number of each is in the list of units.`,
        ]),
  ]
}

/** « (critical: address-matches)»: what a person's decision set aside. */
function failedIn(records: LotEvidence['records'], unit: string, station: string, before: number): string {
  const last = [...records].findLast(
    ([index, one]) => index < before && one.unit === unit && one.station === station && one.verdict === 'FAIL',
  )
  const checks = (last?.[1].findings ?? []).flatMap(({ check, verdict }) => (verdict === 'FAIL' ? [check] : []))
  return checks.length === 0 ? '' : ` (${checks.map(check => `${defectClassOf(check)}: ${check}`).join(', ')})`
}

/** What units failed, in whichever attempt, the most frequent first. */
export function defectsOf({ units, evidence }: Decided): Omit<Defect, 'pictures'>[] {
  const found = new Map<string, Omit<Defect, 'class' | 'units' | 'pictures'> & { units: string[] }>()
  for (const { unit, stations } of units) {
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

function shareOf({ units }: Decided, plan: PlannedFacts | null): ReleaseView['share'] {
  const station = plan?.path.at(-1)?.station
  if (station === undefined) return null
  const first = units
    .flatMap(({ stations }) => stations.find(one => one.station === station)?.attempts[0] ?? [])
    .sort((a, b) => a.index - b.index)
  if (first.length < groupSize * fewestGroups) return null
  const groups = Array.from({ length: Math.floor(first.length / groupSize) }, (_, i) => {
    const its = first.slice(i * groupSize, (i + 1) * groupSize)
    return { bad: its.filter(({ verdict }) => verdict !== 'PASS').length, all: its.length }
  })
  return { station, size: groupSize, chart: shareChart(groups) }
}
