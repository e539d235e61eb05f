import { configurationHere } from '../../config/configuration-here.ts'
import type { LoadedConfig } from '../../config/load-config.ts'
import type { Config } from '../../config/schema.ts'
import { AssayError } from '../../core/assay-error.ts'
import type { Glovebox } from '../../inspection/glovebox/glovebox.ts'
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

/** {@link vaultEvidence} as the configuration here says. */
export async function evidenceOf(
  kept: InspectionJournal,
  operator: string | undefined,
  glovebox: Glovebox | null,
  loaded?: LoadedConfig,
): Promise<Run<Visit>['evidence']> {
  const { config } = loaded ?? (await configurationHere())
  if (config.vault === null) return undefined
  const { vaultEvidence } = await import('../../inspection/glovebox/vault-evidence.ts')
  return await vaultEvidence(config, kept, operator, glovebox)
}
