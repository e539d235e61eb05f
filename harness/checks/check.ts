import type { AddressBook, CrossCheck } from '../bip38/index.ts'
import type { Verdict } from '../core/verdict.ts'
import type { CheckName, Comparison, LeftoverLook, UnprovedName } from '../core/vocabulary.ts'
import type { Mark, ProductProfile, State } from '../products/profile.ts'
import type { UnitRecord } from '../products/unit-record.ts'
import type { Leftover, Measurement, Reading } from '../vision/reading.ts'
import type { Limits } from './measurements.ts'

/** What one check says of one unit. `because` is a sentence for a bench operator and never holds secret text. */
export interface Finding {
  readonly check: CheckName
  readonly verdict: Verdict
  readonly because: string
  /** The marks that it is about, by name. */
  readonly marks: readonly string[]
  /** Of checks that compare a text: how it came out. */
  readonly comparison?: Comparison
  /** What a PASS of this check does not prove. */
  readonly unproved?: readonly Unproved[]
}

/** Something that was not proved, and why. */
export interface Unproved {
  readonly name: UnprovedName
  readonly because: string
}

/** A finding before the runner has put the check's name to it. */
export type Judgement = Omit<Finding, 'check'>

/** The checks that the BIP38 core judges. */
export type CoreCheckName =
  | 'code-integrity'
  | 'profile-match'
  | 'owner-entropy'
  | 'address-hash'
  | 'keyless'
  | 'passphrase-commitment'
  | 'confirmation'
  | 'decryption'

/** The core's findings over one unit, worked out on first use and only once: one heavy scrypt serves all checks. */
export interface CryptoFindings {
  /** The core's word on `check`; null when the parts at hand do not allow it. */
  judge(check: CoreCheckName): Promise<Judgement | null>
  readonly all: () => Promise<CrossCheck>
}

/** A mark of the product and what all photographs of the unit together say of it. */
export interface SeenMark {
  readonly mark: Mark
  readonly reading: Reading
  /** The photograph that the reading is from; null when no photograph shows the place. */
  readonly photographId: string | null
  /** A clause when photographs contradict each other about this mark; no check may then use it. */
  readonly conflict: string | null
}

/** A measurement with the limits that hold for it and what the check that judges it makes of it. */
export interface JudgedMeasurement extends Measurement {
  readonly limits: Limits | null
  /** Null where no check judges it here: it has no limits, its check is not planned, or it is no evidence. */
  readonly verdict: Verdict | null
}

/** How the unit was found among the lot's records, by what was read on it. */
export interface Identification {
  readonly outcome: 'found' | 'foreign' | 'ambiguous' | 'unread'
  /** One sentence: by which marks, or why not. */
  readonly because: string
  readonly marks: readonly string[]
}

/** A leftover with the photograph that shows it. */
export interface SeenLeftover extends Leftover {
  readonly photographId: string
  /** The light preset by name, or `unknown`. */
  readonly light: string
}

/** All that checks may know of a unit at a station. Never pixels. */
export interface CheckInput {
  readonly profile: ProductProfile
  /** The state that the station expects the unit to be in. */
  readonly state: State
  /** Every mark of the profile by name. */
  readonly marks: ReadonlyMap<string, SeenMark>
  /** The marks that this station's plan must read, by name. */
  readonly required: readonly string[]
  /** The secret marks that must not be seen at this station, by name. */
  readonly hidden: readonly string[]
  readonly measurements: readonly JudgedMeasurement[]
  /** What all photographs show besides the profile's marks. */
  readonly leftovers: readonly SeenLeftover[]
  /** What looked for leftovers, in any photograph. */
  readonly lookedBy: readonly LeftoverLook[]
  /** What the card looks like: the states that every photograph allows, best first; empty when it cannot be told. */
  readonly states: readonly State[]
  readonly identification: Identification
  /** The lot's public data of the unit; null when the unit was not found. */
  readonly unit: UnitRecord | null
  /** What the BIP38 core finds over the readings and the record: worked out once, on first use, for all checks. */
  readonly crypto: CryptoFindings
  readonly book: AddressBook
}

/** What a check cannot do without. The runner answers a missing one with INCONCLUSIVE, in one place for all checks. */
export type Need =
  | 'plan'
  | 'record'
  | 'intermediate-code'
  | 'confirmation-code'
  /** The printed address where the station reads it, otherwise the record's. */
  | 'address'
  | 'epk'
  | 'passphrase'
  /** Only where the station's plan reads it. */
  | 'planned-address'
  | 'planned-epk'
  | 'planned-confirmation-code'

/** A rule over readings and records. */
export interface Check {
  readonly name: CheckName
  /** What it looks at, in a few words, for reports and help. */
  readonly about: string
  readonly needs: readonly Need[]
  /** Called only when every need is met. May throw: the runner makes ERROR of it. */
  judge(input: CheckInput): Judgement | Promise<Judgement>
}
