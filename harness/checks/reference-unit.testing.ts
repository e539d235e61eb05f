import { createIntermediateCode, defaultEngine, generateUnit, type ScryptEngine } from '../bip38/index.ts'
import { coinBook } from '../coins/index.ts'
import { Secret } from '../core/secret.ts'
import type { Outcome } from '../core/vocabulary.ts'
import { leftoverLooks } from '../core/vocabulary.ts'
import type { Quad } from '../imaging/quad.ts'
import { loadProfile } from '../products/load-profile.ts'
import type { ProductProfile, State } from '../products/profile.ts'
import { roleOf } from '../products/role.ts'
import { displayPassphrase } from '../products/text-setting.ts'
import type { UnitRecord } from '../products/unit-record.ts'
import type { Lattice, Measurement, PhotographReading, Reading } from '../vision/reading.ts'

/** What is physically on a card: for a good unit all of it is the unit's own. Test keys only. */
export interface CardInHand {
  readonly address: string
  readonly addressText: string
  readonly epk: string
  readonly passphrase: string
  readonly serialCard: string
  readonly serialTop: string
  readonly serialBottom: string
}

export interface ReferenceUnit {
  readonly record: UnitRecord
  readonly card: CardInHand
}

export const referenceProfile: ProductProfile = loadProfile('assay-reference')

const derived = new Map<string, ReturnType<ScryptEngine['derive']>>()

/** The real scrypt, but never twice over the same input: the tests of a file share few passphrases. */
export const scrypt: ScryptEngine = {
  name: 'remembered',
  async derive(password, salt, parameters, watch) {
    const key = JSON.stringify([...password, null, ...salt, parameters])
    const known = derived.get(key) ?? defaultEngine().derive(password, salt, parameters, watch)
    derived.set(key, known)
    return (await known).slice()
  },
}

/** A unit of real BIP38 data, the same each time for the same arguments. One heavy scrypt. For tests. */
export async function makeReferenceUnit(serial: string, sequence: number, passphrase: string): Promise<ReferenceUnit> {
  const seedb = Uint8Array.from({ length: 24 }, (_, i) => (i * 7 + sequence + 1) % 256)
  const ownerSalt = Uint8Array.of(1, 2, 3, 4 + sequence)
  // Lot 0 on purpose: zero is a value.
  const intermediateCode = await createIntermediateCode({ passphrase, ownerSalt, lot: 0, sequence }, { scrypt })
  const { epk, confirmationCode, publicKey, address } = await generateUnit({
    intermediateCode,
    seedb,
    compressed: true,
  })
  return {
    record: { serial, intermediateCode, confirmationCode, publicKey, address, lot: 'L-0' },
    card: {
      address,
      addressText: address,
      epk,
      passphrase,
      serialCard: serial,
      serialTop: serial,
      serialBottom: serial,
    },
  }
}

/** The SegWit address of the same key. */
export const segwitOf = ({ record }: ReferenceUnit): string => coinBook.addressesOf(record.publicKey!)['btc_p2wpkh']!

const square: Quad = [
  [100, 100],
  [200, 100],
  [200, 200],
  [100, 200],
]

/** One mark beside the other. */
const beside = (i: number): Quad => {
  const at = ([x, y]: readonly [number, number]) => [x + 200 * i, y] as const
  return [at(square[0]), at(square[1]), at(square[2]), at(square[3])]
}

/** A reading as blind vision gives it. */
export function readingOf(mark: string, text: string | Secret, over: Partial<Reading> = {}): Reading {
  const reading: Reading = {
    mark,
    outcome: 'read',
    text,
    confidence: 0.99,
    readers: ['zxing-js', 'zxing-wasm'],
    alternatives: null,
    where: square,
    because: 'two readers agree',
  }
  return { ...reading, ...over }
}

/** A reading without a text. */
export function blankReading(mark: string, outcome: Exclude<Outcome, 'read'>, because: string): Reading {
  return readingOf(mark, '', {
    outcome,
    text: null,
    because,
    confidence: ['unread', 'unsure'].includes(outcome) ? 0.2 : 0.99,
    readers: ['surface'],
  })
}

/** Places with one candidate each; `doubt` adds another one to some. */
export function latticeOf(
  text: string,
  doubt: Readonly<Record<number, readonly [symbol: string, nats: number]>> = {},
): Lattice {
  return {
    positions: [...text].map((symbol, i) => {
      const other = doubt[i]
      const candidates = [{ symbol, logProbability: -0.01 }]
      if (other !== undefined) candidates.push({ symbol: other[0], logProbability: -0.01 - other[1] })
      return { candidates }
    }),
  }
}

function goodMeasurements(state: State): readonly Measurement[] {
  const symbols = { printed: ['address-qr', 'epk-qr'], opened: ['epk-qr'] }[state as string] ?? ['address-qr']
  return [
    ...symbols.map((of): Measurement => ({ name: 'unused-error-correction', of, value: 0.9, unit: 'index' })),
    { name: 'placement-shift', of: 'sticker', value: 0.1, unit: 'mm' },
    ...(state === 'sealed' ? [{ name: 'cover-material', of: 'scratch-off', value: 0.6, unit: 'ratio' } as const] : []),
  ]
}

/** What blind vision says of a sharp photograph of `card` in `state`; `over` replaces readings by mark. */
export function photographOf(
  state: State,
  card: CardInHand,
  over: Readonly<Record<string, Reading>> = {},
  rest: Partial<PhotographReading> = {},
): PhotographReading {
  const shown = Object.fromEntries(
    referenceProfile.marks.map(mark => {
      const layers = state === 'printed' && mark.on !== 'card'
      const open = layers || mark.visibleIn.includes(state)
      if (roleOf(mark) === 'cover') return [mark.name, blankReading(mark.name, open ? 'whole' : 'missing', 'strokes')]
      if (!open) return [mark.name, blankReading(mark.name, mark.secret ? 'concealed' : 'absent', 'covered')]
      const text = textOn(card, mark.name)
      const made = mark.secret ? Secret.ofText(text) : text
      return [mark.name, readingOf(mark.name, made, { alternatives: mark.kind === 'text' ? latticeOf(text) : null })]
    }),
  )
  return {
    photographId: 'ab'.repeat(32),
    card: null,
    because: null,
    marks: Object.values({ ...shown, ...over }).map((one, i) => ({
      ...one,
      where: one.where === square ? beside(i) : one.where,
    })),
    states: state === 'printed' ? [] : [state],
    measurements: goodMeasurements(state),
    rest: { by: leftoverLooks, leftovers: [] },
    ...(state === 'printed' ? { looseLayers: ['top-layer', 'bottom-layer'] } : {}),
    ...rest,
  }
}

function textOn(card: CardInHand, mark: string): string {
  const texts: Readonly<Record<string, string>> = {
    'address-qr': card.address,
    'address-text': card.addressText,
    'epk-qr': card.epk,
    passphrase: displayPassphrase(referenceProfile, card.passphrase),
    'serial-card': card.serialCard,
    'serial-top': card.serialTop,
    'serial-bottom': card.serialBottom,
    words: 'ASSAY REFERENCE',
  }
  return texts[mark] ?? ''
}
