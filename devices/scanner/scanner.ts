import type { Secret } from '../../harness/core/secret.ts'
import type { OpenedDevice } from '../opened-device.ts'

/** One code that a scanner read. */
export interface Scan {
  /** The payload without framing. What may hold a private key or a passphrase, or a part of one, is a `Secret`. */
  readonly payload: string | Secret
  /** What the scanner put in front (a configured prefix, an AIM identifier), or empty. */
  readonly prefix: string
}

/**
 * A barcode scanner. One scan at a time: a call made while another waits takes its turn.
 *
 * `scan` resolves with a code read after the call was made; what lay in the line before is thrown away. It triggers the
 * scanner where it can be triggered, and ends the trigger on every way out. It rejects with a `RigError`
 * (`scan-deadline`, `scan-noise`, `port-lost`) and with the signal's reason when aborted.
 *
 * After `close` every call rejects with `port-closed`; a call under way does too. Closing twice is fine.
 */
export interface Scanner {
  /** Driver, e.g. `serial`. */
  readonly name: string
  scan(deadlineMs: number, signal?: AbortSignal): Promise<Scan>
  close(): Promise<void>
}

export interface OpenedScanner extends OpenedDevice {
  readonly scanner: Scanner
}
