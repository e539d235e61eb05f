/** How the next lot is inspected, by how those before came out: switching rules of ISO 2859-1:1999, 9.3 and 9.4. */

export type Inspection = 'normal' | 'tightened' | 'reduced' | 'stopped'

export interface LotOutcome {
  readonly accepted: boolean
  /** Would it have been accepted at the next lower limit, too? False where that plan takes another sample: nobody knows. */
  readonly acceptedOneStepTighter: boolean
  /** Acceptance number of its plan. */
  readonly accept: number
}

export interface SwitchingState {
  readonly inspection: Inspection
  /** Towards reduced inspection: 30 are needed. */
  readonly score: number
  /** The last lots on normal inspection, at most five. */
  readonly recent: readonly boolean[]
  /** Accepted one after the other on tightened inspection. */
  readonly acceptedInRow: number
  /** Not accepted on tightened inspection, counted until it ends. */
  readonly refusedTightened: number
}

export interface SwitchingWill {
  /** Production is steady, and who is responsible wants reduced inspection. */
  readonly mayReduce: boolean
}

const REDUCE_FROM_SCORE = 30
const REFUSED_OF_FIVE = 2
const ACCEPTED_IN_ROW = 5
const STOP_AT_REFUSED = 5

const begun = { score: 0, recent: [], acceptedInRow: 0, refusedTightened: 0 } as const

export const firstLot: SwitchingState = { inspection: 'normal', ...begun }

/** The state after one more lot on original inspection; lots that were handed in again do not count. */
export function afterLot(state: SwitchingState, lot: LotOutcome, { mayReduce }: SwitchingWill): SwitchingState {
  switch (state.inspection) {
    case 'normal': {
      const recent = [...state.recent, lot.accepted].slice(-5)
      if (recent.filter(accepted => !accepted).length >= REFUSED_OF_FIVE) return { inspection: 'tightened', ...begun }
      const score = scoreAfter(state.score, lot)
      if (score >= REDUCE_FROM_SCORE && mayReduce) return { inspection: 'reduced', ...begun }
      return { ...state, recent, score }
    }
    case 'tightened': {
      const refusedTightened = state.refusedTightened + (lot.accepted ? 0 : 1)
      if (refusedTightened >= STOP_AT_REFUSED) return { inspection: 'stopped', ...begun }
      const acceptedInRow = lot.accepted ? state.acceptedInRow + 1 : 0
      if (acceptedInRow >= ACCEPTED_IN_ROW) return firstLot
      return { ...state, refusedTightened, acceptedInRow }
    }
    case 'reduced':
      return lot.accepted && mayReduce ? state : firstLot
    case 'stopped':
      return state
  }
}

function scoreAfter(score: number, { accept, accepted, acceptedOneStepTighter }: LotOutcome): number {
  if (accept >= 2) return acceptedOneStepTighter ? score + 3 : 0
  return accepted ? score + 2 : 0
}

/**
 * The laxest inspection that the lots before allow, where nothing is known of them but how they came out: each that was accepted
 * may have been so at the next lower limit, too, and whoever is responsible may want reduced inspection.
 */
export const laxestAfter = (lots: readonly Pick<LotOutcome, 'accepted' | 'accept'>[]): Inspection =>
  lots.reduce(
    (state, lot) => afterLot(state, { ...lot, acceptedOneStepTighter: lot.accepted }, { mayReduce: true }),
    firstLot,
  ).inspection

const strictness: Readonly<Record<Inspection, number>> = { reduced: 0, normal: 1, tightened: 2, stopped: 2 }

export const isLaxer = (planned: Inspection, allowed: Inspection): boolean => strictness[planned] < strictness[allowed]
