import { z } from 'zod'
import { AssayError } from '../core/assay-error.ts'
import { parseJson } from '../core/parse-json.ts'

/**
 * What the lot's public data says of a unit. Only the serial is required: a check that needs more says so by itself.
 * Never a passphrase, never an EPK.
 */
export const UnitRecord = z.object({
  serial: z.string().min(1).max(80),
  /** BIP38 intermediate code, 72 characters, `passphrase…`. */
  intermediateCode: z.string().optional(),
  /** BIP38 confirmation code, 75 characters, `cfrm38…`. */
  confirmationCode: z.string().optional(),
  /** SEC 1 public key, lower-case hex, compressed (66 characters) or not (130). */
  publicKey: z.string().optional(),
  /** The deposit address that the top layer prints. */
  address: z.string().optional(),
  lot: z.string().optional(),
  product: z.string().optional(),
  /** The value that the unit carries when it is sold, e.g. `0.1 BTC`. */
  denomination: z.string().max(20).optional(),
})
export type UnitRecord = z.infer<typeof UnitRecord>

/** A lot's public records. */
export const LotFile = z.object({
  format: z.literal('assay-lot-1').optional(),
  lot: z.string().nullable().default(null),
  product: z.string().nullable().default(null),
  units: z.array(UnitRecord).min(1),
})
export type LotFile = z.infer<typeof LotFile>

/** A lot file that cannot be used. */
export class LotFileError extends AssayError {
  override readonly name = 'LotFileError'
}

export interface LotFileReading {
  readonly lot: LotFile
  /** One sentence a secret that stood in the file and was not read: unit and field, never the value. */
  readonly warnings: readonly string[]
}

/**
 * Reads a lot's public records: `{format: 'assay-lot-1', lot, product, units: […]}`, `{units: […]}` or a bare array.
 * Public fields that Assay does not know are ignored; secret ones are dropped unread, with a warning.
 *
 * @param origin what to call the text in errors, e.g. the file's path
 * @throws LotFileError `lot-not-json`, `lot-without-units`, `lot-faulty`, `lot-serial-twice`; never holds a value of the file
 *   but serials
 */
export function readLotFile(text: string, origin = 'the lot file'): LotFileReading {
  // Other programs write a byte order mark in front; it is no part of the records (RFC 8259, section 8.1).
  const json = parseJson(text.replace(/^\ufeff/, ''))
  if (json === undefined) {
    throw new LotFileError('lot-not-json', `${origin} is not JSON; export the lot's public records again.`)
  }
  const whole = Array.isArray(json) ? { units: json } : json
  if (!isObject(whole) || !Array.isArray(whole['units']) || whole['units'].length === 0) {
    throw new LotFileError(
      'lot-without-units',
      `${origin} holds no units; it needs {"units": [{"serial": …}, …]} or a bare array of units.`,
    )
  }
  const warnings: string[] = []
  const { units, ...head } = whole
  const publicHead = withoutSecrets(head, 'the lot', warnings)
  const publicUnits = units.map((unit, i) => leniently(withoutSecrets(unit, nameOf(unit, i), warnings)))
  const result = LotFile.safeParse({ ...ownHead(publicHead, origin), units: publicUnits })
  if (!result.success) {
    const issue = result.error.issues[0]!
    const [list, index, ...rest] = issue.path
    const where = list === 'units' && typeof index === 'number' ? `unit ${index + 1}` : String(list)
    const field = rest.length > 0 ? `, field «${rest.join('.')}»` : ''
    throw new LotFileError('lot-faulty', `${origin}: ${where}${field}: ${issue.message}.`)
  }
  refuseTwins(result.data.units, origin)
  return { lot: result.data, warnings }
}

/** The head of a lot file: a later format is refused, another program's own head is not ours to judge. */
function ownHead(head: unknown, origin: string): object {
  const { format, lot, product } = leniently(head) as Record<string, unknown>
  if (typeof format === 'string' && format.startsWith('assay-lot-') && format !== 'assay-lot-1') {
    throw new LotFileError(
      'lot-faulty',
      `${origin} has the format ${format.slice(0, 20)}; this Assay reads assay-lot-1.`,
    )
  }
  return { ...(format === 'assay-lot-1' ? { format } : {}), lot: nameOrNull(lot), product: nameOrNull(product) }
}

const nameOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null)

/** Other programs write null for what is not known, and lots as numbers. */
function leniently(record: unknown): unknown {
  if (!isObject(record)) return record
  const known = Object.entries(record).filter(([, value]) => value !== null)
  return Object.fromEntries(
    known.map(([field, value]) => [field, field === 'lot' && typeof value === 'number' ? String(value) : value]),
  )
}

function refuseTwins(units: readonly UnitRecord[], origin: string): void {
  const seen = new Map<string, number>()
  for (const [i, { serial }] of units.entries()) {
    const earlier = seen.get(serial)
    if (earlier !== undefined) {
      throw new LotFileError(
        'lot-serial-twice',
        `${origin}: units ${earlier + 1} and ${i + 1} have the same serial ${serial}; a serial belongs to one unit.`,
      )
    }
    seen.set(serial, i)
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function nameOf(unit: unknown, index: number): string {
  const serial = isObject(unit) ? unit['serial'] : undefined
  const known = typeof serial === 'string' && serial.length > 0 && serial.length <= 80 && !secretText(serial)
  return known ? `unit ${serial}` : `unit ${index + 1}`
}

/** Field names that hold a factor of the key or the key itself, without case, `_` and `-`. */
const secretFields =
  /^(bip38)?(passphrase|password|passphrasedisplay|passfactor|prefactor|epk|encryptedprivatekey|encryptedkey|bottomepk|privatekey|privkey|secretkey|privatekeyhex|wif|wiffortestonly|seed|seedb|factorb|mnemonic|secret|secrets)/

/** Texts that are an EPK or a WIF whatever their field is called. */
const secretText = (text: string) =>
  /^6P[1-9A-HJ-NP-Za-km-z]{56}$/.test(text.trim()) || /^[5KLc9][1-9A-HJ-NP-Za-km-z]{50,51}$/.test(text.trim())

function isSecretField(name: string): boolean {
  return secretFields.test(name.toLowerCase().replaceAll(/[_\-\s]/g, ''))
}

/** A copy without secrets; pushes a warning for each, naming the field's place but never its value. */
function withoutSecrets(value: unknown, owner: string, warnings: string[], path: readonly string[] = []): unknown {
  if (Array.isArray(value)) return value.map((item, i) => withoutSecrets(item, owner, warnings, [...path, String(i)]))
  if (!isObject(value)) return value
  const kept: Record<string, unknown> = {}
  for (const [field, inner] of Object.entries(value)) {
    const here = [...path, secretText(field) ? '[secret]' : field]
    if (secretText(field) || isSecretField(field) || (typeof inner === 'string' && secretText(inner))) {
      warnings.push(`${owner}: the field «${here.join('.')}» is secret and was not read; remove it from the lot file.`)
      continue
    }
    kept[field] = withoutSecrets(inner, owner, warnings, here)
  }
  return kept
}
