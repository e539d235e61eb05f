import type { StationName, Verdict } from '../core/vocabulary.ts'
import type { JournalReader } from '../custody/journal/journal.ts'
import { type LotOfUnits, LotTally } from '../lots/lot-status.ts'
import { DrawnSample } from '../lots/release/drawn-sample.ts'
import { Gallery, type PastLot } from '../lots/yield/gallery-view.ts'
import type { YieldRow } from '../lots/yield/yield.ts'
import { breathing } from './breathing.ts'

/** The bench's lot, and which file it was read from. */
export interface LotOnDesk extends LotOfUnits {
  readonly recordsSha256: string
}

/** The lot of the bench at every station, as a screen shows it. Names of units are cut to the first {@link MOST_NAMED}. */
export interface LotView {
  readonly lot: string | null
  readonly units: number
  readonly stations: readonly {
    readonly station: StationName
    readonly seen: number
    readonly counts: Readonly<Record<Verdict, number>>
    readonly missing: readonly string[]
    readonly missingInAll: number
  }[]
  /** Units that stand at something else than PASS at some station, the worst first. */
  readonly open: readonly {
    readonly unit: string
    readonly verdict: Verdict
    readonly at: readonly { readonly station: string; readonly verdict: Verdict; readonly because: string }[]
  }[]
  readonly openInAll: number
  /** Inspections of cards that are none of the lot's, or that nobody knows; and units that were judged twice. */
  readonly unknown: number
  readonly doubled: readonly string[]
  /** Units that were opened to see whether they are good. */
  readonly destroyed: readonly string[]
  /** Units that are to be opened, and which of them were; null while none was drawn. */
  readonly sample: readonly { readonly unit: string; readonly verdict: Verdict | null }[] | null
  /** What was planned, decided and signed of it; null where nothing was. */
  readonly release: PastLot | null
  /** Day by day and station by station. */
  readonly yields: readonly YieldRow[]
}

const MOST_NAMED = 100
const badness: Readonly<Record<Verdict, number>> = { FAIL: 0, ERROR: 1, INCONCLUSIVE: 2, PASS: 3 }

/** Where the lot stands, by the journal alone. */
export async function lotView(journal: JournalReader, { recordsSha256, ...lot }: LotOnDesk): Promise<LotView> {
  const tally = new LotTally(lot, recordsSha256)
  const gallery = new Gallery()
  const drawn = new DrawnSample(lot.lot)
  for await (const entry of breathing(journal.entries())) {
    tally.take(entry)
    gallery.take(entry)
    drawn.take(entry)
  }
  const status = tally.status(tally.awaited)
  const { lots, yields } = gallery.view('day', lot.lot === null ? {} : { lot: lot.lot })
  const openedAs = new Map(
    status.units.map(({ unit, stations }) => [unit, stations.find(({ station }) => station === 'opened')?.verdict]),
  )
  const open = status.units
    .flatMap(({ unit, verdict, stations }) =>
      verdict === null || verdict === 'PASS'
        ? []
        : [{ unit, verdict, at: stations.map(({ station, verdict, because }) => ({ station, verdict, because })) }],
    )
    .sort((a, b) => badness[a.verdict] - badness[b.verdict])
  return {
    lot: lot.lot,
    units: lot.units.length,
    stations: status.stations.map(({ missing, isSample, ...station }) => ({
      ...station,
      missing: isSample ? [] : missing.slice(0, MOST_NAMED),
      missingInAll: isSample ? 0 : missing.length,
    })),
    open: open.slice(0, MOST_NAMED),
    openInAll: open.length,
    unknown: status.unknown.length,
    doubled: status.doubled.map(({ unit }) => unit).slice(0, MOST_NAMED),
    destroyed: status.destroyed.slice(0, MOST_NAMED),
    sample: drawn.units?.map(unit => ({ unit, verdict: openedAs.get(unit) ?? null })) ?? null,
    release: lots.find(one => one.lot === lot.lot) ?? null,
    yields: yields.rows,
  }
}
