import { printable } from '../../core/printable.ts'
import type { Journal } from '../../custody/journal/journal.ts'
import { readPersonKey } from '../../custody/person-key.ts'
import { fingerprint, keyId, type SigningKey } from '../../custody/signing-key.ts'
import { predicateType, type Statement, signStatement } from '../../lots/release/envelope.ts'
import type { SignedFacts, SignerMeaning } from '../../lots/release/lot-kinds.ts'
import { manifestFile } from '../../lots/release/manifest.ts'
import { changed, type LotRelease, sha256Of } from '../../lots/release/release-record.ts'
import {
  inspectorsOf,
  meaningOf,
  missingSignatures,
  type Signature,
  signatureFile,
  signerRoles,
} from '../../lots/release/signatures.ts'
import type { CommandContext } from '../context.ts'
import { openPersonKey, type PersonKeyOptions } from '../journal/open-person-key.ts'
import { type JournalOptions, openStationJournal } from '../journal/station-journal.ts'
import { say } from '../line/site-command.ts'
import { holdLots } from './hold-lots.ts'
import { heldAgainst } from './lot-verify-command.ts'
import { LotReleaseError, requirePerson, timeNow } from './release-entry.ts'
import { signedReports } from './release-files.ts'
import { addToFolder, type OpenedRelease } from './release-folder.ts'
import { appendWhileCurrent, lastClosed, refuseNews } from './since-closed.ts'
import { keepHeapSmall } from './small-heap.ts'
import { soundRelease } from './sound-release.ts'

export interface SignOptions extends JournalOptions, PersonKeyOptions {
  readonly as: SignerMeaning
  readonly by: string
  readonly key: string
  readonly paper?: 'a4' | 'letter'
  /** False: no PDF is made. */
  readonly pdf?: boolean
}

const unsigned = 'Nothing was signed.'

/** `assay lot sign`: one person's signature under a lot's release, with their name, what they mean, and when. */
export async function signLot(folder: string, options: SignOptions, context: CommandContext): Promise<void> {
  keepHeapSmall()
  const { as, by } = options
  const opened = await soundRelease(folder, 'Nothing was signed.')
  const { release, digests, manifestSha256, signatures } = opened
  const { lot, decision } = release.document
  using _held = await holdLots(options, context.signal)
  await using journal = await openStationJournal(options, context.signal)
  const publicKey = await registeredKey(journal, options)
  timeNow((await journal.head())!)
  await requireCurrent(journal, opened, context.signal)
  refuseSameHand(options, release, signatures)
  const key = await unlocked(options, publicKey, context.signal)
  const at = timeNow((await journal.head())!)
  const signer = { name: by, as, means: meaningOf(as, decision), at, keyid: keyId(publicKey) }
  const reports =
    as === 'releaser' ? await reportsWith(opened, signatures, { signer, publicKey }, options, context) : new Map()
  const subjects = [
    { name: manifestFile, digest: { sha256: manifestSha256 } },
    ...(as === 'releaser' ? signatures.filter(one => one.signer.as === 'inspector') : []).map(({ file }) => ({
      name: file,
      digest: { sha256: digests.get(file)! },
    })),
    ...[...reports].map(([name, content]) => ({ name, digest: { sha256: sha256Of(content) } })),
  ]
  const envelope = signStatement(statementOf(release, subjects, signer), key)
  const facts: SignedFacts = { lot, manifestSha256, meaning: as, envelopeSha256: sha256Of(envelope) }
  context.signal.throwIfAborted()
  await appendWhileCurrent(journal, release.document, { kind: 'lot-signed', who: by, facts }, unsigned)
  addToFolder(folder, new Map([...reports, [signatureFile(as, by), envelope]]))
  const missing = missingSignatures([...signatures, { file: '', signer, publicKey }], inspectorsOf(release))
  say(options, { ...facts, signer }, [
    `${by} signed ${lot} (${decision}) as ${as}: ${signer.means}`,
    `Key ${fingerprint(publicKey)}.`,
    missing.length === 0
      ? `Complete. Anybody verifies it with: assay lot verify ${printable(folder)}`
      : `Still to do: ${missing.join(', ')}.`,
  ])
}

function statementOf(
  { document }: LotRelease,
  subject: Statement['subject'],
  signer: Statement['predicate']['signer'],
): Statement {
  const { lot, product, decision, because, rehearsal, head } = document
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject,
    predicateType,
    predicate: { lot, product, decision, because, rehearsal, head, signer },
  }
}

/** The register's key of who signs. @throws LotReleaseError `not-entitled`, `key-missing`, `key-unlike` */
async function registeredKey(journal: Journal, { as, by, key: file }: SignOptions): Promise<string> {
  const people = await requirePerson(journal, by, signerRoles[as])
  const registered = people.all.find(({ name }) => name === by)?.publicKey ?? null
  if (registered === null)
    throw new LotReleaseError(
      'key-missing',
      `The register has no key of ${by}, so nobody could tell their signature. Nothing was signed.`,
    )
  const { publicKey, name } = readPersonKey(file)
  if (publicKey === registered) return publicKey
  throw new LotReleaseError(
    'key-unlike',
    `${file} holds the key of ${printable(name)} (${fingerprint(publicKey)}), and the register has another one of ${by} (${fingerprint(registered)}). Nothing was signed.`,
  )
}

/** The folder is what was closed last, and nothing was said of the lot since. @throws LotReleaseError `lot-changed` */
async function requireCurrent(
  journal: Journal,
  { release, manifestSha256 }: OpenedRelease,
  signal: AbortSignal,
): Promise<void> {
  const { lot, head } = release.document
  const last = await lastClosed(journal, lot)
  if (last?.facts.manifestSha256 !== manifestSha256 || last.facts.root !== head.root)
    throw new LotReleaseError(
      'lot-changed',
      `This is not the release that this journal closed last for ${lot}. Nothing was signed.`,
    )
  // Closing verified all of it, and wrote the root down: what has that root still is what was verified.
  const { faults } = await heldAgainst(journal, release, [], { verified: head, signal })
  if (faults.length > 0)
    throw changed(
      'release-changed',
      `The journal does not bear the release out: ${faults.join('; ')}. Nothing was signed.`,
    )
  await refuseNews(journal, release.document, unsigned)
}

/** @throws LotReleaseError `same-hand`, `inspector-first`, `signed-already` */
function refuseSameHand({ as, by }: SignOptions, release: LotRelease, signatures: readonly Signature[]): void {
  const others = signatures.map(({ signer }) => signer)
  if (others.some(signer => signer.as === 'releaser'))
    throw new LotReleaseError('signed-already', 'The lot is signed by its releaser; nothing is added after that.')
  if (others.some(signer => signer.name === by))
    throw new LotReleaseError(
      'same-hand',
      `${by} has signed as ${others.find(signer => signer.name === by)!.as} already; it takes another person.`,
    )
  if (as === 'inspector') return
  if (others.length === 0)
    throw new LotReleaseError(
      'inspector-first',
      'Nobody has signed as inspector yet; the releaser signs last. Nothing was signed.',
    )
  if (inspectorsOf(release).has(by))
    throw new LotReleaseError(
      'same-hand',
      `${by} has inspected units of the lot; it takes another person to release it. Nothing was signed.`,
    )
}

async function unlocked(options: SignOptions, publicKey: string, signal: AbortSignal): Promise<SigningKey> {
  const { key } = options
  const opened = await openPersonKey(readPersonKey(key), key, options, signal)
  if (opened.publicKey !== publicKey)
    throw new LotReleaseError('key-unlike', `${key} was changed meanwhile. Nothing was signed.`)
  return opened
}

async function reportsWith(
  { release, manifestSha256 }: OpenedRelease,
  signatures: readonly Signature[],
  own: Pick<Signature, 'signer' | 'publicKey'>,
  { paper = 'a4', pdf = true }: SignOptions,
  { signal }: CommandContext,
): Promise<ReadonlyMap<string, string | Uint8Array>> {
  return await signedReports(release, manifestSha256, [...signatures, own], pdf ? paper : null, signal)
}
