import type { Config } from '../../config/schema.ts'
import { RemoteVault } from '../../custody/vault/remote-vault.node.ts'
import { openEvidence, sealedIn, verifyVault } from '../../custody/vault/vault.ts'

/** A vault as commands read it, in a folder or on a server. */
export type ReadableVault = Pick<RemoteVault, 'sealed' | 'open' | 'verify'>

export const readableVault = ({ folder, server }: NonNullable<Config['vault']>): ReadableVault =>
  server === undefined
    ? {
        sealed: async () => sealedIn(folder),
        open: async (id, opener, kept) => await openEvidence(folder, id, opener, kept),
        verify: async kept => verifyVault(folder, kept),
      }
    : new RemoteVault(server)
