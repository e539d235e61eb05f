import { z } from 'zod'
import type { SealedStore } from '../../custody/sealed-store.ts'
import type { ProductProfile } from '../../products/profile.ts'
import { manifestHash, sealEnvelope } from '../courier/envelope.ts'
import { AnswerManifest, type RequestManifest } from '../courier/manifests.ts'
import { readDevice } from '../entropy/device-file.ts'
import { type Ingredient, MixedRandom } from '../entropy/mixed-random.ts'
import { DiceRolls, PhysicalSource } from '../entropy/physical-source.ts'
import { LineError } from '../line-error.ts'
import { ItemNumber, optional } from '../line-settings.ts'
import { keepProfile, type LotDesk, openDesk, openStore, profileOf } from '../site/lot-desk.ts'
import { keepManifest, manifestHead, requireSeal, sendManifest, wasAccepted } from '../site/lot-manifests.ts'
import type { Workplace } from '../site/workplace.ts'
import { acceptRequest } from './accept-request.ts'
import { makeUnitOfB } from './make-key.ts'
import { packUnitOfB, type UnitOfB, unitsOfB } from './unit-of-b.ts'

const bytes = z.base64().transform(text => new Uint8Array(Buffer.from(text, 'base64')))

export const MakeRequest = z.strictObject({
  lot: z.string(),
  /** The product profile's file, as text. */
  product: z.string(),
  /** Site A's manifest, as text. */
  manifest: z.string(),
  /** Where the physical entropy comes from; at least one. */
  entropy: z.strictObject({
    /** Rolls as typed, digits 1…6. */
    dice: optional(bytes),
    /** Paths of device files. */
    devices: z.array(z.string()).max(4),
    /** One-bit samples of a camera's dark noise, one a byte: read as they are used, never twice. */
    cameraSamples: optional(bytes),
  }),
  /** Numbers of the seals that came and that go. */
  sealIn: optional(ItemNumber),
  sealOut: optional(ItemNumber),
  /** Number of the drive that the one copy of the encrypted keys is on. */
  drive: optional(ItemNumber),
})
type MakeRequest = z.infer<typeof MakeRequest>

/**
 * Site B's first part: an encrypted key for every intermediate code, one copy, encrypted from the first byte, and the
 * manifest for site A. Repeating the command goes on where it was cut off.
 */
export async function makeKeys(workplace: Workplace, request: MakeRequest) {
  using desk = await openDesk(workplace, request.lot, 'make', 'begin')
  const { ledger, identity, peer } = desk
  const expected = { from: peer.publicKey, to: identity.card.publicKey, lot: request.lot, product: request.product }
  const accepted = acceptRequest(request.manifest, expected)
  if (!wasAccepted(desk, 'received', request.manifest)) receive(desk, request, accepted.request)
  using store = await openStore(desk)
  if (ledger.find('made') === null) {
    const mixed = new MixedRandom(workplace.random, ingredients(request.entropy))
    await fillStore(desk, store, profileOf(desk), accepted.request, mixed)
    refuseDoubled(store)
    ledger.write('made', 'all', { count: store.count, entropy: mixed.statements })
  }
  const text = answerText(desk, store, manifestHash(request.manifest))
  const sent = sendManifest(desk, `${desk.lot}.b-to-a.json`, text, store.count, request.sealOut)
  return { lot: desk.lot, units: store.count, ...sent }
}

function receive(
  desk: LotDesk,
  { manifest, product, sealIn, sealOut, drive }: MakeRequest,
  request: RequestManifest,
): void {
  desk.ledger.refuseOperatorsOf(request.operators)
  requireSeal(request.settings.courier, sealIn)
  requireSeal(request.settings.courier, sealOut)
  if (request.settings.drives === 'destroyed' && drive === null) {
    throw new LineError(
      'number-missing',
      "The lot's settings want the drive of the encrypted keys destroyed before a witness: give its number now (--drive), so that no other drive can stand in for it.",
    )
  }
  keepProfile(desk, product)
  keepManifest(desk, 'request.json', manifest)
  desk.ledger.write(
    'received',
    request.items.map(({ serial }) => serial),
    {
      manifest: manifestHash(manifest),
      product: request.product,
      profileSha256: request.profileSha256,
      settings: request.settings,
      denomination: request.denomination,
      lotNumber: request.lotNumber,
      count: request.count,
      peer: request.from,
      peerHead: request.ledgerHead,
      peerOperators: request.operators,
      seal: sealIn,
      drive,
    },
  )
}

/** @throws LineError `entropy-missing` when there is no physical source: the operating system's alone is not enough */
function ingredients({ dice, devices, cameraSamples }: MakeRequest['entropy']): Ingredient[] {
  const sources: Ingredient[] = devices.map(path => new PhysicalSource('device', path, readDevice(path)))
  if (dice !== null) sources.push(new DiceRolls(dice))
  if (cameraSamples !== null) {
    let used = 0
    const read = (count: number) => {
      const samples = cameraSamples.slice(used, used + count)
      used += count
      return samples
    }
    sources.push(new PhysicalSource('camera', 'The camera', read))
  }
  if (sources.length > 0) return sources
  throw new LineError(
    'entropy-missing',
    'There is no physical source of randomness: roll dice, name a device, or use the camera. No key is made from the operating system alone.',
  )
}

async function fillStore(
  desk: LotDesk,
  store: SealedStore,
  profile: ProductProfile,
  { items, lotNumber }: RequestManifest,
  mixed: MixedRandom,
): Promise<void> {
  const { scrypt, signal, parallel, tell } = desk.workplace
  // Light scrypts take a millisecond: one synchronised write for a few dozen of them.
  const atOnce = parallel * 16
  const make = async (place: number): Promise<UnitOfB> => {
    const { serial, intermediateCode } = items[place]!
    const seedb = mixed.bytes(24, { site: 'B', lotNumber: lotNumber ?? 0, sequence: place, purpose: 'seedb', serial })
    return makeUnitOfB({ profile, serial, intermediateCode, seedb }, { scrypt, signal })
  }
  while (store.count < items.length) {
    signal.throwIfAborted()
    const places = Array.from({ length: Math.min(atOnce, items.length - store.count) }, (_, i) => store.count + i)
    const units: UnitOfB[] = []
    for (const place of places) units.push(await make(place))
    const records = units.map(packUnitOfB)
    store.append(records)
    for (const record of records) record.fill(0)
    for (const { epk } of units) epk.dispose()
    tell({ news: 'progress', doing: 'encrypted keys', done: store.count, total: items.length })
  }
}

/** A random source that repeats itself gives two units one key. */
function refuseDoubled(store: SealedStore): void {
  const keys = new Set(Array.from(unitsOfB(store), ({ publicKey }) => publicKey))
  if (keys.size === store.count) return
  throw new LineError(
    'lot-doubled',
    'Two units of the lot have the same key: the random source is not to be trusted. Do not use this lot.',
  )
}

/** The same bytes however often it is made: nothing in it is newer than the ledger's entry «made». */
function answerText(desk: LotDesk, store: SealedStore, answers: string): string {
  const { ledger, identity } = desk
  const made = ledger.find('made')!
  const items = Array.from(unitsOfB(store), ({ epk: _, addresses, ...open }) => ({
    ...open,
    addresses: { ...addresses },
  }))
  const body: AnswerManifest = {
    direction: 'B-to-A',
    ...manifestHead(desk),
    count: items.length,
    answers,
    entropy: made.body.facts.entropy!,
    items,
  }
  return sealEnvelope(AnswerManifest.parse(body), identity.key)
}
