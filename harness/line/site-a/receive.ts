import { z } from 'zod'
import { verifyConfirmationCode } from '../../bip38/confirmation.ts'
import { Bip38Error } from '../../bip38/errors.ts'
import type { SealedStore } from '../../custody/sealed-store.ts'
import type { ProductProfile } from '../../products/profile.ts'
import { manifestHash } from '../courier/envelope.ts'
import type { AnswerManifest } from '../courier/manifests.ts'
import { LineError } from '../line-error.ts'
import { ItemNumber, optional } from '../line-settings.ts'
import { type LotDesk, openDesk, openStore, profileOf } from '../site/lot-desk.ts'
import { keepManifest, requireSeal, wasAccepted } from '../site/lot-manifests.ts'
import type { Workplace } from '../site/workplace.ts'
import { acceptAnswer } from './accept-answer.ts'
import { unitsAtOnce } from './make-codes.ts'
import { codesIn, unpackUnitOfA } from './unit-of-a.ts'

export const ReceiveRequest = z.strictObject({
  lot: z.string(),
  /** Site B's manifest, as text. */
  manifest: z.string(),
  seal: optional(ItemNumber),
})
type ReceiveRequest = z.infer<typeof ReceiveRequest>

/** A unit whose parts could not be proved to belong together, with the reason in a sentence. */
export interface Unconfirmed {
  readonly serial: string
  readonly why: string
}

/** Verified units are written down in portions, so that a command that was cut off has little to repeat. */
const portion = 64

/**
 * Site A's second part: takes site B's answer and verifies the confirmation code with the passphrase, for every unit. One
 * heavy scrypt a unit. Where the customer keeps the passphrase, what can be proved without it stands (owner entropy,
 * address hash), and the customer proves the rest.
 */
export async function receiveAnswer(workplace: Workplace, request: ReceiveRequest) {
  using desk = await openDesk(workplace, request.lot, 'receive', 'continue')
  const { ledger } = desk
  if (ledger.find('sent') === null) {
    throw new LineError('step-out-of-order', `The lot ${request.lot} was not sent to site B yet.`)
  }
  using store = await openStore(desk)
  const profile = profileOf(desk)
  const units = acceptOrRepeat(desk, store, profile, request)
  const unconfirmed = await verifyAll(desk, store, units)
  const verified = ledger.progress.units.length - ledger.progress.without('verified').length
  const withPassphrases = profile.passphrase.madeBy === 'maker'
  return { lot: desk.lot, units: units.length, withPassphrases, verified, unconfirmed }
}

/** What verifying needs of a unit: the rest of a long manifest need not stay in memory for hours. */
type UnitToVerify = Pick<AnswerManifest['items'][number], 'serial' | 'publicKey' | 'confirmationCode'>

/** Looks at the whole answer, and writes down that it was accepted unless this is the same one again. */
function acceptOrRepeat(
  desk: LotDesk,
  store: SealedStore,
  profile: ProductProfile,
  request: ReceiveRequest,
): UnitToVerify[] {
  const { ledger, identity, peer } = desk
  const answer = acceptAnswer(request.manifest, {
    from: peer.publicKey,
    to: identity.card.publicKey,
    lot: request.lot,
    answers: ledger.find('sent')!.body.facts.manifest!,
    profile,
    sent: codesIn(store),
  })
  if (!wasAccepted(desk, 'answered', request.manifest)) accept(desk, request, answer)
  return answer.items.map(({ serial, publicKey, confirmationCode }) => ({ serial, publicKey, confirmationCode }))
}

function accept(desk: LotDesk, { manifest, seal }: ReceiveRequest, answer: AnswerManifest): void {
  desk.ledger.refuseOperatorsOf(answer.operators)
  requireSeal(desk.ledger.progress.settings.courier, seal)
  keepManifest(desk, 'answer.json', manifest)
  desk.ledger.write('answered', 'all', {
    manifest: manifestHash(manifest),
    count: answer.count,
    peer: answer.from,
    peerHead: answer.ledgerHead,
    peerOperators: answer.operators,
    seal,
  })
}

async function verifyAll(desk: LotDesk, store: SealedStore, units: readonly UnitToVerify[]): Promise<Unconfirmed[]> {
  const { ledger, workplace } = desk
  const { signal, tell, parallel } = workplace
  const waiting = new Set(ledger.progress.without('verified'))
  const unconfirmed: Unconfirmed[] = []
  let proved: string[] = []
  const writeDown = (): void => {
    if (proved.length > 0) ledger.write('verified', proved)
    proved = []
  }
  const places = units.map((_, place) => place).filter(place => waiting.has(units[place]!.serial))
  const total = units.length
  try {
    const step = parallel * unitsAtOnce
    for (let i = 0; i < places.length; i += step) {
      signal.throwIfAborted()
      const results = await Promise.all(
        places
          .slice(i, i + step)
          .map(async place => ({ unit: units[place]!, why: await doubtOf(desk, store, units[place]!, place) })),
      )
      for (const { unit, why } of results) {
        if (why === null) proved.push(unit.serial)
        else unconfirmed.push({ serial: unit.serial, why })
      }
      if (proved.length >= portion) writeDown()
      tell({
        news: 'progress',
        doing: 'confirmation codes',
        done: total - places.length + Math.min(i + step, places.length),
        total,
      })
    }
  } finally {
    writeDown()
  }
  return unconfirmed
}

/** Why a unit's parts do not belong together, or null. */
async function doubtOf(
  desk: LotDesk,
  store: SealedStore,
  { confirmationCode, publicKey }: UnitToVerify,
  place: number,
): Promise<string | null> {
  const { scrypt, signal } = desk.workplace
  const record = store.record(place)
  const { passphrase } = unpackUnitOfA(record)
  record.fill(0)
  if (passphrase === null) return null
  try {
    const confirmed = await verifyConfirmationCode({ confirmationCode, passphrase }, { scrypt, signal })
    return confirmed.publicKey === publicKey
      ? null
      : 'the confirmation code confirms another public key than the one that came with it'
  } catch (error) {
    if (!(error instanceof Bip38Error) || error.code === 'engine-failed') throw error
    return error.code === 'wrong-passphrase'
      ? "the passphrase does not open the confirmation code: the key was not made from this unit's intermediate code"
      : `the confirmation code cannot be used (${error.code})`
  } finally {
    passphrase.dispose()
  }
}
