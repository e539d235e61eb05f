import { toHex } from '../bip38/bytes.ts'
import {
  Bip38Error,
  type Bip38ErrorCode,
  createIntermediateCode,
  decrypt,
  encodeWif,
  type ScryptOptions,
  verifyConfirmationCode,
} from '../bip38/index.ts'
import { coinTitles, everyNetworkBook } from './every-network.ts'

/** What the page asks of the core. Everything in it may be secret. */
export type CardRequest =
  | { readonly ask: 'verify'; readonly confirmationCode: string; readonly passphrases: readonly string[] }
  | { readonly ask: 'open'; readonly epk: string; readonly passphrases: readonly string[] }
  | { readonly ask: 'intermediate'; readonly passphrase: string; readonly ownerSalt: string }

/** A card that a passphrase opens. */
export interface OpenedCard {
  /** SEC 1, hex. */
  readonly publicKey: string
  /** Whose address the codes were made over: `btc_p2pkh` by BIP38. */
  readonly convention: string
  readonly addresses: Readonly<Record<string, string>>
  readonly lot: number | null
  readonly sequence: number | null
  /** Which of the passphrases it was, from 0. */
  readonly opensWith: number
  /** Only of `open`. */
  readonly keys: { readonly hex: string; readonly wif: string } | null
}

export type CardAnswer =
  | { readonly outcome: 'opened'; readonly card: OpenedCard }
  | { readonly outcome: 'intermediate'; readonly code: string }
  | { readonly outcome: 'refused'; readonly why: Bip38ErrorCode }

const conventions = Object.keys(coinTitles)

/**
 * Runs one request. Several passphrases are tried in turn until one opens; `onProgress` hears 0..1 over all of them.
 * A fault of the core itself (`engine-failed`) is an answer too: a page has nobody else to tell.
 */
export async function openCard(request: CardRequest, options: ScryptOptions = {}): Promise<CardAnswer> {
  try {
    if (request.ask === 'intermediate') {
      const { passphrase, ownerSalt } = request
      return { outcome: 'intermediate', code: await createIntermediateCode({ passphrase, ownerSalt }, options) }
    }
    return { outcome: 'opened', card: await firstThatOpens(request, options) }
  } catch (error) {
    if (error instanceof Bip38Error) return { outcome: 'refused', why: error.code }
    throw error
  }
}

type Opening = Exclude<CardRequest, { ask: 'intermediate' }>

async function firstThatOpens(request: Opening, { onProgress, ...options }: ScryptOptions): Promise<OpenedCard> {
  const { passphrases } = request
  let refusal: unknown = new Bip38Error('bad-argument', 'There is no passphrase to try.')
  for (const [i, passphrase] of passphrases.entries()) {
    const watch = { ...options, onProgress: (done: number) => onProgress?.((i + done) / passphrases.length) }
    try {
      return { ...(await openWith(request, passphrase, watch)), opensWith: i }
    } catch (error) {
      if (!(error instanceof Bip38Error) || error.code !== 'wrong-passphrase') throw error
      refusal = error
    }
  }
  throw refusal
}

async function openWith(
  request: Opening,
  passphrase: string,
  options: ScryptOptions,
): Promise<Omit<OpenedCard, 'opensWith'>> {
  const how = { passphrase, conventions, book: everyNetworkBook }
  if (request.ask === 'verify') {
    const { publicKey, convention, addresses, lot, sequence } = await verifyConfirmationCode(
      { confirmationCode: request.confirmationCode, ...how },
      options,
    )
    return { publicKey, convention, addresses, lot, sequence, keys: null }
  }
  const { privateKey, compressed, publicKey, convention, lot, sequence } = await decrypt(
    { epk: request.epk, ...how },
    options,
  )
  const keys = { hex: toHex(privateKey), wif: encodeWif(privateKey, compressed) }
  privateKey.fill(0)
  return { publicKey, convention, addresses: everyNetworkBook.addressesOf(publicKey), lot, sequence, keys }
}
