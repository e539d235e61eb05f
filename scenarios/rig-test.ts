import './no-page-snapshots.ts'
import { test as playwrightTest } from 'playwright/test'
import { isVirtual, openRig, type Rig } from '../devices/rig.ts'
import { RigError } from '../devices/rig-error.ts'
import type { FaultName } from '../devices/virtual/faults.ts'
import type { UnitTruth } from '../fixtures/defects/plant-defects.ts'
import { VirtualLine } from '../fixtures/virtual-line/virtual-line.ts'
import { readLotFile } from '../harness/checks/lot/read-lot-file.ts'
import { withoutCoreFiles } from '../harness/core/private-process.node.ts'
import type { AlarmCode, StationName } from '../harness/core/vocabulary.ts'
import { type Glovebox, openGlovebox } from '../harness/inspection/glovebox/glovebox.ts'
import { vaultEvidence } from '../harness/inspection/glovebox/vault-evidence.ts'
import { proveByGoldenCard } from '../harness/inspection/golden-card.ts'
import { keepInspections, profileDigest } from '../harness/lots/keep-inspections.ts'
import { loadProfile } from '../harness/products/load-profile.ts'
import type { ProductProfile } from '../harness/products/profile.ts'
import type { LotFile } from '../harness/products/unit-record.ts'
import type { InspectionRecord } from '../harness/record/inspection-record.ts'
import { openVision, type Vision } from '../harness/vision/pool/vision.ts'
import { refuseStoppedRig } from './alarm-stop.ts'
import { inspectLotAt, inspectNest, type LotInspected, type NestAtRig } from './nest-at-rig.ts'
import { goodUnitOf, openBench, type RigOnBench, type UnitInHand } from './rig-on-bench.ts'

export type { LotInspected } from './nest-at-rig.ts'
export { expect } from './record-matchers.ts'
export type { UnitInHand } from './rig-on-bench.ts'

export interface UnitOptions {
  /** Name of a defect of the catalogue (`fixtures/defects`); a good unit when left out. */
  readonly defect?: string
}

/** The virtual line's store: every call hands out a unit of a lot of its own. */
export interface Store {
  unit(request?: UnitOptions): Promise<UnitInHand>
  /** A lot of the twin's, with planted defects in a share of its units. */
  lot(request?: LotOptions): Promise<LotInHand>
}

export interface LotOptions {
  /** Default: 2. */
  readonly count?: number
  /** Share of the units with a defect, 0…1. Default: 0. */
  readonly share?: number
  /** Names of defects to choose from. Default: all. */
  readonly defects?: readonly string[]
}

/** A lot of the twin's. */
export interface LotInHand {
  readonly records: LotFile
  /** What was planted, unit by unit, for comparing afterwards. */
  readonly truth: readonly UnitTruth[]
}

export interface InspectOptions {
  /** Something that goes wrong on the rig meanwhile. */
  readonly fault?: FaultName
  /** Public records to judge against, instead of those of the unit's own lot. */
  readonly records?: LotFile
  /** The state in which the unit is laid down, instead of the one that the station is for. */
  readonly shown?: StationName
  /**
   * The alarms that the test has planted, by name: the record says so, and later tests are run. Any other alarm stops the
   * rig. On a bench nothing is planted, so that nothing can be acknowledged.
   */
  readonly acknowledge?: readonly AlarmCode[]
}

/** The station at which this file's tests work. */
export interface StationAtRig {
  /** Lays the unit into the nest, photographs it, reads it blind, judges it. @throws RunStopped after an alarm */
  inspect(unit: UnitInHand, options?: InspectOptions): Promise<InspectionRecord>
  /**
   * Inspects the cards of a lot, one after the other, and writes each result into the journal before anything else. The
   * twin lays them in; on a bench a person at the terminal does, who with `scan` scans each card's serial or address instead of
   * pressing Enter.
   * @throws RunStopped after an alarm
   */
  inspectLot(records: LotFile, options?: { readonly scan?: boolean }): Promise<LotInspected>
  /** Photographs the empty nest. */
  inspectEmptyNest(records: LotFile): Promise<InspectionRecord>
}

interface TestFixtures {
  /** The rig itself. */
  readonly rig: Rig
  /** Inspects the card that is known to be good. @throws GoldenCardError unless it passes */
  readonly goldenCard: () => Promise<InspectionRecord>
  readonly store: Store
  /** The lots that the store handed out, with their cards. */
  readonly lots: Map<LotFile, VirtualLine>
  readonly station: StationAtRig
  /** Fails every test of a rig that an alarm has stopped, before it begins. */
  readonly notStopped: undefined
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
  /** Where secrets that were read are worked with; Playwright's worker never has them. */
  readonly glovebox: Glovebox
  readonly vision: Vision
  /** The rig on the bench, connected once for a worker, or lent by its daemon; null for the twin. */
  readonly benchRig: RigOnBench | null
}

/**
 * Playwright's `test` with a rig: `store` hands out units, `station` inspects them. No page is opened and no browser
 * started unless a test asks for one. The twin is opened for each test and made safe after it, whatever happens; a rig on
 * a bench is attached to once for a worker.
 */
export const test = playwrightTest.extend<TestFixtures & TestOptions, WorkerFixtures & TestOptionsOfRig>({
  at: ['sealed', { option: true }],
  product: ['assay-reference', { option: true }],
  rigName: [null, { option: true, scope: 'worker' }],

  glovebox: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern
    async ({}, use) => {
      // Photographs are in Playwright's worker.
      await withoutCoreFiles()
      await using glovebox = openGlovebox()
      await use(glovebox)
    },
    { scope: 'worker' },
  ],

  vision: [
    async ({ glovebox }, use) => {
      await using vision = openVision({ workers: 1, keeper: glovebox })
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

  notStopped: [
    async ({ rigName }, use, info) => {
      refuseStoppedRig(info, rigName)
      await use(undefined)
    },
    { auto: true },
  ],

  rig: async ({ benchRig }, use, { title }) => {
    if (benchRig) return await use(benchRig.rig)
    await using rig = await openRig({ kind: 'virtual', seed: seedOf(title) })
    await use(rig)
  },

  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern
  lots: async ({}, use) => await use(new Map()),

  store: async ({ product, benchRig, lots }, use, info) => {
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
      async lot({ count = 2, share = 0, defects } = {}) {
        if (benchRig) info.skip(true, 'the lot that lies on a bench is a person’s to name')
        const seed = seedOf(info.title)
        const line = lines.use(await VirtualLine.make({ profile, seed, count, share, ...(defects ? { defects } : {}) }))
        const records = readLotFile(line.records).lot
        lots.set(records, line)
        return { records, truth: line.truth }
      },
    })
  },

  station: async ({ at, product, glovebox, vision, rig, rigName, benchRig, lots }, use, info) => {
    const acceptUnproved = benchRig?.acceptUnproved(at) ?? []
    const profile = loadProfile(product)
    const journal = benchRig?.journal ?? null
    const seal = sealerOf(benchRig, profile, at, glovebox)
    const nest: NestAtRig = { profile, rig, rigName, glovebox, vision, at, acceptUnproved, info, journal, seal }
    const inspect = async (
      unit: UnitInHand | null,
      { fault, records, shown = at, acknowledge = [] }: InspectOptions & { records: LotFile },
    ) => {
      await benchRig?.assertJudges()
      if (!isVirtual(rig) && (fault || unit === null || shown !== at))
        info.skip(true, 'only the digital twin fails, is emptied, or shows another state on demand')
      if (isVirtual(rig)) rig.place(unit && (await unit.card(shown)))
      if (isVirtual(rig) && fault) rig.faults.inject(fault)
      return await inspectNest(nest, records, isVirtual(rig) ? acknowledge : [])
    }
    await use({
      inspect: (unit, options = {}) => inspect(unit, { records: unit.records, ...options }),
      inspectLot: async (records, { scan = false } = {}) => {
        await benchRig?.assertJudges()
        if (scan && isVirtual(rig)) info.skip(true, 'the digital twin has no scanner')
        return await inspectLotAt(nest, records, lots.get(records) ?? null, scan)
      },
      inspectEmptyNest: records => inspect(null, { records }),
    })
  },

  goldenCard: async ({ at, product, glovebox, vision, rig, rigName, benchRig, store }, use, info) => {
    const acceptUnproved = benchRig?.acceptUnproved(at) ?? []
    const profile = loadProfile(product)
    // The golden card is no unit: its inspections are the rig's, and no unit's attempts. What it shows is as secret.
    const nest: NestAtRig = {
      profile,
      rig,
      rigName,
      glovebox,
      vision,
      at,
      acceptUnproved,
      info,
      journal: null,
      seal: sealerOf(benchRig, profile, at, glovebox),
    }
    await use(async () => {
      await benchRig?.assertJudges()
      const golden = benchRig ? benchRig.golden : await store.unit()
      if (golden === null) {
        throw new RigError(
          'golden-card-missing',
          `rig ${rig.identity.name} names no golden card, so nothing proves that it sees well. Add golden to it in assay.config.`,
        )
      }
      if (isVirtual(rig)) rig.place(await golden.card(at))
      return await proveByGoldenCard(async () => {
        const record = await inspectNest(nest, golden.records)
        if (benchRig)
          await keepInspections(benchRig.journal, { station: at, profile: nest.profile }).golden({
            serial: golden.serial,
            record,
            judgedBy: { profileSha256: profileDigest(nest.profile) },
          })
        return record
      }, golden.serial)
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

const sealerOf =
  (bench: RigOnBench | null, profile: ProductProfile, at: StationName, glovebox: Glovebox): NestAtRig['seal'] =>
  async () =>
    bench === null
      ? undefined
      : await vaultEvidence(
          bench.evidence,
          keepInspections(bench.journal, { station: at, profile }),
          undefined,
          glovebox,
        )

/** The same test sees the same unit and the same noise in every run, another test others. */
function seedOf(title: string): number {
  let seed = 7
  for (const character of title) seed = (Math.imul(seed, 31) + character.codePointAt(0)!) >>> 1
  return seed
}
