import { coinBook } from '../coins/index.ts'
import { leftoverLooks, type StationName } from '../core/vocabulary.ts'
import { hiddenMarkNames, plannedChecks, requiredMarkNames, stations } from '../inspection/station.ts'
import type { State } from '../products/profile.ts'
import type { UnitRecord } from '../products/unit-record.ts'
import type { Reading } from '../vision/reading.ts'
import type { CheckInput, SeenMark } from './check.ts'
import { judgeMeasurements } from './measured.ts'
import { type CardInHand, photographOf, referenceProfile } from './reference-unit.testing.ts'

/** The points G and 2·G of secp256k1 (SEC 2 §2.4.1), the public keys of the private keys 1 and 2: nobody's money. */
export const publicKeys = {
  own: '0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798',
  other: '02c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5',
} as const

/** Addresses of the two keys, by coin key. */
export const addresses = {
  own: coinBook.addressesOf(publicKeys.own) as Readonly<Record<string, string>>,
  other: coinBook.addressesOf(publicKeys.other) as Readonly<Record<string, string>>,
}

export const unitRecord: UnitRecord = {
  serial: 'BX0000001',
  publicKey: publicKeys.own,
  address: addresses.own['btc_p2pkh']!,
  lot: 'L-0',
}

/** A good card of the record, as far as checks without BIP38 look. */
export const card: CardInHand = {
  address: addresses.own['btc_p2pkh']!,
  addressText: addresses.own['btc_p2pkh']!,
  epk: '6PnZaGufX2oQQ3DKxcXNmsF5fucvgGm8eVocJXvTQPDHVvxdJTyH2yqSkf',
  passphrase: 'AAAABBBBCCCCDDDDEEEEFFFF',
  serialCard: 'BX0000001',
  serialTop: 'BX0000001',
  serialBottom: 'BX0000001',
}

/** What checks may know of one sharp photograph of `card` at `station`; `over` replaces readings by mark. */
export function checkInputOf(
  station: StationName,
  over: Readonly<Record<string, Reading>> = {},
  rest: Partial<CheckInput> = {},
): CheckInput {
  const { state } = stations[station]
  const profile = referenceProfile
  const { marks: readings, measurements, states } = photographOf(state, card, over)
  const marks = new Map(
    profile.marks.map((mark): [string, SeenMark] => {
      const reading = readings.find(one => one.mark === mark.name)!
      return [mark.name, { mark, reading, photographId: 'ab'.repeat(32), conflict: null }]
    }),
  )
  const required = requiredMarkNames(stations[station], profile)
  const planned = plannedChecks(stations[station], profile)
  return {
    profile,
    state,
    marks,
    required,
    hidden: hiddenMarkNames(stations[station], profile),
    measurements: judgeMeasurements({ profile, marks, required }, planned, measurements),
    leftovers: [],
    lookedBy: leftoverLooks,
    states: states as readonly State[],
    identification: { outcome: 'found', because: 'Found as BX0000001 by serial-card.', marks: ['serial-card'] },
    unit: unitRecord,
    crypto: { judge: async () => null, all: () => Promise.reject(new Error('not asked')) },
    book: coinBook,
    ...rest,
  }
}
