import type { StationName, Verdict } from '../../core/vocabulary.ts'
import { fingerprint } from '../../custody/signing-key.ts'
import { firstPass } from '../attempts.ts'
import { type ShareChart, shareChart } from '../charts/control-chart.ts'
import { unlikeChance } from '../passphrases/passphrase-counts.ts'
import { type OperatingPoint, operatingCharacteristic } from '../sampling/sample-proves.ts'
import { claimOf, type Decided } from './decide-lot.ts'
import { refusalsOf } from './decoy-reasons.ts'
import { type Defect, defectsOf } from './defects.ts'
import { deviationsOf, versionOf } from './deviations.ts'
import { tellingStudies } from './gauge-reasons.ts'
import { isGood, isJudged, tellingLooks } from './golden-look.ts'
import type { LotEvidence } from './lot-evidence.ts'
import type { PlannedFacts } from './lot-kinds.ts'
import type { SlimRecord } from './lot-rows.ts'
import { type ChartedSeries, chartedSeries, fewestCharted, type Placement } from './lot-series.ts'
import { type Measured, measuredAt } from './measured-at.ts'
import { byWeight } from './reason.ts'
import { factsOf, type LotRelease, type ReleaseDocument } from './release-record.ts'
import { otherNames } from './rig-names.ts'
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
  /** What the sample says of the units that ship; null while it says nothing. */
  readonly claim: string | null
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
  /** Looks at golden cards, and how many of them did not see the card as good. */
  readonly golden: { readonly seen: number; readonly bad: number }
  /** What an inspection measured, by its entry and station. */
  readonly measuredAt: (entry: number, station: string) => readonly Measured[]
  /**
   * Stations at which the plan asks for decoys, how many units were some, how often they were refused and passed, and how many of their
   * refusals would not count for a unit.
   */
  readonly decoys: {
    readonly asked: readonly string[]
    readonly units: number
    readonly refused: number
    readonly passed: number
    readonly void: number
  }
  /** The last gauge study of each rig that judged the lot, at each station; since the last unit that it judged, or before. */
  readonly gauges: readonly (LotEvidence['gauges'][number] & {
    readonly isSince: boolean
    /** Other names of the rig, as a clause; empty where it has one. */
    readonly otherNames: string
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
  /** Of each signature's key, as people read it to each other. */
  readonly fingerprints: readonly string[]
  /** What is missing among them, as sentences. */
  readonly unsigned: readonly string[]
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
  const standings = units.flatMap(({ unit, stations }) => (evidence.decoys.has(unit) ? [] : stations))
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
    claim: sampled === null ? null : claimOf(sampled),
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
    golden: { seen: looks.length, bad: looks.filter(one => isJudged(one) && !isGood(one)).length },
    decoys: decoysOf(release),
    measuredAt: measuredAt(series),
    gauges: lastGauges(evidence, lastJudged),
    passphrases:
      evidence.passphrases.length === 0
        ? null
        : {
            units: evidence.passphrases.reduce((sum, one) => sum + one.units, 0),
            unlike: evidence.passphrases.flatMap(unlikeChance),
          },
    inspectors: each(
      units.flatMap(({ stations: its }) => its).flatMap(({ attempts }) => attempts.map(({ inspector }) => inspector)),
    ),
    software: each(records.map(versionOf)),
    operating:
      sampled === null || sampled.population < 2
        ? []
        : operatingCharacteristic(
            sampled.population,
            { sample: sampled.planned, accept: sampled.accept },
            badCounts(sampled.population, sampled.mostBadLeft),
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
    fingerprints: signatures.map(({ publicKey }) => fingerprint(publicKey)),
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

function decoysOf({ document, rows, decided }: LotRelease): ReleaseView['decoys'] {
  const { evidence, units } = decided
  const { decoys, plans } = evidence
  const plan = plans[0]?.facts
  const said = units.flatMap(({ unit, stations }) =>
    stations.flatMap(({ station, attempts }) =>
      decoys.get(unit)?.facts.station === station ? attempts.map(({ verdict }) => verdict) : [],
    ),
  )
  const count = (verdict: Verdict) => said.filter(one => one === verdict).length
  const refused = plan === undefined ? 0 : refusalsOf({ ...factsOf(document), rows }, evidence, plan, units).length
  return {
    asked: plan?.decoys ?? [],
    units: decoys.size,
    refused,
    passed: count('PASS'),
    void: count('FAIL') - refused,
  }
}

function lastGauges(
  { gauges, plans, rigNames }: LotEvidence,
  lastJudged: ReadonlyMap<string, number>,
): ReleaseView['gauges'] {
  const telling = tellingStudies(gauges, plans[0]?.facts ?? null)
  const all = Map.groupBy(telling, study => JSON.stringify([study.rig, study.station]))
  return [...all.values()].flatMap(studies => {
    const [study, before] = [studies.at(-1)!, studies.slice(0, -1)]
    const judged = Math.max(...[...rigNames(study.rig)].map(name => lastJudged.get(name) ?? -1))
    const unfitBefore = before.filter(({ unfit }) => unfit.length > 0).length
    if (judged < 0) return []
    const told = { before: before.length, unfitBefore, otherNames: otherNames(rigNames, study.rig) }
    return [{ ...study, isSince: study.index > judged, ...told }]
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

function shareOf({ units, evidence }: Decided, plan: PlannedFacts | null): ReleaseView['share'] {
  const station = plan?.path.at(-1)?.station
  if (station === undefined) return null
  const first = units
    .filter(({ unit }) => !evidence.decoys.has(unit))
    .flatMap(({ stations }) => stations.find(one => one.station === station)?.attempts[0] ?? [])
    .sort((a, b) => a.index - b.index)
  if (first.length < groupSize * fewestGroups) return null
  const groups = Array.from({ length: Math.floor(first.length / groupSize) }, (_, i) => {
    const its = first.slice(i * groupSize, (i + 1) * groupSize)
    return { bad: its.filter(({ verdict }) => verdict !== 'PASS').length, all: its.length }
  })
  return { station, size: groupSize, chart: shareChart(groups) }
}
