import { useEffect, useState } from 'preact/hooks'
import { verdicts } from '../../core/vocabulary.ts'
import type { LotView } from '../lot-view.ts'
import { Charts } from './charts.tsx'
import { askLot, type Said } from './connection.ts'
import { LotCounted } from './lot-count.tsx'
import { Sign } from './sign.tsx'
import { Wide } from './wide.tsx'
import { useWords } from './words.ts'

/** The lot at every station, what is left to do, and how it came out day by day. @param newest asked anew after each result */
export function LotPage({ newest }: { readonly newest: number | null }) {
  const { lost } = useWords()
  const [said, setSaid] = useState<Said<LotView> | 'asked'>('asked')
  useEffect(() => {
    let isOver = false
    void askLot().then(its => isOver || setSaid(its))
    return () => {
      isOver = true
    }
  }, [newest])
  if (said === 'asked') return null
  if (said === undefined) return <p class="lost">{lost}</p>
  if ('why' in said) return <p class="lost">{said.why}</p>
  const view = said.done
  return (
    <>
      <Stations view={view} />
      <Open view={view} />
      <Release view={view} />
      <Yields yields={view.yields} />
      <Charts which="lot" />
    </>
  )
}

function Stations({ view: { lot, units, stations, unknown, doubled } }: { readonly view: LotView }) {
  const { lot: words } = useWords()
  return (
    <section aria-labelledby="lot">
      <h2 id="lot">{words.title(lot, units)}</h2>
      {stations.length === 0 && <p class="quiet">{words.notBegun}</p>}
      {stations.length > 0 && (
        <Wide>
          <table>
            <thead>
              <tr>
                <th scope="col">{words.station}</th>
                <th scope="col">{words.seen}</th>
                {verdicts.map(verdict => (
                  <th scope="col" key={verdict}>
                    <Sign verdict={verdict} /> {verdict}
                  </th>
                ))}
                <th scope="col">{words.missing}</th>
              </tr>
            </thead>
            <tbody>
              {stations.map(({ station, seen, counts, missing, missingInAll }) => (
                <tr key={station}>
                  <th scope="row">{station}</th>
                  <td>{words.of(seen, units)}</td>
                  {verdicts.map(verdict => (
                    <td key={verdict}>{counts[verdict]}</td>
                  ))}
                  <td>{station === 'opened' ? '' : named(missing, missingInAll, words.andMore)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Wide>
      )}
      {unknown > 0 && <p class="alarm">{words.unknown(unknown)}</p>}
      {doubled.length > 0 && <p class="alarm">{words.doubled(doubled.join(', '))}</p>}
    </section>
  )
}

function Open({ view: { open, openInAll } }: { readonly view: LotView }) {
  const { lot: words } = useWords()
  return (
    <section aria-labelledby="open">
      <h2 id="open">{words.open}</h2>
      {open.length === 0 && <p class="quiet">{words.noneOpen}</p>}
      <ul class="findings">
        {open.map(({ unit, verdict, at }) => (
          <li key={unit}>
            <Sign verdict={verdict} />
            <div>
              <b>{unit}</b>
              {at.map(one => (
                <p key={one.station}>
                  {one.station}: {one.verdict}
                  {one.verdict !== 'PASS' && <span class="quiet"> {one.because}</span>}
                </p>
              ))}
            </div>
          </li>
        ))}
      </ul>
      {openInAll > open.length && <p class="quiet">{words.more(openInAll - open.length)}</p>}
    </section>
  )
}

function Release({ view: { sample, release, destroyed } }: { readonly view: LotView }) {
  const { lot: words } = useWords()
  return (
    <section aria-labelledby="release">
      <h2 id="release">{words.release}</h2>
      <p>
        {release?.plannedAt == null ? words.notPlanned : words.planned(release.plannedAt.slice(0, 10))}
        {release?.rehearsal === true && ` ${words.rehearsal}`}
      </p>
      {sample !== null && (
        <>
          <p>{words.sample(sample.filter(({ verdict }) => verdict !== null).length, sample.length)}</p>
          <ul class="rows">
            {sample.map(({ unit, verdict }) => (
              <li key={unit}>
                <span class="row">
                  {verdict === null ? <span class="sign" /> : <Sign verdict={verdict} />} {unit}
                </span>
              </li>
            ))}
          </ul>
        </>
      )}
      <LotCounted />
      {destroyed.length > 0 && <p>{words.destroyed(destroyed.join(', '))}</p>}
      {release?.closed != null && (
        <p>
          <b>{words.decision(release.closed.decision, release.closed.at.slice(0, 10))}</b>{' '}
          {release.signed.length === 0 ? words.notSigned : words.signed(release.signed.join(', '))}
        </p>
      )}
    </section>
  )
}

const named = (names: readonly string[], all: number, andMore: (names: string, more: number) => string): string =>
  all > names.length ? andMore(names.join(', '), all - names.length) : names.join(', ')

/** Of each day's units at a station, how many passed at their first attempt and how many pass now. */
function Yields({ yields }: Pick<LotView, 'yields'>) {
  const { lot: words } = useWords()
  if (yields.length === 0) return null
  return (
    <section aria-labelledby="yields">
      <h2 id="yields">{words.yields}</h2>
      <Wide>
        <table>
          <thead>
            <tr>
              {[words.day, words.station, words.units, words.first, words.now].map(head => (
                <th scope="col" key={head}>
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {yields.map(({ group, station, units, first, final }) => (
              <tr key={`${group} ${station}`}>
                <th scope="row">{group}</th>
                <td>{station}</td>
                <td>{units}</td>
                <td>
                  <Share part={first.PASS} of={units} />
                </td>
                <td>
                  <Share part={final.PASS} of={units} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Wide>
    </section>
  )
}

function Share({ part, of }: { readonly part: number; readonly of: number }) {
  return (
    <span class="share">
      <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">
        <rect width="100" height="10" class="all" />
        <rect width={(100 * part) / of} height="10" class="part" />
      </svg>
      {Math.floor((100 * part) / of)} %
    </span>
  )
}
