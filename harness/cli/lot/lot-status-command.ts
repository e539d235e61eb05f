import type { ExitCode } from '../../core/assay-error.ts'
import type { StationName } from '../../core/vocabulary.ts'
import { LotTally } from '../../lots/lot-status.ts'
import { type JournalOptions, readSoundJournal } from '../journal/station-journal.ts'
import { say } from '../line/site-command.ts'
import { exitOfVerdict } from '../photographs/worst-exit.ts'
import { lotLines, lotVerdict } from './lot-lines.ts'
import { readLotOf } from './read-lot-of.ts'

/** `assay lot status`: where every unit of a lot stands at every station, by the journal alone. */
export async function sayLotStatus(
  file: string,
  options: JournalOptions & { readonly station?: StationName },
): Promise<ExitCode> {
  const { lot, recordsSha256 } = readLotOf(file)
  const tally = new LotTally(lot, recordsSha256)
  await using _journal = await readSoundJournal(options, entry => tally.take(entry))
  const status = tally.status(tally.awaited)
  const verdict = lotVerdict(status, options.station ?? null, tally.decoys)
  const decoys = [...tally.decoys].map(([unit, station]) => ({ unit, station }))
  say(options, { ...status, decoys, verdict }, lotLines(status, tally.decoys))
  return exitOfVerdict[verdict]
}
