import type { Said } from '../../harness/custody/journal/entry.ts'
import { decideLot } from '../../harness/lots/release/decide-lot.ts'
import type { LotIdentity } from '../../harness/lots/release/lot-rows.ts'
import { rowsOf } from '../../harness/lots/release/made-lot.testing.ts'
import type { LotRelease, ReleaseDocument } from '../../harness/lots/release/release-record.ts'
import { type ReleaseView, releaseView } from '../../harness/lots/release/release-view.ts'

/** What a report shows of a lot of twenty units that was made for tests, of which fourteen were counted to ship. */
export async function madeView(
  lot: LotIdentity,
  said: Iterable<Said>,
  over: Partial<ReleaseDocument> = {},
  pictures: LotRelease['pictures'] = [],
): Promise<ReleaseView> {
  const rows = rowsOf(said, lot)
  const decided = await decideLot({ lot, rows, journalFaults: [], otherAddresses: [], counted: 14 })
  const head = {
    format: 'assay-journal-head-1',
    size: 99,
    root: 'd'.repeat(64),
    at: '2026-07-20T09:00:00.000Z',
  } as const
  const document: ReleaseDocument = {
    format: 'assay-lot-release-6',
    ...lot,
    serials: [...lot.serials],
    product: 'assay-reference',
    rehearsal: false,
    counted: 14,
    closedBy: 'ann',
    closedAt: '2026-07-20T09:30:00.000Z',
    software: { name: 'assay', version: '0.1.0', revision: null },
    head: { ...head, signer: 'A'.repeat(43), signature: 'B'.repeat(86) },
    journalFaults: [],
    otherAddresses: [],
    decision: decided.decision,
    because: decided.because,
    ...over,
  }
  const sealedFrom = rows.find(({ kind, station }) => kind === 'inspection' && station === 'sealed')?.index ?? 0
  const series = Array.from({ length: 12 }, (_, i) => 0.2 + (i % 3) / 100)
  const measured = {
    station: 'sealed',
    name: 'placement-shift',
    of: 'top-layer',
    unit: 'mm',
    min: null,
    max: 0.6,
  } as const
  const release: LotRelease = {
    document,
    rows,
    measurements: {
      series: [{ ...measured, values: series, entries: series.map((_, i) => sealedFrom + i) }],
      placements: [
        {
          station: 'sealed',
          of: 'top-layer',
          maxShiftMm: 0.6,
          points: series.map((one, i) => [one, (i - 6) / 10]),
        },
      ],
    },
    decided,
    pictures,
  }
  return releaseView(release, 'e'.repeat(64), [])
}
