import type { PassphraseCounts } from '../../lots/passphrases/passphrase-counts.ts'
import type { LotFile } from '../../products/unit-record.ts'
import type { CaptureRetry, InspectionRecord } from '../../record/inspection-record.ts'
import type { WireError } from '../../vision/pool/wire-error.ts'
import type { InspectionEvidence, SealedSeen } from '../evidence.ts'
import type { InspectionRequest } from '../inspection-request.ts'

/** Of a request, what is data: a part that is new there and handed on by nobody is found by the compiler. */
type PlainRequest = Omit<
  InspectionRequest,
  | 'photographs'
  | 'records'
  | 'clock'
  | 'started'
  | 'captureRetries'
  | 'onReadingsWritten'
  | 'signal'
  // For tests, which judge in their own process.
  | 'book'
  | 'scrypt'
>

/** An inspection as it is sent: its readings sealed, its functions left behind. */
export interface SentInspection extends PlainRequest {
  readonly started: string
  readonly photographs: readonly SealedSeen[]
  readonly captureRetries: readonly CaptureRetry[]
}

/** Evidence as it is sent, and recipients as they are written. */
export type SentEvidence = Pick<InspectionEvidence, 'started' | 'files' | 'sealedReadings'>

/** Main process → glovebox. */
export type ToGlovebox =
  | { readonly id: number; readonly inspect: SentInspection }
  | { readonly id: number; readonly seal: SentEvidence; readonly recipients: readonly string[] }
  | { readonly id: number; readonly count: true }
  | { readonly id: number; readonly stop: true }
  /** The lot's records; null for those that were sent last. */
  | { readonly id: number; readonly records: LotFile | null }
  | { readonly id: number; readonly isWritten: true }
  | { readonly id: number; readonly refused: WireError }

/** Glovebox → main process. */
export type FromGlovebox =
  | { readonly publicKey: Uint8Array; readonly holds: readonly string[] }
  | { readonly id: number; readonly record: InspectionRecord }
  | { readonly id: number; readonly sealed: Uint8Array }
  | { readonly id: number; readonly counts: PassphraseCounts | null }
  | { readonly id: number; readonly failed: WireError }
  | { readonly id: number; readonly wants: 'records' }
  | { readonly id: number; readonly written: string }
