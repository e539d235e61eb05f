import { parseProfile } from '../../products/load-profile.ts'
import type { ProductProfile } from '../../products/profile.ts'
import { serialPattern } from '../../products/serial-pattern.ts'
import { refused } from '../courier/envelope.ts'
import { type ExpectedManifest, openManifest, RequestManifest, readCode } from '../courier/manifests.ts'
import { hasLot, lotAndSequence } from '../lot/lot-numbers.ts'
import { profileHash } from '../site/lot-desk.ts'

export interface ExpectedRequest extends ExpectedManifest {
  /** The product profile's file, as text. */
  readonly product: string
}

/**
 * Opens site A's manifest and looks at every item; all of it is accepted, or nothing.
 * @throws LineError as {@link openEnvelope}, and `manifest-elsewhere`, `manifest-lot`, `manifest-product`, `item-count`,
 *   `item-doubled`, `item-code`, `item-order`; names the first unit concerned
 */
export function acceptRequest(
  text: string,
  expected: ExpectedRequest,
): { readonly request: RequestManifest; readonly profile: ProductProfile } {
  const request = openManifest(text, expected, RequestManifest)
  const profile = parseProfile(expected.product, 'the product profile')
  if (request.product !== profile.name || request.profileSha256 !== profileHash(profile)) {
    throw refused('manifest-product', `it is for another ${request.product} than the product profile here describes`)
  }
  if (hasLot(profile) !== (request.lotNumber !== null)) {
    throw refused('manifest-lot', 'its lot number does not fit the product')
  }
  const serials = new Set<string>()
  const codes = new Set<string>()
  const pattern = serialPattern(profile.serial.pattern)
  for (const [place, { serial, intermediateCode }] of request.items.entries()) {
    if (!pattern.test(serial))
      throw refused('item-serial', `unit ${place + 1} has a serial that ${profile.name} does not have`)
    if (serials.has(serial)) throw refused('item-doubled', `unit ${serial} is there twice`)
    if (codes.has(intermediateCode))
      throw refused('item-doubled', `unit ${serial} has another unit's intermediate code`)
    serials.add(serial)
    codes.add(intermediateCode)
    checkCode(serial, intermediateCode, request.lotNumber, place)
  }
  return { request, profile }
}

function checkCode(serial: string, intermediateCode: string, firstLot: number | null, place: number): void {
  const code = readCode(intermediateCode, `the intermediate code of unit ${serial}`)
  if (code.kind !== 'intermediate-code' || code.hasLot !== (firstLot !== null)) {
    throw refused('item-code', `the code of unit ${serial} is not of the kind that the product takes`)
  }
  if (firstLot === null) return
  // Lot and sequence stand inside the code: a unit left out, added or moved is seen here, whoever signed.
  const { lot, sequence } = lotAndSequence(firstLot, place)
  if (code.lot !== lot || code.sequence !== sequence) {
    throw refused(
      'item-order',
      `unit ${serial} has lot ${code.lot}, sequence ${code.sequence} in its code, which is not its place ${place + 1}`,
    )
  }
}
