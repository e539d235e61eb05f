import { useEffect, useState } from 'preact/hooks'
import { languageOf } from '../../core/language.ts'
import type { BenchState } from '../bench-state.ts'
import type { LoggedIn } from '../log-in.ts'
import { languages } from '../messages/index.ts'
import { BenchPage } from './bench-page.tsx'
import { type Lost, listen, sendLogOut } from './connection.ts'
import { JournalPage } from './journal-page.tsx'
import { useKeysGivenBack } from './keys.ts'
import { LogInDialog } from './log-in-dialog.tsx'
import { LotPage } from './lot-page.tsx'
import { keepPerson, personHere } from './person.ts'
import { RigPage } from './rig-page.tsx'
import { useAlarm } from './sound.ts'
import { Words } from './words.ts'

const places = ['bench', 'lot', 'rig', 'journal'] as const

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
  useKeysGivenBack()
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
        {at === 'bench' && state !== null && <BenchPage state={state} onNobody={() => ask(true)} />}
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
