import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { z } from 'zod'
import { fileError } from '../../custody/custody-error.ts'
import { writeDurably } from '../../custody/durable-file.ts'
import { manifestHash, openEnvelope } from '../courier/envelope.ts'
import { LineError } from '../line-error.ts'
import type { LotDesk } from './lot-desk.ts'

/** The two manifests of a lot as both sites keep them: the lot record is made of them. */
type KeptManifest = 'request.json' | 'answer.json'

/** Keeps a manifest in the lot's folder. */
export function keepManifest(desk: LotDesk, name: KeptManifest, text: string): void {
  writeDurably(join(desk.folder, name), text)
}

/** A kept manifest, if it is still the one that the ledger has the hash of. */
export function keptManifest<Schema extends z.ZodType<object>>(
  { ledger, lot, folder, workplace, identity, peer }: LotDesk,
  name: KeptManifest,
  schema: Schema,
): z.output<Schema> {
  const isOwn = (name === 'request.json') === (workplace.site === 'A')
  const entry = ledger.find(isOwn ? 'sent' : workplace.site === 'A' ? 'answered' : 'received')
  if (entry === null) {
    throw new LineError(
      'step-out-of-order',
      `The lot ${lot} has no record yet: the sites have not exchanged their manifests.`,
    )
  }
  const path = join(folder, name)
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    throw fileError(path, 'read', cause)
  }
  if (manifestHash(text) !== entry.body.facts.manifest) {
    throw new LineError('manifest-changed', `${path} is not the manifest that the ledger names. Put it back as it was.`)
  }
  return openEnvelope(text, isOwn ? identity.card.publicKey : peer.publicKey, schema)
}

/** Was this manifest accepted before? @throws LineError `manifest-second` when another one was */
export function wasAccepted({ ledger, lot }: LotDesk, step: 'received' | 'answered', text: string): boolean {
  const earlier = ledger.find(step)
  if (earlier === null) return false
  if (earlier.body.facts.manifest === manifestHash(text)) return true
  const what = step === 'answered' ? 'answer' : 'manifest'
  throw new LineError(
    'manifest-second',
    `Another ${what} was accepted for the lot ${lot} before. This one is refused; nothing was changed.`,
  )
}

/**
 * Writes a manifest for the courier, then the ledger's entry «sent»; only once, as its text is always the same.
 * @returns its path and SHA-256
 */
export function sendManifest(desk: LotDesk, name: string, text: string, count: number, seal: string | null) {
  const manifest = desk.outbox(name)
  const manifestSha256 = manifestHash(text)
  if (desk.ledger.find('sent') === null) {
    requireSeal(desk.ledger.progress.settings.courier, seal)
    keepManifest(desk, desk.workplace.site === 'A' ? 'request.json' : 'answer.json', text)
    writeDurably(manifest, text)
    desk.ledger.write('sent', 'all', { manifest: manifestSha256, count, seal })
  }
  return { manifest, manifestSha256 }
}

/** @throws LineError `seal-missing` */
export function requireSeal(courier: 'carried' | 'electronic', seal: string | null): void {
  if (courier === 'electronic' || seal !== null) return
  throw new LineError(
    'seal-missing',
    "The lot's settings say that manifests are carried: give the number of the courier's seal.",
  )
}

/**
 * What both sites say of themselves and of the lot in a manifest. The same however often it is made: nothing in it is newer
 * than the ledger's entry «made».
 */
export function manifestHead({ ledger, identity, peer, lot }: LotDesk) {
  const { head: ledgerHead } = ledger.find('made')!
  const upTo = ledger.entries.filter(({ head }) => head.index <= ledgerHead.index)
  return {
    lot,
    from: identity.card.publicKey,
    to: peer.publicKey,
    operators: [...new Set(upTo.map(entry => entry.body.operator))].sort(),
    ledgerHead,
  }
}
