import { type AddressBook, bitcoinBook } from './address-book.ts'
import { addressHashOf, hash160, p2pkhAddress } from './bitcoin.ts'
import { fromHex, toHex } from './bytes.ts'
import { describeConvention, isAccepted } from './convention.ts'
import { encodePoint } from './curve.ts'
import type { CodePart, CrossCheckOptions, Evidence, Opened } from './unit-evidence.ts'

/** The checks of the core, in the order of their cost. */
export const coreChecks = [
  'code-integrity',
  'profile-match',
  'owner-entropy',
  'address-hash',
  'keyless',
  'passphrase-commitment',
  'confirmation',
  'decryption',
] as const
export type CoreCheck = (typeof coreChecks)[number]

/** What a check found. `because` holds nothing secret. */
export interface CoreFinding {
  readonly check: CoreCheck
  readonly verdict: CoreVerdict
  readonly because: string
}

/** A part of the design's verdicts: the core has no ERROR, it throws. */
export type CoreVerdict = 'PASS' | 'INCONCLUSIVE' | 'FAIL'

type Judgement = readonly [CoreVerdict, string]
type Judge = (evidence: Evidence, options: CrossCheckOptions) => Judgement | null

const pass = (because: string): Judgement => ['PASS', because]
const fail = (because: string): Judgement => ['FAIL', because]
const open = (because: string): Judgement => ['INCONCLUSIVE', because]

const titles: Record<CodePart, string> = {
  intermediateCode: 'intermediate code',
  epk: 'EPK',
  confirmationCode: 'confirmation code',
}

const list = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`

/** One finding for each check that the evidence allows. */
export function judgeEvidence(evidence: Evidence, options: CrossCheckOptions): CoreFinding[] {
  return coreChecks.flatMap(check => {
    const judgement = judges[check](evidence, options)
    return judgement === null ? [] : [{ check, verdict: judgement[0], because: judgement[1] }]
  })
}

const judges: Record<CoreCheck, Judge> = {
  'code-integrity'({ given, damage, printed }) {
    const faults = [...damage].map(([part, error]) => `${titles[part]}: ${error.message}`)
    if (printed?.checksum === 'invalid') faults.push('printed address: its checksum does not fit.')
    if (faults.length > 0) return fail(faults.join(' '))
    const parts = (Object.keys(titles) as CodePart[]).filter(part => given.has(part)).map(part => titles[part])
    if (printed !== null && printed.key === null && printed.coin === null) {
      return open('The printed text is no address of a coin that is known here.')
    }
    if (printed?.checksum === 'valid') parts.push('printed address')
    return parts.length === 0 ? null : pass(`The checksums of ${list(parts)} fit.`)
  },

  'profile-match'(evidence, { flags }) {
    const { intermediate, epk, nonEcEpk, confirmation, printed } = evidence
    if ([intermediate, epk, nonEcEpk, confirmation].every(code => code === null)) return null
    if (nonEcEpk !== null && (intermediate !== null || confirmation !== null)) {
      return fail(
        'The EPK was made without EC multiplication, so no intermediate or confirmation code can belong to it.',
      )
    }
    const flagged = [epk, nonEcEpk, confirmation].filter(code => code !== null)
    if (flags !== undefined) {
      const foreign = flagged.find(({ code }) => !flags.includes(code.flags))
      if (foreign !== undefined) {
        return fail(
          `The flag byte ${byteText(foreign.code.flags)} is none of the product's: ${flags.map(byteText).join(', ')}.`,
        )
      }
      if (intermediate !== null && !flags.some(flag => (flag & 0x04) === intermediate.code.flags)) {
        return fail(
          `The product ${intermediate.code.hasLot ? 'has no' : 'has'} lot and sequence, unlike the intermediate code.`,
        )
      }
    }
    if (new Set(flagged.map(({ code }) => code.flags)).size > 1) {
      return fail(
        `EPK and confirmation code have different flag bytes: ${flagged.map(({ code }) => byteText(code.flags)).join(' and ')}.`,
      )
    }
    const lots = [intermediate, epk, confirmation].filter(code => code !== null).map(({ code }) => code.hasLot)
    if (new Set(lots).size > 1) return fail('Some of the codes carry lot and sequence, others do not.')
    if (printed?.kind?.includes('wpkh') && flagged.some(({ code }) => !code.compressed)) {
      return fail('A SegWit address is printed, but the key is uncompressed: coins sent there cannot be spent.')
    }
    return pass(
      flagged.length > 0
        ? `Prefix and flag byte ${byteText(flagged[0]!.code.flags)} agree.`
        : 'The prefix is one of BIP38.',
    )
  },

  'owner-entropy'({ intermediate, epk, confirmation }) {
    const codes = [
      { title: 'intermediate code', parsed: intermediate },
      { title: 'EPK', parsed: epk },
      { title: 'confirmation code', parsed: confirmation },
    ].filter(({ parsed }) => parsed !== null)
    if (codes.length < 2) return null
    const [first] = codes
    const other = codes.find(({ parsed }) => parsed?.code.ownerEntropy !== first?.parsed?.code.ownerEntropy)
    if (other !== undefined) {
      return fail(
        `${sentenceCase(list(codes.map(({ title }) => title)))} do not carry the same owner entropy: they are not of one unit.`,
      )
    }
    return pass(`${sentenceCase(list(codes.map(({ title }) => title)))} carry the same 8 bytes of owner entropy.`)
  },

  'address-hash'(evidence, { conventions }) {
    const { epk, nonEcEpk, confirmation, printed } = evidence
    const carried = (epk ?? nonEcEpk)?.code.addressHash
    const confirmed = confirmation?.code.addressHash
    const hash = carried ?? confirmed
    if (hash === undefined) return null
    if (carried !== undefined && confirmed !== undefined && carried !== confirmed) {
      return fail('EPK and confirmation code carry different address hashes: they are not of one unit.')
    }
    const both = carried !== undefined && confirmed !== undefined
    const known = knownKey(evidence)
    if (known?.match) {
      if (!isAccepted(known.match, conventions)) return fail(`The address hash is ${describeConvention(known.match)}.`)
      if (printed === null)
        return both ? pass(`EPK and confirmation code carry the same hash, ${describeConvention(known.match)}.`) : null
    }
    if (printed === null) return both ? pass('EPK and confirmation code carry the same address hash.') : null
    if (printed.hash160 !== null) {
      if (toHex(addressHashOf(p2pkhAddress(fromHex(printed.hash160, '')))) === hash) {
        return pass(`The printed ${printed.key} address has the address hash of the codes, over its btc_p2pkh address.`)
      }
    }
    if (toHex(addressHashOf(printed.canonical)) === hash) {
      const convention = printed.key ?? 'printed'
      const sentence = `The address hash of the codes is over the printed ${convention} address itself`
      return conventions?.includes(convention) ? pass(`${sentence}.`) : fail(`${sentence}, not over btc_p2pkh.`)
    }
    if (printed.hash160 !== null)
      return fail('The printed address is of another key: its hash is not the one in the codes.')
    if (known?.match) return null
    return open(
      `A ${printed.key ?? 'foreign'} address does not contain the key's hash: it can only be compared once the public key is known.`,
    )
  },

  keyless(evidence, options) {
    const { intermediate, epk, byIntermediate, openedEpk, pointsAgree, confirmation } = evidence
    if (intermediate === null || epk === null) return null
    if (!byIntermediate || openedEpk === null) {
      return open('Not computed: the EPK was not made from this intermediate code.')
    }
    const judgement = judgeKey(openedEpk, evidence, options, 'The EPK does not open with the intermediate code.')
    if (judgement[0] !== 'PASS') return judgement
    if (pointsAgree === false) return fail('The confirmation code does not confirm the key in the EPK.')
    if (confirmation !== null && pointsAgree === null) {
      return open('The confirmation code could not be compared with the EPK: they carry different hashes.')
    }
    const also = pointsAgree ? ' and the confirmation code confirms it' : ''
    return pass(`Intermediate code and EPK give one public key${judgement[1]}${also}.`)
  },

  'passphrase-commitment'({ given, intermediate, commits }) {
    if (!given.has('passphrase') || intermediate === null) return null
    if (commits === null)
      return open('Not computed: the other codes carry another owner salt, and one heavy scrypt was spent on them.')
    return commits
      ? pass("The passphrase gives the intermediate code's passpoint.")
      : fail("The passphrase does not give the intermediate code's passpoint: it is another passphrase.")
  },

  confirmation(evidence, options) {
    const { given, confirmation, openedConfirmation, byPassphrase, commits, intermediate } = evidence
    if (!given.has('passphrase') || confirmation === null) return null
    if (commits === false && intermediate?.code.ownerEntropy === confirmation.code.ownerEntropy && !byPassphrase) {
      return fail('The passphrase is not the one that the confirmation code was made for.')
    }
    if (openedConfirmation === null || !byPassphrase) {
      return open('Not computed: the confirmation code carries other bytes than the codes that were opened.')
    }
    const judgement = judgeKey(
      openedConfirmation,
      evidence,
      options,
      'The passphrase does not open the confirmation code.',
    )
    return judgement[0] === 'PASS' ? pass(`The passphrase opens the confirmation code${judgement[1]}.`) : judgement
  },

  decryption(evidence, options) {
    const { given, epk, nonEcEpk, openedEpk, byPassphrase, commits, intermediate } = evidence
    if (!given.has('passphrase') || (epk === null && nonEcEpk === null)) return null
    if (commits === false && !byPassphrase && intermediate?.code.ownerEntropy === epk?.code.ownerEntropy) {
      return fail('The passphrase is not the one that the EPK was made for.')
    }
    if (openedEpk === null || !byPassphrase) {
      return open('Not computed: the EPK carries other bytes than the codes that were opened.')
    }
    const judgement = judgeKey(openedEpk, evidence, options, 'The passphrase does not open the EPK.')
    if (judgement[0] !== 'PASS') return judgement
    return pass(`The passphrase opens the EPK, the key signs the challenge${judgement[1]}.`)
  },
}

/** Whether an opened code is the key of its address hash and of the printed address. PASS gives the end of a sentence. */
function judgeKey(opened: Opened, { printed }: Evidence, options: CrossCheckOptions, notOpened: string): Judgement {
  const { match, publicKey } = opened
  if (match === null) return fail(notOpened)
  if (!isAccepted(match, options.conventions))
    return fail(`The key is right, but its address hash is ${describeConvention(match)}.`)
  if (printed === null) return pass('')
  const book = options.book ?? bitcoinBook
  const own = keyOf(printed.canonical, publicKey, book)
  if (own !== null) return pass(`, whose ${own} address is the printed one`)
  const compressed = publicKey.length === 33
  if (keyOf(printed.canonical, encodePoint(publicKey, !compressed), book) !== null) {
    return fail(
      `The printed address is of the ${compressed ? 'un' : ''}compressed form of this key: the codes say the other form.`,
    )
  }
  if (printed.hash160 !== null && printed.hash160 === toHex(hash160(publicKey))) {
    return pass(`, whose hash is in the printed ${printed.key} address`)
  }
  const derived = book.addressesOf(toHex(publicKey))
  if (!printed.keys.some(key => key in derived)) {
    return open(
      `The printed text (${printed.key ?? 'no known kind of address'}) cannot be derived from the public key here.`,
    )
  }
  return fail('The printed address is of another key.')
}

function keyOf(address: string, publicKey: Uint8Array, book: AddressBook): string | null {
  return Object.entries(book.addressesOf(toHex(publicKey))).find(([, text]) => text === address)?.[0] ?? null
}

/** The key that the parts agree on, as far as one was opened. */
export function knownKey({ openedEpk, openedConfirmation }: Evidence): Opened | null {
  return [openedEpk, openedConfirmation].find(opened => opened?.match) ?? null
}

const byteText = (byte: number): string => `0x${byte.toString(16).padStart(2, '0')}`
const sentenceCase = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
