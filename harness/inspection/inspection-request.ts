import type { AddressBook, ScryptEngine } from '../bip38/index.ts'
import type { AlarmCode, UnprovedName } from '../core/vocabulary.ts'
import type { ProductProfile } from '../products/profile.ts'
import type { LotFile } from '../products/unit-record.ts'
import type { CaptureRetry, PhotographRef, SoftwareIdentity } from '../record/inspection-record.ts'
import type { PhotographReading } from '../vision/reading.ts'
import type { RigAtWork } from './recorded-rig.ts'
import type { Station } from './station.ts'

/** A photograph of the unit: how it was taken, and what blind vision says of it. */
export interface PhotographSeen {
  readonly photograph: PhotographRef
  readonly reading: PhotographReading
  /** «this looks like …», where it shows a card of another product than it was read as; none: left out, or null. */
  readonly otherProduct?: string | null
}

/** Everything that one inspection takes; clock and randomness come from outside (design.md rule 8). */
export interface InspectionRequest {
  readonly station: Station
  readonly profile: ProductProfile
  /** The photographs of one unit, or the work that takes and reads them: whatever it throws becomes an ERROR record. */
  readonly photographs: readonly PhotographSeen[] | (() => Promise<readonly PhotographSeen[]>)
  /** Loads the lot's public records. Called only after the readings are written down (design.md rule 1). */
  readonly records: () => LotFile | Promise<LotFile>
  /** Now, as ISO 8601 in UTC with milliseconds. */
  readonly clock: () => string
  /** When the unit was laid in, by the same clock. Default: now. */
  readonly started?: string
  /** null: the photographs came as files. */
  readonly rig: RigAtWork | null
  readonly software: SoftwareIdentity
  readonly operator?: string | null
  /** Alarms that whoever runs this has planted, by name: they end this unit only, and the record says so. Default: none. */
  readonly acknowledged?: readonly AlarmCode[]
  /** What the unit may pass without a proof of; the record says so. Default: nothing. */
  readonly acceptUnproved?: readonly UnprovedName[]
  /** Photographs that failed and were asked for again, as they stand when the inspection ends. */
  readonly captureRetries?: () => readonly CaptureRetry[]
  /** Called with the digest of the readings before any record is loaded, for the journal. */
  readonly onReadingsWritten?: (sha256: string) => void | Promise<void>
  /** At least 16 bytes, fresh for each unit: what the key signs at the opened station. */
  readonly challenge?: Uint8Array
  readonly book?: AddressBook
  /** What computes scrypt. Default: the core's own choice. */
  readonly scrypt?: ScryptEngine
  readonly signal?: AbortSignal
}
