import { z } from 'zod'
import { worst } from '../core/verdict.ts'
import { type Verdict, verdicts } from '../core/vocabulary.ts'
import { type InspectionRecord, verdictOf } from './inspection-record.ts'

/*
 * What inspections say in a journal. An entry names its kind; `unit` and `station` stand beside the facts. Entries are
 * read for as long as the journal lives, so old ones are read by what is used of them only.
 */

/** What an entry of the kind `inspection` holds: one visit of one unit to one station, as soon as it is judged. */
export interface InspectionFacts {
  readonly record: InspectionRecord
  /** Names of the photographs' files; empty where a rig took them. */
  readonly files: readonly string[]
  /** Where the names of files begin. */
  readonly cwd: string
  /** The folder that results were asked for in (`--out`); null for none. */
  readonly out: string | null
  /** The profile as it was used, the lot file's bytes, and the configuration file; null where there was none. */
  readonly judgedBy: {
    readonly profileSha256: string
    readonly recordsSha256: string | null
    readonly configuration: { readonly file: string; readonly sha256: string } | null
  }
  /** sha256 of each photograph's pixels, whatever file they lie in, in the order of the record's; left out where a rig took them. */
  readonly pixelsSha256?: readonly string[]
  /** Of a look at a step of a spot check; left out of all others. */
  readonly spotCheck?: SpotCheckLook
}

/** `unreadable-file`: a file put before Assay that is no usable picture. `not-judged`: one that an ended run left over. */
export interface FileFacts {
  readonly file: string
  readonly code: string
  readonly message: string
  readonly cwd: string
  readonly out: string | null
}

/** `retake`: marks of a unit were left unread, so that it is photographed once more before it is judged. */
export interface RetakeFacts {
  readonly rig: string | null
  /** sha256 of the photographs that did not show them. */
  readonly photographs: readonly { readonly sha256: string; readonly light: string }[]
  readonly unread: readonly string[]
}

/** `golden-card`: what a rig saw of its golden card before it judged units. */
export interface GoldenFacts {
  readonly serial: string
  readonly record: InspectionRecord
  readonly judgedBy: Pick<InspectionFacts['judgedBy'], 'profileSha256'>
}

/** `run-begun` and `run-ended`: somebody sat down at a rig with a lot, and left it. */
export interface RunFacts {
  readonly rig: string
  readonly lot: string | null
  readonly units: number
  readonly out: string | null
  /** Units of it are opened, one by one: it is not there to see all. */
  readonly isSpotCheck?: boolean
  /** Of one that ended: was everything done that it was begun for? */
  readonly isWhole?: boolean
}
export const RunEntry = z.looseObject({ rig: z.string(), isWhole: z.boolean().default(true) })

/** What units are judged by, as it is told apart. */
export const judgedByNames = ['configuration', 'profile', 'records', 'calibration'] as const
export type JudgedByName = (typeof judgedByNames)[number]

/** `profile-changed` and so on: from here on, something of this name is another one; null where there was none, or is. */
export const ChangeFacts = z.strictObject({
  name: z.string(),
  beforeSha256: z.string().nullable(),
  afterSha256: z.string().nullable(),
})
export type ChangeFacts = z.infer<typeof ChangeFacts>

/** `secrets-revealed`: somebody asked to see in clear what is covered elsewhere. */
export interface RevealFacts {
  readonly command: string
  readonly files: readonly string[]
}

/** `evidence-sealed`: what was in view at an inspection lies in the vault, and this is how it is told again. */
export const EvidenceFacts = z.strictObject({
  id: z.string(),
  /** Of the sealed file. */
  sha256: z.string(),
  /** Of its entry in the vault's chain: a chain without it was cut off or made anew. */
  index: z.int(),
  entrySha256: z.string(),
})
export type EvidenceFacts = z.infer<typeof EvidenceFacts>

/** `files-named`: what one run was asked to inspect, before it begins: a file without a result is one that was lost. */
export const NamedFacts = z.looseObject({
  files: z.array(z.string()),
  cwd: z.string().default(''),
  out: z.string().nullable(),
})
export type NamedFacts = z.infer<typeof NamedFacts>

/** `alarm`: a secret lay open and nobody had planted it. The rig takes no unit until `alarm-acknowledged` names it. */
export const AlarmFacts = z.looseObject({
  rig: z.string().nullable(),
  unit: z.string().nullable(),
  code: z.string(),
  because: z.string(),
})
export type AlarmFacts = z.infer<typeof AlarmFacts>
/** @property alarm number of its entry, and when that was written */
export const AcknowledgedFacts = z.looseObject({ alarm: z.int(), alarmAt: z.string().optional() })

const spotCheckSteps = ['sealed', 'scratched', 'opened'] as const
/** Which step of a spot check an inspection looked at, and of which unit: null before one was seen. */
export const SpotCheckLook = z.looseObject({ step: z.enum(spotCheckSteps), unit: z.string().nullable() })
export type SpotCheckLook = z.infer<typeof SpotCheckLook>
/** `spot-check-step`: a unit was seen in this state on its way to being opened. */
export interface SpotCheckStepFacts {
  readonly step: (typeof spotCheckSteps)[number]
  readonly record: InspectionRecord
  /** Of the unit's own record in the lot file and of the profile: steps that were judged by others prove nothing together. */
  readonly basisSha256: string | null
}
export const SpotCheckStepEntry = z.looseObject({
  step: z.enum(spotCheckSteps),
  record: z.unknown(),
  basisSha256: z.string().nullable().default(null),
})

/** `spot-check`: one unit from sealed to opened, as one result. `unit-destroyed` stands before its scratch-off is touched. */
export interface SpotCheckFacts {
  readonly verdict: Verdict
  readonly because: string
  readonly isWhole: boolean
  /** It is not whole and over: the unit is spent, and could not be read on. */
  readonly isGivenUp: boolean
  readonly steps: readonly Pick<SpotCheckStepFacts, 'step' | 'record'>[]
}

/** What of such an entry says how it came out. */
export const SpotCheckEntry = z.looseObject({ verdict: z.enum(verdicts), because: z.string() })

/** A look at a card in a spot check did not judge its step: it is photographed again, and of its looks there the last one counts. */
export const spotCheckAgain = 'spot-check-again'
export interface SpotCheckAgainFacts {
  readonly step: (typeof spotCheckSteps)[number]
  readonly because: string
  readonly out: string | null
}

/** `other-card`: this one was scanned, and the entry's unit lay in the nest. */
export const OtherCardEntry = z.looseObject({ scanned: z.string() })

/** What somebody decided of a unit: to inspect it again, or that it is and stays bad. */
const decisions = ['inspect-again', 'reject'] as const
/** @property failed the entry of the FAIL that is decided on, and when it was written: a decision is good for that one only */
export const DispositionFacts = z.looseObject({
  decision: z.enum(decisions),
  failed: z.looseObject({ index: z.int(), at: z.string() }).optional(),
})
export type Decision = (typeof decisions)[number]

/** A card that failed since its lot file does not have it was held against the file of another lot, somebody says. */
export const wrongFile = 'wrong-lot-file'
/** @property entry number of its inspection, @property entryAt when that was written */
export const WrongFileEntry = z.looseObject({ entry: z.int(), entryAt: z.string() })

/** What counts of an inspection's record, of whatever format. */
const Judged = z.looseObject({
  operator: z.string().nullish(),
  verdict: z.enum(verdicts),
  because: z.string(),
  findings: z.array(z.looseObject({ check: z.string(), verdict: z.enum(verdicts) })),
  plannedChecks: z.array(z.string()),
  alarm: z.looseObject({}).nullable(),
  error: z.looseObject({}).nullable(),
  // Since assay-inspection-5.
  unproved: z.array(z.looseObject({ holds: z.boolean(), accepted: z.boolean() })).default([]),
})

/** The verdict of an entry's record, worked out again from what stands in it; whichever is worse than stated counts. */
export function judgedIn(facts: Readonly<Record<string, unknown>>): {
  readonly verdict: Verdict
  readonly because: string
  readonly operator: string | null
  /** Checks that failed. */
  readonly failed: readonly string[]
} {
  const read = Judged.safeParse(facts['record'])
  if (!read.success) return { verdict: 'ERROR', because: 'The record cannot be read.', operator: null, failed: [] }
  const { verdict, because, operator, findings } = read.data
  return {
    verdict: worst([verdict, verdictOf(read.data)]),
    because,
    operator: operator ?? null,
    failed: findings.flatMap(one => (one.verdict === 'FAIL' ? [one.check] : [])),
  }
}

/** What a record quotes of its readings, of whatever format. */
const Quoted = z.looseObject({
  readings: z.array(z.looseObject({ mark: z.string(), secret: z.boolean(), text: z.string().nullable() })),
})

/** The public texts that were read, by their marks: «serial-card BX2409708». */
export function readIn(facts: Readonly<Record<string, unknown>>): readonly string[] {
  const read = Quoted.safeParse(facts['record'])
  if (!read.success) return []
  const texts = read.data.readings.filter(({ secret, text }) => !secret && text !== null)
  return [...new Set(texts.map(({ mark, text }) => `${mark} ${text}`))]
}

const Photographed = z.looseObject({ photographs: z.array(z.looseObject({ id: z.string() })) })

/** sha256 of the photographs that an entry's record was judged by. */
export function photographsIn(facts: Readonly<Record<string, unknown>>): readonly string[] {
  const read = Photographed.safeParse(facts['record'])
  return read.success ? read.data.photographs.map(({ id }) => id) : []
}

const Pixels = z.looseObject({ pixelsSha256: z.array(z.string().regex(/^[0-9a-f]{64}$/)) })

/** What a photograph is known again by, each: its file's digest, and that of its pixels where it is kept. */
export function picturesIn(facts: Readonly<Record<string, unknown>>): readonly (readonly string[])[] {
  const pixels = Pixels.safeParse(facts).data?.pixelsSha256 ?? []
  return photographsIn(facts).map((id, i) => [id, pixels[i] ?? []].flat())
}

const ByRecords = z.looseObject({ judgedBy: z.looseObject({ recordsSha256: z.string() }) })

/** sha256 of the lot file that an entry's record was judged by; null: by none, or it is not known. */
export const lotFileIn = (facts: Readonly<Record<string, unknown>>): string | null =>
  ByRecords.safeParse(facts).data?.judgedBy.recordsSha256 ?? null

/** What is shown of a file without a record. */
export const FileEntry = z.looseObject({ file: z.string(), code: z.string(), message: z.string() })
/** The files of an inspection, and where the names of files begin. */
export const FilesOf = z.looseObject({ files: z.array(z.string()).catch([]), cwd: z.string().catch('') })
