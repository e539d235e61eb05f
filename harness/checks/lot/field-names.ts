import { nearest } from '../../core/nearest.ts'
import { plainName } from '../../core/plain-name.ts'
import { unitFields } from './lot-fields.ts'

/** Fields of a unit that Assay reads, or looks at (`addresses`). */
export const unitFieldNames: readonly string[] = [...Object.keys(unitFields), 'addresses']

/** No field of ours is called by more, blanks and dashes included. */
const longestName = 100

const settled = (name: string) => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '')

/** What other programs call our fields. */
const otherNames: Readonly<Record<string, string>> = {
  serialnumber: 'serial',
  serialno: 'serial',
  sn: 'serial',
  pubkey: 'publicKey',
  pub: 'publicKey',
  intermediate: 'intermediateCode',
  confirmation: 'confirmationCode',
  depositaddress: 'address',
  addr: 'address',
  value: 'denomination',
}

const remembered = new Map<string, string | null>()

/** The field that an unknown one was probably meant to be: it would be left out without a word. Null: another program's own. */
export function misspelt(name: string, known: readonly string[] = unitFieldNames): string | null {
  if (name.length > longestName) return null
  if (known !== unitFieldNames) return sameAs(name, known) ?? nearest(name, known)
  const before = remembered.get(name)
  if (before !== undefined) return before
  const meant = sameAs(name, known) ?? otherNames[settled(name)] ?? nearest(name, known)
  if (remembered.size < 1000) remembered.set(name, meant)
  return meant
}

/** The field of that name whatever its case, blanks and dashes. */
export function sameAs(name: string, known: readonly string[]): string | null {
  if (name.length > longestName) return null
  const wanted = settled(name)
  return known.find(one => settled(one) === wanted) ?? null
}

/** A field's name as it may be shown. */
export const fieldName = (name: string): string | null => plainName(name, unitFieldNames)
