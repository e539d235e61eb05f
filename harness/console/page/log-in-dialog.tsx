import { useEffect, useRef, useState } from 'preact/hooks'
import type { Colleague, LoggedIn } from '../log-in.ts'
import { askPeople, sendLogIn } from './connection.ts'
import { useWords } from './words.ts'

interface LogInDialogProps {
  readonly close: () => void
  readonly onLoggedIn: (person: LoggedIn) => void
}

/** Somebody says who works here, and signs it: with the key that the bench keeps, or one that they bring along. */
export function LogInDialog({ close, onLoggedIn }: LogInDialogProps) {
  const { logIn: words, journal, keys, lost, refusals } = useWords()
  const dialog = useRef<HTMLDialogElement>(null)
  const form = useRef<HTMLFormElement>(null)
  const [people, setPeople] = useState<readonly Colleague[] | null>(null)
  const [who, setWho] = useState('')
  const [said, setSaid] = useState<string | null>(null)
  const [isTrying, setTrying] = useState(false)
  useEffect(() => {
    if (dialog.current?.open === false) dialog.current.showModal()
  })
  useEffect(() => {
    void askPeople().then(answer => {
      if (answer === undefined) return setSaid(lost)
      if ('why' in answer) return setSaid(answer.why)
      setPeople(answer.done)
      setWho(answer.done[0]?.name ?? '')
    })
  }, [])
  const chosen = people?.find(({ name }) => name === who)
  // The dialog has taken the keys for what was there when it opened, before anybody was known.
  useEffect(() => passphraseIn(form.current)?.focus(), [people !== null])
  const tryIt = async () => {
    const fields = new FormData(form.current!)
    const file = fields.get('key')
    const key = file instanceof File ? await file.text() : undefined
    setTrying(true)
    const passphrase = String(fields.get('passphrase') ?? '')
    const answer = await sendLogIn({ who, passphrase, ...(key !== undefined && { key }) })
    setTrying(false)
    const field = passphraseIn(form.current)
    if (field !== null) field.value = ''
    if (answer === undefined) return setSaid(lost)
    if ('why' in answer) return setSaid(answer.why)
    if (!('done' in answer)) return setSaid(refusals['action-unknown'])
    onLoggedIn(answer.done)
  }
  return (
    <dialog ref={dialog} aria-labelledby="log-in" onClose={close}>
      <form
        ref={form}
        method="dialog"
        onSubmit={event => {
          event.preventDefault()
          if (!isTrying) void tryIt()
        }}
      >
        <h2 id="log-in">{words.title}</h2>
        {people?.length === 0 && <p>{words.nobody}</p>}
        {chosen !== undefined && (
          <>
            <label>
              {words.who}
              <select value={who} onChange={({ currentTarget }) => setWho(currentTarget.value)}>
                {people!.map(({ name }) => (
                  <option key={name}>{name}</option>
                ))}
              </select>
            </label>
            {!chosen.isHere && (
              <label>
                {journal.key}
                <input type="file" name="key" required />
              </label>
            )}
            <label>
              {journal.passphrase}
              <input type="password" name="passphrase" required autoComplete="off" />
            </label>
          </>
        )}
        <p class="refused" role="status">
          {said}
        </p>
        <div class="choices">
          {chosen !== undefined && (
            <button type="submit" class="main" disabled={isTrying}>
              {words.action} <kbd>{keys.enter}</kbd>
            </button>
          )}
          <button type="button" onClick={close}>
            {words.notNow} <kbd>{keys.escape}</kbd>
          </button>
        </div>
      </form>
    </dialog>
  )
}

function passphraseIn(form: HTMLFormElement | null): HTMLInputElement | null {
  const field = form?.elements.namedItem('passphrase')
  return field instanceof HTMLInputElement ? field : null
}
