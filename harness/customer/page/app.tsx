import { useEffect, useRef, useState } from 'preact/hooks'
import { languageOf } from '../../core/language.ts'
import { scannedText } from '../card-address.ts'
import { anyCard, type CardForm } from '../card-form.ts'
import { languages } from '../messages/index.ts'
import type { CardAnswer, CardRequest } from '../open-card.ts'
import type { PageData } from '../page-data.ts'
import { codeKinds, typedCode } from '../typed-code.ts'
import { readOtherwise, typedPassphrase } from '../typed-passphrase.ts'
import { askCard, prepareCard } from './card-thread.ts'
import { CodeField } from './code-field.tsx'
import { emptyClipboard, useHandCopies } from './copy.tsx'
import { IntermediateMaker } from './intermediate-maker.tsx'
import { LookUp } from './look-up.tsx'
import { PassphraseField } from './passphrase-field.tsx'
import { PhotographSection } from './photograph-section.tsx'
import { Result } from './result.tsx'
import { stopped } from './stopped.ts'
import { Surroundings } from './surroundings.tsx'
import { Words } from './words.ts'

/** The version of Assay that made the page, which the build puts in place of this name. */
declare const ASSAY_VERSION: string

type Way = 'verify' | 'open'

/** The whole page. All that was typed lives here, and nowhere else: `clear` lets go of it. */
export function App({ forms, lookUp, profiles }: PageData) {
  const [language, setLanguage] = useState(() => languageOf(navigator.languages, languages))
  const words = languages[language]!
  const [form, setForm] = useState<CardForm>(forms[0] ?? anyCard)
  const [passphrase, setPassphrase] = useState('')
  const [way, setWay] = useState<Way>('verify')
  const [code, setCode] = useState('')
  /** How far the sum is that is being worked out, 0..1. */
  const [done, setDone] = useState<number | null>(null)
  const working = useRef<AbortController | null>(null)
  const stop = () => working.current?.abort(stopped)
  const [answer, setAnswer] = useState<CardAnswer | null>(null)
  const [alsoTried, setAlsoTried] = useState(false)
  /** The reading that opened it, where it is not what was typed. */
  const [otherwise, setOtherwise] = useState<string | null>(null)
  const [shown, setShown] = useState(true)
  /** The address on the card, as typed, scanned or read in a photograph: what says whose codes were opened. */
  const [address, setAddress] = useState('')
  const [emptied, setEmptied] = useState<'nothing' | 'covered' | 'emptied' | 'failed'>('nothing')
  /** Fields that keep what is being typed themselves begin anew with another number. */
  const [round, setRound] = useState(0)

  /** A passphrase that nobody typed, read in a photograph or found among what looks alike, for the field to begin with anew. */
  const [taken, setTaken] = useState({ text: '', nth: 0 })
  const take = (text: string) => {
    setTaken(({ nth }) => ({ text, nth: nth + 1 }))
    setPassphrase(text)
  }
  useHandCopies()

  /** Where the answer stands: below what is in view on a phone, so the page goes there. */
  const result = useRef<HTMLElement>(null)
  useEffect(() => {
    if (answer !== null) result.current?.scrollIntoView({ block: 'start' })
  }, [answer])

  /** An answer, shown or still worked out, is of what was typed before. */
  const forget = () => {
    stop()
    setAnswer(null)
    setAlsoTried(false)
    setOtherwise(null)
  }
  const type = (value: string) => {
    setPassphrase(value)
    forget()
  }
  const takeCode = (value: string) => {
    setCode(value)
    forget()
  }
  const clear = () => {
    take('')
    setCode('')
    setAddress('')
    setEmptied('nothing')
    forget()
    setRound(before => before + 1)
  }
  const clearAll = () => {
    clear()
    void emptyClipboard().then(setEmptied)
  }
  useEffect(() => {
    document.documentElement.lang = language
    document.title = words.title
  }, [language, words])
  useEffect(() => {
    // A browser may keep a page that was left, with all its fields, and show it to the next person.
    const left = () => clear()
    addEventListener('pagehide', left)
    return () => removeEventListener('pagehide', left)
  })

  useEffect(() => {
    // Whoever comes back to the page after another one has taken its place does not find a passphrase in plain sight.
    const look = () => {
      if (document.visibilityState === 'hidden') setShown(false)
    }
    document.addEventListener('visibilitychange', look)
    return () => document.removeEventListener('visibilitychange', look)
  }, [])

  useEffect(() => {
    // A file that is dropped beside a field would take the page's place, and with it all that was typed.
    const stay = (event: Event) => {
      if (!(event.target instanceof HTMLInputElement)) event.preventDefault()
    }
    for (const event of ['dragover', 'drop']) addEventListener(event, stay)
    return () => {
      for (const event of ['dragover', 'drop']) removeEventListener(event, stay)
    }
  }, [])

  const typed = typedPassphrase(form, passphrase)
  const read = typedCode(code, codeKinds[way], form)
  const profile = profiles.find(({ name }) => name === form.name)
  const ready = typed.outcome === 'complete' && read.outcome === 'sound'
  const halfReady = typed.outcome === 'complete' || read.outcome === 'sound'
  useEffect(() => {
    if (halfReady) void prepareCard()
  }, [halfReady, ready])
  const isWrong = answer?.outcome === 'refused' && answer.why === 'wrong-passphrase'
  const readings = isWrong && !alsoTried && typed.outcome === 'complete' ? readOtherwise(form, typed.text) : []

  const run = async (passphrases: readonly string[], tryAlso: boolean) => {
    if (read.outcome !== 'sound') return
    forget()
    const mine = new AbortController()
    working.current = mine
    setDone(0)
    const request: CardRequest =
      way === 'verify'
        ? { ask: way, confirmationCode: read.text, passphrases }
        : { ask: way, epk: read.text, passphrases }
    try {
      const heard = await askCard(request, mine.signal, setDone)
      setAnswer(heard)
      setAlsoTried(tryAlso)
      const right = tryAlso && heard.outcome === 'opened' ? passphrases[heard.card.opensWith] : undefined
      // The field says what the answer is of.
      if (right !== undefined) take(right)
      setOtherwise(right ?? null)
    } catch {
      if (!mine.signal.aborted) setAnswer({ outcome: 'refused', why: 'engine-failed' })
    } finally {
      if (working.current === mine) {
        working.current = null
        setDone(null)
      }
    }
  }

  return (
    <Words.Provider value={words}>
      <header>
        <h1>{words.title}</h1>
        <nav aria-label={words.languages}>
          {Object.entries(languages).map(([tag, { language: name }]) => (
            <button type="button" key={tag} lang={tag} aria-pressed={tag === language} onClick={() => setLanguage(tag)}>
              {name}
            </button>
          ))}
        </nav>
        <p>{words.lead}</p>
        <Surroundings isEmpty={passphrase === '' && code === '' && answer === null} />
      </header>

      <form
        autocomplete="off"
        onSubmit={event => {
          event.preventDefault()
          if (ready && done === null) void run([typed.text], false)
        }}
      >
        <section aria-labelledby="step-1">
          <h2 id="step-1">{words.steps.passphrase}</h2>
          <label for="product">{words.product}</label>
          <select
            id="product"
            value={form.name}
            onChange={({ currentTarget: { value } }) => {
              setForm(forms.find(({ name }) => name === value) ?? anyCard)
              clear()
            }}
          >
            {forms.map(({ name, title }) => (
              <option key={name} value={name}>
                {title}
              </option>
            ))}
            <option value={anyCard.name}>{words.anyProduct}</option>
          </select>
          <PassphraseField
            key={`${form.name} ${round} ${taken.nth}`}
            form={form}
            begun={taken.text}
            typed={typed}
            shown={shown}
            onShown={setShown}
            onChange={type}
          />
        </section>

        <section aria-labelledby="step-2">
          <h2 id="step-2">{words.steps.code}</h2>
          <fieldset>
            <legend class="hidden">{words.steps.code}</legend>
            {(['verify', 'open'] as const).map(one => (
              <label key={one} class="choice">
                <input
                  type="radio"
                  name="way"
                  checked={way === one}
                  onChange={() => {
                    setWay(one)
                    setCode('')
                    forget()
                  }}
                />
                <span>
                  {words.way[one]}
                  <small>{words.way[`${one}Why`]}</small>
                </span>
              </label>
            ))}
          </fieldset>
          <CodeField key={`${way} ${round}`} way={way} form={form} read={read} text={code} onChange={takeCode} />
          {way === 'verify' && !form.printsConfirmationCode && (
            <LookUp
              key={round}
              forms={form === anyCard ? forms : [form]}
              allForms={forms}
              passphrase={passphrase}
              server={lookUp}
              onCode={takeCode}
              onAddress={setAddress}
            />
          )}
        </section>

        <p class="actions">
          <button type="submit" class="main" disabled={!ready || done !== null}>
            {words.run[way]}
          </button>
          {done !== null && (
            <>
              <button type="button" onClick={stop}>
                {words.run.cancel}
              </button>
              <progress max="1" value={done} aria-label={words.run.working} />
            </>
          )}
          <button type="button" onClick={clearAll}>
            {words.run.clear}
          </button>
        </p>
        <p aria-live="polite" class={emptied === 'failed' ? 'bad' : undefined}>
          {emptied === 'covered' && words.run.clipboardCovered}
          {emptied === 'emptied' && words.run.clipboardEmptied}
          {emptied === 'failed' && words.run.clipboardFailed}
        </p>
      </form>

      <section ref={result} aria-labelledby="step-3" aria-live="polite" hidden={answer === null}>
        <h2 id="step-3">{words.steps.result}</h2>
        {answer?.outcome === 'refused' && (
          <>
            <p role="alert" class="bad">
              {words.refused[answer.why]}
              {alsoTried && ` ${words.alike.none}`}
            </p>
            {readings.length > 0 && (
              <p>
                {words.alike.why}{' '}
                <button type="button" disabled={done !== null} onClick={() => void run(readings, true)}>
                  {words.alike.offer(readings.length)}
                </button>
              </p>
            )}
          </>
        )}
        {answer?.outcome === 'opened' && (
          <Result card={answer.card} otherwise={otherwise} shown={shown} address={address} onAddress={setAddress} />
        )}
      </section>

      {profile !== undefined && (
        <PhotographSection
          key={`photograph ${form.name} ${round}`}
          profile={profile}
          forms={forms}
          onNew={() => {
            setAddress('')
            forget()
          }}
          onRead={({ passphrase: read, epk, address: printed }) => {
            if (printed !== undefined) setAddress(scannedText(printed))
            if (read !== undefined) take(read)
            if (epk !== undefined) {
              setWay('open')
              setCode(epk)
            }
            forget()
          }}
        />
      )}

      <details>
        <summary>{words.state.title}</summary>
        <ul>
          {(['sealed', 'honeycomb', 'scratched', 'both', 'pro'] as const).map(state => (
            <li key={state}>{words.state[state]}</li>
          ))}
        </ul>
      </details>
      <IntermediateMaker key={`maker ${round}`} />
      <footer>
        <small>{words.version(ASSAY_VERSION)}</small>
      </footer>
    </Words.Provider>
  )
}
