import { useEffect, useRef, useState } from 'preact/hooks'
import { toHex } from '../../bip38/bytes.ts'
import type { CardAnswer } from '../open-card.ts'
import { ownPassphraseFaults } from '../own-passphrase.ts'
import { letterOfOtherScript } from '../typed-passphrase.ts'
import { askCard } from './card-thread.ts'
import { Copy } from './copy.tsx'
import { shownAs, unremembered } from './private-field.ts'
import { QrCode } from './qr-code.tsx'
import { stopped } from './stopped.ts'
import { useWords } from './words.ts'

/** For customers with a passphrase of their own: what the maker gets in its place. Without lot, as PRO cards are. */
export function IntermediateMaker() {
  const words = useWords()
  const [passphrase, setPassphrase] = useState('')
  const [again, setAgain] = useState('')
  const [running, setRunning] = useState<{ readonly stop: AbortController; readonly done: number } | null>(null)
  const [answer, setAnswer] = useState<CardAnswer | null>(null)
  const same = passphrase.normalize('NFC') === again.normalize('NFC')
  const faults = ownPassphraseFaults(passphrase)
  const ready = passphrase !== '' && same && !faults.includes('code') && running === null
  const making = useRef<AbortController | null>(null)
  useEffect(() => () => making.current?.abort(stopped), [])
  const make = async () => {
    const stop = new AbortController()
    making.current = stop
    const heard = (done: number) => setRunning({ stop, done })
    heard(0)
    setAnswer(null)
    try {
      const ownerSalt = toHex(crypto.getRandomValues(new Uint8Array(8)))
      setAnswer(await askCard({ ask: 'intermediate', passphrase, ownerSalt }, stop.signal, heard))
    } catch {
      if (!stop.signal.aborted) setAnswer({ outcome: 'refused', why: 'engine-failed' })
    } finally {
      if (making.current === stop) making.current = null
      setRunning(null)
    }
  }
  const field = (id: string, label: string, value: string, set: (value: string) => void) => (
    <>
      <label for={id}>{label}</label>
      <input
        id={id}
        {...shownAs(false)}
        value={value}
        {...unremembered}
        onInput={event => {
          set(event.currentTarget.value)
          making.current?.abort(stopped)
          setAnswer(null)
        }}
      />
    </>
  )
  return (
    <details>
      <summary>{words.intermediate.title}</summary>
      <p>{words.intermediate.why}</p>
      <form
        autocomplete="off"
        onSubmit={event => {
          event.preventDefault()
          if (ready) void make()
        }}
      >
        {field('own-passphrase', words.intermediate.passphrase, passphrase, setPassphrase)}
        {field('own-passphrase-again', words.intermediate.again, again, setAgain)}
        <p aria-live="polite" class="bad">
          {faults.includes('code') && words.intermediate.code}{' '}
          {faults.includes('odd-blanks') && words.passphrase.oddBlanks}{' '}
          {faults.includes('two-scripts') && words.passphrase.twoScripts(letterOfOtherScript(passphrase)!)}{' '}
          {faults.includes('short') && words.intermediate.short} {again !== '' && !same && words.intermediate.differ}
        </p>
        <p class="actions">
          <button type="submit" disabled={!ready}>
            {words.intermediate.make}
          </button>
          {running !== null && (
            <>
              <button type="button" onClick={() => running.stop.abort(stopped)}>
                {words.run.cancel}
              </button>
              <progress max="1" value={running.done} aria-label={words.run.working} />
            </>
          )}
        </p>
      </form>
      <div aria-live="polite">
        {answer?.outcome === 'intermediate' && (
          <>
            <p>{words.intermediate.done}</p>
            <code>{answer.code}</code> <Copy text={answer.code} />
            <QrCode text={answer.code} />
          </>
        )}
        {answer?.outcome === 'refused' && <p class="bad">{words.refused[answer.why]}</p>}
      </div>
    </details>
  )
}
