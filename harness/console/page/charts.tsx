import { useState } from 'preact/hooks'
import type { ChartsView, ChartView } from '../charts-view.ts'
import { askCharts, type Said } from './connection.ts'
import { KeyButton } from './key-button.tsx'
import { useWords } from './words.ts'

/** Control charts, drawn when somebody asks for them: the whole journal is read for it. @param which of which values */
export function Charts({ which }: { readonly which: keyof ChartsView }) {
  const { charts: words, lost } = useWords()
  const [said, setSaid] = useState<Said<ChartsView> | null>(null)
  const ask = async () => setSaid(await askCharts())
  const failed = said === undefined ? lost : said !== null && 'why' in said ? said.why : null
  const charts = said != null && 'done' in said ? said.done[which] : null
  return (
    <section aria-labelledby="charts">
      <h2 id="charts">{words.title[which]}</h2>
      <p class="quiet">{words.means}</p>
      <KeyButton keyName="d" run={() => void ask()}>
        {words.draw}
      </KeyButton>
      <p role="status">{failed ?? (charts?.length === 0 ? words.tooFew : '')}</p>
      <div class="charts">
        {charts?.map(chart => (
          <Chart key={chart.title} chart={chart} />
        ))}
      </div>
    </section>
  )
}

function Chart({ chart: { title, signals, svg } }: { readonly chart: ChartView }) {
  return (
    <figure>
      {/* Drawn by the server's own writer, which escapes what it quotes. */}
      <div dangerouslySetInnerHTML={{ __html: svg }} />
      <figcaption>
        {title}
        {signals.length > 0 && <b>: {signals.join('; ')}</b>}
      </figcaption>
    </figure>
  )
}
