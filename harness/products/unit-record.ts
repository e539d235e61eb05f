import { z } from 'zod'
import { AssayError } from '../core/assay-error.ts'

/**
 * What the lot's public data says of a unit. Only the serial is required: a check that needs more says so by itself.
 * Never a passphrase, never an EPK. Records from outside come through `harness/checks/lot/read-lot-file.ts`, which proves
 * every field.
 */
export const UnitRecord = z.object({
  serial: z.string().min(1).max(80),
  /** BIP38 intermediate code, 72 characters, `passphrase…`. */
  intermediateCode: z.string().optional(),
  /** BIP38 confirmation code, 75 characters, `cfrm38…`. */
  confirmationCode: z.string().optional(),
  /** SEC 1 public key, lower-case hex, compressed (66 characters) or not (130). */
  publicKey: z.string().optional(),
  /** The deposit address that the top layer prints. */
  address: z.string().optional(),
  lot: z.string().optional(),
  product: z.string().optional(),
  /** The value that the unit carries when it is sold, e.g. `0.1 BTC`. */
  denomination: z.string().max(20).optional(),
})
export type UnitRecord = z.infer<typeof UnitRecord>

/** A lot's public records. */
export const LotFile = z.object({
  format: z.literal('assay-lot-1').optional(),
  lot: z.string().nullable().default(null),
  product: z.string().nullable().default(null),
  units: z.array(UnitRecord).min(1),
})
export type LotFile = z.infer<typeof LotFile>

/** A lot file that cannot be used. */
export class LotFileError extends AssayError {
  override readonly name = 'LotFileError'
  /** Which unit, as sentences call it (`unit BX2409708`, `line 7`), and which of its fields; null: the file as a whole. */
  readonly unit: string | null
  readonly field: string | null

  constructor(
    code: string,
    sentence: string,
    { unit = null, field = null }: { readonly unit?: string | null; readonly field?: string | null } = {},
  ) {
    super(code, sentence)
    this.unit = unit
    this.field = field
  }
}
