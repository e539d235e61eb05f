import { untilAborted } from '../core/until-aborted.ts'
import type { Nest } from '../inspection/inspect-lot.ts'
import type { Action } from './action.ts'
import type { Refusal } from './bench-state.ts'
import type { HandedPicture, OpenedBench } from './desk.ts'
import type { Screens } from './screens.ts'
import { isKey, withoutSymbology } from './typed-text.ts'

/** Photographs of one card by hand: more are a mistake. */
const mostHanded = 12

/** What is done with cards that are judged at one station, one after the other. */
export type CardAction = Extract<Action, { do: 'finish' | 'undo' | 'scan' | 'again' | 'judge' }>

/** What the cards of a run have to do with the rest of the bench. */
interface Around {
  /** The camera is free when it resolves. */
  darken(): Promise<void>
  /** Ends the run, which cannot go on. */
  fail(error: unknown): void
  readonly signal: AbortSignal
}

/** The cards of one run: each is scanned, photographed by hand or laid in, and judged once somebody says so. */
export class CardsInNest implements Nest {
  readonly #screens: Screens
  readonly #bench: OpenedBench
  readonly #around: Around
  /** Wakes the nest: true for the card that was laid in, false when there is none left. */
  #laid: ((is: boolean) => void) | null = null
  #inNest: string | null = null
  #handed: readonly HandedPicture[] = []

  constructor(screens: Screens, bench: OpenedBench, around: Around) {
    this.#screens = screens
    this.#bench = bench
    this.#around = around
  }

  async next(signal: AbortSignal | undefined): Promise<boolean> {
    signal?.throwIfAborted()
    const { promise, resolve } = Promise.withResolvers<boolean>()
    this.#laid = resolve
    this.#screens.change({ phase: 'waiting', scanned: null })
    try {
      return await untilAborted(promise, signal)
    } finally {
      this.#laid = null
      await this.#around.darken()
    }
  }

  /** May a photograph of this card be handed in now? @returns why not */
  mayHand(card: number): Refusal | null {
    const { phase, card: its } = this.#screens.state
    if (!this.#isByHand) return 'not-now'
    if (card !== its) return 'picture-late'
    return phase !== 'waiting' || this.#handed.length >= mostHanded ? 'not-now' : null
  }

  /** Takes a photograph of the next card. @returns why not */
  hand(picture: HandedPicture, card: number): Refusal | null {
    const refused = this.mayHand(card)
    if (refused !== null) return refused
    const { name } = picture
    const isSecret = isKey(name) || this.#bench.isSecret(name)
    this.#handed = [...this.#handed, { ...picture, name: isSecret ? `photograph ${this.#handed.length + 1}` : name }]
    this.#screens.change({ pictures: this.#handed.map(one => one.name) })
    return null
  }

  /** The photographs of the card that is judged now. */
  takeHanded(): readonly HandedPicture[] {
    const pictures = this.#handed
    this.#nextHanded()
    return pictures
  }

  /** @returns why it was not done; null when it was */
  async act(action: CardAction): Promise<Refusal | null> {
    const { phase, unacknowledged, newest, scanned } = this.#screens.state
    if (phase !== 'waiting' && phase !== 'warned') return 'not-now'
    if (action.do === 'finish') return this.#wake(false)
    if (action.do === 'undo') return this.#undo()
    if (action.do === 'again' && (newest === null || this.#isByHand)) return 'not-now'
    if (unacknowledged !== null) return 'acknowledge-first'
    if (action.do === 'scan') return await this.#scan(action.text)
    if (action.do === 'judge') return await this.#judge(action.unit ?? scanned ?? this.#nextUnit())
    this.#screens.change({ scanned: newest!.scanned })
    return await this.#judge(this.#inNest)
  }

  get #isByHand(): boolean {
    return this.#bench.facts.source === 'hand'
  }

  #undo(): Refusal | null {
    if (this.#screens.state.scanned === null && this.#handed.length === 0) return 'not-now'
    this.#nextHanded()
    this.#screens.change({ phase: 'waiting', scanned: null })
    return null
  }

  async #scan(scanned: string): Promise<Refusal | null> {
    const text = withoutSymbology(scanned)
    if (isKey(text)) return 'scan-secret'
    const unit = this.#bench.find(text)
    if (unit === null) return this.#bench.isSecret(text) ? 'scan-secret' : 'scan-unknown'
    const before = this.#screens.state.units.find(one => one.unit === unit)?.verdict ?? null
    if (before === 'PASS' || before === 'FAIL') {
      this.#screens.change({ phase: 'warned', scanned: unit })
      return null
    }
    this.#screens.change({ scanned: unit })
    // By hand a card is scanned first and photographed then.
    return this.#isByHand && this.#handed.length === 0 ? null : await this.#judge(unit)
  }

  async #judge(unit: string | null): Promise<Refusal | null> {
    const { phase, units } = this.#screens.state
    if (this.#isByHand && this.#handed.length === 0) {
      if (phase !== 'warned') return 'no-picture'
      // It is to be judged again: it can be photographed now.
      this.#screens.change({ phase: 'waiting' })
      return null
    }
    const { lay } = this.#bench
    if (lay !== null) {
      if (unit === null || !units.some(one => one.unit === unit)) return 'no-card'
      const { signal, darken, fail } = this.#around
      this.#screens.change({ phase: 'judging' })
      try {
        await darken()
        await lay(unit, signal)
      } catch (error) {
        if (!signal.aborted) fail(error)
        return null
      }
      // Whoever stopped and began again waits for another card than this one.
      if (signal.aborted) return null
    }
    this.#inNest = unit
    return this.#wake(true)
  }

  #wake(is: boolean): Refusal | null {
    if (this.#laid === null) return 'not-now'
    // What was said of the card before is none of this one's.
    this.#screens.change(is ? { phase: 'judging', said: null, noResult: [] } : { phase: 'ending' })
    this.#laid(is)
    this.#laid = null
    return null
  }

  /** Photographs are of another card from now on. */
  #nextHanded(): void {
    this.#handed = []
    this.#screens.change({ pictures: [], card: this.#screens.state.card + 1 })
  }

  #nextUnit(): string | null {
    return this.#screens.state.units.find(({ verdict }) => verdict === null)?.unit ?? null
  }
}
