import { useEffect, useRef, useState } from 'preact/hooks'
import { scannedText, withoutNames } from '../card-address.ts'
import type { CardForm } from '../card-form.ts'
import type { PublicCard } from '../find-card.ts'
import { longestAnswer, lookUpAnswer } from '../look-up-answer.ts'
import { lookUpQuestion } from '../look-up-question.ts'
import { askList } from './card-thread.ts'
import { unremembered } from './private-field.ts'
import { CodeScan } from './scanner.tsx'
import { soundList, unusableList } from './sound-list.ts'
import { stopped } from './stopped.ts'
import { useWords } from './words.ts'
import type { Found } from './worker-messages.ts'

interface Props {
  /** The products that the card may be of. */
  readonly forms: readonly CardForm[]
  /** All that the page knows. */
  readonly allForms: readonly CardForm[]
  /** As it is typed above: nobody is asked for what has a part of it. */
  readonly passphrase: string
  /** Where a server answers, relative to the page; null: from a file alone. */
  readonly server: string | null
  /** Empty when another card is asked for: of the one before nothing counts any more. */
  readonly onCode: (confirmationCode: string) => void
  /** The address on the card, by which it was asked for. */
  readonly onAddress: (address: string) => void
}

interface OtherProduct {
  readonly serial: string
  /** The product's title. */
  readonly ofProduct: string
}

type Said =
  | Found
  | OtherProduct
  | 'asking'
  | 'busy'
  | 'unreachable'
  | 'secret-asked'
  | 'neither'
  | 'other-card'
  | 'bad-answer'

/** Finds a card's confirmation code by its serial or address: in a maker's list, or by asking the maker's server. */
export function LookUp({ forms, allForms, passphrase, server, onCode, onAddress }: Props) {
  const words = useWords()
  const [wanted, setWanted] = useState('')
  const [list, setList] = useState<Uint8Array<ArrayBuffer> | null>(null)
  const [said, setSaid] = useState<Said | null>(null)
  /** The question whose answer is waited for: of another one, or of a field that was cleared, nothing is heard. */
  const asking = useRef<AbortController | null>(null)
  useEffect(() => () => asking.current?.abort(stopped), [])
  const choosing = useRef(0)
  const begin = (): AbortSignal => {
    asking.current?.abort(stopped)
    asking.current = new AbortController()
    setSaid(null)
    return asking.current.signal
  }
  const search = async (typed: string) => {
    const signal = begin()
    onCode('')
    const question = lookUpQuestion(withoutNames(typed), forms, passphrase)
    if (question.outcome === 'secret') {
      setWanted('')
      return setSaid('secret-asked')
    }
    // A list is on this disk, and may have serials of any form.
    if (question.outcome === 'neither' && list === null) return setSaid('neither')
    // As it was read: what stands beside an address counts where it is held against the card.
    if (question.outcome === 'address') onAddress(typed)
    if (list === null) setSaid('asking')
    const answer =
      list !== null
        ? await askList(list, question.text, allForms).catch(() => unusableList)
        : server !== null
          ? await askServer(server, question.text, signal)
          : null
    if (signal.aborted) return
    const other = answer === null ? null : otherProduct(answer, forms, allForms)
    setSaid(other ?? answer)
    if (other === null && isCard(answer) && answer.confirmationCode) onCode(answer.confirmationCode)
  }
  const choose = async (file: Blob | undefined) => {
    begin()
    choosing.current++
    const mine = choosing.current
    // Of the list before nothing may be said once another one was chosen.
    setList(null)
    if (file === undefined) return
    const chosen = await soundList(file, allForms)
    if (choosing.current !== mine) return
    if ('fault' in chosen) setSaid(chosen)
    else setList(chosen)
  }
  const ready = wanted.trim() !== '' && (server !== null || list !== null)
  const nameOf = (text: string) => {
    const question = lookUpQuestion(text, forms, passphrase)
    return question.outcome === 'address' || question.outcome === 'serial' ? question.text : null
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
              onChange={({ currentTarget }) => void choose(currentTarget.files?.[0])}
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
          asking.current?.abort(stopped)
          // What is wrong with a list stays said: without one nothing can be found.
          setSaid(before => (server === null && list === null ? before : null))
        }}
        onKeyDown={event => {
          // Not the form's own button, which opens the card.
          if (event.key !== 'Enter') return
          event.preventDefault()
          if (ready) void search(wanted)
        }}
      />
      <p class="actions">
        <button type="button" disabled={!ready} onClick={() => void search(wanted)}>
          {words.lookUp.find}
        </button>
      </p>
      <CodeScan
        field={wanted}
        nameOf={nameOf}
        onNew={() => {
          begin()
          setWanted('')
          onCode('')
        }}
        onText={text => {
          const { outcome } = lookUpQuestion(text, forms, passphrase)
          const seen = outcome === 'address' ? scannedText(text) : text
          setWanted(seen)
          if (server !== null || list !== null) void search(seen)
        }}
      />
      <div aria-live="polite">
        <p key={JSON.stringify(said)} class={classOf(said)}>
          {said === 'asking' && words.lookUp.asking}
          {said === 'neither' && words.lookUp.neither}
          {said === 'none' && words.lookUp.none}
          {said === 'secret-asked' && words.lookUp.secretAsked}
          {said === 'busy' && words.lookUp.busy}
          {said === 'other-card' && words.lookUp.otherCard}
          {said === 'bad-answer' && words.lookUp.badAnswer}
          {said === 'unreachable' && words.lookUp.unreachable}
          {said !== null &&
            typeof said === 'object' &&
            'fault' in said &&
            words.listFaults[said.fault](said.unit, said.field)}
          {said !== null &&
            typeof said === 'object' &&
            'ofProduct' in said &&
            words.lookUp.ofProduct(said.serial, said.ofProduct)}
          {isCard(said) &&
            `${words.lookUp.found(said.serial)} ${said.confirmationCode ? '' : words.lookUp.noConfirmation}`}
        </p>
      </div>
    </details>
  )
}

const isCard = (said: Said | null): said is PublicCard =>
  said !== null && typeof said === 'object' && 'serial' in said && !('ofProduct' in said)

/** A card that its list, or the server, says to be of another product of this page than the one that was chosen. */
function otherProduct(said: Said, chosen: readonly CardForm[], all: readonly CardForm[]): OtherProduct | null {
  if (!isCard(said)) return null
  const own = all.find(({ name }) => name === said.product?.toLowerCase())
  return own === undefined || chosen.includes(own) ? null : { serial: said.serial, ofProduct: own.title }
}

/** Without a code nothing was found that could be checked. */
function classOf(said: Said | null): string | undefined {
  if (said === null || said === 'asking') return undefined
  return isCard(said) && said.confirmationCode !== undefined ? 'good' : 'bad'
}

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
