import { useState } from 'preact/hooks'
import { type Verdict, verdicts } from '../../core/vocabulary.ts'
import type { ScreenState } from '../screen-state.ts'
import { Sign } from './sign.tsx'
import { useWords } from './words.ts'

/** What is judged, where, by whom, and how it came out so far. */
export function Facts({ state: { bench, tally, seen } }: { readonly state: ScreenState }) {
  const { bench: words, verdicts: names } = useWords()
  const { rig, station, product, lot, operator, units: of } = bench!
  const rows = [
    [words.rig, rig],
    [words.station, station],
    [words.product, product],
    [words.lot, lot ?? '–'],
    [words.operator, operator ?? words.nobody],
  ] as const
  return (
    <section class="facts">
      <dl>
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <p>{words.judged(seen, of)}</p>
      <ul class="tally">
        {verdicts.map((verdict: Verdict) => (
          <li key={verdict}>
            <Sign verdict={verdict} />
            {tally[verdict]} <span class="quiet">{names[verdict]}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}

interface HistoryProps {
  readonly state: ScreenState
  readonly shown: number | null
  readonly show: (number: number) => void
}

/** The last results of this session, each to be looked at again. */
export function History({ state: { results }, shown, show }: HistoryProps) {
  const { sections, noUnit } = useWords()
  return (
    <section aria-labelledby="history">
      <h3 id="history">
        {sections.history} <kbd>V</kbd>
      </h3>
      <ul class="rows">
        {results.map(({ number, unit, verdict }) => (
          <li key={number}>
            <button type="button" class="plain row" aria-pressed={number === shown} onClick={() => show(number)}>
              <Sign verdict={verdict} /> {unit ?? noUnit} <span class="quiet">{verdict}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** The lot's units. On a virtual rig each can be laid in. */
export function Lot({ state, lay }: { readonly state: ScreenState; readonly lay: (unit: string) => void }) {
  const { sections } = useWords()
  const { units, bench, phase, unacknowledged } = state
  const isVirtual = bench!.source === 'virtual'
  const [isOpen, setOpen] = useState(false)
  const canLay = isVirtual && (phase === 'waiting' || phase === 'choosing') && unacknowledged === null
  return (
    <details class="lot" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>
        {sections.lot} <span class="quiet">{bench!.units}</span>
      </summary>
      <ul class="rows">
        {(isOpen ? units : []).map(({ unit, verdict }) => (
          <li key={unit}>
            {isVirtual ? (
              <button type="button" class="plain row" disabled={!canLay} onClick={() => lay(unit)}>
                {verdict === null ? <span class="sign" /> : <Sign verdict={verdict} />} {unit}
              </button>
            ) : (
              <span class="row">
                {verdict === null ? <span class="sign" /> : <Sign verdict={verdict} />} {unit}
              </span>
            )}
          </li>
        ))}
      </ul>
    </details>
  )
}
