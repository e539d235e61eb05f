import { useEffect, useId, useRef, useState } from 'preact/hooks'
import type { DeskDecision } from '../desk-decision.ts'
import type { JournalView } from '../journal-view.ts'
import { sendDecision } from './connection.ts'
import { KeyButton } from './key-button.tsx'
import { useWords } from './words.ts'

type About =
  | { readonly on: 'alarm'; readonly alarm: number }
  | { readonly on: 'unit'; readonly unit: string; readonly station: string }

interface DecisionFormProps {
  readonly deciders: JournalView['deciders']
  readonly about: About
  readonly onKept: () => Promise<void>
  /** Of the first that waits: this opens it. */
  readonly keyName: string | null
}

/** A second person decides, and signs where they have a key: its passphrase leaves the page with this decision only. */
export function DecisionForm({ deciders, about, onKept, keyName }: DecisionFormProps) {
  const { journal: words, logIn, keys, lost, refusals } = useWords()
  const [isOpen, setOpen] = useState(false)
  const [who, setWho] = useState(deciders[0]?.name ?? '')
  const [said, setSaid] = useState<string | null>(null)
  const form = useRef<HTMLFormElement>(null)
  const id = useId()
  useEffect(() => {
    if (isOpen) (form.current?.elements[0] as HTMLElement | undefined)?.focus()
  }, [isOpen])
  const signs = deciders.find(({ name }) => name === who)?.signs ?? false
  if (deciders.length === 0) return <p class="quiet">{words.nobody}</p>
  const label = about.on === 'alarm' ? words.acknowledge : words.decide
  if (!isOpen) {
    const open = () => setOpen(true)
    return keyName === null ? (
      <button type="button" onClick={open}>
        {label}
      </button>
    ) : (
      <KeyButton keyName={keyName} run={open}>
        {label}
      </KeyButton>
    )
  }
  const send = async () => {
    const fields = new FormData(form.current!)
    const file = fields.get('key')
    const base = {
      who,
      why: String(fields.get('why') ?? ''),
      ...(signs &&
        file instanceof File && { key: await file.text(), passphrase: String(fields.get('passphrase') ?? '') }),
    }
    const decision =
      about.on === 'alarm' ? { ...about, ...base } : { ...about, ...base, decision: fields.get('decision') }
    const answer = await sendDecision(decision as DeskDecision)
    const passphrase = form.current?.elements.namedItem('passphrase')
    if (passphrase instanceof HTMLInputElement) passphrase.value = ''
    if (answer === undefined) return setSaid(lost)
    if ('why' in answer) return setSaid(answer.why)
    if (!('done' in answer)) return setSaid(refusals['action-unknown'])
    setSaid(words.kept)
    setOpen(false)
    await onKept()
  }
  return (
    <form
      ref={form}
      class="decision"
      onKeyDown={({ key }) => key === 'Escape' && setOpen(false)}
      onSubmit={event => {
        event.preventDefault()
        void send()
      }}
    >
      <label>
        {words.who}
        <select value={who} onChange={({ currentTarget }) => setWho(currentTarget.value)}>
          {deciders.map(({ name }) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      {about.on === 'unit' && (
        <fieldset>
          <legend>{words.decision}</legend>
          {(['inspect-again', 'reject'] as const).map(value => (
            <label key={value} for={`${id}${value}`} class="choice">
              <input type="radio" id={`${id}${value}`} name="decision" value={value} required />
              {value === 'reject' ? words.reject : words.again}
            </label>
          ))}
        </fieldset>
      )}
      <label>
        {words.why}
        <input name="why" required pattern=".*\S.*" maxLength={200} />
      </label>
      {signs && (
        <>
          <label>
            {words.key}
            <input type="file" name="key" required />
          </label>
          <label>
            {words.passphrase}
            <input type="password" name="passphrase" required autoComplete="off" />
          </label>
        </>
      )}
      <p class="refused" role="status">
        {said}
      </p>
      <div class="choices">
        <button type="submit" class="main">
          {label} <kbd>{keys.enter}</kbd>
        </button>
        <button type="button" onClick={() => setOpen(false)}>
          {logIn.notNow} <kbd>{keys.escape}</kbd>
        </button>
      </div>
    </form>
  )
}
