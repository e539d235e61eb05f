import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { systemRandom } from '../../core/random.ts'
import { makeOwnFolder } from '../../custody/durable-file.ts'
import { makeStationKey, openStationKey } from '../../custody/journal/station-key.ts'
import type { SigningKey } from '../../custody/signing-key.ts'
import { requireRecipients } from '../../custody/vault/recipients-file.ts'
import { RemoteVault } from '../../custody/vault/remote-vault.node.ts'
import { sealEvidence } from '../../custody/vault/vault.ts'
import type { EvidenceFacts } from '../../record/journal-kinds.ts'
import type { Run, Visit } from '../run.ts'
import type { Glovebox } from './glovebox.ts'

/** Where evidence goes, by the configuration. */
export interface EvidencePlace {
  readonly vault: { readonly folder: string; readonly recipients: string; readonly server?: string } | null
  /** Folder of the workplace's journal, beside whose key the vault's lies. */
  readonly journal: string
}

/** Whoever writes down that something was sealed. */
interface SealKeeper {
  sealed(facts: EvidenceFacts, unit: string | null, station: string): Promise<void>
}

/**
 * What seals evidence as the configuration says; undefined where it names no vault. Opens nothing: it has public keys, and the key
 * that signs the vault's chain.
 * @param glovebox seals what is sealed to it; null where readings are open
 * @throws CustodyError when the recipients are too few, before anything is photographed
 */
export async function vaultEvidence(
  { vault, journal }: EvidencePlace,
  kept: SealKeeper,
  operator: string | undefined,
  glovebox: Glovebox | null,
): Promise<Run<Visit>['evidence']> {
  if (vault === null) return undefined
  const recipients = requireRecipients(vault.recipients)
  const texts = recipients.map(({ text }) => text)
  const key = await vaultKey(journal)
  const server = vault.server === undefined ? null : new RemoteVault(vault.server)
  return async evidence => {
    const clock = () => new Date()
    const sealed = (await glovebox?.seal(evidence, texts)) ?? null
    const options = { recipients, key, clock, operator }
    const entry = await (server === null
      ? sealEvidence(vault.folder, evidence, options, sealed)
      : server.seal(evidence, options, sealed))
    const { id, sha256, index, entrySha256 } = entry
    await kept.sealed({ id, sha256, index, entrySha256 }, evidence.unit, evidence.station)
  }
}

/**
 * The key that signs a vault's chain for this workplace. It lies open beside the journal's, since whatever seals has nobody to ask;
 * who holds the machine may sign with it, and opens nothing with it.
 */
export async function vaultKey(journalFolder: string): Promise<SigningKey> {
  const path = join(journalFolder, 'vault.key')
  makeOwnFolder(journalFolder)
  if (!existsSync(path)) await makeStationKey(path, null, systemRandom)
  return await openStationKey(path, () => Promise.reject(new TypeError('the key of a vault lies open')))
}
