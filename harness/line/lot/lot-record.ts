import { decodeCode } from '../../bip38/code-fields.ts'
import type { ChainHead } from '../../custody/hash-chain.ts'
import type { AnswerManifest, RequestManifest } from '../courier/manifests.ts'
import type { LedgerFacts } from '../ledger/ledger-entry.ts'
import { LineError } from '../line-error.ts'
import { lotAndSequence, lotNumbersFor } from './lot-numbers.ts'

interface LotRecordRequest {
  readonly request: RequestManifest
  readonly answer: AnswerManifest
  readonly symbols: LedgerFacts['symbols']
  readonly scrapped: ReadonlySet<string>
  readonly released: boolean
  /** Last ledger entries that are known, by site. */
  readonly heads: Readonly<Record<string, ChainHead | undefined>>
}

/**
 * The lot's public records as the text of a lot file (`assay-lot-1`, what `assay inspect --records` reads), with what the
 * line knows of the lot. No secret is in it, nor was one there to make it.
 * @throws LineError `lot-doubled`, `lot-not-dense`
 */
export function lotRecordText(given: LotRecordRequest): string {
  const { request, answer, scrapped, released, heads } = given
  const checks = checkLot(given)
  const units = request.items.flatMap(({ serial, intermediateCode }, place) => {
    if (scrapped.has(serial)) return []
    const { confirmationCode, publicKey, addresses } = answer.items[place]!
    return {
      serial,
      intermediateCode,
      confirmationCode,
      publicKey,
      address: Object.values(addresses)[0],
      addresses,
      lot: request.lot,
      product: request.product,
      ...(request.denomination === null ? {} : { denomination: request.denomination }),
    }
  })
  const line = {
    released,
    profileSha256: request.profileSha256,
    settings: request.settings,
    operators: { A: request.operators, B: answer.operators },
    entropy: answer.entropy,
    checks,
    scrapped: [...scrapped],
    ledgerHeads: heads,
  }
  const file = { format: 'assay-lot-1', lot: request.lot, product: request.product, units, line }
  return `${JSON.stringify(file, null, 2)}\n`
}

/**
 * What the lot record says about the lot as a whole, with the numbers behind it: how many different ones there are of
 * what every unit has its own of, lot and sequence inside the codes (null where the product's codes carry none), and χ²
 * of the passphrases' symbols as site A counted it.
 * @throws LineError `lot-doubled`, `lot-not-dense`
 */
export function checkLot({ request, answer, symbols }: Pick<LotRecordRequest, 'request' | 'answer' | 'symbols'>) {
  const units = request.items.length
  const codes = request.items.map(({ intermediateCode }) => decodeCode(intermediateCode))
  const distinctOf = (texts: readonly string[]) => new Set(texts).size
  const distinct = {
    serials: distinctOf(request.items.map(({ serial }) => serial)),
    intermediateCodes: distinctOf(request.items.map(({ intermediateCode }) => intermediateCode)),
    ownerEntropies: distinctOf(codes.map(code => (code.kind === 'intermediate-code' ? code.ownerEntropy : ''))),
    publicKeys: distinctOf(answer.items.map(({ publicKey }) => publicKey)),
    addresses: distinctOf(answer.items.map(({ addresses }) => Object.values(addresses)[0] ?? '')),
    confirmationCodes: distinctOf(answer.items.map(({ confirmationCode }) => confirmationCode)),
  }
  const doubled = Object.entries(distinct).find(([, count]) => count !== units)
  if (doubled !== undefined) {
    throw new LineError(
      'lot-doubled',
      `Of ${units} units only ${doubled[1]} have ${doubled[0]} of their own. Do not release this lot.`,
    )
  }
  const firstLot = request.lotNumber
  if (firstLot === null) return { units, distinct, sequences: null, symbols }
  const dense = codes.every((code, place) => {
    const { lot, sequence } = lotAndSequence(firstLot, place)
    return code.kind === 'intermediate-code' && code.lot === lot && code.sequence === sequence
  })
  if (!dense)
    throw new LineError('lot-not-dense', 'Lot and sequence inside the codes have gaps. Do not release this lot.')
  return { units, distinct, sequences: { firstLot, lots: lotNumbersFor(units), dense }, symbols }
}
