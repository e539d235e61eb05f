import { AssayError } from '../../core/assay-error.ts'
import {
  type AcceptanceLimit,
  codeLetter,
  type InspectionLevel,
  planOf,
  refuseLotSize,
  type Severity,
} from './iso-2859-1.ts'
import { leastSample, mostBadInLot, type OperatingPoint, operatingCharacteristic } from './sample-proves.ts'
import { afterLot, firstLot, type Inspection } from './switching.ts'

/** By what a sample is chosen: a standard's table, or a claim that it has to prove. */
export type PlanBasis =
  | {
      readonly by: 'ISO 2859-1:1999' | 'ANSI/ASQ Z1.4'
      readonly level: InspectionLevel
      readonly limit: AcceptanceLimit
      readonly inspection: 'normal' | 'tightened' | 'reduced'
    }
  | { readonly by: 'claim'; readonly confidence: number; readonly badShare: number; readonly accept: number }

export interface LotPlan {
  readonly units: number
  readonly basis: PlanBasis
  /** Of a table only. */
  readonly letter: string | null
  readonly planLetter: string | null
  /** Every unit is inspected: the table's sample is no smaller than the lot. */
  readonly wholeLot: boolean
  readonly sample: number
  readonly accept: number
  readonly reject: number
  /** Units that are left when every inspected one is destroyed; null where none is. */
  readonly left: number | null
  /** With no bad unit in the sample: 95 % sure that no more of the lot are bad. */
  readonly mostBad: number
  readonly operating: readonly OperatingPoint[]
}

/** A claim is stated at this confidence where nobody says another. */
export const USUAL_CONFIDENCE = 0.95

/** Shares of bad units for which a plan says how likely it accepts the lot. */
const shownShares = [0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5]

/**
 * The sample of a lot, and what it can promise.
 * @throws AssayError `lot-size`; `destroys-whole-lot` where opening the sample would leave no unit to ship
 */
export function planLot(units: number, basis: PlanBasis, { destructive }: { readonly destructive: boolean }): LotPlan {
  const { letter, planLetter, sample, accept, reject } = samplingOf(units, basis)
  const wholeLot = sample >= units
  if (destructive && wholeLot) {
    throw new AssayError(
      'destroys-whole-lot',
      `This plan inspects all ${units} units, and what is inspected is destroyed: nothing would be left to ship. Choose a special level (S-1 to S-4), a higher limit, or a claim that a smaller sample can prove.`,
    )
  }
  const inspected = Math.min(sample, units)
  const bad = [...new Set(shownShares.map(share => Math.max(1, Math.round(share * units))))]
  return {
    units,
    basis,
    letter,
    planLetter,
    wholeLot,
    sample: inspected,
    accept,
    reject,
    left: destructive ? units - inspected : null,
    mostBad: mostBadInLot(units, inspected, 0, USUAL_CONFIDENCE),
    operating: operatingCharacteristic(units, { sample: inspected, accept }, bad),
  }
}

function samplingOf(units: number, basis: PlanBasis) {
  if (basis.by === 'claim') {
    const { accept, badShare, confidence } = basis
    refuseLotSize(units)
    return {
      letter: null,
      planLetter: null,
      sample: leastSample(units, badShare, confidence, accept),
      accept,
      reject: accept + 1,
    }
  }
  const { by, inspection, level, limit } = basis
  const severity: Severity = by === 'ANSI/ASQ Z1.4' && inspection === 'reduced' ? 'reduced-ansi' : inspection
  return planOf(codeLetter(units, level), limit, severity)
}

/**
 * How the next lot is inspected by ISO 2859-1, when the lots before were of the same size and limit.
 * @param outcomes oldest first: A accepted, T accepted and at the next lower limit as well, R not accepted
 */
export function inspectionAfter(
  outcomes: string,
  units: number,
  level: InspectionLevel,
  limit: AcceptanceLimit,
  mayReduce: boolean,
): Inspection {
  let state = firstLot
  for (const outcome of outcomes) {
    if (state.inspection === 'stopped') break
    const { accept } = planOf(codeLetter(units, level), limit, state.inspection)
    const lot = { accepted: outcome !== 'R', acceptedOneStepTighter: outcome === 'T', accept }
    state = afterLot(state, lot, { mayReduce })
  }
  return state.inspection
}
