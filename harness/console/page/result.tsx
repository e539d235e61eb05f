import type { MeasurementView, ResultView } from '../bench-state.ts'
import { Sign } from './sign.tsx'
import { useWords } from './words.ts'

/** The big word, and why. Readable from across the bench. */
interface VerdictPanelProps {
  readonly result: ResultView
  /** It is of another card than lies there now, or an older one: small, so that nobody takes it for this card's. */
  readonly isPast: boolean
}

export function VerdictPanel({ result, isPast }: VerdictPanelProps) {
  const { verdicts, verdictMeans, noUnit, attempt, sections, ...words } = useWords()
  const { verdict, counts, unit, because, isAlarm, isOther, scanned, held, unproved, besides } = result
  return (
    <section class={`verdict ${counts.toLowerCase()}${isPast ? ' past' : ''}`} aria-labelledby="verdict">
      {isPast && <p class="quiet">{sections.history}</p>}
      <h2 id="verdict" data-verdict={counts} data-number={result.number}>
        <Sign verdict={counts} />
        {verdicts[counts]}
      </h2>
      <p class="unit">
        {unit ?? noUnit}
        {result.attempt !== null && result.attempt > 1 && <small>{attempt(result.attempt)}</small>}
      </p>
      {isAlarm && <p class="alarm">{words.alarm}</p>}
      {isOther && <p class="alarm">{words.other(scanned!, unit!)}</p>}
      {held !== null && <p class="alarm">{words.held(held.verdict, held.because)}</p>}
      {held !== null && <p>{words.alone(verdicts[verdict])}</p>}
      <p class="because">{because}</p>
      {besides.map(sentence => (
        <p class="alarm" key={sentence}>
          {words.besides(sentence)}
        </p>
      ))}
      <p class="means">{verdictMeans[counts]}</p>
      {unproved.length > 0 && <p class="means">{words.unproved(unproved.join(', '))}</p>}
    </section>
  )
}

/** The card that was handed in came to no verdict: as large as one, so that nobody takes the one before for it. @property why of each file */
export function NoResult({ why }: { readonly why: readonly string[] }) {
  const { noResult: words } = useWords()
  return (
    <section class="verdict error" aria-labelledby="no-result">
      <h2 id="no-result">{words.title}</h2>
      {why.map(sentence => (
        <p class="because" key={sentence}>
          {sentence}
        </p>
      ))}
      <p class="means">{words.means}</p>
    </section>
  )
}

/** What needs a person first, each with the place that it is about; then everything, folded. */
export function ResultDetails({ result }: { readonly result: ResultView }) {
  const { sections } = useWords()
  const { findings, measurements, pictures } = result
  const open = findings.filter(({ verdict }) => verdict !== 'PASS')
  const beyond = measurements.filter(({ verdict }) => verdict !== 'PASS')
  const card = pictures.filter(({ of }) => of === 'card')
  return (
    <div class="details" key={result.number}>
      {open.length > 0 && (
        <section aria-labelledby="why">
          <h3 id="why">{sections.why}</h3>
          <Findings findings={open} pictures={pictures} />
        </section>
      )}
      {beyond.length > 0 && <Measured measurements={beyond} />}
      {card.length > 0 && <Pictures pictures={card} />}
      <details>
        <summary>
          {sections.all} <span class="quiet">{findings.length}</span>
        </summary>
        <Findings findings={findings} pictures={[]} />
      </details>
      <details>
        <summary>
          {sections.numbers} <span class="quiet">{measurements.length}</span>
        </summary>
        <Measured measurements={measurements} />
      </details>
      <details>
        <summary>
          {sections.pictures} <span class="quiet">{pictures.length}</span>
        </summary>
        <Pictures pictures={pictures} />
      </details>
    </div>
  )
}

interface FindingsProps {
  readonly findings: ResultView['findings']
  /** Beside each finding is shown the first of each of its marks. */
  readonly pictures: ResultView['pictures']
}

function Findings({ findings, pictures }: FindingsProps) {
  return (
    <ul class="findings">
      {findings.map(({ check, verdict, because, marks }) => (
        <li key={check}>
          <Sign verdict={verdict} />
          <div>
            <b>{check}</b> <span class="quiet">{verdict}</span>
            <br />
            {because}
            <Pictures
              pictures={pictures.filter(
                ({ of }, at) => marks.includes(of) && pictures.findIndex(one => one.of === of) === at,
              )}
            />
          </div>
        </li>
      ))}
    </ul>
  )
}

function Pictures({ pictures }: { readonly pictures: ResultView['pictures'] }) {
  if (pictures.length === 0) return null
  return (
    <div class="pictures">
      {pictures.map(({ of, path }) => (
        <figure key={path}>
          <img src={path} alt={of} />
          <figcaption>{of}</figcaption>
        </figure>
      ))}
    </div>
  )
}

function Measured({ measurements }: Pick<ResultView, 'measurements'>) {
  const { numbers, unseen } = useWords()
  return (
    <table>
      <caption class="quiet">{numbers.near}</caption>
      <thead>
        <tr>
          <th scope="col">{numbers.what}</th>
          <th scope="col">{numbers.seen}</th>
          <th scope="col">{numbers.limits}</th>
        </tr>
      </thead>
      <tbody>
        {measurements.map((one, at) => (
          // Of one result, whose rows never change; two lights measure the same thing.
          <tr key={at}>
            <th scope="row">
              {one.verdict !== null && <Sign verdict={one.verdict} />} {one.title} <span class="quiet">{one.of}</span>
            </th>
            <td>{one.value === null ? unseen : shown(one.value, one.unit)}</td>
            <td>{limits(one) ?? numbers.none}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

const three = (value: number) => Number(value.toPrecision(3))
const shown = (value: number, unit: string) => `${three(value)} ${unit}`
/** A limit, and how near to it nobody can tell. */
const limit = (value: number, near: number) => (near === 0 ? `${value}` : `${value} ± ${three(near)}`)

function limits({ min, max, nearMin, nearMax, unit }: MeasurementView): string | null {
  if (min !== null && max !== null) return `${limit(min, nearMin)} – ${limit(max, nearMax)} ${unit}`
  if (min !== null) return `≥ ${limit(min, nearMin)} ${unit}`
  return max === null ? null : `≤ ${limit(max, nearMax)} ${unit}`
}
