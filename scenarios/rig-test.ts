import { createHash } from 'node:crypto'
import { openSync, writeFileSync } from 'node:fs'
import { ReadStream } from 'node:tty'
import { test as playwrightTest, type TestInfo } from 'playwright/test'
import { isVirtual, openRig, type Rig } from '../devices/rig.ts'
import { RigError } from '../devices/rig-error.ts'
import type { FaultName } from '../devices/virtual/faults.ts'
import type { UnitTruth } from '../fixtures/defects/plant-defects.ts'
import { cardsOfLot } from '../fixtures/virtual-line/cards-of-lot.ts'
import { VirtualLine } from '../fixtures/virtual-line/virtual-line.ts'
import { readLotFile } from '../harness/checks/lot/read-lot-file.ts'
import { AssayError } from '../harness/core/assay-error.ts'
import type { AlarmCode, StationName, UnprovedName } from '../harness/core/vocabulary.ts'
import type { Journal } from '../harness/custody/journal/journal.ts'
import { openJournal } from '../harness/custody/journal/journal-folder.ts'
import { type Glovebox, openGlovebox } from '../harness/inspection/glovebox/glovebox.ts'
import { vaultEvidence } from '../harness/inspection/glovebox/vault-evidence.ts'
import { proveByGoldenCard } from '../harness/inspection/golden-card.ts'
import { inspectLot } from '../harness/inspection/inspect-lot.ts'
import { type Answers, answersOf, handNest, type TwinCard, twinNest } from '../harness/inspection/nests.ts'
import { type Bench, photographUnit } from '../harness/inspection/photograph-unit.ts'
import { type Run, RunStopped, runInspections, type Visit } from '../harness/inspection/run.ts'
import { stations } from '../harness/inspection/station.ts'
import { keepInspections, noJournal, retakeOf } from '../harness/lots/keep-inspections.ts'
import { type LotStatus, lotStatus } from '../harness/lots/lot-status.ts'
import { loadProfile } from '../harness/products/load-profile.ts'
import type { ProductProfile } from '../harness/products/profile.ts'
import type { LotFile } from '../harness/products/unit-record.ts'
import { type InspectionRecord, serialiseRecord } from '../harness/record/inspection-record.ts'
import { openVision, type Vision } from '../harness/vision/pool/vision.ts'
import { refuseStoppedRig, stopRig } from './alarm-stop.ts'
import { goodUnitOf, openBench, type RigOnBench, type UnitInHand } from './rig-on-bench.ts'

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

/** What came of a lot at a station. */
export interface LotInspected {
  readonly records: readonly InspectionRecord[]
  /** Where the lot stands now: seen, missing, doubled, unknown, each unit at every station. */
  readonly status: LotStatus
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
   * twin lays them in; on a bench a person at the terminal does.
   * @throws RunStopped after an alarm
   */
  inspectLot(records: LotFile): Promise<LotInspected>
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

  glovebox: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern
    async ({}, use) => {
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
      benchRig?.assertJudges()
      if (!isVirtual(rig) && (fault || unit === null || shown !== at))
        info.skip(true, 'only the digital twin fails, is emptied, or shows another state on demand')
      if (isVirtual(rig)) rig.place(unit && (await unit.card(shown)))
      if (isVirtual(rig) && fault) rig.faults.inject(fault)
      return await inspectNest(nest, records, isVirtual(rig) ? acknowledge : [])
    }
    await use({
      inspect: (unit, options = {}) => inspect(unit, { records: unit.records, ...options }),
      inspectLot: async records => {
        benchRig?.assertJudges()
        return await inspectLotAt(nest, records, lots.get(records) ?? null)
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
      benchRig?.assertJudges()
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
          })
        return record
      }, golden.serial)
    })
  },
})

/** The record goes with the test, so that no report has to guess what was seen. Records hold nothing secret. */
function keep(info: TestInfo, record: InspectionRecord): void {
  const { verdict, unit, error, alarm, captureRetries } = record
  const kept = info.annotations.filter(({ type }) => type === 'inspection').length
  writeFileSync(info.outputPath(`inspection-${kept + 1}.json`), serialiseRecord(record), { flush: true })
  const description = JSON.stringify({
    verdict,
    unit,
    error: error?.code ?? null,
    alarm: alarm?.acknowledged === false ? alarm.because : null,
    retries: captureRetries.length,
  })
  info.annotations.push({ type: 'inspection', description })
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
  readonly rigName: string | null
  readonly glovebox: Glovebox
  readonly vision: Vision
  readonly at: StationName
  readonly acceptUnproved: readonly UnprovedName[]
  readonly info: TestInfo
  /** The workplace's on a bench; null on the twin, whose units are nobody's. */
  readonly journal: Journal | null
  /** What seals evidence, where a vault is set up; nothing on the twin. */
  readonly seal: () => Promise<Run<Visit>['evidence']>
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

/** Inspects what lies in the nest and keeps the record. @throws RunStopped after an alarm that was not acknowledged */
async function inspectNest(
  { profile, rig, rigName, glovebox, vision, at, acceptUnproved, info, journal, seal }: NestAtRig,
  records: LotFile,
  acknowledged: readonly AlarmCode[] = [],
): Promise<InspectionRecord> {
  const bench: Bench = { rig, vision, profile, captureRetries }
  const visit: Visit = {
    station: stations[at],
    profile,
    photographs: (planned, watch) => photographUnit(planned, bench, watch),
    records: () => records,
    clock: () => new Date().toISOString(),
    rig: rig.identity,
    software: { name: 'assay', version: 'scenario', revision: null },
    acknowledged,
    acceptUnproved,
    challenge: crypto.getRandomValues(new Uint8Array(32)),
  }
  const inspected: InspectionRecord[] = []
  const kept = journal === null ? noJournal : keepInspections(journal, { station: at, profile })
  try {
    await runInspections({
      visits: [visit],
      glovebox,
      evidence: await seal(),
      journal: async ({ record }) => void (await kept.judged(record, [], null)),
      onRecord: ({ record }) => {
        keep(info, record)
        inspected.push(record)
      },
    })
  } catch (error) {
    if (error instanceof RunStopped) stopRig(info, rigName, error)
    throw error
  }
  return inspected[0]!
}

/** Inspects the cards of a lot. @param line the twin's cards; null: they are made again from the lot's name */
async function inspectLotAt(
  { profile, rig, rigName, glovebox, vision, at, acceptUnproved, info, journal: own, seal }: NestAtRig,
  records: LotFile,
  line: VirtualLine | null,
): Promise<LotInspected> {
  await using opened = new AsyncDisposableStack()
  const journal =
    own ??
    opened.use(
      await openJournal(info.outputPath('journal'), {
        clock: () => new Date(),
        password: () => Promise.reject(new Error('it is not sealed')),
      }),
    )
  const recordsSha256 = createHash('sha256').update(JSON.stringify(records)).digest('hex')
  const kept = keepInspections(journal, { station: at, profile })
  const facts = { rig: rig.identity.name, lot: records.lot, units: records.units.length }
  const inspected: InspectionRecord[] = []
  const nest = isVirtual(rig)
    ? twinNest(rig, cardsIn(line ?? opened.use(await cardsOfLot(records, profile, null)), at))
    : handNest(opened.use(answersAtTerminal(info)), question => void process.stderr.write(`${question}\n`))
  await kept.begun(facts)
  let [isWhole, why] = [true, 'All cards that were laid in are judged.']
  try {
    await inspectLot({
      bench: { rig, vision, profile },
      nest,
      station: stations[at],
      profile,
      records: () => records,
      clock: () => new Date().toISOString(),
      software: { name: 'assay', version: 'scenario', revision: null },
      acceptUnproved,
      glovebox,
      evidence: await seal(),
      onRetake: async (_, first, unread) => await kept.retaking(retakeOf(rig.identity.name, first, unread)),
      journal: async ({ record }) => void (await kept.judged(record, [], recordsSha256)),
      onRecord: ({ record }) => {
        keep(info, record)
        inspected.push(record)
      },
    })
  } catch (error) {
    isWhole = false
    why = error instanceof AssayError ? error.message : 'The run broke off.'
    if (error instanceof RunStopped) stopRig(info, rigName, error)
    throw error
  } finally {
    await kept.ended({ ...facts, isWhole }, why)
  }
  const serials = records.units.map(({ serial }) => serial)
  return { records: inspected, status: await lotStatus(journal.entriesAboutUnits(serials), records, recordsSha256) }
}

const cardsIn = (line: VirtualLine, at: StationName): TwinCard[] =>
  line.lot.units.map((_, index) => ({ draw: async signal => await line.card(index, at, signal) }))

/** A person at the terminal from which the scenarios were started; without one, the test is skipped by name. */
function answersAtTerminal(info: TestInfo): Answers & Disposable {
  try {
    const input = new ReadStream(openSync('/dev/tty', 'r'))
    info.setTimeout(0)
    return answersOf(input)
  } catch {
    info.skip(true, 'nobody is at a terminal to lay cards in; assay inspect --rig asks on its own')
    throw new Error('skipped')
  }
}

/** The same test sees the same unit and the same noise in every run, another test others. */
function seedOf(title: string): number {
  let seed = 7
  for (const character of title) seed = (Math.imul(seed, 31) + character.codePointAt(0)!) >>> 1
  return seed
}
