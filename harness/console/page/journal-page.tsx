import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import { verdicts } from '../../core/vocabulary.ts'
import type { JournalView } from '../journal-view.ts'
import { askJournal, type Said } from './connection.ts'
import { DecisionForm } from './decision-form.tsx'
import { useKeys } from './keys.ts'
import { Sign } from './sign.tsx'
import { Wide } from './wide.tsx'
import { useWords } from './words.ts'

/** What happened at the bench, who has to decide what, and how it came out. */
export function JournalPage() {
  const { journal: words, lost } = useWords()
  const [find, setFind] = useState('')
  const [said, setSaid] = useState<Said<JournalView>>()
  const [isAsked, setAsked] = useState(false)
  const search = useRef<HTMLInputElement>(null)
  useKeys({ f: () => search.current?.focus() })
  const ask = useCallback(async () => {
    setSaid(await askJournal(find))
    setAsked(true)
  }, [find])
  useEffect(() => {
    const soon = setTimeout(() => void ask(), 150)
    return () => clearTimeout(soon)
  }, [ask])
  if (!isAsked) return null
  if (said === undefined) return <p class="lost">{lost}</p>
  if ('why' in said) return <p class="lost">{said.why}</p>
  const { alarms, failed, stations, entries, found, deciders } = said.done
  return (
    <>
      <section aria-labelledby="alarms">
        <h2 id="alarms">{words.alarms}</h2>
        {alarms.length === 0 && <p class="quiet">{words.noAlarms}</p>}
        {alarms.map(({ index, at, unit, because }, i) => (
          <div class="decide" key={index}>
            <p class="alarm">
              {unit ?? words.unknown}, {shownTime(at)}: {because}
            </p>
            <DecisionForm
              deciders={deciders}
              about={{ on: 'alarm', alarm: index }}
              onKept={ask}
              keyName={i === 0 ? 'k' : null}
            />
          </div>
        ))}
      </section>
      <section aria-labelledby="failed">
        <h2 id="failed">{words.failed}</h2>
        {failed.length === 0 && <p class="quiet">{words.noFailed}</p>}
        {failed.map(({ unit, station, because }, i) => (
          <div class="decide" key={`${unit} ${station}`}>
            <p>
              <Sign verdict="FAIL" /> <b>{unit}</b> {station}: {because}
            </p>
            <DecisionForm
              deciders={deciders}
              about={{ on: 'unit', unit, station }}
              onKept={ask}
              keyName={i === 0 ? 'd' : null}
            />
          </div>
        ))}
      </section>
      {stations.length > 0 && (
        <section aria-labelledby="stations">
          <h2 id="stations">{words.stations}</h2>
          <Wide>
            <table>
              <thead>
                <tr>
                  <th scope="col">{words.station}</th>
                  {verdicts.map(verdict => (
                    <th scope="col" key={verdict}>
                      <Sign verdict={verdict} /> {verdict}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {stations.map(({ station, counts }) => (
                  <tr key={station}>
                    <th scope="row">{station}</th>
                    {verdicts.map(verdict => (
                      <td key={verdict}>{counts[verdict]}</td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </Wide>
        </section>
      )}
      <section aria-labelledby="entries">
        <h2 id="entries">{words.entries}</h2>
        <label>
          {words.find} <kbd>F</kbd>
          <input
            ref={search}
            type="search"
            value={find}
            maxLength={80}
            onInput={({ currentTarget }) => setFind(currentTarget.value)}
          />
        </label>
        <p class="quiet" role="status">
          {words.found(entries.length, found)}
        </p>
        <Wide>
          <table>
            <thead>
              <tr>
                {[words.when, words.what, words.unit, words.because].map(head => (
                  <th scope="col" key={head}>
                    {head}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {entries.map(({ index, at, kind, unit, station, who, verdict, because }) => (
                <tr key={index}>
                  <td>{shownTime(at)}</td>
                  <td>
                    {verdict === null ? kind : <Sign verdict={verdict} />} {verdict ?? ''} {station ?? ''}{' '}
                    <span class="quiet">{who ?? ''}</span>
                  </td>
                  <td>{unit ?? ''}</td>
                  <td>{because ?? ''}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Wide>
      </section>
    </>
  )
}

/** «2026-11-29 16:40» where the person is. */
const shownTime = (iso: string) => {
  const at = new Date(iso)
  const two = (number: number) => String(number).padStart(2, '0')
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}`
}
