import type { DrawnCode } from '../core/drawn-code.ts'

/** How others on the network reach the console. */
export interface NetworkView {
  readonly url: string
  /** SHA-256 of the certificate, as browsers show it: nobody vouches for it, so a person compares. */
  readonly fingerprint: string
  /** The address, for a phone to scan. */
  readonly code: DrawnCode
}
