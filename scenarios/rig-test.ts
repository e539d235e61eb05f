import { expect as playwrightExpect, test as playwrightTest } from 'playwright/test'
import { openRig, type VirtualRig } from '../devices/rig.ts'
import type { CardSurface } from '../devices/virtual/card-surface.ts'
import type { FaultName } from '../devices/virtual/faults.ts'
import { VirtualLine } from '../fixtures/line/virtual-line.ts'
import type { CheckName } from '../harness/checks/check.ts'
import { inspectUnit } from '../harness/inspection/inspect-unit.ts'
import type { InspectionRecord } from '../harness/inspection/inspection-record.ts'
import { seeUnit } from '../harness/inspection/photograph-unit.ts'
import { type StationName, stations } from '../harness/inspection/station.ts'
import { loadProfile } from '../harness/products/load-profile.ts'
import type { ProductProfile } from '../harness/products/profile.ts'
import { type LotFile, readLotFile } from '../harness/products/unit-record.ts'
import { openVision, type Vision } from '../harness/vision/vision.ts'

/** A unit in the operator's hand. */
export interface UnitInHand {
  readonly serial: string
  /** The public records of its lot. */
  readonly records: LotFile
  /** What the camera sees of it after `state`: two loose layers in `printed`, later the front of the card. */
  card(state: StationName): Promise<CardSurface>
}

export interface UnitWish {
  /** Name of a defect of the catalogue (`fixtures/defects`); a good unit when left out. */
  readonly defect?: string
}

/** The virtual line's store: every call hands out a unit of a lot of its own. */
export interface Store {
  unit(wish?: UnitWish): Promise<UnitInHand>
}

export interface InspectWish {
  /** Something that goes wrong on the rig meanwhile. */
  readonly fault?: FaultName
  /** Public records to judge against, instead of those of the unit's own lot. */
  readonly records?: LotFile
  /** The state in which the unit is laid down, instead of the one that the station is for. */
  readonly shown?: StationName
}

/** The station at which this file's tests work. */
export interface StationAtRig {
  /** Lays the unit into the nest, photographs it, reads it blind, judges it. */
  inspect(unit: UnitInHand, wish?: InspectWish): Promise<InspectionRecord>
  /** Photographs the empty nest. */
  inspectEmptyNest(records: LotFile): Promise<InspectionRecord>
}

interface TestFixtures {
  readonly store: Store
  readonly station: StationAtRig
}

interface TestOptions {
  /** Where this file's tests work. */
  at: StationName
  /** Product profile: a shipped name, or the path of a JSON file. */
  product: string
}

interface WorkerFixtures {
  readonly vision: Vision
}

/**
 * Playwright's `test` with a rig: `store` hands out units, `station` inspects them. No page is opened and no browser
 * started unless a test asks for one. The rig is opened for each test and made safe after it, whatever happens.
 */
export const test = playwrightTest.extend<TestFixtures & TestOptions, WorkerFixtures>({
  at: ['sealed', { option: true }],
  product: ['assay-reference', { option: true }],

  vision: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern
    async ({}, use) => {
      await using vision = openVision({ workers: 1 })
      await use(vision)
    },
    { scope: 'worker' },
  ],

  store: async ({ product }, use, { title }) => {
    const profile = loadProfile(product)
    await using lines = new AsyncDisposableStack()
    await use({
      async unit({ defect } = {}) {
        const line = lines.use(await lineWith(profile, defect, seedOf(title)))
        const index = line.truth.findIndex(truth => truth.defect === (defect ?? null))
        return {
          serial: line.truth[index]!.serial,
          records: readLotFile(line.records).lot,
          card: state => line.card(index, state),
        }
      },
    })
  },

  station: async ({ at, product, vision }, use, { title }) => {
    const profile = loadProfile(product)
    await using rig = await openRig({ kind: 'virtual', seed: seedOf(title) })
    const inspect = (card: CardSurface | null, records: LotFile, fault?: FaultName) =>
      inspectCard({ profile, rig, vision, at, card, records, fault })
    await use({
      inspect: async (unit, { fault, records = unit.records, shown = at } = {}) =>
        inspect(await unit.card(shown), records, fault),
      inspectEmptyNest: records => inspect(null, records),
    })
  },
})

/** A lot of two: one good unit, and one with the defect if one is asked for. */
function lineWith(profile: ProductProfile, defect: string | undefined, seed: number): Promise<VirtualLine> {
  return VirtualLine.make({
    profile,
    seed,
    count: 2,
    share: defect ? 0.5 : 0,
    ...(defect ? { defects: [defect] } : {}),
  })
}

interface CardAtRig {
  readonly profile: ProductProfile
  readonly rig: VirtualRig
  readonly vision: Vision
  readonly at: StationName
  readonly card: CardSurface | null
  readonly records: LotFile
  readonly fault: FaultName | undefined
}

function inspectCard({ profile, rig, vision, at, card, records, fault }: CardAtRig): Promise<InspectionRecord> {
  const station = stations[at]
  return inspectUnit({
    station,
    profile,
    photographs: async () => {
      rig.place(card)
      if (fault) rig.faults.inject(fault)
      return await seeUnit(station, { rig, vision, profile })
    },
    records: () => records,
    clock: () => new Date().toISOString(),
    rig: { kind: 'virtual', name: rig.identity.name, calibration: rig.identity.calibration },
    software: { name: 'assay', version: 'scenario', revision: null },
    challenge: crypto.getRandomValues(new Uint8Array(32)),
  })
}

/** The same test sees the same unit and the same noise in every run, another test others. */
function seedOf(title: string): number {
  let seed = 7
  for (const character of title) seed = (Math.imul(seed, 31) + character.codePointAt(0)!) >>> 1
  return seed
}

/** What a record says, for failure messages. Records hold nothing secret. */
function told({ unit, station, verdict, because, findings, alarm }: InspectionRecord): string {
  const lines = findings.map(finding => `  ${finding.verdict.padEnd(12)} ${finding.check}: ${finding.because}`)
  if (alarm) lines.unshift(`  ALARM ${alarm.code}: ${alarm.because}`)
  return `unit ${unit ?? '(unknown)'} at ${station}: ${verdict}: ${because}\n${lines.join('\n')}`
}

/** Playwright's `expect` with words for inspection records. */
export const expect = playwrightExpect.extend({
  /** The unit passed: every planned check ran and passed. */
  toPass(record: InspectionRecord) {
    const pass = record.verdict === 'PASS'
    return { pass, name: 'toPass', message: () => `expected the unit ${pass ? 'not ' : ''}to pass\n${told(record)}` }
  },
  /** The unit failed, and `check` is among the checks that failed it. */
  toFailAt(record: InspectionRecord, check: CheckName) {
    const failed = record.findings.some(finding => finding.check === check && finding.verdict === 'FAIL')
    const pass = record.verdict === 'FAIL' && failed
    return {
      pass,
      name: 'toFailAt',
      message: () => `expected the unit ${pass ? 'not ' : ''}to fail at ${check}\n${told(record)}`,
    }
  },
  /** Neither good nor bad: the photograph has to be taken again, or a person has to look. */
  toBeInconclusive(record: InspectionRecord) {
    const pass = record.verdict === 'INCONCLUSIVE'
    return {
      pass,
      name: 'toBeInconclusive',
      message: () => `expected the inspection ${pass ? 'not ' : ''}to be inconclusive\n${told(record)}`,
    }
  },
  /** A secret lay open where it must not: the run has to stop. */
  toRaiseAlarm(record: InspectionRecord, code: NonNullable<InspectionRecord['alarm']>['code']) {
    const pass = record.alarm?.code === code && record.verdict === 'FAIL'
    return {
      pass,
      name: 'toRaiseAlarm',
      message: () => `expected ${pass ? 'no ' : ''}alarm ${code}\n${told(record)}`,
    }
  },
  /** FAIL or INCONCLUSIVE: the unit does not go on. */
  toBeStopped(record: InspectionRecord) {
    const pass = record.verdict === 'FAIL' || record.verdict === 'INCONCLUSIVE'
    return {
      pass,
      name: 'toBeStopped',
      message: () => `expected the unit ${pass ? '' : 'not '}to go on\n${told(record)}`,
    }
  },
  /** The rig failed, not the unit. */
  toBeRigError(record: InspectionRecord, code: string) {
    const pass = record.verdict === 'ERROR' && record.error?.code === code
    return {
      pass,
      name: 'toBeRigError',
      message: () =>
        `expected ${pass ? 'no ' : ''}ERROR ${code}, got ${record.error?.code ?? 'no error'}\n${told(record)}`,
    }
  },
})
