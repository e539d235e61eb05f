import { createHash } from 'node:crypto'
import { openSync, writeFileSync } from 'node:fs'
import { ReadStream } from 'node:tty'
import type { TestInfo } from 'playwright/test'
import { isVirtual, type Rig } from '../devices/rig.ts'
import { scannerOf } from '../devices/scanner/scanner-of.ts'
import { cardsOfLot } from '../fixtures/virtual-line/cards-of-lot.ts'
import type { VirtualLine } from '../fixtures/virtual-line/virtual-line.ts'
import { AssayError } from '../harness/core/assay-error.ts'
import type { AlarmCode, StationName, UnprovedName } from '../harness/core/vocabulary.ts'
import type { Journal } from '../harness/custody/journal/journal.ts'
import { openJournal } from '../harness/custody/journal/journal-folder.ts'
import { findCard } from '../harness/customer/find-card.ts'
import type { Glovebox } from '../harness/inspection/glovebox/glovebox.ts'
import { inspectLot } from '../harness/inspection/inspect-lot.ts'
import { type Answers, answersOf, handNest, scannedNest, type TwinCard, twinNest } from '../harness/inspection/nests.ts'
import { type Bench, photographUnit } from '../harness/inspection/photograph-unit.ts'
import { type Run, RunStopped, runInspections, type Visit } from '../harness/inspection/run.ts'
import { stations } from '../harness/inspection/station.ts'
import { keepInspections, noJournal, retakeOf } from '../harness/lots/keep-inspections.ts'
import { type LotStatus, lotStatus } from '../harness/lots/lot-status.ts'
import { isOtherCard, keepOtherCard, type OtherCard } from '../harness/lots/other-card.ts'
import { entriesOfLot } from '../harness/lots/wrong-file.ts'
import type { ProductProfile } from '../harness/products/profile.ts'
import type { LotFile } from '../harness/products/unit-record.ts'
import { type InspectionRecord, serialiseRecord } from '../harness/record/inspection-record.ts'
import type { Vision } from '../harness/vision/pool/vision.ts'
import { stopRig } from './alarm-stop.ts'

/** What came of a lot at a station. */
export interface LotInspected {
  readonly records: readonly InspectionRecord[]
  /** Where the lot stands now: seen, missing, doubled, unknown, each unit at every station. */
  readonly status: LotStatus
  /** Cards that were other ones than were scanned for them, where cards are scanned. */
  readonly others: readonly Pick<OtherCard, 'scanned' | 'seen'>[]
}

/** How often a photograph that failed is taken again; each is in the record. */
const captureRetries = 1

/** A nest under a rig, and where what is seen in it goes. */
export interface NestAtRig {
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

/** Inspects what lies in the nest and keeps the record. @throws RunStopped after an alarm that was not acknowledged */
export async function inspectNest(
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

/**
 * Inspects the cards of a lot.
 * @param line the twin's cards; null: they are made again from the lot's name
 * @param scan each card begins when the rig's scanner reads its serial or address, and is held against it
 */
export async function inspectLotAt(
  { profile, rig, rigName, glovebox, vision, at, acceptUnproved, info, journal: own, seal }: NestAtRig,
  records: LotFile,
  line: VirtualLine | null,
  scan: boolean,
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
  const others: Pick<OtherCard, 'scanned' | 'seen'>[] = []
  const ask = (question: string) => void process.stderr.write(`${question}\n`)
  const find = (text: string) => findCard(records, text)?.serial ?? null
  const person = () => opened.use(answersAtTerminal(info))
  const scanned = scan ? scannedNest({ scanner: scannerOf(rig), find, answers: person(), ask }) : null
  const nest =
    scanned ??
    (isVirtual(rig)
      ? twinNest(rig, cardsIn(line ?? opened.use(await cardsOfLot(records, profile, null)), at))
      : handNest(person(), ask))
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
      onRecord: async ({ record }) => {
        keep(info, record)
        inspected.push(record)
        const other = { scanned: scanned?.scanned ?? null, seen: record.unit }
        if (!isOtherCard(other.scanned, other.seen)) return
        const { scanned: named, seen } = other as Pick<OtherCard, 'scanned' | 'seen'>
        others.push({ scanned: named, seen })
        await keepOtherCard(journal, { scanned: named, seen, station: at, who: null })
        ask(`Another card: ${named} was scanned and ${seen} lay in the nest. Find ${named}.`)
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
  return {
    others,
    records: inspected,
    status: await lotStatus(entriesOfLot(journal, serials), records, recordsSha256),
  }
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
