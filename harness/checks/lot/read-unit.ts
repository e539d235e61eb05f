import { withoutTypography } from '../../core/bare-serial.ts'
import type { ProductProfile } from '../../products/profile.ts'
import type { UnitRecord } from '../../products/unit-record.ts'
import { fieldName, misspelt } from './field-names.ts'
import type { LotFault } from './lot-fault.ts'
import { addressesFault, type UnitField, unitFields } from './lot-fields.ts'
import { type GivesAway, isObject, isSecret, scatteredIn, shownName, withoutSecrets } from './lot-secrets.ts'

/** What reading a lot's units brings to light besides their records. */
export interface Findings {
  readonly fault: (place: number, field: string | null, because: string, code?: LotFault['code']) => void
  /** A secret that is not read, by its place in the unit. */
  readonly secret: (place: number, path: string) => void
  /** The file's name of its lot is part of one. */
  readonly lotSecret: () => void
  /** A field that is not read because Assay does not know it. */
  readonly ignored: (field: string) => void
}

interface Expected {
  readonly profile: ProductProfile | undefined
  /** Tells the product's own. */
  readonly isSerial: ((text: string) => boolean) | null
  /** What the lot says for all: a unit that says the same is not blamed a second time. */
  readonly lotProduct: string | null
  /** The file's name of its lot. */
  readonly lotName: string | null
  /** What may stand in no field; default: keys alone. */
  readonly givesAway: GivesAway | undefined
  /** Of a table, what to call a column whose name cannot be shown. */
  readonly columns: ReadonlyMap<string, string> | null
}

/** Words that people write where they know nothing. They would count as a value. None has a digit. */
const placeholders =
  /^(?:|[-–—_.…?*#/x]+|n\.?\/?a\.?|nil|none|null|undefined|nan|tbd|tba|tbc|todo|unknown|missing|empty|pending|keine?|leer)$/i

/** What is wrong with a field's value by itself, or null. Says nothing of the value. */
export function fieldFault(field: UnitField, value: unknown): string | null {
  if (typeof value === 'number') return 'must be a text in quotation marks: a number loses its leading zeros'
  if (typeof value !== 'string') return 'must be a text'
  const because = unitFields[field].shape(value)
  if (because === null) return !/\d/.test(value) && placeholders.test(value) ? placeholder : null
  if (placeholders.test(value.trim())) return placeholder
  if (value.trim() !== value) return 'begins or ends with white space'
  const foreign = /[^\x20-\x7e]/u.exec(value)
  if (foreign === null) return because
  const code = foreign[0].codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')
  return `character ${foreign.index + 1} is U+${code}, which is no plain letter though it may look like one; write it anew`
}

const placeholder = 'is a placeholder; leave out what is not known'

/**
 * Reads one unit: every field's alphabet and form, and what the product says of it. Null: it has faults.
 * @param place of the unit in the file, from 0
 */
export function readUnit(given: unknown, place: number, expected: Expected, findings: Findings): UnitRecord | null {
  if (!isObject(given)) {
    findings.fault(place, null, 'is no object with fields')
    return null
  }
  const record: Partial<Record<UnitField, string>> = {}
  let isSound = true
  const told = new Set<string>()
  const tell = (path: string) => {
    told.add(path)
    findings.secret(place, path)
  }
  // A field whose name cannot be shown is told by its place.
  const placeOf = (field: string) => expected.columns?.get(field) ?? `field ${Object.keys(given).indexOf(field) + 1}`
  const shown = (field: string, givesAway = expected.givesAway) => shownName(field, givesAway) ?? placeOf(field)
  let hasSerial = false
  const blame = (field: string | null, because: string, code?: LotFault['code']) => {
    isSound = false
    findings.fault(place, field, because, code)
  }
  for (const field in given) {
    if (!Object.hasOwn(given, field)) continue
    const written = given[field]
    // What its own alphabet and checksum say is a code or a key that all may see is no passphrase that looks like one.
    const givesAway = isCode.has(field) ? undefined : expected.givesAway
    if (isSecret(field, written, givesAway)) {
      tell(shown(field, givesAway))
      continue
    }
    // Other programs write null for what is not known, and lots as numbers.
    if (written === null) continue
    const value = field === 'lot' && typeof written === 'number' ? String(written) : written
    if (Object.hasOwn(unitFields, field)) {
      hasSerial ||= field === 'serial'
      const because = fieldFault(field as UnitField, value)
      if (because === null) record[field as UnitField] = value as string
      else blame(field, because)
    } else {
      const because = otherFault(field, shown(field), value, expected.givesAway, tell, () =>
        findings.ignored(fieldName(field) ?? placeOf(field)),
      )
      if (because !== null) blame(fieldName(field), because)
    }
  }
  if (expected.givesAway !== undefined) {
    const others = Object.fromEntries(Object.entries(given).filter(([field]) => !Object.hasOwn(unitFields, field)))
    for (const at of scatteredIn(others, told, expected.givesAway, shown)) findings.secret(place, at)
    // A name that is half of a passphrase says nothing by itself.
    const { lot } = record
    const isOther = lot !== undefined && expected.lotName !== null && lot !== expected.lotName
    if (isOther && expected.givesAway(`${expected.lotName}\n${lot}`)) {
      tell('lot')
      findings.lotSecret()
      delete record.lot
    }
  }
  if (!hasSerial) blame('serial', 'is missing: it says which unit the record is of')
  if (expected.profile !== undefined) againstProduct(record, expected.profile, expected, blame)
  // One unit has one name, however a file sets its serial and whoever reads it: by another one it would have no history.
  if (record.serial !== undefined) record.serial = withoutTypography(record.serial)
  if (record.publicKey !== undefined) record.publicKey = record.publicKey.toLowerCase()
  return isSound ? (record as UnitRecord) : null
}

const isCode: ReadonlySet<string> = new Set(['intermediateCode', 'confirmationCode', 'publicKey', 'address'])

/** What is wrong with a field that is not read. */
function otherFault(
  field: string,
  shown: string,
  value: unknown,
  givesAway: GivesAway | undefined,
  tell: (path: string) => void,
  ignored: () => void,
): string | null {
  const how = { path: [shown], ...(givesAway && { givesAway }) }
  const inner = typeof value === 'object' ? withoutSecrets(value, tell, how) : value
  if (field === 'addresses') return addressesFault(inner)
  const meant = misspelt(field)
  if (meant !== null) return `is not a field of a unit (did you mean ${meant}?)`
  ignored()
  return null
}

function againstProduct(
  { serial, product, denomination }: Partial<Record<UnitField, string>>,
  profile: ProductProfile,
  { isSerial, lotProduct }: Pick<Expected, 'isSerial' | 'lotProduct'>,
  blame: (field: string, because: string, code?: LotFault['code']) => void,
): void {
  if (serial !== undefined && isSerial?.(serial) === false) {
    blame('serial', `is no serial of ${profile.name}, which looks like ${profile.serial.example}`)
  }
  if (product !== undefined && product !== lotProduct) {
    for (const { because, code } of productFault(product, '', profile)) blame('product', because, code)
  }
  const { denominations } = profile
  if (denomination !== undefined && denominations !== undefined && !denominations.includes(denomination)) {
    const allowed = denominations.length === 0 ? 'is sold without one' : `has ${denominations.join(', ')}`
    blame('denomination', `is no value of ${profile.name}, which ${allowed}`)
  }
}

/** What is shown of a product that is named: a word that could be one, and no key. */
const couldBeProduct = /^(?:[a-z][a-z-]{1,39}|[A-Z][A-Za-z]{1,11})$/

/** The product that a file or a unit names must be the one that it is judged as. Null: it names none. */
export function productFault(product: string | null, unit: string, profile: ProductProfile | undefined): LotFault[] {
  if (product === null || profile === undefined || product.toLowerCase() === profile.name) return []
  const because = `says ${couldBeProduct.test(product) ? product : 'another product'}, but the lot is judged as ${profile.name}; choose the product that the units are`
  return [{ code: 'lot-product', unit, field: 'product', because }]
}
