import { existsSync } from 'node:fs'
import type { TestInfo } from 'playwright/test'
import { assertCalibrated, parseCalibration } from '../devices/rig/calibration/calibration.ts'
import { attachRig } from '../devices/rig/daemon/attach.ts'
import { openRig, type Rig } from '../devices/rig.ts'
import { RigError } from '../devices/rig-error.ts'
import type { CardSurface } from '../devices/virtual/card-surface.ts'
import { readLotFile } from '../harness/checks/lot/read-lot-file.ts'
import { chooseRig } from '../harness/config/choose-rig.ts'
import { configurationHere } from '../harness/config/configuration-here.ts'
import { AssayError } from '../harness/core/assay-error.ts'
import { readOutside } from '../harness/core/outside-file.node.ts'
import type { StationName, UnprovedName } from '../harness/core/vocabulary.ts'
import type { Journal } from '../harness/custody/journal/journal.ts'
import { openJournal } from '../harness/custody/journal/journal-folder.ts'
import type { EvidencePlace } from '../harness/inspection/glovebox/vault-evidence.ts'
import { refuseOpenAlarms } from '../harness/lots/alarms.ts'
import type { LotFile } from '../harness/products/unit-record.ts'

/** A unit in the operator's hand. */
export interface UnitInHand {
  readonly serial: string
  /** The public records of its lot. */
  readonly records: LotFile
  /** What the camera sees of it after `state`: two loose layers in `printed`, later the front of the card. */
  card(state: StationName): Promise<CardSurface>
}

/** Its golden card lies in the nest: the one unit that a program can count on there. */
export interface RigOnBench {
  readonly rig: Rig
  /** The workplace's journal: whatever is judged on a bench stands there. */
  readonly journal: Journal
  readonly golden: UnitInHand | null
  /** What units may pass without a proof of at a station, by the configuration. */
  acceptUnproved(station: StationName): readonly UnprovedName[]
  /** Where the configuration has evidence sealed. */
  readonly evidence: EvidencePlace
  /** Rejects with a RigError when it is not calibrated, and as {@link Journal.now}: it does not judge then. */
  assertJudges(): Promise<void>
}

const sealed = new AssayError(
  'journal-sealed',
  "The journal's key is sealed by a password, which scenarios cannot ask for: give them a journal of their own in ASSAY_JOURNAL.",
)

/** For a rig that another program holds. */
const waitMs = 60_000

/** Attached to its daemon where one runs, else opened here: leased, homed, made safe at the end. */
export async function openBench(name: string): Promise<RigOnBench & AsyncDisposable> {
  const loaded = await configurationHere()
  const chosen = chooseRig(loaded, name)
  const { calibrationFile, golden } = chosen
  await using opened = new AsyncDisposableStack()
  const journal = opened.use(
    await openJournal(loaded.config.journal, { clock: () => new Date(), password: () => Promise.reject(sealed) }),
  )
  await refuseOpenAlarms(journal.entriesOn('alarms', 'people'), name)
  const calibration = existsSync(calibrationFile)
    ? parseCalibration(readOutside(calibrationFile, 'calibration', 'own').toString('utf8'), calibrationFile)
    : null
  const rig = opened.use(
    (await attachRig(name, undefined, { waitMs })) ??
      (await openRig({ ...chosen.config, calibration }, { owner: 'scenarios', waitMs })),
  )
  const records = golden && readLotFile(readOutside(golden.records, 'lot'), golden.records).lot
  const held = opened.move()
  return {
    rig,
    journal,
    golden: golden &&
      records && {
        serial: golden.serial,
        records,
        card: () => Promise.reject(new RigError('placement', 'on a bench a person lays the card in.')),
      },
    evidence: loaded.config,
    acceptUnproved: station => loaded.config.stations[station]?.acceptUnproved ?? [],
    assertJudges: async () => void assertCalibrated(calibration, rig, await journal.now(), calibrationFile),
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  }
}

/** The golden card, the one unit there; a test that needs another is skipped by name. */
export function goodUnitOf({ golden }: RigOnBench, defect: string | undefined, info: TestInfo): UnitInHand {
  if (defect !== undefined || golden === null) {
    info.skip(true, defect === undefined ? 'the rig names no golden card' : `no unit with ${defect} lies on the bench`)
  }
  return golden!
}
