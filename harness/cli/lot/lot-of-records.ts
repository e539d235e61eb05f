import { refuseUnknownLimits } from '../../checks/limits.ts'
import { loadProfile, shippedProfileNames } from '../../products/load-profile.ts'
import type { ProductProfile } from '../../products/profile.ts'
import type { LotFile } from '../../products/unit-record.ts'
import { lotWarnings } from '../lot-report.ts'
import { type ChosenSettings, productMissing } from '../photographs/chosen-settings.ts'
import { readLotOf } from './read-lot-of.ts'

/** A lot, and the product that it is judged as. */
export interface LotOfRecords {
  readonly lot: LotFile
  readonly profile: ProductProfile
  readonly recordsSha256: string
}

/**
 * Reads a lot's file. It says its own product where nobody else does: a shipped one, as nobody but the person chooses a file.
 * @param warn told of what is odd in it
 * @throws LotFileError; AssayError `setting-missing` where nobody says the product
 */
export function lotOfRecords(
  records: string,
  { product, loaded }: Pick<ChosenSettings, 'product' | 'loaded'>,
  warn: (line: string) => void,
): LotOfRecords {
  const profileOf = (own: string | null) => {
    if (loaded.sources.product !== 'default') return loadProfile(product)
    if (own === null || !shippedProfileNames().includes(own)) throw productMissing()
    return loadProfile(own)
  }
  const { lot, profile, recordsSha256, ...said } = readLotOf(records, { profile: profileOf })
  refuseUnknownLimits(profile!)
  for (const line of lotWarnings(records, said)) warn(line)
  return { lot, profile: profile!, recordsSha256 }
}
