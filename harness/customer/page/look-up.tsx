import { useState } from 'preact/hooks'
import { askList } from './card-thread.ts'
import { unremembered } from './passphrase-field.tsx'
import { CameraScan, PhotographScan } from './scanner.tsx'
import { useWords } from './words.ts'
import type { Found } from './worker-messages.ts'

interface Props {
  /** Where a server answers, relative to the page; null: from a file alone. */
  readonly server: string | null
  readonly onCode: (confirmationCode: string) => void
}

type Said = Found | 'busy' | 'unreachable'

/** Finds a card's confirmation code by its serial or address: in a maker's list, or by asking the maker's server. */
export function LookUp({ server, onCode }: Props) {
  const words = useWords()
  const [wanted, setWanted] = useState('')
  const [list, setList] = useState<Uint8Array<ArrayBuffer> | null>(null)
  const [said, setSaid] = useState<Said | null>(null)
  const find = async (text: string) => {
    const answer = list !== null ? await askList(list, text) : server !== null ? await askServer(server, text) : null
    setSaid(answer)
    if (answer !== null && typeof answer === 'object' && answer.confirmationCode) onCode(answer.confirmationCode)
  }
  const search = (text: string) => void find(text).catch(() => setSaid('unusable'))
  const ready = wanted.trim() !== '' && (server !== null || list !== null)
  const scanned = ([text]: readonly string[]): boolean => {
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
                void currentTarget.files?.[0]?.arrayBuffer().then(bytes => setList(new Uint8Array(bytes)))
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
        {said === 'busy' && words.lookUp.busy}
        {said === 'unreachable' && words.lookUp.unreachable}
        {said !== null &&
          typeof said === 'object' &&
          `${words.lookUp.found(said.serial)} ${said.confirmationCode ? '' : words.lookUp.noConfirmation}`}
      </p>
    </details>
  )
}

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
