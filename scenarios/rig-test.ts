import { existsSync, readFileSync } from 'node:fs'
import { expect as playwrightExpect, test as playwrightTest, type TestInfo } from 'playwright/test'
import { assertCalibrated, parseCalibration } from '../devices/rig/calibration/calibration.ts'
import { attachRig } from '../devices/rig/daemon/attach.ts'
import { isVirtual, openRig, type Rig } from '../devices/rig.ts'
import { RigError } from '../devices/rig-error.ts'
import type { CardSurface } from '../devices/virtual/card-surface.ts'
import type { FaultName } from '../devices/virtual/faults.ts'
import { VirtualLine } from '../fixtures/line/virtual-line.ts'
import type { CheckName } from '../harness/checks/check.ts'
import { chooseRig } from '../harness/config/choose-rig.ts'
import { loadConfig } from '../harness/config/load-config.ts'
import { proveByGoldenCard } from '../harness/inspection/golden-card.ts'
import { inspectUnit } from '../harness/inspection/inspect-unit.ts'
import type { CaptureRetry, InspectionRecord } from '../harness/inspection/inspection-record.ts'
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
  /** The rig itself. */
  readonly rig: Rig
  /** Inspects the card that is known to be good. @throws GoldenCardError unless it passes */
  readonly goldenCard: () => Promise<InspectionRecord>
  readonly store: Store
  readonly station: StationAtRig
}

interface TestOptions {
  /** Where this file's tests work. */
  at: StationName
  /** Product profile: a shipped name, or the path of a JSON file. */
  product: string
}

interface TestOptionsOfRig {
  /** A rig of the configuration (`rigs` of assay.config); null for the digital twin, opened for each test. */
  rigName: string | null
}

interface WorkerFixtures {
  readonly vision: Vision
  /** The rig on the bench, connected once for a worker, or lent by its daemon; null for the twin. */
  readonly benchRig: RigOnBench | null
}

/** Its golden card lies in the nest: the one unit that a program can count on there. */
interface RigOnBench {
  readonly rig: Rig
  readonly golden: UnitInHand | null
  /** @throws RigError when it is not calibrated: it does not judge then */
  assertJudges(): void
}

/** How often a photograph that failed is taken again; each is in the record. */
const captureRetries = 1

/**
 * Playwright's `test` with a rig: `store` hands out units, `station` inspects them. No page is opened and no browser
 * started unless a test asks for one. The twin is opened for each test and made safe after it, whatever happens; a rig on
 * a bench is attached to once for a worker.
 */
export const test = playwrightTest.extend<TestFixtures & TestOptions, WorkerFixtures & TestOptionsOfRig>({
  at: ['sealed', { option: true }],
  product: ['assay-reference', { option: true }],
  rigName: [null, { option: true, scope: 'worker' }],

  vision: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern
    async ({}, use) => {
      await using vision = openVision({ workers: 1 })
      await use(vision)
    },
    { scope: 'worker' },
  ],

  benchRig: [
    async ({ rigName }, use) => {
      if (rigName === null) return await use(null)
      await using bench = await openBench(rigName)
      await use(bench)
    },
    { scope: 'worker', timeout: 120_000 },
  ],

  rig: async ({ benchRig }, use, { title }) => {
    if (benchRig) return await use(benchRig.rig)
    await using rig = await openRig({ kind: 'virtual', seed: seedOf(title) })
    await use(rig)
  },

  store: async ({ product, benchRig }, use, info) => {
    const profile = loadProfile(product)
    await using lines = new AsyncDisposableStack()
    await use({
      async unit({ defect } = {}) {
        if (benchRig) return goodUnitOf(benchRig, defect, info)
        const line = lines.use(await lineWith(profile, defect, seedOf(info.title)))
        const index = line.truth.findIndex(truth => truth.defect === (defect ?? null))
        return {
          serial: line.truth[index]!.serial,
          records: readLotFile(line.records).lot,
          card: state => line.card(index, state),
        }
      },
    })
  },

  station: async ({ at, product, vision, rig, benchRig }, use, info) => {
    const profile = loadProfile(product)
    const inspect = async (
      unit: UnitInHand | null,
      { fault, records, shown = at }: InspectWish & { records: LotFile },
    ) => {
      benchRig?.assertJudges()
      if (!isVirtual(rig) && (fault || unit === null || shown !== at))
        info.skip(true, 'only the digital twin fails, is emptied, or shows another state on demand')
      if (isVirtual(rig)) rig.place(unit && (await unit.card(shown)))
      if (isVirtual(rig) && fault) rig.faults.inject(fault)
      return keep(info, await inspectNest({ profile, rig, vision, at, records }))
    }
    await use({
      inspect: (unit, wish = {}) => inspect(unit, { records: unit.records, ...wish }),
      inspectEmptyNest: records => inspect(null, { records }),
    })
  },

  goldenCard: async ({ at, product, vision, rig, benchRig, store }, use, info) => {
    const profile = loadProfile(product)
    await use(async () => {
      benchRig?.assertJudges()
      const golden = benchRig ? benchRig.golden : await store.unit()
      if (golden === null) {
        throw new RigError(
          'golden-card-missing',
          `rig ${rig.identity.name} names no golden card, so nothing proves that it sees well. Add golden to it in assay.config.`,
        )
      }
      if (isVirtual(rig)) rig.place(await golden.card(at))
      const { records } = golden
      return await proveByGoldenCard(
        async () => keep(info, await inspectNest({ profile, rig, vision, at, records })),
        golden.serial,
      )
    })
  },
})

/** Attached to its daemon where one runs, else opened here: leased, homed, made safe at the end. */
async function openBench(name: string): Promise<RigOnBench & AsyncDisposable> {
  const chosen = chooseRig(await loadConfig({ cwd: process.cwd(), environment: process.env }), name)
  const { calibrationFile, golden } = chosen
  const calibration = existsSync(calibrationFile)
    ? parseCalibration(readFileSync(calibrationFile, 'utf8'), calibrationFile)
    : null
  const rig =
    (await attachRig(name)) ??
    (await openRig({ ...chosen.config, calibration }, { owner: 'scenarios', waitMs: 60_000 }))
  const records = golden && readLotFile(readFileSync(golden.records, 'utf8'), golden.records).lot
  return {
    rig,
    golden: golden &&
      records && {
        serial: golden.serial,
        records,
        card: () => Promise.reject(new RigError('placement', 'on a bench a person lays the card in.')),
      },
    assertJudges: () => void assertCalibrated(calibration, rig, new Date(), calibrationFile),
    [Symbol.asyncDispose]: () => rig.dispose(),
  }
}

function goodUnitOf({ golden }: RigOnBench, defect: string | undefined, info: TestInfo): UnitInHand {
  if (defect !== undefined || golden === null) {
    info.skip(true, defect === undefined ? 'the rig names no golden card' : `no unit with ${defect} lies on the bench`)
  }
  return golden!
}

/** The record goes with the test, so that no report has to guess what was seen. Records hold nothing secret. */
function keep(info: TestInfo, record: InspectionRecord): InspectionRecord {
  const { verdict, unit, error } = record
  const description = JSON.stringify({
    verdict,
    unit,
    error: error?.code ?? null,
    retries: record.captureRetries.length,
  })
  info.annotations.push({ type: 'inspection', description })
  return record
}

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

interface NestAtRig {
  readonly profile: ProductProfile
  readonly rig: Rig
  readonly vision: Vision
  readonly at: StationName
  readonly records: LotFile
}

function inspectNest({ profile, rig, vision, at, records }: NestAtRig): Promise<InspectionRecord> {
  const station = stations[at]
  const retries: CaptureRetry[] = []
  return inspectUnit({
    station,
    profile,
    photographs: () =>
      seeUnit(station, { rig, vision, profile, captureRetries, onCaptureRetry: retry => retries.push(retry) }),
    captureRetries: () => retries,
    records: () => records,
    clock: () => new Date().toISOString(),
    rig: rig.identity,
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
