import { useEffect, useState } from 'preact/hooks'
import { languageOf } from '../../core/language.ts'
import { type Verdict, verdicts } from '../../core/vocabulary.ts'
import type { Action } from '../action.ts'
import type { BenchState, Refusal, ResultView } from '../bench-state.ts'
import type { LoggedIn } from '../log-in.ts'
import { languages } from '../messages/index.ts'
import { askResult, type Lost, listen, send, sendLogOut } from './connection.ts'
import { HandIn } from './hand-in.tsx'
import { JournalPage } from './journal-page.tsx'
import { useKeys } from './keys.ts'
import { LogInDialog } from './log-in-dialog.tsx'
import { LotPage } from './lot-page.tsx'
import { keepPerson, personHere } from './person.ts'
import { ResultDetails, VerdictPanel } from './result.tsx'
import { RigPage } from './rig-page.tsx'
import { Sign } from './sign.tsx'
import { useAlarm } from './sound.ts'
import { StopDialog } from './stop-dialog.tsx'
import { LiveView } from './view.tsx'
import { useWords, Words } from './words.ts'

const places = ['bench', 'lot', 'rig', 'journal'] as const

/** What a button does, and on which key. */
interface Choice {
  readonly label: string
  readonly key: string
  readonly shownKey: string
  readonly isMain?: boolean
  readonly run: () => void
}

export function App() {
  const [tag, setTag] = useState(() => languageOf(navigator.languages, languages))
  const [state, setState] = useState<BenchState | null>(null)
  const [lost, setLost] = useState<Lost | null>(null)
  const [at, setAt] = useState<(typeof places)[number]>('bench')
  const { person, isAsked, ask, put } = usePerson()
  useEffect(() => listen({ onState: setState, onLost: setLost }), [])
  useEffect(() => {
    document.documentElement.lang = tag
  }, [tag])
  useAlarm(state !== null && state.unacknowledged !== null)
  const words = languages[tag]!
  return (
    <Words.Provider value={words}>
      <header>
        <h1>{words.title}</h1>
        <nav aria-label={words.places}>
          {places.map(place => (
            <button
              key={place}
              type="button"
              class="plain"
              aria-current={place === at ? 'page' : undefined}
              onClick={() => setAt(place)}
            >
              {words.pages[place]}
            </button>
          ))}
        </nav>
        <nav aria-label={words.languages}>
          {Object.entries(languages).map(([its, { language }]) => (
            <button key={its} type="button" class="plain" aria-pressed={its === tag} onClick={() => setTag(its)}>
              {language}
            </button>
          ))}
        </nav>
        {state?.logIn === true && (
          <button type="button" class="plain" onClick={() => (person === null ? ask(true) : put(null))}>
            {person === null ? words.logIn.action : words.logIn.out(person.who)}
          </button>
        )}
      </header>
      <main>
        {lost !== null && (
          <p class="lost" role="alert">
            {lost === 'moved' ? words.moved : words.lost}
          </p>
        )}
        {at !== 'bench' && state?.unacknowledged != null && (
          <p class="alarm" role="alert">
            {words.prompts.acknowledge}
          </p>
        )}
        {at === 'journal' && <JournalPage />}
        {at === 'lot' && <LotPage newest={state?.newest?.number ?? null} />}
        {at === 'rig' && state !== null && <RigPage state={state} />}
        {at === 'bench' && state !== null && <Bench state={state} onNobody={() => ask(true)} />}
      </main>
      {isAsked && <LogInDialog close={() => ask(false)} onLoggedIn={put} />}
    </Words.Provider>
  )
}

/** Who is here, and whether they are asked for. After a while without an action there is nobody: the bench has forgotten them by then. */
function usePerson() {
  const [person, setPerson] = useState(personHere)
  const [isAsked, ask] = useState(false)
  const put = (now: LoggedIn | null) => {
    if (now === null) void sendLogOut()
    keepPerson(now)
    setPerson(now)
    ask(false)
  }
  useEffect(() => {
    if (person === null) return
    let timer: ReturnType<typeof setTimeout>
    const acted = () => {
      clearTimeout(timer)
      timer = setTimeout(() => put(null), person.idleMs)
    }
    acted()
    const kinds = ['click', 'keydown'] as const
    for (const kind of kinds) addEventListener(kind, acted)
    return () => {
      clearTimeout(timer)
      for (const kind of kinds) removeEventListener(kind, acted)
    }
  }, [person])
  return { person, isAsked, ask, put }
}

interface BenchProps {
  readonly state: BenchState
  /** Something was refused because nobody has logged in at this screen, or not for too long. */
  readonly onNobody: () => void
}

function Bench({ state, onNobody }: BenchProps) {
  const words = useWords()
  const [refused, setRefused] = useState<Refusal | 'lost' | null>(null)
  const say = (why: Refusal | null | undefined) => {
    setRefused(why === undefined ? 'lost' : why)
    if (why === 'log-in') onNobody()
  }
  const [coming, setComing] = useState(0)
  const [isStopping, setStopping] = useState(false)
  const [older, setOlder] = useState<{ readonly until: number; readonly result: ResultView } | null>(null)
  const { newest, results, phase, bench } = state
  // An older one is looked at until there is a new one, and never while one waits to be seen.
  const isOlder = older !== null && older.until === newest?.number && state.unacknowledged === null
  const result = isOlder ? older.result : newest
  const isPast = isOlder || !(phase === 'waiting' || phase === 'ended' || state.unacknowledged !== null)
  const act = (action: Action) => {
    setOlder(null)
    void send(action).then(say)
  }
  const choices = choicesIn(state, words.actions, words.keys, act, () => setStopping(true)).filter(
    ({ label }) => coming === 0 || label !== words.actions.judge,
  )
  useKeys(Object.fromEntries(choices.map(({ key, run }) => [key, run])), text => act({ do: 'scan', text }))
  return (
    <>
      <section class="prompt" aria-labelledby="prompt">
        <h2 id="prompt" aria-live="assertive" data-phase={phase}>
          {promptOf(state, words.prompts)}
        </h2>
        {state.question !== null && <p class="question">{state.question}</p>}
        {state.question === null && state.said !== null && <p class="said">{state.said}</p>}
        {phase === 'waiting' && state.unacknowledged === null && <p class="quiet">{words.scanHint}</p>}
        {phase === 'closed' && <p class="quiet">{words.beginHint}</p>}
        <p class="refused" role="status">
          {refused !== null && (refused === 'lost' ? words.lost : words.refusals[refused])}
        </p>
        {bench?.source === 'hand' && phase === 'waiting' && (
          <HandIn
            pictures={state.pictures}
            card={state.card}
            onComing={number => setComing(before => before + number)}
            say={say}
          />
        )}
        <div class="choices">
          {choices.map(({ label, key, shownKey, isMain, run }) => (
            <button key={key} type="button" class={isMain ? 'main' : ''} aria-keyshortcuts={key} onClick={run}>
              {label} <kbd>{shownKey}</kbd>
            </button>
          ))}
        </div>
      </section>
      <div class="columns">
        <div>
          {result !== null && <VerdictPanel result={result} isPast={isPast} />}
          {result !== null && <ResultDetails result={result} />}
        </div>
        <aside>
          {bench !== null && bench.source !== 'hand' && <LiveView isOn={phase === 'waiting' || phase === 'warned'} />}
          {bench !== null && <Facts state={state} />}
          {results.length > 1 && (
            <History
              state={state}
              shown={result?.number ?? null}
              show={number =>
                void askResult(number).then(its => setOlder(its && { until: newest!.number, result: its }))
              }
            />
          )}
          {bench !== null && <Lot state={state} judge={unit => act({ do: 'judge', unit })} />}
        </aside>
      </div>
      {isStopping && (
        <StopDialog
          close={() => setStopping(false)}
          stop={why => {
            setStopping(false)
            act({ do: 'stop', why })
          }}
        />
      )}
    </>
  )
}

type Said = ReturnType<typeof useWords>

function promptOf({ phase, bench, scanned, unacknowledged, units }: BenchState, prompts: Said['prompts']): string {
  if (unacknowledged !== null) return prompts.acknowledge
  if (phase === 'warned') return prompts.warned(scanned ?? '')
  if (phase === 'waiting' && bench?.source === 'virtual' && units.length > 0) return prompts.waitingVirtual
  if (phase === 'waiting' && bench?.source === 'hand') return prompts.waitingByHand(scanned)
  return prompts[phase]
}

/** What may be done now: one key each, written on its button. */
function choicesIn(
  { phase, unacknowledged, results, bench, pictures, scanned }: BenchState,
  actions: Said['actions'],
  keys: Said['keys'],
  act: (action: Action) => void,
  askToStop: () => void,
): readonly Choice[] {
  const enter = (label: string, action: Action): Choice => ({
    label,
    key: 'enter',
    shownKey: keys.enter,
    isMain: true,
    run: () => act(action),
  })
  const stop: Choice = { label: actions.stop, key: 's', shownKey: 'S', run: askToStop }
  const undo: Choice = { label: actions.undo, key: 'escape', shownKey: keys.escape, run: () => act({ do: 'undo' }) }
  const undoPictures: Choice = { ...undo, label: actions.undoPictures }
  const again: Choice = { label: actions.again, key: 'r', shownKey: 'R', run: () => act({ do: 'again' }) }
  const finish: Choice = { label: actions.finish, key: 'q', shownKey: 'Q', run: () => act({ do: 'finish' }) }
  if (unacknowledged !== null) {
    const seen: Choice = {
      label: actions.acknowledge,
      key: 'a',
      shownKey: 'A',
      isMain: true,
      run: () => act({ do: 'acknowledge', number: unacknowledged }),
    }
    return phase === 'closed' || phase === 'ended' ? [seen] : [seen, stop]
  }
  switch (phase) {
    case 'closed':
    case 'ended':
      return [enter(actions.begin, { do: 'begin' })]
    case 'asked':
      return [enter(actions.answer, { do: 'answer' }), stop]
    case 'waiting':
      if (bench?.source === 'hand') {
        if (pictures.length === 0) return scanned === null ? [finish, stop] : [undo, finish, stop]
        return [enter(actions.judge, { do: 'judge' }), undoPictures, stop]
      }
      return [enter(actions.judge, { do: 'judge' }), ...(results.length > 0 ? [again] : []), finish, stop]
    case 'warned':
      return [enter(actions.judgeAgain, { do: 'judge' }), undo, stop]
    case 'examining':
    case 'opening':
    case 'judging':
    case 'ending':
      return [stop]
  }
}

function Facts({ state: { bench, tally, units } }: { readonly state: BenchState }) {
  const { bench: words, verdicts: names } = useWords()
  const { rig, station, product, lot, operator, units: of } = bench!
  const seen = units.filter(({ verdict }) => verdict !== null).length
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
  readonly state: BenchState
  readonly shown: number | null
  readonly show: (number: number) => void
}

function History({ state: { results }, shown, show }: HistoryProps) {
  const { sections, noUnit } = useWords()
  return (
    <section aria-labelledby="history">
      <h3 id="history">{sections.history}</h3>
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
function Lot({ state, judge }: { readonly state: BenchState; readonly judge: (unit: string) => void }) {
  const { sections } = useWords()
  const { units, bench, phase, unacknowledged } = state
  const isVirtual = bench!.source === 'virtual'
  const canLay = isVirtual && phase === 'waiting' && unacknowledged === null
  return (
    <details class="lot">
      <summary>
        {sections.lot} <span class="quiet">{units.length}</span>
      </summary>
      <ul class="rows">
        {units.slice(0, 500).map(({ unit, verdict }) => (
          <li key={unit}>
            {isVirtual ? (
              <button type="button" class="plain row" disabled={!canLay} onClick={() => judge(unit)}>
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
