import type { BenchState } from './bench-state.ts'

/** What is shown before anybody has begun. */
export const nobodyYet = {
  phase: 'closed',
  bench: null,
  symptoms: [],
  looks: null,
  question: null,
  said: null,
  scanned: null,
  pictures: [],
  unacknowledged: null,
  newest: null,
  noResult: [],
  results: [],
  tally: { PASS: 0, INCONCLUSIVE: 0, FAIL: 0, ERROR: 0 },
  units: [],
  spotCheck: null,
} as const satisfies Partial<BenchState>

/** What every screen of the bench shows now. */
export class Screens {
  readonly #listeners = new Set<(state: BenchState) => void>()
  #state: BenchState

  /** @param fixed what never changes while the console runs */
  constructor(fixed: Pick<BenchState, 'logIn' | 'opensUnits'>) {
    this.#state = { id: 1, card: 1, person: null, faults: [], ...nobodyYet, ...fixed }
  }

  get state(): BenchState {
    return this.#state
  }

  change(change: Partial<Omit<BenchState, 'id'>>): void {
    this.#state = { ...this.#state, ...change, id: this.#state.id + 1 }
    for (const listener of this.#listeners) listener(this.#state)
  }

  /** Called with each new state. @returns what ends it */
  subscribe(listener: (state: BenchState) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }
}
