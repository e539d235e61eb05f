import { shippedProfileNames } from '../../products/load-profile.ts'
import type { ProductProfile } from '../../products/profile.ts'
import type { UnitRecord } from '../../products/unit-record.ts'
import { withoutTypography } from '../serials-agree.ts'
import { fieldName, misspelt } from './field-names.ts'
import type { LotFault } from './lot-fault.ts'
import { addressesFault, type UnitField, unitFields } from './lot-fields.ts'
import { isObject, isSecret, shownPlace, withoutSecrets } from './lot-secrets.ts'
import type { RawUnit } from './lot-table.ts'

/** One unit of a lot file. */
export interface UnitReading {
  /** Its place in the file, from 0. */
  readonly place: number
  /** Null when it has faults. */
  readonly record: UnitRecord | null
  readonly faults: readonly LotFault[]
  /** Places of secrets that were not read. */
  readonly secrets: readonly string[]
  /** Fields that were not read because Assay does not know them, where their names can be shown. */
  readonly ignored: readonly string[]
}

interface Expected {
  /** How sentences call the unit at a place: `unit BX2409708`, `unit 2`, `line 7`. */
  readonly nameOf: (place: number) => string
  readonly profile: ProductProfile | undefined
  /** The profile's own, of a serial without typography. */
  readonly serialPattern: RegExp | null
  /** What the lot says for all: a unit that says the same is not blamed a second time. */
  readonly lotProduct: string | null
}

/** Words that people write where they know nothing. They would count as a value. */
const placeholders =
  /^(?:|[-–—_.…?*#/x]+|n\.?\/?a\.?|nil|none|null|undefined|nan|tbd|tba|tbc|todo|unknown|missing|empty|pending|keine?|leer)$/i

/** What is wrong with a field's value by itself, or null. Says nothing of the value. */
export function fieldFault(field: UnitField, value: unknown): string | null {
  if (typeof value === 'number') return 'must be a text in quotation marks: a number loses its leading zeros'
  if (typeof value !== 'string') return 'must be a text'
  if (placeholders.test(value.trim())) return 'is a placeholder; leave out what is not known'
  if (value.trim() !== value) return 'begins or ends with white space'
  const foreign = /[^\x20-\x7e]/u.exec(value)
  if (foreign !== null) {
    const code = foreign[0].codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')
    return `character ${foreign.index + 1} is U+${code}, which is no plain letter though it may look like one; write it anew`
  }
  return unitFields[field].shape(value)
}

/** Reads one unit: every field's alphabet and form, and what the product says of it. */
export function readUnit({ fields: given }: RawUnit, place: number, expected: Expected): UnitReading {
  const faults: LotFault[] = []
  const secrets: string[] = []
  const ignored: string[] = []
  const blame = (field: string | null, because: string, code: LotFault['code'] = 'lot-faulty') =>
    void faults.push({ code, unit: expected.nameOf(place), field, because })
  const done = (record: UnitRecord | null) => ({ place, record, faults, secrets, ignored })
  if (!isObject(given)) {
    blame(null, 'is no object with fields')
    return done(null)
  }
  const record: Partial<Record<UnitField, string>> = {}
  for (const [field, written] of Object.entries(given)) {
    if (isSecret(field, written)) {
      secrets.push(shownPlace(field))
      continue
    }
    // Other programs write null for what is not known, and lots as numbers.
    if (written === null) continue
    const value = field === 'lot' && typeof written === 'number' ? String(written) : written
    if (Object.hasOwn(unitFields, field)) {
      const because = fieldFault(field as UnitField, value)
      if (because === null) record[field as UnitField] = value as string
      else blame(field, because)
      continue
    }
    const inner = typeof value === 'object' ? withoutSecrets(value, path => void secrets.push(path), [field]) : value
    if (field === 'addresses') {
      const because = addressesFault(inner)
      if (because !== null) blame(field, because)
      continue
    }
    const meant = misspelt(field)
    if (meant !== null) blame(fieldName(field), `is not a field of a unit (did you mean ${meant}?)`)
    else ignored.push(fieldName(field) ?? '…')
  }
  if (record.serial === undefined && !faults.some(({ field }) => field === 'serial')) {
    blame('serial', 'is missing: it says which unit the record is of')
  }
  if (expected.profile !== undefined) {
    const { profile } = expected
    for (const [field, because, code] of againstProduct(record, { ...expected, profile })) blame(field, because, code)
  }
  if (record.publicKey !== undefined) record.publicKey = record.publicKey.toLowerCase()
  return done(faults.length === 0 ? (record as UnitRecord) : null)
}

function* againstProduct(
  { serial, product, denomination }: Partial<Record<UnitField, string>>,
  { profile, serialPattern, lotProduct }: Expected & { readonly profile: ProductProfile },
): Generator<readonly [field: string, because: string, code?: LotFault['code']]> {
  if (serial !== undefined && serialPattern?.test(withoutTypography(serial)) === false) {
    yield ['serial', `is no serial of ${profile.name}, which looks like ${profile.serial.example}`]
  }
  if (product !== undefined && product !== lotProduct) {
    for (const { because, code } of productFault(product, '', profile)) yield ['product', because, code]
  }
  const { denominations } = profile
  if (denomination !== undefined && denominations !== undefined && !denominations.includes(denomination)) {
    const allowed = denominations.length === 0 ? 'is sold without one' : `has ${denominations.join(', ')}`
    yield ['denomination', `is no value of ${profile.name}, which ${allowed}`]
  }
}

let shipped: readonly string[] | undefined

/** The product that a file or a unit names must be the one that it is judged as. Null: it names none. */
export function productFault(product: string | null, unit: string, profile: ProductProfile | undefined): LotFault[] {
  if (product === null || profile === undefined || product.toLowerCase() === profile.name) return []
  shipped ??= shippedProfileNames()
  const known = shipped.includes(product.toLowerCase()) || /^[a-z][a-z-]{1,39}$/.test(product)
  const because = `says ${known ? product : 'another product'}, but the lot is judged as ${profile.name}; choose the product that the units are`
  return [{ code: 'lot-product', unit, field: 'product', because }]
}
