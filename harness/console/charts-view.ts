import { individualsPlot } from '../../reports/charts/release-charts.ts'
import type { JournalReader } from '../custody/journal/journal.ts'
import { nelsonRules } from '../lots/charts/control-chart.ts'
import type { LotOfUnits } from '../lots/lot-status.ts'
import { GoldenTrends } from '../lots/nightly/trends.ts'
import { chartedSeries, LotSeries } from '../lots/release/lot-series.ts'
import { breathing } from './breathing.ts'

/** A control chart, as it is shown. */
export interface ChartView {
  readonly title: string
  /** What its values say: the rules that are kept, in words; empty where nothing has changed. */
  readonly signals: readonly string[]
  /** Markup of our own, in which whatever a journal holds is escaped. */
  readonly svg: string
}

export interface ChartsView {
  /** What was measured of the lot's units at their stations; those in which something has changed first. */
  readonly lot: readonly ChartView[]
  /** What each rig sees of its golden card: the same card every time, so what moves is the rig. */
  readonly golden: readonly ChartView[]
}

/** Of a value that never moves a chart says nothing. */
const moves = ({ sigma }: { readonly sigma: number }) => sigma > 0

/** How values move over a lot and at a rig, by the journal alone: the charts of a release and of a night. */
export async function chartsView(journal: JournalReader, lot: LotOfUnits): Promise<ChartsView> {
  const own = new Set(lot.units.map(({ serial }) => serial))
  const series = new LotSeries()
  const rigs = new Map<string, GoldenTrends>()
  for await (const entry of breathing(journal.entries())) {
    const { kind, unit, facts } = entry
    if (kind === 'inspection' && unit !== null && own.has(unit)) series.take(entry)
    if (kind !== 'golden-card') continue
    const name = rigIn(facts)
    if (name !== null && !rigs.has(name)) rigs.set(name, new GoldenTrends(name))
    for (const trends of rigs.values()) trends.take(entry)
  }
  const ofLot = chartedSeries(series.measurements.series)
    .filter(({ chart }) => moves(chart))
    .map(one => ({
      title: `${one.name} of ${one.of}, at ${one.station}`,
      signals: [...new Set(one.chart.signals.map(({ rule }) => nelsonRules[rule]))],
      svg: individualsPlot({ ...one, where: `at ${one.station}` }).text,
    }))
  const golden = [...rigs].flatMap(([rig, trends]) =>
    trends.trends(1).flatMap(({ drift, chart, ...trend }) =>
      chart === null || !moves(chart)
        ? []
        : [
            {
              title: `${trend.name} of ${trend.of}, rig ${rig}`,
              signals: drift,
              svg: individualsPlot({ ...trend, chart, min: null, max: null, where: 'of the golden card' }).text,
            },
          ],
    ),
  )
  return { lot: changedFirst(ofLot), golden: changedFirst(golden) }
}

const changedFirst = (charts: readonly ChartView[]): readonly ChartView[] =>
  charts.toSorted((a, b) => Number(b.signals.length > 0) - Number(a.signals.length > 0))

const rigIn = ({ record }: Readonly<Record<string, unknown>>): string | null => {
  const name = (record as { rig?: { name?: unknown } } | undefined)?.rig?.name
  return typeof name === 'string' ? name : null
}
