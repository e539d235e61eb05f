import { useEffect, useRef, useState } from 'preact/hooks'
import { looksSecret } from '../../core/looks-secret.ts'
import { bareAddress } from '../card-address.ts'
import type { CardForm } from '../card-form.ts'
import { everyNetworkBook } from '../every-network.ts'
import { longestAnswer, lookUpAnswer } from '../look-up-answer.ts'
import { typedPassphrase } from '../typed-passphrase.ts'
import { askList } from './card-thread.ts'
import { bytesOf } from './file-bytes.ts'
import { unremembered } from './private-field.ts'
import { CameraScan, PhotographScan } from './scanner.tsx'
import { useWords } from './words.ts'
import type { Found } from './worker-messages.ts'

interface Props {
  readonly form: CardForm
  /** Where a server answers, relative to the page; null: from a file alone. */
  readonly server: string | null
  readonly onCode: (confirmationCode: string) => void
  /** The address on the card, by which it was asked for. */
  readonly onAddress: (address: string) => void
}

type Said = Found | 'busy' | 'unreachable' | 'secret-asked' | 'other-card' | 'bad-answer'

/** Finds a card's confirmation code by its serial or address: in a maker's list, or by asking the maker's server. */
export function LookUp({ form, server, onCode, onAddress }: Props) {
  const words = useWords()
  const [wanted, setWanted] = useState('')
  const [list, setList] = useState<Uint8Array<ArrayBuffer> | null>(null)
  const [said, setSaid] = useState<Said | null>(null)
  /** The question whose answer is waited for: of another one, or of a field that was cleared, nothing is heard. */
  const asking = useRef<AbortController | null>(null)
  useEffect(() => () => asking.current?.abort(), [])
  const find = async (text: string) => {
    asking.current?.abort()
    const mine = new AbortController()
    asking.current = mine
    const question = questionOf(text)
    const answer =
      list !== null
        ? await askList(list, question.text).catch(() => 'unusable' as const)
        : server !== null
          ? await askServer(server, question.text, mine.signal)
          : null
    if (mine.signal.aborted) return
    setSaid(answer)
    if (question.isAddress) onAddress(question.text)
    if (answer !== null && typeof answer === 'object' && answer.confirmationCode) onCode(answer.confirmationCode)
  }
  const search = (text: string) => {
    // Nobody is asked for a card by its key: on an opened card the code of the key lies beside the address.
    if (isSecret(form, text)) {
      setWanted('')
      setSaid('secret-asked')
    } else void find(text)
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
                const file = currentTarget.files?.[0]
                // Of the list before nothing may be said once another one was chosen.
                setList(null)
                if (file) void bytesOf(file).then(setList, () => setSaid('unusable'))
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
          asking.current?.abort()
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
        {said === 'other-card' && words.lookUp.otherCard}
        {said === 'bad-answer' && words.lookUp.badAnswer}
        {said === 'unreachable' && words.lookUp.unreachable}
        {said !== null &&
          typeof said === 'object' &&
          `${words.lookUp.found(said.serial)} ${said.confirmationCode ? '' : words.lookUp.noConfirmation}`}
      </p>
    </details>
  )
}

/** A symbol has an address with its coin's name before it, and a serial as it is. */
function questionOf(typed: string): { readonly text: string; readonly isAddress: boolean } {
  const address = bareAddress(typed)
  const isAddress = everyNetworkBook.readAddress(address).keys.length > 0
  return { text: isAddress ? address : typed.trim(), isAddress }
}

const isSecret = (form: CardForm, text: string): boolean =>
  looksSecret(text) || (form.passphrase.alphabet !== null && typedPassphrase(form, text).outcome === 'complete')

/** A server that takes longer does not answer any more. */
const patienceMs = 15_000

async function askServer(server: string, wanted: string, signal: AbortSignal): Promise<Said> {
  try {
    const answer = await fetch(`${server}${encodeURIComponent(wanted)}`, {
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]),
    })
    if (answer.ok) {
      const card = lookUpAnswer(await beginningOf(answer), wanted)
      return card === 'unusable' ? 'bad-answer' : card
    }
    return answer.status === 404 ? 'none' : answer.status === 429 ? 'busy' : 'unreachable'
  } catch {
    return 'unreachable'
  }
}

/** As much of an answer as a card can have, and a little more: it may never end. */
async function beginningOf({ body }: Response): Promise<string> {
  const reader = body!.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  while (text.length <= longestAnswer) {
    const { done, value } = await reader.read()
    if (done) return text
    text += value
  }
  await reader.cancel()
  return text
}
