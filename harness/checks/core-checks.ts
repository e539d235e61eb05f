import { decodeCode, verifyProof } from '../bip38/index.ts'
import type { Check, CheckInput, CoreCheckName, Judgement, Need } from './check.ts'
import { isRead, publicText, requiredMarks } from './seen.ts'

/** A check that the BIP38 core judges over the parts that the station read and the record's codes. */
function coreCheck(
  name: CoreCheckName,
  about: string,
  needs: readonly Need[],
  further: (input: CheckInput) => Judgement | null | Promise<Judgement | null> = () => null,
): Check {
  return {
    name,
    about,
    needs,
    async judge(input) {
      const judged = await input.crypto.judge(name)
      if (judged === null) {
        return {
          verdict: 'INCONCLUSIVE',
          because: 'Could not be judged: the codes at hand do not allow it.',
          marks: [],
        }
      }
      const marks = partMarks(name, input)
      if (judged.verdict !== 'PASS') return { ...judged, marks }
      return (await further(input)) ?? { ...judged, marks }
    },
  }
}

/** The marks that the core's parts came from, for the check named. */
function partMarks(name: CoreCheckName, input: CheckInput): readonly string[] {
  const withPassphrase = ['passphrase-commitment', 'confirmation', 'decryption'].includes(name)
  const withEpk = !['passphrase-commitment', 'confirmation'].includes(name)
  const withAddress = !['owner-entropy', 'passphrase-commitment'].includes(name)
  return [
    ...(withPassphrase ? requiredMarks(input, 'passphrase') : []),
    ...(withEpk ? requiredMarks(input, 'epk-qr') : []),
    ...(withAddress ? requiredMarks(input, 'address-qr') : []),
  ].map(({ mark }) => mark.name)
}

/** The public key that was worked out is the record's: a hash of four bytes is not the last word. */
async function sameKeyAsRecord({ crypto, unit }: CheckInput): Promise<Judgement | null> {
  const { publicKey } = await crypto.all()
  if (unit?.publicKey === undefined || publicKey === null) return null
  if (publicKey.toLowerCase() === unit.publicKey.toLowerCase()) return null
  const because = 'The codes agree with each other, but their public key is not the one in the record.'
  return { verdict: 'FAIL', because, marks: [] }
}

async function provedBySignature(input: CheckInput): Promise<Judgement | null> {
  const { proof } = await input.crypto.all()
  if (proof === null || !verifyProof(proof)) {
    return { verdict: 'FAIL', because: 'The decrypted key did not sign the challenge.', marks: [] }
  }
  return sameKeyAsRecord(input)
}

function productOfRecord({ unit, profile }: CheckInput): Judgement | null {
  if (unit?.product === undefined || unit.product === profile.name) return null
  const because = `The record says that this unit is a ${unit.product}, but it was inspected as a ${profile.name}.`
  return { verdict: 'FAIL', because, marks: [] }
}

/** A confirmation code on the card itself (PRO engraves it) is the record's: the core works with the record's only. */
function codeOnCard(input: CheckInput): Judgement | null {
  for (const seen of requiredMarks(input, 'confirmation-code')) {
    const text = publicText(seen)
    if (!isRead(seen) || text === input.unit?.confirmationCode) continue
    const marks = [seen.mark.name]
    try {
      // A private key in its place is no confirmation code.
      decodeCode(text ?? '')
    } catch {
      const because = `${seen.mark.name} is no sound confirmation code as it was read, and not the record's: misread or misprinted; a person looks.`
      return { verdict: 'INCONCLUSIVE', because, marks }
    }
    return { verdict: 'FAIL', because: `${seen.mark.name} is not the confirmation code in the record.`, marks }
  }
  return null
}

/** Checksums of every code and address at hand. */
export const codeIntegrity = coreCheck(
  'code-integrity',
  'checksums of the EPK, the confirmation code, the intermediate code and the address',
  ['record', 'intermediate-code', 'confirmation-code', 'planned-address', 'planned-epk', 'planned-confirmation-code'],
  codeOnCard,
)

/** Prefix, flag byte and lot bit agree with each other and with the product. */
export const profileMatch = coreCheck(
  'profile-match',
  'prefix, flag byte and lot bit of the codes, and the product',
  ['record', 'confirmation-code', 'planned-epk'],
  productOfRecord,
)

/** The same eight bytes in all codes: units that were mixed up differ here. */
export const ownerEntropy = coreCheck('owner-entropy', 'the owner entropy in the codes', [
  'record',
  'intermediate-code',
  'confirmation-code',
  'planned-epk',
])

/** The same four bytes in EPK, confirmation code and the printed address. */
export const addressHash = coreCheck('address-hash', 'the address hash in the codes and the address', [
  'record',
  'confirmation-code',
  'address',
  'planned-epk',
])

/** Public key and full address from intermediate code and EPK, without a passphrase and without a private key. */
export const keyless = coreCheck(
  'keyless',
  'the EPK and the address, without the passphrase',
  ['record', 'intermediate-code', 'confirmation-code', 'epk', 'address'],
  sameKeyAsRecord,
)

/** The passphrase is the one that the intermediate code was made from. */
export const passphraseCommitment = coreCheck('passphrase-commitment', 'the passphrase and the intermediate code', [
  'record',
  'intermediate-code',
  'passphrase',
])

/** Passphrase and confirmation code give the whole address. */
export const confirmation = coreCheck(
  'confirmation',
  'the passphrase, the confirmation code and the address',
  ['record', 'confirmation-code', 'passphrase', 'address'],
  sameKeyAsRecord,
)

/** Passphrase and EPK give the key of the address: proved by a signature, after which the key is gone. */
export const decryption = coreCheck(
  'decryption',
  'the passphrase, the EPK and the address',
  ['record', 'passphrase', 'epk', 'address'],
  provedBySignature,
)
