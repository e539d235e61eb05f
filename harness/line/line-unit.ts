import type { Secret } from '../core/secret.ts'

/** What the lot's public data says of a unit: everything that another check may need. */
export interface PublicUnit {
  readonly serial: string
  readonly intermediateCode: string
  readonly confirmationCode: string
  /** SEC 1, lower-case hex. */
  readonly publicKey: string
  readonly address: string
  readonly lot: string
  readonly product: string
}

/** The two factors. They meet here because the virtual line plays both sites; on a real line they never do. */
export interface UnitSecrets {
  /** The BIP38 passphrase (not as displayed). */
  readonly passphrase: Secret
  readonly epk: Secret
}

/** A unit that the virtual line made. */
export interface LineUnit {
  readonly record: PublicUnit
  readonly secrets: UnitSecrets
}
