import { decodeText } from '../../core/decode-text.ts'
import { looksSecret } from '../../core/looks-secret.ts'
import { readJson } from '../../core/parse-json.ts'
import type { ProductProfile } from '../../products/profile.ts'
import { serialTest } from '../../products/serial-pattern.ts'
import type { LotFile, UnitRecord } from '../../products/unit-record.ts'
import { fieldName, misspelt } from './field-names.ts'
import { type LotFault, lotFileError } from './lot-fault.ts'
import { type GivesAway, isObject, scatteredIn, withoutSecrets } from './lot-secrets.ts'
import { tableOfUnits } from './lot-table.ts'
import { proofFaults, proveLater } from './prove-record.ts'
import { type Findings, fieldFault, productFault, readUnit } from './read-unit.ts'
import { Twins } from './twins.ts'

/** What a lot file's content is held against besides the rules of its fields. */
export interface LotFileOptions {
  /**
   * The product that the units are judged as: the file's own product must be it, and its serials and values fit it. A function is
   * given the product that the file names, null where it names none.
   */
  readonly profile?: ProductProfile | ((own: string | null) => ProductProfile)
  /** What may stand in no field, known or not, besides keys and what its own name calls secret; it counts as secret. */
  readonly givesAway?: GivesAway
}

/** Where a secret stood in a lot file, as sentences call it: `unit BX2409708` or `the lot`, and the field. */
export interface SecretPlace {
  readonly unit: string
  readonly field: string
}

export interface LotFileReading {
  readonly lot: LotFile
  /** The product that the units were held against; null for none. */
  readonly profile: ProductProfile | null
  /** One sentence a secret that stood in the file and was not read: unit and field, never the value. */
  readonly warnings: readonly string[]
  /** Where they stood. */
  readonly secrets: readonly SecretPlace[]
  /** Fields that Assay does not know and does not read, by name. */
  readonly ignored: readonly string[]
}

/** Everything that there is to say of a lot file. */
export interface LotExamination extends Omit<LotFileReading, 'lot'> {
  /** Null when there are faults. */
  readonly lot: LotFile | null
  readonly faults: readonly LotFault[]
}

/** Proving a record takes about a millisecond: of a larger lot each is proved when its unit is there (`proveRecord`). */
const provedAtOnce = 500

/**
 * Reads a lot's public records: `{format: 'assay-lot-1', lot, product, units: […]}`, `{units: […]}`, a bare array, or a table
 * as spreadsheets export it. Every field is checked here, so that what is wrong with a record is never found to be wrong with
 * its unit. Fields that Assay does not know are left out, and secret ones are dropped unread with a warning.
 *
 * @param content the file's bytes (UTF-8 or UTF-16), or its text
 * @param origin what to call it in errors, e.g. the file's path
 * @throws LotFileError `lot-unreadable`, `lot-not-json`, `lot-without-units`, `lot-faulty`, `lot-serial-twice`, `lot-twins`,
 *   `lot-product`; never holds a value of the file but serials and products
 */
export function readLotFile(
  content: string | Uint8Array,
  origin = 'the lot file',
  options: LotFileOptions = {},
): LotFileReading {
  const { lot, faults, ...said } = examine(content, options, false)
  if (lot === null) throw lotFileError(origin, faults)
  return { lot, ...said }
}

/** Every fault of a lot file, every record proved however many there are. Never throws. */
export function examineLotFile(content: string | Uint8Array, options: LotFileOptions = {}): LotExamination {
  return examine(content, options, true)
}

function examine(content: string | Uint8Array, options: LotFileOptions, thorough: boolean): LotExamination {
  const opened = open(content, options.givesAway)
  if ('fault' in opened)
    return { lot: null, profile: null, faults: [opened.fault], warnings: [], secrets: [], ignored: [] }
  const secrets: SecretPlace[] = []
  const warn = (unit: string) => (field: string) => void secrets.push({ unit, field })
  const { givesAway } = options
  const head = readHead(
    withoutSecrets(opened.head, warn('the lot'), givesAway && { givesAway }) as Record<string, unknown>,
  )
  if (givesAway !== undefined) {
    const told = new Set(secrets.map(({ field }) => field))
    const { format: _, lot: __, product: ___, ...others } = opened.head as Record<string, unknown>
    for (const at of scatteredIn(others, told, givesAway)) warn('the lot')(at)
  }
  const profile = typeof options.profile === 'function' ? options.profile(head.product) : options.profile
  const ignored = new Set<string>()
  const isSerial = profile === undefined ? null : serialTest(profile.serial)
  const { units: given, lines, columns } = opened
  const nameOf = (place: number) => unitName(given[place], lines?.[place] ?? null, place, isSerial)
  const faults: LotFault[] = [...head.faults, ...productFault(head.product, 'the lot', profile), ...opened.faults]
  const expected = { profile, isSerial, lotProduct: head.product, lotName: head.lot, givesAway, columns }
  let isNameSecret = false
  const findings: Findings = {
    lotSecret: () => {
      isNameSecret = true
    },
    fault: (at, field, because, code = 'lot-faulty') => void faults.push({ code, unit: nameOf(at), field, because }),
    secret: (at, path) => warn(nameOf(at))(path),
    ignored: field => void ignored.add(field),
  }
  const twins = new Twins(given.length, nameOf)
  const records = given.map((fields, place) => {
    const record = readUnit(fields, place, expected, findings)
    if (record !== null) twins.add(record, place)
    return record
  })
  for (const field of opened.secrets) warn('the table')(field)
  if (isNameSecret) warn('the lot')('lot')
  const isProved = thorough || records.length <= provedAtOnce
  const unproved: LotFault[] = []
  if (isProved) {
    for (const [place, record] of records.entries()) {
      if (record === null) continue
      const found = proofFaults(record, () => nameOf(place))
      if (found.length === 0) twins.addKey(record, place)
      unproved.push(...found)
    }
  }
  for (const fault of [...twins.faults, ...unproved]) faults.push(fault)
  const said = { profile: profile ?? null, warnings: secrets.map(warning), secrets, ignored: [...ignored] }
  if (faults.length > 0) return { lot: null, faults, ...said }
  const units = records as UnitRecord[]
  const lot: LotFile = {
    ...(head.format === null ? {} : { format: head.format }),
    lot: isNameSecret ? null : head.lot,
    product: head.product,
    units,
  }
  if (!isProved) proveLater(lot)
  return { lot, faults, ...said }
}

const warning = ({ unit, field }: SecretPlace): string =>
  `${unit}: the field «${field}» is secret and was not read; remove it from the lot file.`

interface Opened {
  readonly head: Record<string, unknown>
  /** What stands in the place of each unit; of a table its cells by field. */
  readonly units: readonly unknown[]
  /** Of a table, the line that each unit stands in, from 1. */
  readonly lines: readonly number[] | null
  /** Of a table, what to call each column whose name cannot be shown. */
  readonly columns: ReadonlyMap<string, string> | null
  /** Columns of a table that are secret. */
  readonly secrets: readonly string[]
  readonly faults: readonly LotFault[]
}

function open(content: string | Uint8Array, givesAway: GivesAway | undefined): Opened | { readonly fault: LotFault } {
  const fault = (code: LotFault['code'], because: string) => ({ fault: { code, unit: null, field: null, because } })
  const text = typeof content === 'string' ? content.replace(/^\ufeff/, '') : decodeText(content)
  if (text === null) return fault('lot-unreadable', 'is neither UTF-8 nor UTF-16; write it out again as UTF-8')
  const table = /^\s*[[{]/.test(text) ? null : tableOfUnits(text, givesAway)
  if (table !== null) {
    if (table.units.length === 0 && table.faults.length === 0)
      return fault('lot-without-units', 'holds no units below its header')
    return { head: {}, ...table }
  }
  const json = readJson(text)
  if ('fault' in json) {
    return fault(
      'lot-not-json',
      `${json.fault}, and no table with a header either; export the lot's public records again`,
    )
  }
  const whole = Array.isArray(json.value) ? { units: json.value } : json.value
  if (!isObject(whole) || !Array.isArray(whole['units']) || whole['units'].length === 0) {
    return fault('lot-without-units', 'holds no units; it needs {"units": [{"serial": …}, …]} or a bare array of units')
  }
  const { units, ...head } = whole
  return { head, units: units as unknown[], lines: null, columns: null, secrets: [], faults: [] }
}

interface Head {
  readonly format: 'assay-lot-1' | null
  readonly lot: string | null
  readonly product: string | null
  readonly faults: readonly LotFault[]
}

const headFields = ['format', 'lot', 'product', 'units', 'line']

/** The head of a lot file: a later format is refused, another program's own head is not ours to judge. */
function readHead(head: Readonly<Record<string, unknown>>): Head {
  const { format, lot, product } = head
  const faults: LotFault[] = []
  const blame = (field: string, because: string) =>
    void faults.push({ code: 'lot-faulty', unit: 'the lot', field, because })
  if (typeof format === 'string' && /^assay-lot-(?!1$)/.test(format)) {
    blame('format', 'is another than assay-lot-1, which this Assay reads')
  }
  const texts = { lot: typeof lot === 'number' ? String(lot) : lot, product }
  for (const [field, value] of Object.entries(texts)) {
    if (value == null) continue
    const because = fieldFault(field as 'lot' | 'product', value)
    if (because !== null) blame(field, because)
  }
  for (const field of Object.keys(head)) {
    const meant = headFields.includes(field) ? null : misspelt(field, headFields)
    if (meant !== null) blame(fieldName(field) ?? '…', `is not a field of a lot (did you mean ${meant}?)`)
  }
  const known = (value: unknown) => (typeof value === 'string' ? value : null)
  return {
    format: format === 'assay-lot-1' ? format : null,
    lot: known(texts.lot),
    product: known(texts.product),
    faults,
  }
}

/** A unit by its serial, which is shown where it is surely one; else by its place. */
function unitName(
  fields: unknown,
  line: number | null,
  index: number,
  isSerial: ((text: string) => boolean) | null,
): string {
  const serial = isObject(fields) ? fields['serial'] : undefined
  const isPlain = typeof serial === 'string' && isPlainSerial(serial) && isSerial?.(serial) !== false
  if (!isPlain) return line === null ? `unit ${index + 1}` : `line ${line}`
  return line === null ? `unit ${serial}` : `unit ${serial} (line ${line})`
}

/** Shorter than any passphrase that is worth one. */
const isPlainSerial = (text: string) => /^[A-Za-z0-9][A-Za-z0-9 -]{0,15}$/.test(text) && !looksSecret(text)
