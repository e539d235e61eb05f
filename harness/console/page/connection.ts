import type { Action } from '../action.ts'
import type { BenchState, Refusal, ResultView } from '../bench-state.ts'
import type { DeskDecision } from '../desk-decision.ts'
import type { JournalView } from '../journal-view.ts'

/** After so long without a word the page says that nobody answers, ms. The browser asks again by itself all the while. */
const LOST_MS = 4000

/** What a page hears of the bench. */
export interface Heard {
  onState(state: BenchState): void
  /** @param is the server does not answer */
  onLost(is: boolean): void
}

/** Listens to the bench until it is closed. @returns what ends it */
export function listen({ onState, onLost }: Heard): () => void {
  const events = new EventSource('events')
  let lost: ReturnType<typeof setTimeout> | undefined
  let isOver = false
  events.onopen = () => {
    clearTimeout(lost)
    lost = undefined
    onLost(false)
  }
  events.onmessage = ({ data }) => onState(JSON.parse(data) as BenchState)
  events.onerror = () => {
    lost ??= setTimeout(() => !isOver && onLost(true), LOST_MS)
    // A server that was stopped answers 404 when another takes its place: the browser gives up then.
    if (events.readyState === EventSource.CLOSED) setTimeout(() => !isOver && onLost(true), 0)
  }
  return () => {
    isOver = true
    clearTimeout(lost)
    events.close()
  }
}

/** How often an action is sent again that nobody answered; the server does it once. */
const TRIES = 3

/** @returns why it was not done; null when it was; undefined where nobody answered */
export async function send(action: Action): Promise<Refusal | null | undefined> {
  const key = crypto.randomUUID()
  for (let tried = 0; tried < TRIES; tried++) {
    try {
      const answer = await fetch('actions', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': key },
        body: JSON.stringify(action),
      })
      return ((await answer.json()) as { refused: Refusal | null }).refused
    } catch {
      await new Promise(resolve => setTimeout(resolve, 300 * (tried + 1)))
    }
  }
  return undefined
}

/** Hands a photograph of the next card in. @returns as {@link send} */
export async function sendPicture(picture: File): Promise<Refusal | null | undefined> {
  try {
    const answer = await fetch(`photographs?${new URLSearchParams({ name: picture.name })}`, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body: picture,
    })
    return ((await answer.json()) as { refused: Refusal | null }).refused
  } catch {
    return undefined
  }
}

/** A result of this session, whole; null once it is none of the last, or where nobody answered. */
export async function askResult(number: number): Promise<ResultView | null> {
  try {
    const answer = await fetch(`results/${number}`)
    return answer.ok ? ((await answer.json()) as ResultView) : null
  } catch {
    return null
  }
}

/** What a server says of a question: the answer, or why there is none. Undefined where nobody answered. */
export type Said<T> = { readonly done: T } | { readonly why: string } | undefined

/** The journal, with entries that hold `find`. */
export async function askJournal(find: string): Promise<Said<JournalView>> {
  return await asked(`journal?${new URLSearchParams({ find })}`)
}

/** Has a decision written down. It is not sent twice: the journal would refuse the second. */
export async function sendDecision(decision: DeskDecision): Promise<Said<unknown>> {
  return await asked('decisions', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(decision),
  })
}

async function asked<T>(path: string, request: RequestInit = {}): Promise<Said<T>> {
  try {
    return (await (await fetch(path, request)).json()) as Said<T>
  } catch {
    return undefined
  }
}
