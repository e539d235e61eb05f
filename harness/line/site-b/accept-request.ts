import { decodeCode } from '../../bip38/code-fields.ts'
import { parseProfile } from '../../products/load-profile.ts'
import type { ProductProfile } from '../../products/profile.ts'
import { openEnvelope } from '../courier/envelope.ts'
import { RequestManifest } from '../courier/manifests.ts'
import { LineError } from '../line-error.ts'
import { profileHash } from '../site/lot-desk.ts'

export interface ExpectedRequest {
  /** Public keys: who must have signed, and for whom. */
  readonly from: string
  readonly to: string
  readonly lot: string
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
  const request = openEnvelope(text, expected.from, RequestManifest)
  if (request.from !== expected.from || request.to !== expected.to) {
    throw refused('manifest-elsewhere', 'it is meant for another line')
  }
  if (request.lot !== expected.lot)
    throw refused('manifest-lot', `it is of the lot ${request.lot}, not ${expected.lot}`)
  const profile = parseProfile(expected.product, 'the product profile')
  if (request.product !== profile.name || request.profileSha256 !== profileHash(profile)) {
    throw refused('manifest-product', `it is for another ${request.product} than the product profile here describes`)
  }
  if (request.count !== request.items.length) {
    throw refused('item-count', `it says ${request.count} units and has ${request.items.length}`)
  }
  const withLot = profile.bip38.flags.some(flags => (flags & 0x04) !== 0)
  if (withLot !== (request.lotNumber !== null)) throw refused('manifest-lot', 'its lot number does not fit the product')
  const serials = new Set<string>()
  const codes = new Set<string>()
  const pattern = new RegExp(profile.serial.pattern, 'u')
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
  let code: ReturnType<typeof decodeCode>
  try {
    code = decodeCode(intermediateCode)
  } catch (cause) {
    throw new LineError('item-code', refusal(`the intermediate code of unit ${serial} is damaged`), { cause })
  }
  if (code.kind !== 'intermediate-code' || code.hasLot !== (firstLot !== null)) {
    throw refused('item-code', `the code of unit ${serial} is not of the kind that the product takes`)
  }
  if (firstLot === null) return
  // Lot and sequence stand inside the code: a unit left out, added or moved is seen here, whoever signed.
  if (code.lot !== firstLot + Math.floor(place / 4096) || code.sequence !== place % 4096) {
    throw refused(
      'item-order',
      `unit ${serial} has lot ${code.lot}, sequence ${code.sequence} in its code, which is not its place ${place + 1}`,
    )
  }
}

const refusal = (why: string) => `The manifest is refused: ${why}. Nothing of it was taken.`
const refused = (code: string, why: string) => new LineError(code, refusal(why))
