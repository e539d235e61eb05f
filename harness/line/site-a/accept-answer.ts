import { decodeCode } from '../../bip38/code-fields.ts'
import type { ProductProfile } from '../../products/profile.ts'
import { refused } from '../courier/envelope.ts'
import { AnswerManifest, type ExpectedManifest, openManifest, readCode } from '../courier/manifests.ts'
import { addressesFor } from '../lot/addresses-for.ts'

export interface ExpectedAnswer extends ExpectedManifest {
  /** SHA-256 of the request that was sent. */
  readonly answers: string
  readonly profile: ProductProfile
  /** Serials and intermediate codes as they were sent, in that order. */
  readonly sent: readonly { readonly serial: string; readonly intermediateCode: string }[]
}

/**
 * Opens site B's manifest and looks at every item, as far as that goes without a passphrase; all of it is accepted, or
 * nothing.
 * @throws LineError as {@link openEnvelope}, and `manifest-elsewhere`, `manifest-lot`, `manifest-other-request`, `item-count`,
 *   `item-foreign`, `item-doubled`, `item-missing`, `item-order`, `item-code`, `item-swapped`, `item-address`
 */
export function acceptAnswer(text: string, expected: ExpectedAnswer): AnswerManifest {
  const answer = openManifest(text, expected, AnswerManifest)
  if (answer.answers !== expected.answers) {
    throw refused('manifest-other-request', 'it answers another request than the one that was sent')
  }
  checkSerials(answer, expected)
  const ownersInOrder = expected.sent.map(({ intermediateCode }) => ownerOf(intermediateCode))
  const owners = new Map(expected.sent.map(({ serial }, place) => [ownersInOrder[place]!, serial]))
  const keys = new Set<string>()
  for (const [place, item] of answer.items.entries()) {
    if (keys.has(item.publicKey)) throw refused('item-doubled', `unit ${item.serial} has another unit's key`)
    keys.add(item.publicKey)
    checkItem(item, ownersInOrder[place]!, expected.profile, owners)
  }
  return answer
}

function checkSerials({ items }: AnswerManifest, { sent }: ExpectedAnswer): void {
  const known = new Set(sent.map(({ serial }) => serial))
  const seen = new Set<string>()
  for (const { serial } of items) {
    if (!known.has(serial)) throw refused('item-foreign', `unit ${serial} was never sent`)
    if (seen.has(serial)) throw refused('item-doubled', `unit ${serial} is there twice`)
    seen.add(serial)
  }
  const missing = sent.find(({ serial }) => !seen.has(serial))
  if (missing !== undefined) throw refused('item-missing', `unit ${missing.serial} is missing`)
  const moved = items.find(({ serial }, place) => serial !== sent[place]!.serial)
  if (moved !== undefined) throw refused('item-order', `unit ${moved.serial} is not at its place`)
}

function checkItem(
  { serial, publicKey, addresses, confirmationCode }: AnswerManifest['items'][number],
  owner: string,
  profile: ProductProfile,
  owners: ReadonlyMap<string, string>,
): void {
  const code = readCode(confirmationCode, `the confirmation code of unit ${serial}`)
  if (code.kind !== 'confirmation-code' || !(profile.bip38.flags as readonly number[]).includes(code.flags)) {
    throw refused('item-code', `the confirmation code of unit ${serial} is not of the kind that ${profile.name} has`)
  }
  if (code.ownerEntropy !== owner) {
    const other = owners.get(code.ownerEntropy)
    throw refused(
      'item-swapped',
      `unit ${serial} has the confirmation code of ${other === undefined ? 'a unit that was never sent' : `unit ${other}`}`,
    )
  }
  const own = addressesFor(profile, publicKey)
  const differs =
    own === null ||
    Object.keys(addresses).length !== Object.keys(own).length ||
    Object.entries(own).some(([kind, address]) => addresses[kind] !== address)
  if (differs) throw refused('item-address', `the addresses of unit ${serial} are not those of its public key`)
}

function ownerOf(intermediateCode: string): string {
  const code = decodeCode(intermediateCode)
  return code.kind === 'intermediate-code' ? code.ownerEntropy : ''
}
