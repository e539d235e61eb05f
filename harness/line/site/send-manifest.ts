import { writeDurably } from '../../custody/durable-file.ts'
import { manifestHash } from '../courier/envelope.ts'
import { LineError } from '../line-error.ts'
import type { LotDesk } from './lot-desk.ts'
import { keepManifest } from './write-record.ts'

/** What is told of a manifest that lies ready for the courier. */
export interface SentManifest {
  readonly manifest: string
  readonly manifestSha256: string
}

/** Writes a manifest for the courier, then the ledger's entry «sent»; only once, as its text is always the same. */
export function sendManifest(
  desk: LotDesk,
  name: string,
  text: string,
  count: number,
  seal: string | null,
): SentManifest {
  const manifest = desk.outbox(name)
  if (desk.ledger.find('sent') === null) {
    requireSeal(desk.ledger.progress.settings.courier, seal)
    keepManifest(desk, desk.workplace.site === 'A' ? 'request.json' : 'answer.json', text)
    writeDurably(manifest, text)
    desk.ledger.write('sent', 'all', { manifest: manifestHash(text), count, ...(seal === null ? {} : { seal }) })
  }
  return { manifest, manifestSha256: manifestHash(text) }
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
