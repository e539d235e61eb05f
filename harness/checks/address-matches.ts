import type { ProductProfile } from '../products/profile.ts'
import type { Check, CheckInput, Judgement, SeenMark } from './check.ts'
import { allows } from './lattice.ts'
import { type AddressMatch, matchAddress, sameAddress } from './same-key.ts'
import { isRead, namesOf, publicAddress, publicText, requiredMarks, unreadClause } from './seen.ts'
import { listed } from './wording.ts'
import { worstOf } from './worst-of.ts'

/**
 * The printed address, as QR code and as text: one address, and an address of the record's public key. Any kind that the
 * product may print is right; which one it is, is said.
 */
export const addressMatches: Check = {
  name: 'address-matches',
  about: 'the printed address, as QR code and as text, and the record',
  needs: ['plan'],
  judge(input) {
    const symbols = requiredMarks(input, 'address-qr')
    const texts = requiredMarks(input, 'address-text')
    const planned = [...symbols, ...texts]
    if (planned.length === 0) {
      return { verdict: 'INCONCLUSIVE', because: 'The plan reads no printed address.', marks: [] }
    }
    const judgements = [
      ...symbols.filter(isRead).map(seen => againstRecord(seen, input)),
      ...texts.filter(isRead).map(seen => textJudgement(seen, symbols.find(isRead), input)),
      unreadJudgement(planned),
    ]
    return worstOf(judgements) ?? passed(planned, input)
  },
}

function unreadJudgement(planned: readonly SeenMark[]): Judgement | null {
  const unread = planned.filter(seen => !isRead(seen))
  if (unread.length === 0) return null
  const because = `The printed address could not be compared as a whole: ${unread.map(unreadClause).join('; ')}.`
  return { verdict: 'INCONCLUSIVE', because, marks: namesOf(unread), comparison: 'unreadable' }
}

function againstRecord(seen: SeenMark, input: CheckInput): Judgement | null {
  const { unit, book, profile } = input
  const { name } = seen.mark
  if (publicText(seen) === null) return keyInstead(name)
  const text = publicAddress(seen, profile)
  if (text === null) return withoutPrefix(seen, profile)
  if (unit === null) {
    return { verdict: 'INCONCLUSIVE', because: `There is no record to compare ${name} with.`, marks: [name] }
  }
  return judgeMatch(matchAddress(text, unit, book), name, text, input)
}

/** What looks like a private key is kept secret wherever it was read. */
function keyInstead(name: string): Judgement {
  return { verdict: 'FAIL', because: `${name} carries a private key where an address should be.`, marks: [name] }
}

/** A wallet app that looks for the prefix would not take it for an address. */
function withoutPrefix(seen: SeenMark, { name, address }: ProductProfile): Judgement {
  const prefixes = listed((address.prefixes ?? []).map(prefix => `«${prefix}»`))
  const because = `${seen.mark.name} reads ${publicText(seen)}, but a ${name} prints ${prefixes} in front of its address.`
  return { verdict: 'FAIL', because, marks: [seen.mark.name], comparison: 'mismatch' }
}

function judgeMatch(match: AddressMatch, name: string, text: string, input: CheckInput): Judgement | null {
  const { profile, unit } = input
  switch (match.outcome) {
    case 'same-key': {
      if (match.kinds.some(kind => profile.address.kinds.includes(kind))) return null
      const allowed = listed([...profile.address.kinds])
      const because = `${name} is the unit's ${match.kinds[0]} address, but a ${profile.name} may print ${allowed} only.`
      return { verdict: 'FAIL', because, marks: [name], comparison: 'mismatch' }
    }
    case 'foreign': {
      const because = `${name} is ${text}, which is not an address of ${unit?.serial}: its key belongs to another unit or to nobody we know.`
      return { verdict: 'FAIL', because, marks: [name], comparison: 'mismatch' }
    }
    case 'not-an-address': {
      const why = match.checksumFails ? 'its checksum does not fit' : 'it is not an address of any coin that we know'
      return { verdict: 'FAIL', because: `${name} reads ${text}, but ${why}.`, marks: [name] }
    }
    case 'no-record': {
      if (!match.contradictory) {
        const because = `The record holds neither a public key nor an address to compare ${name} with.`
        return { verdict: 'INCONCLUSIVE', because, marks: [name] }
      }
      const because = `The record of ${unit?.serial} contradicts itself: its address is not one of its public key.`
      return { verdict: 'FAIL', because, marks: [name] }
    }
  }
}

/**
 * A text is read by its letter shapes and has no error correction: one that is no sound address is misread or misprinted,
 * and a person looks. One that is sound by its own checksum, but another than the QR code's, is a second address.
 */
function textJudgement(seen: SeenMark, symbol: SeenMark | undefined, input: CheckInput): Judgement | null {
  const { book, unit, profile } = input
  const { name } = seen.mark
  const text = publicText(seen)
  if (text === null) return keyInstead(name)
  const printed = symbol === undefined ? null : publicAddress(symbol, profile)
  const address = book.readAddress(text)
  const sound = address.keys.length > 0 && address.checksum !== 'invalid'
  if (printed === null) {
    if (sound) return againstRecord(seen, input)
    const because = `${name} is no sound address as it was read, and there is no QR code to compare it with; a person looks.`
    return { verdict: 'INCONCLUSIVE', because, marks: [name] }
  }
  if (sameAddress(text, printed, book)) return null
  const marks = [symbol!.mark.name, name]
  const where = differingPlaces(text, printed)
  if (sound && (unit === null || matchAddress(text, unit, book).outcome !== 'same-key')) {
    const because = `The QR code and the text show two addresses: ${symbol!.mark.name} is ${printed}, ${name} is ${text}.`
    return { verdict: 'FAIL', because, marks, comparison: 'mismatch' }
  }
  if (sound) {
    const because = `The QR code and the text show two addresses of the unit's key: ${printed} and ${text}; they must be one.`
    return { verdict: 'FAIL', because, marks, comparison: 'mismatch' }
  }
  const allowed = allows(seen.reading.alternatives, printed)
  const doubt = allowed ? ', but the picture allows what the QR code says' : ''
  const because = `${name} differs from the QR code ${where}${doubt}: misread or misprinted; take the photograph again, then a person looks.`
  return { verdict: 'INCONCLUSIVE', because, marks, comparison: allowed ? 'confused' : 'mismatch' }
}

function differingPlaces(text: string, printed: string): string {
  const [seen, meant] = [[...text], [...printed]]
  if (seen.length !== meant.length) return `in length (${seen.length} characters instead of ${meant.length})`
  const places = seen.flatMap((symbol, i) => (symbol === meant[i] ? [] : [String(i + 1)]))
  if (places.length > 6) return `in ${places.length} characters`
  return `at character${places.length === 1 ? '' : 's'} ${listed(places)}`
}

function passed(planned: readonly SeenMark[], { unit, book, profile }: CheckInput): Judgement {
  const marks = namesOf(planned)
  const match = unit === null ? null : matchAddress(publicAddress(planned[0]!, profile) ?? '', unit, book)
  const kind = match?.outcome === 'same-key' ? match.kinds.find(one => profile.address.kinds.includes(one)) : undefined
  if (kind === undefined) {
    return { verdict: 'INCONCLUSIVE', because: 'The printed address could not be compared with a record.', marks }
  }
  const own = unit?.address === undefined ? null : book.readAddress(unit.address)
  const other =
    own !== null && !own.keys.includes(kind) ? ` (the record names the ${own.key} address of the same key)` : ''
  const because = `${listed(marks)} ${marks.length > 1 ? 'agree and are' : 'is'} the unit's ${kind} address${other}.`
  return { verdict: 'PASS', because, marks, comparison: 'match' }
}
