import type { JournalEntry } from '../../custody/journal/entry.ts'
import type { KeptSeal } from '../../custody/vault/vault.ts'
import type { SealedEntry } from '../../custody/vault/vault-chain.ts'
import { stationsWithSecrets } from '../../inspection/evidence.ts'
import { EvidenceFacts } from '../../record/journal-kinds.ts'

/** A PASS at a station where a secret lies open. */
interface OpenPass {
  readonly unit: string | null
  readonly station: string
  readonly started: string
}

/** What a journal knows of a vault. */
export interface KeptOfVault {
  readonly seals: readonly KeptSeal[]
  /** Since the first seal: before it there was no vault. */
  readonly passes: readonly OpenPass[]
}

const stations: readonly string[] = stationsWithSecrets

export async function keptOfVault(entries: AsyncIterable<JournalEntry>): Promise<KeptOfVault> {
  const [seals, passes]: [KeptSeal[], OpenPass[]] = [[], []]
  for await (const { kind, unit, station, facts } of entries) {
    if (kind === 'evidence-sealed') {
      const read = EvidenceFacts.safeParse(facts)
      if (read.success) seals.push(read.data)
    } else if (kind === 'inspection' && seals.length > 0 && station !== null && stations.includes(station)) {
      const { record } = facts as { readonly record?: { readonly verdict?: unknown; readonly started?: unknown } }
      if (record?.verdict === 'PASS') passes.push({ unit, station, started: String(record.started) })
    }
  }
  return { seals, passes }
}

/** Sentences, one for each PASS that stands while what it was judged by was not sealed: the vault was taken out of the settings. */
export function unsealedPasses(passes: readonly OpenPass[], sealed: readonly SealedEntry[]): readonly string[] {
  const keyOf = ({ unit, station, started }: OpenPass) => JSON.stringify([unit, station, started])
  const there = new Set(sealed.map(keyOf))
  return passes
    .filter(pass => !there.has(keyOf(pass)))
    .map(({ unit, station, started }) => `the PASS of ${unit} at ${station}, ${started}, has no sealed evidence`)
}
