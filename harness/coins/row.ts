import type { PrintedAddress } from '../bip38/index.ts'

/** A public key in both SEC 1 forms, and which of them its unit uses (the compression bit of the flag byte). */
export interface KeyForms {
  /** 33 bytes. */
  readonly compressed: Uint8Array
  /** 65 bytes. */
  readonly uncompressed: Uint8Array
  /** One of the two: the form that the unit's own flag byte names. */
  readonly own: Uint8Array
}

/** What one row makes of a printed text that has its shape. */
export interface RowReading {
  /** The bytes behind the address, hex: a hash of the key or of a script. */
  readonly hash: string
  /** True when `hash` is hash160 of the public key itself. */
  readonly ofKey: boolean
  readonly checksum: PrintedAddress['checksum']
  /** As the row's `address` writes it. */
  readonly canonical: string
}

/** One kind of address of one coin. */
export interface CoinRow {
  /** Lower-case ticker, with the kind where a coin has several rows: `ltc`, `btc_p2pkh`. */
  readonly key: string
  /** Lower-case ticker. */
  readonly coin: string
  /** `p2pkh`, `p2wpkh`, `p2sh` (which may hide SegWit), `p2tr`, `account`, …. */
  readonly kind: string
  readonly title: string
  /** The address of a key, or null where the key's form cannot have one (SegWit from an uncompressed key). */
  address(key: KeyForms): string | null
  /** Null: not a text of this row's shape. */
  read(text: string): RowReading | null
}

export type AddressFormat = Pick<CoinRow, 'address' | 'read'>
/** Of what a public key alone does not give. */
export type ReadFormat = Pick<CoinRow, 'read'>
export type ReadOnlyRow = Omit<CoinRow, 'address'>
