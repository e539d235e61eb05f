import type { BenchState } from './bench-state.ts'

/** So many units of a lot are listed on a screen; all of them are known by their codes. */
const MOST_LISTED = 500

/** What a screen is sent with each change: of a lot of ten thousand not every unit each time. */
export interface ScreenState extends BenchState {
  /** Units of the lot that were judged; `units` are the first of them. */
  readonly seen: number
}

/** What every screen is sent of a state, written once for all of them. */
export class SentStates {
  #last: { readonly of: BenchState; readonly text: string } | null = null

  textOf(state: BenchState): string {
    if (this.#last?.of !== state) this.#last = { of: state, text: JSON.stringify(onScreen(state)) }
    return this.#last.text
  }
}

const onScreen = (state: BenchState): ScreenState => ({
  ...state,
  units: state.units.slice(0, MOST_LISTED),
  seen: state.units.filter(({ verdict }) => verdict !== null).length,
})
