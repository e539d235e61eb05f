import { createHash } from 'node:crypto'
import { realPathOf } from '../core/real-path.node.ts'
import { canonicalJson } from '../custody/canonical-json.ts'
import type { Journal, JournalReader } from '../custody/journal/journal.ts'
import { unitShown } from '../inspection/unit-shown.ts'
import type { ProductProfile } from '../products/profile.ts'
import type { InspectionRecord } from '../record/inspection-record.ts'
import {
  type AlarmFacts,
  type EvidenceFacts,
  type FileFacts,
  type GoldenFacts,
  type InspectionFacts,
  type NamedFacts,
  type RetakeFacts,
  type RevealFacts,
  type RunFacts,
  type SpotCheckAgainFacts,
  spotCheckAgain,
} from '../record/journal-kinds.ts'
import { type Standing, standing } from './attempts.ts'
import { type JudgedBy, noteChanges } from './changes.ts'

type RunOfLot = Pick<RunFacts, 'rig' | 'lot' | 'units' | 'isSpotCheck'>

interface FileError {
  readonly code: string
  readonly message: string
}

/** Keeps what inspections say, before it is said. What throws ends the run: nothing is said that is not kept. */
export interface InspectionJournal {
  /** What is kept; null where nothing is. */
  readonly reader: JournalReader | null
  /** Before anything is looked at: the files that the run was asked to inspect. */
  named(files: readonly string[]): Promise<void>
  /** What units are judged by from here on: what is another one than last time is written down. */
  judgingBy(judgedBy: JudgedBy): Promise<void>
  /**
   * @param files the photographs' names; none where a rig took them
   * @param recordsSha256 of the lot file; null where it was not needed
   * @param more the step of a spot check that it looked at; sha256 of the pixels of each photograph from a file
   * @returns where the unit stands now; null where that is not known
   */
  judged(
    record: InspectionRecord,
    files: readonly string[],
    recordsSha256: string | null,
    more?: Pick<InspectionFacts, 'spotCheck' | 'pixelsSha256'>,
  ): Promise<Standing | null>
  /** A file that is no usable picture. */
  unreadable(file: string, error: FileError): Promise<void>
  /** A file with the same picture as one before. */
  repeated(file: string, first: string): Promise<void>
  /** A file that was left over when an alarm, or the person, ended the run. */
  notJudged(file: string, error: FileError): Promise<void>
  retaking(facts: RetakeFacts): Promise<void>
  /** Of a spot check: what that look showed is not judged, and the card is photographed again. */
  lookingAgain(facts: Omit<SpotCheckAgainFacts, 'out'>, record: InspectionRecord): Promise<void>
  golden(facts: GoldenFacts): Promise<void>
  /** What was in view lies in the vault. */
  sealed(facts: EvidenceFacts, unit: string | null, station: string): Promise<void>
  revealed(facts: RevealFacts): Promise<void>
  begun(run: RunOfLot): Promise<void>
  /** @param why in a sentence */
  ended(run: RunOfLot & { readonly isWhole: boolean }, why: string): Promise<void>
}

const nothing = async () => {}

/** For whoever looks at pictures without a result that counts. */
export const noJournal: InspectionJournal = {
  reader: null,
  named: nothing,
  judgingBy: nothing,
  judged: async () => null,
  unreadable: nothing,
  repeated: nothing,
  notJudged: nothing,
  retaking: nothing,
  lookingAgain: nothing,
  golden: nothing,
  sealed: nothing,
  revealed: nothing,
  begun: nothing,
  ended: nothing,
}

/** What is the same in all that one run says. */
interface KeptRun {
  readonly station: string
  readonly operator?: string | undefined
  readonly profile: ProductProfile
  /** The file that settings came from; null for none. */
  readonly configuration?: InspectionFacts['judgedBy']['configuration']
  /** The folder of `--out`. */
  readonly out?: string | undefined
}

/** The journal of a workplace, as inspections write it. */
export function keepInspections(
  journal: Journal,
  { station, operator, profile, configuration = null, out }: KeptRun,
): InspectionJournal {
  const folder = out === undefined ? null : realPathOf(out)
  const cwd = process.cwd()
  const profileSha256 = profileDigest(profile)
  type Facts =
    | EvidenceFacts
    | NamedFacts
    | InspectionFacts
    | FileFacts
    | RetakeFacts
    | GoldenFacts
    | RevealFacts
    | RunFacts
    | SpotCheckAgainFacts
  const append = async (kind: string, unit: string | null, facts: Facts, why: string | null = null, at = station) => {
    await journal.append({ kind, who: operator, why, unit, station: at, facts })
  }
  const raise = async ({ alarm, rig, station: at }: InspectionRecord, unit: string | null) => {
    if (alarm === null || alarm.acknowledged) return
    const { code, because } = alarm
    const facts: AlarmFacts = { rig: rig.kind === 'files' ? null : rig.name, unit, code, because }
    await journal.append({ kind: 'alarm', who: operator, station: at, facts })
  }
  const ofFile =
    (kind: string) =>
    async (file: string, { code, message }: FileError) =>
      await append(kind, null, { file, code, message, cwd, out: folder })
  return {
    reader: journal,
    named: async files => await append('files-named', null, { files: [...files], cwd, out: folder }),
    judgingBy: async judgedBy => await noteChanges(journal, { profile: profileSha256, ...judgedBy }, operator ?? null),
    judged: async (record, files, recordsSha256, more = {}) => {
      // Of a look that broke, whose card is in hand is known by what was asked for.
      const inHand = record.verdict === 'ERROR' ? (more.spotCheck?.unit ?? null) : null
      const unit = unitShown(record, profile) ?? inHand
      const judgedBy = { profileSha256, recordsSha256, configuration }
      const facts = { record, files, cwd, out: folder, judgedBy, ...more }
      // The alarm first: killed between the two, the rig stands still all the same.
      await raise(record, unit)
      await append('inspection', unit, facts, null, record.station)
      return unit === null ? null : standing(await Array.fromAsync(journal.entriesAbout(unit)), unit, record.station)
    },
    unreadable: ofFile('unreadable-file'),
    repeated: async (file, first) =>
      await ofFile('repeated-file')(file, { code: 'same-picture', message: `It is the same picture as ${first}.` }),
    notJudged: ofFile('not-judged'),
    retaking: async facts => await append('retake', null, facts),
    lookingAgain: async (facts, { unit, station: at }) =>
      await append(spotCheckAgain, unit, { ...facts, out: folder }, null, at),
    golden: async facts => {
      await raise(facts.record, facts.serial)
      await append('golden-card', null, facts, null, facts.record.station)
    },
    sealed: async (facts, unit, at) => await append('evidence-sealed', unit, facts, null, at),
    revealed: async facts => await append('secrets-revealed', null, facts),
    begun: async run => await append('run-begun', null, { ...run, out: folder }),
    ended: async (run, why) => await append('run-ended', null, { ...run, out: folder }, why),
  }
}

/** A retake, as it is kept. @param first the photographs that left marks unread */
export const retakeOf = (
  rig: string,
  first: readonly { readonly photograph: { readonly id: string; readonly how: { readonly light: string } } }[],
  unread: readonly string[],
): RetakeFacts => ({
  rig,
  photographs: first.map(({ photograph: { id, how } }) => ({ sha256: id, light: how.light })),
  unread,
})

/** sha256 of a profile as it is used, whatever the order of its fields. */
export const profileDigest = (profile: ProductProfile) =>
  createHash('sha256')
    .update(canonicalJson(JSON.parse(JSON.stringify(profile))))
    .digest('hex')
