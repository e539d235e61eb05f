import { LotFileError } from '../../products/unit-record.ts'

/** What is wrong with a lot file: where, and a clause that tells it without any value but serials and products. */
export interface LotFault {
  readonly code:
    | 'lot-unreadable'
    | 'lot-not-json'
    | 'lot-without-units'
    | 'lot-faulty'
    | 'lot-serial-twice'
    | 'lot-twins'
    | 'lot-product'
  /** `unit BX2409708`, `line 7`, `the lot`; null: the file as a whole. */
  readonly unit: string | null
  readonly field: string | null
  readonly because: string
}

/** «unit BX2409708, field «address»: its checksum does not fit» */
export function faultText({ unit, field, because }: LotFault): string {
  const where = [unit, field && `field «${field}»`].filter(part => part !== null)
  return where.length === 0 ? because : `${where.join(', ')}: ${because}`
}

/** One sentence for a file with at least one fault. @param origin what to call the file */
export function lotFileError(origin: string, [first, ...rest]: readonly LotFault[]): LotFileError {
  const more = rest.length === 0 ? '' : `, and ${rest.length} more; assay lot check lists them all`
  const colon = first!.unit === null ? ' ' : ': '
  return new LotFileError(first!.code, `${origin}${colon}${faultText(first!)}${more}.`, first)
}
