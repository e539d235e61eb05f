import { steppingClock } from '../../../devices/clock.ts'
import { openRig } from '../../../devices/rig.ts'
import type { DefectStation } from '../../../fixtures/defects/defect.ts'
import type { UnitTruth } from '../../../fixtures/defects/plant-defects.ts'
import type { VirtualCards } from '../../../fixtures/virtual-line/cards-of-lot.ts'
import { VirtualLine } from '../../../fixtures/virtual-line/virtual-line.ts'
import { readLotFile } from '../../checks/lot/read-lot-file.ts'
import type { Verdict } from '../../core/verdict.ts'
import { type Bench, photographUnit } from '../../inspection/photograph-unit.ts'
import { runInspections, type Visit } from '../../inspection/run.ts'
import { stations } from '../../inspection/station.ts'
import type { ProductProfile } from '../../products/profile.ts'
import type { InspectionRecord } from '../../record/inspection-record.ts'
import { openVision } from '../../vision/pool/vision.ts'
import type { EvidenceCrop } from '../../vision/report/evidence.ts'
import { softwareIdentity } from '../version.ts'

/** Stations that the demo visits, in the order of the process. */
const demoStations = ['etched', 'sealed', 'opened'] as const satisfies readonly DefectStation[]

interface DemoRequest {
  /** By what the units are judged. */
  readonly profile: ProductProfile
  /** By what they are made, where a card was taught and its maker's drawing is not known to who judges. Default: `profile`. */
  readonly drawn?: ProductProfile
  readonly seed: number
  readonly units: number
  readonly workers: number
  readonly signal: AbortSignal
  /** Is it no wrong verdict that a unit could not be judged? Default: it is. */
  readonly mayBeUnsure?: boolean
  /** Called as the demo goes on; `done` of `total` steps. */
  readonly onProgress: (what: string, done: number, total: number) => void
  /** Keeps each record before anybody is shown it. Default: nobody does. @param records the lot's public records, as text */
  readonly journal?: (record: InspectionRecord, records: string) => Promise<void>
  /** Called once per inspection, in the order of the process. */
  readonly onInspected: (visit: DemoVisit) => void
}

/** One unit at one station: what was said, and what would have been right. */
export interface DemoVisit {
  readonly record: InspectionRecord
  readonly crops: readonly EvidenceCrop[]
  /** For the reveal at the end only. */
  readonly truth: UnitTruth
  /** `unsure`: a good unit that could not be judged, where that is allowed. */
  readonly rating: 'right' | 'unsure' | 'wrong'
}

/** The demo's day: virtual units live in virtual time, so that a seed gives the same records to the byte. */
const firstVisit = Date.UTC(2026, 0, 5, 8, 0, 0)
const visitMs = 60_000
const share = 0.5

/** What the cards of a demo's lot are made from, besides its seed. */
export const virtualCards = (units: number): VirtualCards => ({ format: 'assay-virtual-cards-1', count: units, share })

/**
 * Makes a lot, plants defects in half of it, and takes every unit through the stations on the virtual rig: laid into
 * the nest, photographed, read blind, judged against the lot's public records. Nothing that was planted is known to
 * anything but the final comparison, and to the alarms that it must raise.
 * @returns the lot's public records, as the text of a lot file
 * @throws RunStopped after an alarm that nothing planted explains, RigError
 */
export async function runDemo(request: DemoRequest): Promise<string> {
  const { profile, drawn = profile, seed, units, signal, onProgress } = request
  const total = units * (1 + demoStations.length)
  await using line = await VirtualLine.make({
    profile: drawn,
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
  const software = await softwareIdentity()
  let rigFault: unknown

  function* visitsAt(name: (typeof demoStations)[number]): Generator<Visit & { readonly truth: UnitTruth }> {
    for (const [index, truth] of line.truth.entries()) {
      if (rigFault !== undefined) throw rigFault
      const before = units * demoStations.indexOf(name) + index
      const clock = steppingClock(new Date(firstVisit + before * visitMs), 1000)
      onProgress(`${name} ${index + 1}/${units}`, units + before, total)
      yield {
        truth,
        station: stations[name],
        profile,
        photographs: async (planned, watch) => {
          rig.place(await line.card(index, name, watch.signal))
          try {
            return await photographUnit(planned, bench, watch)
          } catch (error) {
            rigFault = error
            throw error
          } finally {
            rig.place(null)
          }
        },
        records: () => lot,
        clock: () => clock.now().toISOString(),
        rig: rig.identity,
        software,
        acknowledged: truth.expected[name].alarms,
        challenge: challengeOf(seed, before),
      }
    }
  }
  for (const name of demoStations) {
    await runInspections({
      visits: visitsAt(name),
      // One photograph a worker and one more, so that both cores work and memory stays flat.
      ahead: request.workers + 1,
      journal: async ({ record }) => await request.journal?.(record, line.records),
      onRecord: ({ visit: { truth }, record, crops }) =>
        request.onInspected({ record, crops, truth, rating: ratingOf(record, truth.expected[name].verdicts, request) }),
      signal,
    })
  }
  return line.records
}

function ratingOf(
  { verdict }: InspectionRecord,
  expected: readonly Verdict[],
  { mayBeUnsure = false }: DemoRequest,
): DemoVisit['rating'] {
  if (expected.includes(verdict)) return 'right'
  return mayBeUnsure && verdict === 'INCONCLUSIVE' ? 'unsure' : 'wrong'
}

/** What the key signs at the opened station. Fresh randomness on a real rig; here a seed must give the same record. */
function challengeOf(seed: number, visit: number): Uint8Array {
  return new TextEncoder().encode(`assay demo, seed ${seed}, visit ${visit}`.padEnd(32, '.'))
}
