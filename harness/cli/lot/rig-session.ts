import { existsSync } from 'node:fs'
import { assertCalibrated } from '../../../devices/rig/calibration/calibration.ts'
import { attachRig } from '../../../devices/rig/daemon/attach.ts'
import { examineRig } from '../../../devices/rig/examine-rig.ts'
import { isVirtual, type Rig } from '../../../devices/rig.ts'
import { RigError } from '../../../devices/rig-error.ts'
import {
  cardsOfLot,
  parseVirtualCards,
  type VirtualCards,
  virtualCardsFile,
} from '../../../fixtures/virtual-line/cards-of-lot.ts'
import { goldenLine } from '../../../fixtures/virtual-line/golden-line.ts'
import type { VirtualLine } from '../../../fixtures/virtual-line/virtual-line.ts'
import { readLotFile } from '../../checks/lot/read-lot-file.ts'
import type { LoadedConfig } from '../../config/load-config.ts'
import { readOutside } from '../../core/outside-file.node.ts'
import type { StationName, UnprovedName } from '../../core/vocabulary.ts'
import type { Journal } from '../../custody/journal/journal.ts'
import { type GoldenTime, proveByGoldenCard } from '../../inspection/golden-card.ts'
import { inspectOne, type LotOnRig } from '../../inspection/inspect-lot.ts'
import type { Answers } from '../../inspection/nests.ts'
import type { Glovebox } from '../../inspection/run.ts'
import { stations } from '../../inspection/station.ts'
import { type InspectionJournal, profileDigest } from '../../lots/keep-inspections.ts'
import { loadProfile } from '../../products/load-profile.ts'
import type { ProductProfile } from '../../products/profile.ts'
import type { LotFile } from '../../products/unit-record.ts'
import type { InspectionRecord } from '../../record/inspection-record.ts'
import type { Vision } from '../../vision/pool/vision.ts'
import { readRecords } from '../lot-report.ts'
import { openAtHand, type RigAtHand } from '../rig/chosen-rig.ts'
import type { BenchOptions } from '../rig/session-file.ts'

/** The rig by a name, open: attached to its daemon where one runs. */
export async function openForUnits(
  atHand: RigAtHand,
  options: BenchOptions,
  owner: string,
  signal: AbortSignal,
): Promise<Rig> {
  const waitMs = 1000 * (options.wait ?? 0)
  const attached = atHand.config.kind === 'real' ? await attachRig(atHand.name, undefined, { waitMs, signal }) : null
  return attached ?? (await openAtHand(atHand, 'inspect', options, { owner, signal }))
}

/** The digital twin that needs no configuration has no calibration either, unless somebody made one. */
const isBuiltIn = ({ name, calibration }: RigAtHand, { config }: LoadedConfig) =>
  calibration === null && !Object.hasOwn(config.rigs, name)

/**
 * Is the rig's calibration good now? It can expire while units are judged.
 * @throws RigError `calibration-…`; CustodyError as {@link Journal.now}
 */
export async function requireCalibration(
  rig: Pick<Rig, 'identity'>,
  atHand: RigAtHand,
  loaded: LoadedConfig,
  journal: Pick<Journal, 'now'>,
): Promise<Date> {
  const { calibration, calibrationFile } = atHand
  // By a clock that was set back an expired calibration would be good again.
  const now = await journal.now()
  if (!isBuiltIn(atHand, loaded)) assertCalibrated(calibration, rig, now, calibrationFile)
  return now
}

/**
 * Is the rig fit to judge units? Calibrated, and nothing that can be measured without a target is bad.
 * @throws RigError `calibration-…`, `rig-unwell`; CustodyError as {@link Journal.now}
 */
export async function requireHealth(
  rig: Rig,
  atHand: RigAtHand,
  loaded: LoadedConfig,
  journal: Pick<Journal, 'now'>,
  signal: AbortSignal,
): Promise<void> {
  const { calibration, calibrationFile } = atHand
  const now = await requireCalibration(rig, atHand, loaded, journal)
  const symptoms = await examineRig({ rig, calibration, calibrationFile, now: () => now, signal })
  // The twin is as slow as the machine is busy.
  const beside = isVirtual(rig) ? ['calibration', 'answers in', 'photograph in'] : ['calibration']
  const bad = symptoms.filter(({ state, name }) => state === 'bad' && !beside.includes(name))
  if (bad.length === 0) return
  const { device, name, value, hint } = bad[0]!
  throw new RigError(
    'rig-unwell',
    `rig ${rig.identity.name} is not well, so no unit was judged: ${device}, ${name}: ${value}. ${hint} To see everything: assay rig doctor ${rig.identity.name}.`,
  )
}

/** The card that proves that a rig sees well. */
interface GoldenCard {
  readonly serial: string
  readonly records: LotFile
  readonly profile: ProductProfile
  readonly station: StationName
}

/** What proving a rig takes. */
interface GoldenProof {
  readonly rig: Rig
  readonly atHand: RigAtHand
  readonly vision: Vision
  readonly glovebox: Glovebox
  /** A golden card that lies open shows secrets as every unit does. */
  readonly evidence: LotOnRig['evidence']
  readonly profile: ProductProfile
  readonly journal: InspectionJournal
  readonly acceptUnproved: (station: StationName) => readonly UnprovedName[]
  readonly software: LotOnRig['software']
  readonly operator: string | null
  readonly answers: Answers
  readonly ask: (question: string) => void
  readonly signal: AbortSignal
  /** Called when the golden card lies in the nest, before it is judged. */
  readonly onLaidIn: () => Promise<void>
  /** After the last unit somebody may leave it to the next session. Default: before. */
  readonly when?: GoldenTime
}

/**
 * Has the golden card laid in, looks at the rig's health with it, and inspects it. A virtual rig makes a card of its own.
 * @returns null where it was not laid in after the last unit
 * @throws RigError `golden-card-missing`, GoldenCardError; what `onLaidIn` throws
 */
export async function proveByOwnGoldenCard(proof: GoldenProof): Promise<InspectionRecord | null> {
  const { rig, signal, onLaidIn, journal, answers, ask, when = 'before' } = proof
  await using line = isVirtual(rig) ? await goldenLine(proof.profile, signal) : null
  const golden = line === null ? configuredGolden(proof) : madeGolden(line, proof.profile)
  if (line !== null && isVirtual(rig)) rig.place(await line.card(0, golden.station, signal))
  else {
    const isBefore = when === 'before'
    ask(
      isBefore
        ? `Lay the golden card ${golden.serial} in and press Enter.`
        : `Lay the golden card ${golden.serial} in once more and press Enter: it proves what was judged since; q and Enter leaves that to the next session.`,
    )
    const answer = await answers.next(signal)
    if (!isBefore && (answer === null || answer.trim().toLowerCase() === 'q')) return null
    if (answer === null) {
      throw new RigError(
        'golden-card-missing',
        `the golden card ${golden.serial} was not laid in, so no unit was judged.`,
      )
    }
  }
  await onLaidIn()
  const { profile, records, serial, station } = golden
  const record = await proveByGoldenCard(
    async () => {
      const { record: seen } = await inspectOne({
        bench: { rig, vision: proof.vision, profile },
        station: stations[station],
        profile,
        records: () => records,
        clock: () => new Date().toISOString(),
        software: proof.software,
        operator: proof.operator,
        acceptUnproved: proof.acceptUnproved(station),
        evidence: proof.evidence,
        glovebox: proof.glovebox,
        journal: async inspected =>
          await journal.golden({
            serial,
            record: inspected.record,
            judgedBy: { profileSha256: profileDigest(profile) },
          }),
        signal,
      })
      return seen
    },
    serial,
    when,
  )
  if (isVirtual(rig)) rig.place(null)
  return record
}

function madeGolden(line: VirtualLine, profile: ProductProfile): GoldenCard {
  const { serial } = line.lot.units[0]!.record
  return { serial, records: readLotFile(line.records).lot, profile, station: 'sealed' }
}

function configuredGolden({ rig, atHand, profile }: Pick<GoldenProof, 'rig' | 'atHand' | 'profile'>): GoldenCard {
  const { golden } = atHand
  if (golden === null) {
    throw new RigError(
      'golden-card-missing',
      `rig ${rig.identity.name} names no golden card, so nothing proves that it sees well. Add golden to it in assay.config.`,
    )
  }
  const { serial, records, product, station = 'sealed' } = golden
  const its = product === undefined ? profile : loadProfile(product)
  return { serial, records: readLotFile(readRecords(records), records).lot, profile: its, station }
}

/** The cards of a lot, for a virtual rig. @param lotFile beside it may stand what was planted */
export async function virtualCardsOf(
  lot: LotFile,
  lotFile: string,
  profile: ProductProfile,
  signal: AbortSignal,
  onUnit: (done: number) => void,
): Promise<VirtualLine> {
  const file = virtualCardsFile(lotFile)
  const cards: VirtualCards | null = existsSync(file)
    ? parseVirtualCards(readOutside(file, 'lot').toString('utf8'), file)
    : null
  return await cardsOfLot(lot, profile, cards, signal, onUnit)
}
