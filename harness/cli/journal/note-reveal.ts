import type { RevealFacts } from '../../record/journal-kinds.ts'
import { openStationJournal } from './station-journal.ts'

/** Writes down that secrets of these pictures are about to be shown in clear: whatever cannot be written is not shown. */
export async function noteReveal(
  command: string,
  files: readonly string[],
  { revealSecrets = false }: { readonly revealSecrets?: boolean },
  signal: AbortSignal,
): Promise<void> {
  if (!revealSecrets) return
  await using journal = await openStationJournal({}, signal)
  const facts: RevealFacts = { command, files }
  await journal.append({ kind: 'secrets-revealed', facts })
}
