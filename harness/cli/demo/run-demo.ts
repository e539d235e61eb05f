import { steppingClock } from '../../../devices/clock.ts'
import { openRig, type RigIdentity } from '../../../devices/rig.ts'
import type { DefectStation } from '../../../fixtures/defects/defect.ts'
import type { UnitTruth } from '../../../fixtures/defects/plant-defects.ts'
import { VirtualLine } from '../../../fixtures/virtual-line/virtual-line.ts'
import { inspectUnit } from '../../inspection/inspect-unit.ts'
import { type Bench, needsRetake, type PhotographTaken, photographUnit } from '../../inspection/photograph-unit.ts'
import { type PlannedPhotograph, stations } from '../../inspection/station.ts'
import type { ProductProfile } from '../../products/profile.ts'
import { type LotFile, readLotFile } from '../../products/unit-record.ts'
import type { InspectionRecord } from '../../record/inspection-record.ts'
import { openVision } from '../../vision/pool/vision.ts'
import type { EvidenceCrop } from '../../vision/report/evidence.ts'
import { assayVersion } from '../version.ts'

/** Stations that the demo visits, in the order of the process. */
const demoStations = ['etched', 'sealed', 'opened'] as const satisfies readonly DefectStation[]

export interface DemoRequest {
  readonly profile: ProductProfile
  readonly seed: number
  readonly units: number
  readonly workers: number
  readonly signal: AbortSignal
  /** Called as the demo goes on; `done` of `total` steps. */
  readonly onProgress: (what: string, done: number, total: number) => void
  /** Called once per inspection, in the order of the process. */
  readonly onInspected: (visit: DemoVisit) => void
}

/** One unit at one station: what was said, and what would have been right. */
export interface DemoVisit {
  readonly record: InspectionRecord
  readonly crops: readonly EvidenceCrop[]
  /** For the reveal at the end only. */
  readonly truth: UnitTruth
  readonly right: boolean
}

export interface DemoResult {
  readonly visits: readonly DemoVisit[]
  /** The lot's public records, as the text of a lot file. */
  readonly records: string
}

/** The demo's day: virtual units live in virtual time, so that a seed gives the same records to the byte. */
const firstVisit = Date.UTC(2026, 0, 5, 8, 0, 0)
const visitMs = 60_000
const share = 0.5

/**
 * Makes a lot, plants defects in half of it, and takes every unit through the stations on the virtual rig: laid into
 * the nest, photographed, read blind, judged against the lot's public records. Nothing that was planted is known to
 * anything but the final comparison.
 */
export async function runDemo(request: DemoRequest): Promise<DemoResult> {
  const { profile, seed, units, signal, onProgress } = request
  const total = units * (1 + demoStations.length)
  await using line = await VirtualLine.make({
    profile,
    seed,
    count: units,
    share,
    signal,
    onUnit: done => onProgress('making units', done, total),
  })
  const { lot } = readLotFile(line.records)
  await using vision = openVision({ workers: request.workers })
  await using rig = await openRig(
    { kind: 'virtual', name: `virtual rig, seed ${seed}`, seed, clock: steppingClock(new Date(firstVisit), visitMs) },
    signal,
  )
  const bench: Bench = { rig, vision, profile }
  const visits: Promise<DemoVisit>[] = []
  // The camera is ahead of the eyes by one photograph a worker, so that both cores work and memory stays flat.
  const ahead = request.workers + 1
  let reported = 0
  const report = async (upTo: number): Promise<void> => {
    for (; reported < upTo; reported++) request.onInspected(await visits[reported]!)
  }
  for (const name of demoStations) {
    const station = stations[name]
    const lay = async (index: number, photographs: readonly PlannedPhotograph[]) => {
      rig.place(await line.card(index, name, signal))
      const taken = await photographUnit(photographs, bench, signal)
      rig.place(null)
      return taken
    }
    const waiting: (readonly PhotographTaken[])[] = []
    /** Takes again what was left unread, then judges; the unit at `index` is out of the nest by now. */
    const finish = async (index: number): Promise<void> => {
      let taken = waiting[index]!
      // What could not be read at all is for the inspection to record.
      const first = await Promise.all(taken.map(({ seen }) => seen)).catch(() => null)
      if (first !== null && needsRetake(station, profile, first)) {
        taken = [...taken, ...(await lay(index, station.plan.retakes))]
      }
      const judged = judge(visits.length, line.truth[index]!, name, taken, lot, rig.identity, request)
      judged.catch(() => {})
      visits.push(judged)
      await report(visits.length - ahead)
    }
    for (let index = 0; index < units; index++) {
      onProgress(`${name} ${index + 1}/${units}`, units + visits.length, total)
      waiting.push(await lay(index, station.plan.photographs))
      if (index >= ahead) await finish(index - ahead)
    }
    for (let index = Math.max(0, units - ahead); index < units; index++) await finish(index)
  }
  await report(visits.length)
  return { visits: await Promise.all(visits), records: line.records }
}

async function judge(
  visit: number,
  truth: UnitTruth,
  name: (typeof demoStations)[number],
  taken: readonly PhotographTaken[],
  lot: LotFile,
  rig: RigIdentity,
  { profile, seed, signal }: DemoRequest,
): Promise<DemoVisit> {
  const clock = steppingClock(new Date(firstVisit + visit * visitMs), 1000)
  const record = await inspectUnit({
    station: stations[name],
    profile,
    photographs: () => Promise.all(taken.map(({ seen }) => seen)),
    records: () => lot,
    clock: () => clock.now().toISOString(),
    rig,
    software: { name: 'assay', version: assayVersion(), revision: null },
    operator: null,
    challenge: challengeOf(seed, visit),
    signal,
  })
  // An interrupted inspection has its ERROR record; the demo as a whole stops.
  signal.throwIfAborted()
  const crops = (await Promise.allSettled(taken.map(photograph => photograph.crops))).flatMap(settled =>
    settled.status === 'fulfilled' ? settled.value : [],
  )
  return { record, crops, truth, right: truth.expected[name].verdicts.includes(record.verdict) }
}

/** What the key signs at the opened station. Fresh randomness on a real rig; here a seed must give the same record. */
function challengeOf(seed: number, visit: number): Uint8Array {
  return new TextEncoder().encode(`assay demo, seed ${seed}, visit ${visit}`.padEnd(32, '.'))
}
