import { useEffect, useState } from 'preact/hooks'
import { languageOf } from '../../core/language.ts'
import type { LoggedIn } from '../log-in.ts'
import { languages } from '../messages/index.ts'
import type { ScreenState } from '../screen-state.ts'
import { BenchPage } from './bench-page.tsx'
import { type Lost, listen, sendLogOut } from './connection.ts'
import { JournalPage } from './journal-page.tsx'
import { KeyButton } from './key-button.tsx'
import { useKeyboard, useKeys, useKeysGivenBack } from './keys.ts'
import { LogInDialog } from './log-in-dialog.tsx'
import { LotPage } from './lot-page.tsx'
import { keepPerson, personHere } from './person.ts'
import { RigPage } from './rig-page.tsx'
import { useAlarm } from './sound.ts'
import { Words } from './words.ts'

const places = ['bench', 'lot', 'rig', 'journal'] as const

export function App() {
  const [tag, setTag] = useState(() => languageOf(navigator.languages, languages))
  const [state, setState] = useState<ScreenState | null>(null)
  const [lost, setLost] = useState<Lost | null>(null)
  const [at, setAt] = useState<(typeof places)[number]>('bench')
  const { person, isAsked, ask, put } = usePerson()
  useEffect(() => listen({ onState: setState, onLost: setLost }), [])
  useEffect(() => {
    document.documentElement.lang = tag
  }, [tag])
  const [scan, setScan] = useState<{ readonly text: string } | null>(null)
  const go = (place: (typeof places)[number]) => {
    setScan(null)
    setAt(place)
  }
  const tags = Object.keys(languages)
  const nextTag = tags[(tags.indexOf(tag) + 1) % tags.length]!
  useKeys({
    ...Object.fromEntries(places.map((place, i) => [`${i + 1}`, () => go(place)])),
    g: () => setTag(nextTag),
  })
  // A card is scanned at the bench, whatever somebody looks at meanwhile.
  useKeyboard(text => {
    setAt('bench')
    setScan({ text })
  })
  useKeysGivenBack()
  useAlarm(state !== null && state.unacknowledged !== null)
  const words = languages[tag]!
  return (
    <Words.Provider value={words}>
      <header>
        <h1>{words.title}</h1>
        <nav aria-label={words.places}>
          {places.map((place, i) => (
            <button
              key={place}
              type="button"
              class="plain"
              aria-current={place === at ? 'page' : undefined}
              aria-keyshortcuts={`${i + 1}`}
              onClick={() => go(place)}
            >
              {words.pages[place]} <kbd>{i + 1}</kbd>
            </button>
          ))}
        </nav>
        <nav aria-label={words.languages}>
          {Object.entries(languages).map(([its, { language }]) => (
            <button key={its} type="button" class="plain" aria-pressed={its === tag} onClick={() => setTag(its)}>
              {language} {its === nextTag && <kbd>G</kbd>}
            </button>
          ))}
        </nav>
        {state?.logIn === true && (
          <KeyButton keyName="i" class="plain" run={() => (person === null ? ask(true) : put(null))}>
            {person === null ? words.logIn.action : words.logIn.out(person.who)}
          </KeyButton>
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
        {at === 'bench' && state !== null && <BenchPage state={state} scan={scan} onNobody={() => ask(true)} />}
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
