import { addressHashOf, createIntermediateCode, decodeCode } from '../bip38/index.ts'
import { addressesOf } from '../coins/index.ts'
import type { Secret } from '../core/secret.ts'
import type { UnitRecord } from '../products/unit-record.ts'
import type { Payload, SymbolOnCard } from './see-golden.ts'
import { partLike, type TextPlace, type ToldText } from './told-texts.ts'

/** A golden unit, and what stands on it. */
export interface ToldUnit {
  readonly record: UnitRecord
  /** As it stands on the card, separators included; null where nobody told it. */
  readonly passphrase: Secret | null
}

export function textsOf({ record, passphrase }: ToldUnit, epk: string | null): ToldText[] {
  return [
    { content: 'serial' as const, text: record.serial },
    ...(record.address === undefined ? [] : [{ content: 'address' as const, text: record.address }]),
    ...(record.confirmationCode === undefined
      ? []
      : [{ content: 'confirmation-code' as const, text: record.confirmationCode }]),
    ...(passphrase === null ? [] : [{ content: 'passphrase' as const, text: passphrase.exposeText() }]),
    ...(epk === null ? [] : [{ content: 'epk' as const, text: epk }]),
  ]
}

/** Which unit a photograph shows, by a symbol on it: the address itself, or the hash of it that an EPK carries. */
export function unitBySymbols(symbols: readonly SymbolOnCard[], units: readonly ToldUnit[]): ToldUnit | null {
  for (const { payload, text } of symbols) {
    const found = units.find(({ record }) => isOf(record, payload, text))
    if (found !== undefined) return found
  }
  return null
}

function isOf({ address, confirmationCode, publicKey }: UnitRecord, payload: Payload, text: string): boolean {
  if (payload === 'confirmation-code') return text === confirmationCode
  if (payload === 'address') return address !== undefined && addressIn(text) === address
  const code = decoded(text)
  if (code === null || !('addressHash' in code)) return false
  // The hash is of the address as the maker's BIP38 has it, which need not be of the kind that is printed.
  const addresses = [
    ...(address === undefined ? [] : [address]),
    ...(publicKey ? Object.values(addressesOf(publicKey)) : []),
  ]
  return addresses.some(one => code.addressHash === hex(addressHashOf(one)))
}

/** The address in a symbol that may carry a scheme in front of it. */
const addressIn = (text: string) => text.slice(prefixIn(text).length)
export const prefixIn = (text: string) => /^[a-z][a-z0-9+.-]{0,19}:/.exec(text)?.[0] ?? ''

/** Flag byte of an EPK; null of what is none. */
export const flagsOf = (epk: string): number | null => decoded(epk)?.flags ?? null

function decoded(text: string) {
  try {
    return decodeCode(text)
  } catch {
    return null
  }
}

const hex = (bytes: Uint8Array) => Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('')

/** Serials of other units in view where a line reads as one of them and not as its own. */
export function foreignSerials(
  lines: readonly { readonly text: string }[],
  own: ToldUnit,
  units: readonly ToldUnit[],
  places: readonly TextPlace[],
): string[] {
  const free = lines.filter(line => !places.some(place => place.line === line))
  return units.flatMap(({ record: { serial } }) =>
    serial !== own.record.serial &&
    free.some(({ text }) => text.length >= serial.length - 1 && partLike([...serial], [...text]).errors <= 1)
      ? [serial]
      : [],
  )
}

/**
 * Are the separators of a displayed passphrase characters of it? Proved by the unit's own intermediate code, one heavy scrypt each.
 * Null where neither fits: wrong text, or the record has no such code.
 */
export async function separatorIsSecret(
  { record, passphrase }: ToldUnit,
  separator: string,
  signal?: AbortSignal,
): Promise<boolean | null> {
  const told = record.intermediateCode === undefined ? null : decoded(record.intermediateCode)
  if (passphrase === null || told === null || told.kind !== 'intermediate-code') return null
  const displayed = passphrase.exposeText()
  const { ownerSalt, lot, sequence } = told
  for (const isSecret of [false, true]) {
    const code = await createIntermediateCode(
      {
        passphrase: isSecret ? displayed : displayed.replaceAll(separator, ''),
        ownerSalt,
        ...(lot === null || sequence === null ? {} : { lot, sequence }),
      },
      signal === undefined ? {} : { signal },
    )
    if (code === record.intermediateCode) return isSecret
    if (separator === '') break
  }
  return null
}
