import { useState } from 'preact/hooks'
import { looksSecret } from '../../core/looks-secret.ts'
import type { CardForm } from '../card-form.ts'
import { typedPassphrase } from '../typed-passphrase.ts'
import { askList } from './card-thread.ts'
import { unremembered } from './passphrase-field.tsx'
import { CameraScan, PhotographScan } from './scanner.tsx'
import { useWords } from './words.ts'
import type { Found } from './worker-messages.ts'

interface Props {
  readonly form: CardForm
  /** Where a server answers, relative to the page; null: from a file alone. */
  readonly server: string | null
  readonly onCode: (confirmationCode: string) => void
}

type Said = Found | 'busy' | 'unreachable' | 'secret-asked'

/** Finds a card's confirmation code by its serial or address: in a maker's list, or by asking the maker's server. */
export function LookUp({ form, server, onCode }: Props) {
  const words = useWords()
  const [wanted, setWanted] = useState('')
  const [list, setList] = useState<Uint8Array<ArrayBuffer> | null>(null)
  const [said, setSaid] = useState<Said | null>(null)
  const find = async (text: string) => {
    const answer = list !== null ? await askList(list, text) : server !== null ? await askServer(server, text) : null
    setSaid(answer)
    if (answer !== null && typeof answer === 'object' && answer.confirmationCode) onCode(answer.confirmationCode)
  }
  const search = (text: string) => {
    // Nobody is asked for a card by its key: on an opened card the code of the key lies beside the address.
    if (isSecret(form, text)) {
      setWanted('')
      setSaid('secret-asked')
    } else void find(text).catch(() => setSaid('unusable'))
  }
  const ready = wanted.trim() !== '' && (server !== null || list !== null)
  const scanned = (texts: readonly string[]): boolean => {
    const text = texts.find(one => !isSecret(form, one)) ?? texts[0]
    if (text === undefined) return false
    setWanted(text)
    search(text)
    return true
  }
  return (
    <details>
      <summary>{words.lookUp.title}</summary>
      {server === null && (
        <p>
          <label class="button">
            {words.code.lookUpFile}
            <input
              type="file"
              accept=".json,.csv,application/json,text/csv"
              onChange={({ currentTarget }) => {
                setSaid(null)
                void currentTarget.files?.[0]?.arrayBuffer().then(
                  bytes => setList(new Uint8Array(bytes)),
                  () => setSaid('unusable'),
                )
              }}
            />
          </label>
        </p>
      )}
      <label for="wanted">
        {words.lookUp.serial} / {words.lookUp.address}
      </label>
      <input
        id="wanted"
        value={wanted}
        {...unremembered}
        onInput={({ currentTarget: { value } }) => {
          setWanted(value)
          setSaid(null)
        }}
        onKeyDown={event => {
          // Not the form's own button, which opens the card.
          if (event.key !== 'Enter') return
          event.preventDefault()
          if (ready) search(wanted)
        }}
      />
      <p class="actions">
        <button type="button" disabled={!ready} onClick={() => search(wanted)}>
          {words.lookUp.find}
        </button>
        <CameraScan onTexts={scanned} />
        <PhotographScan onTexts={scanned} />
      </p>
      <p aria-live="polite" class={typeof said === 'string' ? 'bad' : 'good'}>
        {said === 'none' && words.lookUp.none}
        {said === 'unusable' && words.lookUp.badList}
        {said === 'secret' && words.lookUp.secretList}
        {said === 'secret-asked' && words.lookUp.secretAsked}
        {said === 'busy' && words.lookUp.busy}
        {said === 'unreachable' && words.lookUp.unreachable}
        {said !== null &&
          typeof said === 'object' &&
          `${words.lookUp.found(said.serial)} ${said.confirmationCode ? '' : words.lookUp.noConfirmation}`}
      </p>
    </details>
  )
}

const isSecret = (form: CardForm, text: string): boolean =>
  looksSecret(text) || (form.passphrase.alphabet !== null && typedPassphrase(form, text).outcome === 'complete')

async function askServer(server: string, wanted: string): Promise<Said> {
  try {
    const answer = await fetch(`${server}${encodeURIComponent(wanted.trim())}`, {
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
    })
    if (answer.ok) return (await answer.json()) as Found
    return answer.status === 404 ? 'none' : answer.status === 429 ? 'busy' : 'unreachable'
  } catch {
    return 'unreachable'
  }
}
