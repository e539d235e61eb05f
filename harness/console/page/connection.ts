import type { Action } from '../action.ts'
import type { Refusal, ResultView } from '../bench-state.ts'
import type { ChartsView } from '../charts-view.ts'
import type { DeskDecision } from '../desk-decision.ts'
import type { JournalView } from '../journal-view.ts'
import type { Colleague, LoggedIn, LogIn } from '../log-in.ts'
import type { LotCount } from '../lot-count.ts'
import type { LotView } from '../lot-view.ts'
import type { NetworkView } from '../network-view.ts'
import type { ScreenState } from '../screen-state.ts'
import { headersOfPerson } from './person.ts'

/** Why nothing is heard: nobody answers, or who answers knows nothing of this address, since it was started anew. */
export type Lost = 'silent' | 'moved'

/** How often a page that nobody sees asks, and one that was turned away tries again, ms. */
const SELDOM_MS = 3000
/** After so long without a word the page says that nobody answers, ms. The browser asks again by itself all the while. */
const LOST_MS = 4000

/** What a page hears of the bench. */
export interface Heard {
  onState(state: ScreenState): void
  /** @param why null: the server answers */
  onLost(why: Lost | null): void
}

/**
 * Listens to the bench until it is closed. A page that is hidden asks now and then instead: of the few lines that a browser has to a
 * server it keeps none from the pages that are seen.
 * @returns what ends it
 */
export function listen({ onState, onLost }: Heard): () => void {
  let events: EventSource | null = null
  let lost: ReturnType<typeof setTimeout> | undefined
  let next: ReturnType<typeof setTimeout> | undefined
  let isOver = false
  const heard = () => {
    clearTimeout(lost)
    lost = undefined
    onLost(null)
  }
  const ask = async () => {
    try {
      const answer = await fetch('state')
      if (isOver) return
      if (answer.ok) {
        heard()
        onState((await answer.json()) as ScreenState)
      } else onLost('moved')
    } catch {
      if (!isOver) onLost('silent')
    }
  }
  const open = () => {
    events?.close()
    events = null
    clearTimeout(next)
    if (isOver) return
    if (document.hidden) {
      void ask()
      next = setTimeout(open, SELDOM_MS)
      return
    }
    const opened = new EventSource('events')
    events = opened
    opened.onopen = heard
    opened.onmessage = ({ data }) => onState(JSON.parse(data) as ScreenState)
    opened.onerror = () => {
      lost ??= setTimeout(() => !isOver && onLost('silent'), LOST_MS)
      // Turned away: the browser gives up then.
      if (opened.readyState !== EventSource.CLOSED || opened !== events) return
      void ask()
      next = setTimeout(open, SELDOM_MS)
    }
  }
  open()
  document.addEventListener('visibilitychange', open)
  return () => {
    isOver = true
    document.removeEventListener('visibilitychange', open)
    clearTimeout(lost)
    open()
  }
}

/** How often what nobody answered is sent again; the server does it once. */
const TRIES = 3

/** The answer to what is done once; undefined where nobody gave one. */
async function doneOnce(path: string, body: object, headers: Record<string, string> = {}): Promise<unknown> {
  const key = crypto.randomUUID()
  for (let tried = 0; tried < TRIES; tried++) {
    try {
      const answer = await fetch(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': key, ...headers },
        body: JSON.stringify(body),
      })
      return await answer.json()
    } catch {
      await new Promise(resolve => setTimeout(resolve, 300 * (tried + 1)))
    }
  }
  return undefined
}

/** @returns why it was not done; null when it was; undefined where nobody answered */
export async function send(action: Action): Promise<Refusal | null | undefined> {
  const answer = (await doneOnce('actions', action, headersOfPerson())) as { refused: Refusal | null } | undefined
  return answer?.refused
}

/** Hands a photograph of a card in. @returns as {@link send} */
export async function sendPicture(picture: File, card: number): Promise<Refusal | null | undefined> {
  try {
    const answer = await fetch(`photographs?${new URLSearchParams({ name: picture.name, card: `${card}` })}`, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream', ...headersOfPerson() },
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

/** Where the lot stands. */
export async function askLot(): Promise<Said<LotView>> {
  return await asked('lot')
}

/** What would become of its units. */
export async function askLotCount(): Promise<Said<LotCount | null>> {
  return await asked('lot-count')
}

/** How measured values move. */
export async function askCharts(): Promise<Said<ChartsView>> {
  return await asked('charts')
}

/** Has a decision written down. */
export async function sendDecision(decision: DeskDecision): Promise<Said<unknown>> {
  return (await doneOnce('decisions', decision)) as Said<unknown>
}

/** How others on the network come here; null where they do not. */
export async function askNetwork(): Promise<Said<NetworkView | null>> {
  return await asked('network')
}

/** Everybody who may log in. */
export async function askPeople(): Promise<Said<readonly Colleague[]>> {
  return await asked('people')
}

export async function sendLogIn(person: LogIn): Promise<Said<LoggedIn>> {
  return await asked('log-in', posted(person))
}

/** Whoever is here is not any more. */
export async function sendLogOut(): Promise<void> {
  await asked('log-out', { method: 'POST', headers: headersOfPerson() })
}

const posted = (body: object): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})

async function asked<T>(path: string, request: RequestInit = {}): Promise<Said<T>> {
  try {
    return (await (await fetch(path, request)).json()) as Said<T>
  } catch {
    return undefined
  }
}
