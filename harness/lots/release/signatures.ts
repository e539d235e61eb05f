import type { Role } from '../../custody/journal/people.ts'
import { People, type Person } from '../../custody/journal/people.ts'
import { inspectorRoles } from '../inspector.ts'
import { type ReadEnvelope, readEnvelope, type Statement } from './envelope.ts'
import type { LotDecision, SignerMeaning } from './lot-kinds.ts'
import { whoIsBehind } from './lot-rows.ts'
import { manifestFile, reportFiles, signatureFolder } from './manifest.ts'
import type { LotRelease } from './release-record.ts'

/** Who may sign as what. */
export const signerRoles: Readonly<Record<SignerMeaning, readonly Role[]>> = {
  inspector: inspectorRoles,
  releaser: ['release'],
}

/** What a signature means, in the signer's own words. */
export function meaningOf(as: SignerMeaning, decision: LotDecision): string {
  if (as === 'inspector') return 'I answer for the inspection of this lot; the records are as they were made.'
  if (decision === 'RELEASED') return 'I have looked at the records, and release this lot.'
  return 'I have looked at the records, and do not release this lot.'
}

export const signatureFile = (as: SignerMeaning, name: string) => `${signatureFolder}/${as}-${name}.dsse.json`

/** A signature that stands in a release's folder. */
export interface Signature {
  readonly file: string
  readonly signer: Statement['predicate']['signer']
  /** base64url. */
  readonly publicKey: string
}

/** The register of people as the release's rows have it. */
export function registerOf({ rows }: Pick<LotRelease, 'rows'>): readonly Person[] {
  const people = new People()
  for (const row of rows) people.take(row)
  return people.all
}

/** Names of everybody who inspected units of the lot, whatever came of it: by the record as by its entry. */
export function inspectorsOf({ rows }: Pick<LotRelease, 'rows'>): ReadonlySet<string> {
  return new Set(rows.flatMap(row => (row.kind === 'inspection' ? [whoIsBehind(row) ?? [], row.who ?? []].flat() : [])))
}

/**
 * What is wrong with the signatures of a release, as sentences, and those that are right.
 * @param files that signatures lie in, @param digests of all files of the folder
 */
export function readSignatures(
  release: LotRelease,
  files: ReadonlyMap<string, Uint8Array>,
  digests: ReadonlyMap<string, string>,
): { readonly signatures: readonly Signature[]; readonly faults: readonly string[] } {
  const register = registerOf(release)
  const faults: string[] = []
  const signatures: Signature[] = []
  for (const [file, bytes] of files) {
    if (!file.startsWith(`${signatureFolder}/`)) continue
    const envelope = readEnvelope(Buffer.from(bytes).toString('utf8'))
    if (envelope === null) faults.push(`${file} is no signature of a release`)
    else {
      const its = signatureFaults(file, envelope, release, digests, register)
      faults.push(...its)
      const { signer } = envelope.statement.predicate
      const publicKey = register.find(({ name }) => name === signer.name)?.publicKey
      if (its.length === 0 && publicKey) signatures.push({ file, signer, publicKey })
    }
  }
  return { signatures, faults }
}

function signatureFaults(
  file: string,
  envelope: ReadEnvelope,
  { document, decided }: LotRelease,
  digests: ReadonlyMap<string, string>,
  register: readonly Person[],
): string[] {
  const { subject, predicate } = envelope.statement
  const { signer, decision, because, lot, rehearsal, product, head } = predicate
  const person = register.find(({ name }) => name === signer.name)
  const own = `the signature of ${signer.name}`
  const changedSubjects = subject
    .filter(({ name, digest }) => digests.get(name) !== digest.sha256)
    .map(({ name }) => name)
  const isOfThis =
    lot === document.lot &&
    product === document.product &&
    rehearsal === document.rehearsal &&
    decision === decided.decision &&
    because === decided.because &&
    head.signature === document.head.signature
  const checks: readonly (readonly [boolean, string])[] = [
    [person !== undefined, `${signer.name}, who signed, is not in the register`],
    [
      person === undefined || (person.publicKey !== null && envelope.isSignedBy(person.publicKey)),
      `${own} was not made with the key that the register has of them`,
    ],
    [
      person === undefined || person.roles.some(role => signerRoles[signer.as].includes(role)),
      `${signer.name} may not sign as ${signer.as}: the register gives them ${person?.roles.join(', ')}`,
    ],
    [person === undefined || person.retiredAt === null, `${signer.name} had retired when the lot was closed`],
    [
      // A time in it is only what somebody's clock said; what is signed was there before.
      signer.at >= document.head.at,
      `${own} says a time before there was anything to sign`,
    ],
    [file === signatureFile(signer.as, signer.name), `${own} as ${signer.as} does not belong into ${file}`],
    [subject[0]?.name === manifestFile, `${own} is not over ${manifestFile}`],
    [changedSubjects.length === 0, `${own} is over another ${changedSubjects.join(', ')} than the one here`],
    [isOfThis, `${own} is of another release`],
    [signer.means === meaningOf(signer.as, decision), `${own} means something else`],
    [
      signer.as === 'inspector' ||
        reportFiles.every(name => !digests.has(name) || subject.some(one => one.name === name)),
      `${own} is not over the report that lies here`,
    ],
    [
      signer.as === 'inspector' || subject.some(({ name }) => name.startsWith(`${signatureFolder}/inspector-`)),
      `${own} is not over an inspector's`,
    ],
  ]
  return checks.flatMap(([isRight, fault]) => (isRight ? [] : [fault]))
}

/** What is missing among signatures that are right, as sentences. */
export function missingSignatures(
  signatures: readonly Pick<Signature, 'signer' | 'publicKey'>[],
  inspectors: ReadonlySet<string>,
): readonly string[] {
  const of = (as: SignerMeaning) => signatures.filter(({ signer }) => signer.as === as).map(({ signer }) => signer.name)
  const [inspecting, releasing] = [of('inspector'), of('releaser')]
  const keys = signatures.map(({ publicKey }) => publicKey)
  return [
    ...(inspecting.length === 0 ? ['nobody has signed as inspector'] : []),
    ...(releasing.length === 0 ? ['nobody has signed as releaser'] : []),
    ...releasing.flatMap(name => [
      ...(inspecting.includes(name) ? [`${name} signed as inspector and as releaser`] : []),
      ...(inspectors.has(name) ? [`${name} signed as releaser and has inspected units of the lot`] : []),
    ]),
    ...(new Set(keys).size === keys.length || releasing.some(name => inspecting.includes(name))
      ? []
      : ['two signatures are made with one key']),
  ]
}
