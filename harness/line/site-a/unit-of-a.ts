import { Secret } from '../../core/secret.ts'
import type { SealedStore } from '../../custody/sealed-store.ts'
import { lengthPrefixed, splitLengthPrefixed } from '../entropy/length-prefixed.ts'

/** What site A keeps of a unit. The passphrase is null where the customer keeps it (PRO). */
export interface UnitOfA {
  readonly serial: string
  readonly intermediateCode: string
  readonly passphrase: Secret | null
}

/** As bytes for the encrypted store; the passphrase never becomes a string here. The caller zeroes them. */
export function packUnitOfA({ serial, intermediateCode, passphrase }: UnitOfA): Uint8Array {
  const secret = passphrase?.expose() ?? new Uint8Array(0)
  const packed = lengthPrefixed([Buffer.from(serial), Buffer.from(intermediateCode), secret])
  secret.fill(0)
  return packed
}

export function unpackUnitOfA(bytes: Uint8Array): UnitOfA {
  const [serial, intermediateCode, secret] = splitLengthPrefixed(bytes)
  if (serial === undefined || intermediateCode === undefined || secret === undefined) {
    throw new RangeError('a record of site A has three fields')
  }
  const passphrase = secret.length === 0 ? null : Secret.ofBytes(secret)
  secret.fill(0)
  return {
    serial: Buffer.from(serial).toString(),
    intermediateCode: Buffer.from(intermediateCode).toString(),
    passphrase,
  }
}

/** The units in a store, one at a time: its secret is wiped when the next one is asked for. */
export function* unitsOfA(store: SealedStore): Generator<UnitOfA> {
  for (const record of store.records()) {
    const unit = unpackUnitOfA(record)
    try {
      yield unit
    } finally {
      unit.passphrase?.dispose()
    }
  }
}

/** What site B may know of the units, in the lot's order. */
export const codesIn = (store: SealedStore) =>
  Array.from(unitsOfA(store), ({ serial, intermediateCode }) => ({ serial, intermediateCode }))
