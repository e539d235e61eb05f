import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { configurationHere } from '../../config/configuration-here.ts'
import type { LoadedConfig } from '../../config/load-config.ts'
import type { Config } from '../../config/schema.ts'
import { AssayError } from '../../core/assay-error.ts'
import { systemRandom } from '../../core/random.ts'
import { makeFolder } from '../../custody/durable-file.ts'
import { makeStationKey, openStationKey } from '../../custody/journal/station-key.ts'
import type { SigningKey } from '../../custody/signing-key.ts'
import type { Run, Visit } from '../../inspection/run.ts'
import type { InspectionJournal } from '../../lots/keep-inspections.ts'

/** A vault that is used in a wrong way. */
export class VaultInputError extends AssayError {
  override readonly name = 'VaultInputError'
}

/** What the configuration says of the vault. @throws VaultInputError `vault-unset` */
export async function vaultHere(): Promise<NonNullable<Config['vault']>> {
  const { vault } = (await configurationHere()).config
  if (vault !== null) return vault
  throw new VaultInputError(
    'vault-unset',
    'No vault is set up here. Add vault: { folder: "assay-vault", recipients: "evidence-recipients.txt" } to assay.config, then run assay vault init.',
  )
}

/**
 * What seals evidence as the configuration says; undefined where it names no vault. Opens nothing: it has public keys, and the key
 * that signs the vault's chain.
 * @throws CustodyError when the recipients are too few, before anything is photographed
 */
export async function evidenceOf(
  kept: InspectionJournal,
  operator: string | undefined,
  loaded?: LoadedConfig,
): Promise<Run<Visit>['evidence']> {
  const { vault, journal } = (loaded ?? (await configurationHere())).config
  if (vault === null) return undefined
  const { requireRecipients } = await import('../../custody/vault/recipients-file.ts')
  const { sealEvidence } = await import('../../custody/vault/vault.ts')
  const recipients = requireRecipients(vault.recipients)
  const key = await vaultKey(journal)
  return async evidence => {
    const clock = () => new Date()
    const entry = await sealEvidence(vault.folder, evidence, { recipients, key, clock, operator })
    const { id, sha256, index, entrySha256 } = entry
    await kept.sealed({ id, sha256, index, entrySha256 }, evidence.unit, evidence.station)
  }
}

/**
 * The key that signs a vault's chain for this workplace. It lies open beside the journal's, since whatever seals has nobody to ask;
 * who holds the machine may sign with it, and opens nothing with it.
 */
async function vaultKey(journalFolder: string): Promise<SigningKey> {
  const path = join(journalFolder, 'vault.key')
  makeFolder(journalFolder, 0o700)
  if (!existsSync(path)) await makeStationKey(path, null, systemRandom)
  return await openStationKey(path, () => Promise.reject(new TypeError('the key of a vault lies open')))
}
