import type { CodeKind, CoreFinding } from '../../bip38/index.ts'

type Body = Readonly<Record<string, unknown>>

/** `name   value` lines with the values under each other. */
function table(rows: readonly (readonly [string, unknown])[]): string[] {
  const shown = rows.filter(([, value]) => value !== undefined && value !== null)
  const width = Math.max(0, ...shown.map(([name]) => name.length))
  return shown.map(([name, value]) => `${name.padEnd(width)}  ${String(value)}`)
}

const words = (key: string): string => key.replace(/[A-Z]/g, letter => ` ${letter.toLowerCase()}`)

const kindTitles: Record<CodeKind, string> = {
  epk: 'encrypted private key, made by EC multiplication',
  'epk-non-ec': 'encrypted private key, made from a private key',
  'confirmation-code': 'confirmation code',
  'intermediate-code': 'intermediate code',
}

/** A code, field by field, with what each field means. */
export function describeCode(body: Body): string[] {
  const kind = body['kind'] as CodeKind
  const flags = body['flags'] as number
  const fields = body['fields'] as Record<string, unknown>
  const meaning: Record<string, string> = {
    hasLot: 'the lot bit of the flag byte',
    compressed: 'form of the public key',
    ownerEntropy: 'the same in every code of the unit',
    ownerSalt: 'salt of the heavy scrypt',
    addressHash: 'first 4 bytes of SHA256d over the address',
    passpoint: 'G × passfactor; public',
    lot: '0..1048575',
    sequence: '0..4095',
  }
  const flagText =
    kind === 'intermediate-code' ? (flags === 0 ? 'none' : 'lot') : `0x${flags.toString(16).padStart(2, '0')}`
  return table([
    ['kind', kindTitles[kind]],
    ['flags', flagText],
    ...Object.entries(fields).map(([key, value]): [string, unknown] => [
      words(key),
      value === null ? null : `${String(value)}${meaning[key] === undefined ? '' : `   (${meaning[key]})`}`,
    ]),
  ])
}

const secretFields = ['privateKey', 'wif']

/** A key: its public key, what of the private key may be shown, its addresses. */
export function describeKey(body: Body): string[] {
  const { publicKey, address, addresses, lot, sequence, ...rest } = body
  const secrets = secretFields
    .filter(field => field in rest)
    .map((field): [string, unknown] => [words(field), rest[field]])
  const lines = table([
    ['public key', publicKey],
    ['address', address],
    ['lot', lot],
    ['sequence', sequence],
    ...secrets,
  ])
  return [...lines, '', ...describeAddresses(addresses as Record<string, string>)]
}

export const describeAddresses = (addresses: Readonly<Record<string, string>>): string[] =>
  table(Object.entries(addresses))

export const describeFields = (body: Body): string[] =>
  table(Object.entries(body).map(([key, value]) => [words(key), Array.isArray(value) ? value.join(', ') : value]))

/** Verdict first, then each finding with its reason. */
export function describeCheck(body: Body): string[] {
  const findings = body['findings'] as readonly CoreFinding[]
  const rows = findings.map(({ check, verdict, because }): [string, unknown] => [
    `${verdict.padEnd(12)} ${check}`,
    because,
  ])
  return [
    String(body['verdict']),
    '',
    ...table(rows),
    ...('publicKey' in body ? ['', ...table([['public key', body['publicKey']]])] : []),
  ]
}
