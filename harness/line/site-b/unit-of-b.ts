import { Secret } from '../../core/secret.ts'
import type { SealedStore } from '../../custody/sealed-store.ts'
import { lengthPrefixed, splitLengthPrefixed } from '../entropy/length-prefixed.ts'

/** What site B tells site A of a unit. */
interface PublicUnitOfB {
  readonly serial: string
  /** SEC 1, lower-case hex. */
  readonly publicKey: string
  /** By coin key, in the order of the product's profile. */
  readonly addresses: Readonly<Record<string, string>>
  readonly confirmationCode: string
}

/** What site B keeps of a unit. */
export interface UnitOfB extends PublicUnitOfB {
  readonly epk: Secret
}

/** As bytes for the encrypted store. The caller zeroes them. */
export function packUnitOfB({ epk, ...open }: UnitOfB): Uint8Array {
  const secret = epk.expose()
  const packed = lengthPrefixed([Buffer.from(JSON.stringify(open)), secret])
  secret.fill(0)
  return packed
}

export function unpackUnitOfB(bytes: Uint8Array): UnitOfB {
  const [open, secret] = splitLengthPrefixed(bytes)
  if (open === undefined || secret === undefined) throw new RangeError('a record of site B has two fields')
  const epk = Secret.ofBytes(secret)
  secret.fill(0)
  return { ...(JSON.parse(Buffer.from(open).toString()) as PublicUnitOfB), epk }
}

/** The units in a store, one at a time: its secret is wiped when the next one is asked for. */
export function* unitsOfB(store: SealedStore): Generator<UnitOfB> {
  for (const record of store.records()) {
    const unit = unpackUnitOfB(record)
    try {
      yield unit
    } finally {
      unit.epk.dispose()
    }
  }
}
