import { disagreement } from '../checks/lot/disagreement.ts'
import { lotFileError } from '../checks/lot/lot-fault.ts'
import { proveRecord } from '../checks/lot/prove-record.ts'
import { readLotFile } from '../checks/lot/read-lot-file.ts'
import { withoutTypography } from '../core/bare-serial.ts'
import { looksSecret } from '../core/looks-secret.ts'
import { holdsPassphrase } from '../products/product-secret.ts'
import { type LotFile, LotFileError, type UnitRecord } from '../products/unit-record.ts'
import type { CardForm } from './card-form.ts'
import { everyNetworkBook } from './every-network.ts'

/** The code of the error for a list that holds what nobody but a card's owner may know. */
export const secretInList = 'lot-secret'

/**
 * A maker's list of cards as owners are told from it. Stricter than the reader of lots, which leaves secrets out with a word: what may be
 * a key, or a passphrase of one of the products, in whatever field, makes the whole list useless.
 *
 * @param origin what to call it in errors
 * @param forms products whose passphrases are known by their pattern; a customer's own words look like any others
 * @throws LotFileError `lot-secret` and those of `readLotFile`, with unit and field, and never the value
 */
export function readCardList(content: Uint8Array, origin: string, forms: readonly CardForm[]): LotFile {
  const givesAway = (text: string) =>
    looksSecret(text) || forms.some(form => holdsPassphrase(form.passphrase, isSerialOf(form), text))
  const { lot, warnings, secrets } = readLotFile(content, origin, { givesAway })
  if (secrets[0] !== undefined)
    throw new LotFileError(secretInList, `${origin} is not served: ${warnings[0]}`, secrets[0])
  return lot
}

const isSerialOf =
  ({ serialPattern }: CardForm) =>
  (text: string): boolean =>
    serialPattern !== null && new RegExp(serialPattern, 'u').test(withoutTypography(text))

/**
 * Proves records of a list, by themselves, by what their parts say of each other, and against their product: about a millisecond each.
 *
 * @throws LotFileError `lot-faulty`, with unit and field
 */
export async function proveCards(
  records: readonly UnitRecord[],
  lot: LotFile,
  origin: string,
  forms: readonly CardForm[],
): Promise<void> {
  for (const record of records) {
    proveRecord(record, lot)
    const product = (record.product ?? lot.product)?.toLowerCase()
    const form = forms.find(({ name }) => name === product)
    const against = await disagreement(record, everyNetworkBook, form?.flags)
    if (against !== null) {
      throw lotFileError(origin, [{ code: 'lot-faulty', unit: `unit ${record.serial}`, ...against }])
    }
  }
}
