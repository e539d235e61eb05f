import type { Trend } from './trends.ts'

/** How a part of the night ended: `bad` fails it, `doubt` is for a person to look at. */
type StepState = 'good' | 'doubt' | 'bad' | 'left-out'

export interface NightStep {
  readonly name: 'health' | 'golden cards' | 'planted defects' | 'trends' | 'soak'
  readonly state: StepState
  /** In a sentence. */
  readonly because: string
}

/** What a night said of a rig. */
export interface Night {
  readonly rig: string
  readonly product: string
  readonly version: string
  readonly started: string
  /** Null while it goes on, and of one that was killed: nothing of it has passed then. */
  readonly ended: string | null
  readonly steps: readonly NightStep[]
  readonly trends: readonly Trend[]
}

/** The worst of its parts; a night that is not at its end is no good one. */
export const nightState = ({ ended, steps }: Pick<Night, 'ended' | 'steps'>): StepState =>
  ended === null || steps.some(({ state }) => state === 'bad')
    ? 'bad'
    : steps.some(({ state }) => state === 'doubt')
      ? 'doubt'
      : 'good'
