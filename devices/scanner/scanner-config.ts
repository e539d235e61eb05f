import type { DeviceIdentity } from '../opened-device.ts'
import type { OpenOptions } from '../stage/stage-config.ts'
import type { SerialPortConfig } from '../wire/serial-port.ts'
import type { Scanner } from './scanner.ts'
import { openSerialScanner } from './serial-scanner.ts'

/** A barcode scanner on a serial port, RS-232 or USB-CDC. */
export interface SerialScannerConfig extends SerialPortConfig {
  readonly driver: 'serial'
  /** Put in front of every code by the scanner; a scan without it is refused. Empty unless told. */
  readonly prefix?: string
  /** Ends every code. `any` (CR, LF or both) unless told; `none`: silence ends it, see {@link idleMs}. */
  readonly suffix?: 'any' | 'none' | (string & {})
  /** Silence that ends a code, ms, where the suffix is `none`. 100 unless told. */
  readonly idleMs?: number
  /** Sent to start and to end reading, where the scanner is told to by the host; e.g. `\u0016T\r` and `\u0016U\r`. */
  readonly trigger?: { readonly on: string; readonly off?: string }
  /** Which payloads are secrets: those that look like a private key (`keys`, unless told), or every one (`all`). */
  readonly secret?: 'keys' | 'all'
}

/** What a rig's configuration says of its scanner. */
export type ScannerConfig = SerialScannerConfig

export interface OpenedScanner {
  readonly scanner: Scanner
  readonly identity: DeviceIdentity
  /** Lets go of the port. Twice is fine. */
  close(): Promise<void>
}

/**
 * Connects the scanner that a configuration describes.
 *
 * @throws RigError `port-open` which says what is missing
 */
export async function openScanner(config: ScannerConfig, options: OpenOptions = {}): Promise<OpenedScanner> {
  return await openSerialScanner(config, options)
}
