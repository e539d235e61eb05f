import { createHmac } from 'node:crypto'
import { z } from 'zod'
import { decodeCode } from '../../bip38/code-fields.ts'
import { uniformBelow } from '../../core/random.ts'
import { canonicalJson } from '../../custody/canonical-json.ts'
import type { SealedStore } from '../../custody/sealed-store.ts'
import { parseProfile } from '../../products/load-profile.ts'
import type { ProductProfile } from '../../products/profile.ts'
import { sealEnvelope } from '../courier/envelope.ts'
import { RequestManifest } from '../courier/manifests.ts'
import type { LedgerFacts } from '../ledger/ledger-entry.ts'
import { LineError } from '../line-error.ts'
import { Denomination, ItemNumber, LineSettings, mostUnits, optional } from '../line-settings.ts'
import { hasLot, lotNumbersFor } from '../lot/lot-numbers.ts'
import { passphraseSymbols, SymbolTally } from '../lot/uniform-symbols.ts'
import { drawSerial } from '../serial.ts'
import {
  keepProfile,
  type LotDesk,
  openDesk,
  openStore,
  profileHash,
  profileOf,
  serialsOfOtherLots,
} from '../site/lot-desk.ts'
import { manifestHead, requireSeal, sendManifest } from '../site/lot-manifests.ts'
import type { Workplace } from '../site/workplace.ts'
import { drawOfA, makeUnitOfA, unitsAtOnce } from './make-codes.ts'
import { codesIn, packUnitOfA, type UnitOfA, unitsOfA } from './unit-of-a.ts'

export const BeginRequest = z.strictObject({
  lot: z.string(),
  /** The product profile's file, as text. */
  product: z.string(),
  count: z.int().min(1).max(mostUnits),
  settings: LineSettings,
  denomination: optional(Denomination),
  /** Intermediate codes that customers made (PRO), one a line; null where the maker makes them. */
  customerCodes: optional(z.string()),
  /** Number of the courier's seal; needed where the settings say that manifests are carried. */
  seal: optional(ItemNumber),
})
type BeginRequest = z.infer<typeof BeginRequest>

/**
 * Site A's first part: serials, passphrases, intermediate codes, and the manifest for site B. Repeating the command goes
 * on where it was cut off.
 */
export async function beginLot(workplace: Workplace, request: BeginRequest) {
  using desk = await openDesk(workplace, request.lot, 'begin', 'begin')
  const { ledger } = desk
  if (ledger.find('begun') === null) beginLedger(desk, request)
  else refuseOtherRequest(desk, request)
  const profile = profileOf(desk)
  const { count, lotNumber } = ledger.find('begun')!.body.facts as { count: number; lotNumber: number | null }
  using store = await openStore(desk)
  if (ledger.find('made') === null) {
    await fillStore(desk, store, profile, { count, lotNumber, codes: codesOfCustomers(request) })
    const { serials, symbols } = checkCodes(store, profile, workplace)
    ledger.write('made', serials, { count, symbols })
  }
  const text = requestText(desk, store)
  const sent = sendManifest(desk, `${desk.lot}.a-to-b.json`, text, count, request.seal)
  return { lot: desk.lot, units: count, ...sent }
}

const codesOfCustomers = ({ customerCodes }: BeginRequest) => customerCodes?.trim().split(/\s+/) ?? null

function beginLedger(desk: LotDesk, request: BeginRequest): void {
  const { product, settings, denomination, count, seal } = request
  const profile = parseProfile(product, 'the product profile')
  const codes = codesOfCustomers(request)
  const byCustomer = profile.passphrase.madeBy === 'customer'
  if (byCustomer !== (codes !== null)) {
    throw new LineError(
      'codes-by-whom',
      byCustomer
        ? `With ${profile.title} the customer makes the passphrase: give the customers' intermediate codes.`
        : `With ${profile.title} the maker makes the passphrases; customers' intermediate codes have no place there.`,
    )
  }
  refuseOtherValue(profile, denomination)
  for (const [i, code] of codes?.entries() ?? []) checkCustomerCode(profile, code, i)
  if (codes !== null && new Set(codes).size !== codes.length) {
    throw new LineError(
      'code-doubled',
      "One of the customers' intermediate codes is there twice; a unit needs one of its own.",
    )
  }
  if (codes !== null && codes.length !== count) {
    throw new LineError('count-differs', `There are ${codes.length} intermediate codes for ${count} units.`)
  }
  requireSeal(settings.courier, seal)
  const lotNumbers = 2 ** 20 - lotNumbersFor(count) + 1
  const lotNumber = hasLot(profile) ? uniformBelow(desk.workplace.random, lotNumbers) : null
  keepProfile(desk, product)
  desk.ledger.write('begun', 'all', {
    product: profile.name,
    profileSha256: profileHash(profile),
    settings,
    denomination,
    lotNumber,
    count,
    peer: desk.peer.publicKey,
  })
}

/** A product that names its values is made with one of them: no unit's value is left to be guessed. */
function refuseOtherValue({ title, denominations }: ProductProfile, denomination: string | null): void {
  if (denominations === undefined) return
  if (denominations.length === 0 && denomination !== null) {
    throw new LineError('value-unknown', `Units of ${title} are sold without a value; leave ${denomination} out.`)
  }
  if (denominations.length > 0 && !denominations.includes(denomination ?? '')) {
    throw new LineError(
      denomination === null ? 'value-missing' : 'value-unknown',
      `Units of ${title} carry a value: give one of ${denominations.join(', ')}.`,
    )
  }
}

/** A command that is repeated must mean the same lot. */
function refuseOtherRequest(desk: LotDesk, { product, count, settings, denomination }: BeginRequest): void {
  const facts = desk.ledger.find('begun')!.body.facts
  const same =
    facts.count === count &&
    facts.denomination === denomination &&
    canonicalJson(facts.settings) === canonicalJson(settings) &&
    facts.profileSha256 === profileHash(parseProfile(product, 'the product profile'))
  if (!same) {
    throw new LineError(
      'lot-differs',
      `The lot ${desk.lot} was begun with another product, count, value or other settings. Repeat the command as it was, or name another lot.`,
    )
  }
}

interface Filling {
  readonly count: number
  readonly lotNumber: number | null
  readonly codes: readonly string[] | null
}

async function fillStore(desk: LotDesk, store: SealedStore, profile: ProductProfile, filling: Filling): Promise<void> {
  const { workplace } = desk
  const { random, scrypt, signal, parallel, tell } = workplace
  const { count, lotNumber, codes } = filling
  const taken = serialsOfOtherLots(workplace.folder, desk.lot)
  for (const { serial } of unitsOfA(store)) taken.add(serial)
  const make = async (place: number): Promise<UnitOfA> => {
    if (codes === null) return makeUnitOfA(drawOfA(profile, random, taken, place), lotNumber, { scrypt, signal })
    const serial = drawSerial(profile, random, taken)
    taken.add(serial)
    return { serial, intermediateCode: codes[place]!, passphrase: null }
  }
  while (store.count < count) {
    signal.throwIfAborted()
    const length = Math.min(parallel * unitsAtOnce, count - store.count)
    const places = Array.from({ length }, (_, i) => store.count + i)
    const units = await Promise.all(places.map(make))
    const records = units.map(packUnitOfA)
    store.append(records)
    for (const record of records) record.fill(0)
    for (const { passphrase } of units) passphrase?.dispose()
    tell({ news: 'progress', doing: 'passphrases and intermediate codes', done: store.count, total: count })
  }
}

/** What can be known of a lot's codes only here: nothing is there twice, the numbers are dense, the symbols uniform. */
function checkCodes(
  store: SealedStore,
  profile: ProductProfile,
  { random }: Workplace,
): { readonly serials: string[]; readonly symbols: LedgerFacts['symbols'] } {
  const alphabet = passphraseSymbols(profile)
  const tally = alphabet === null ? null : new SymbolTally(alphabet)
  const key = random.bytes(32)
  const passphrases = new Set<string>()
  const codes = new Set<string>()
  const serials = new Set<string>()
  for (const { serial, intermediateCode, passphrase } of unitsOfA(store)) {
    codes.add(intermediateCode)
    serials.add(serial)
    if (passphrase !== null) {
      const bytes = passphrase.expose()
      // Under a key that is gone after this: a plain hash could be searched.
      passphrases.add(createHmac('sha256', key).update(bytes).digest('base64'))
      tally?.add(bytes)
      bytes.fill(0)
    }
  }
  const doubled = [serials, codes, ...(alphabet === null ? [] : [passphrases])].some(({ size }) => size !== store.count)
  if (doubled)
    throw new LineError(
      'lot-doubled',
      'Two units of the lot have the same serial, code or passphrase: the random source is not to be trusted. Do not use this lot.',
    )
  const count = tally?.result() ?? null
  if (count !== null && count.chiSquare > count.limit) {
    throw new LineError(
      'passphrases-uneven',
      `The passphrases' symbols are further from uniform than once in a thousand lots (χ² ${count.chiSquare.toFixed(2)} above ${count.limit.toFixed(2)}). Do not use this lot; have the random source looked at.`,
    )
  }
  const symbols = count && { ...count, chiSquare: count.chiSquare.toFixed(2), limit: count.limit.toFixed(2) }
  return { serials: [...serials], symbols }
}

/** The same bytes however often it is made: nothing in it is newer than the ledger's entry «made». */
function requestText(desk: LotDesk, store: SealedStore): string {
  const { ledger, identity } = desk
  const begun = ledger.find('begun')!.body.facts
  const items = codesIn(store)
  const body: RequestManifest = {
    direction: 'A-to-B',
    ...manifestHead(desk),
    count: items.length,
    product: begun.product!,
    profileSha256: begun.profileSha256!,
    settings: begun.settings!,
    denomination: begun.denomination ?? null,
    lotNumber: begun.lotNumber ?? null,
    items,
  }
  return sealEnvelope(RequestManifest.parse(body), identity.key)
}

function checkCustomerCode(profile: ProductProfile, code: string, i: number): void {
  try {
    const decoded = decodeCode(code)
    if (decoded.kind === 'intermediate-code' && decoded.hasLot === hasLot(profile)) return
  } catch {
    // Said below; the code may be something else that somebody gave by mistake.
  }
  throw new LineError(
    'code-unfit',
    `The customers' code ${i + 1} is no intermediate code of the kind that ${profile.title} takes.`,
  )
}
