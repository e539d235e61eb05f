import { AssayError, type ExitCode, exitCodes } from '../../core/assay-error.ts'
import type { AcceptanceLimit, InspectionLevel } from '../../lots/sampling/iso-2859-1.ts'
import {
  inspectionAfter,
  type LotPlan,
  type PlanBasis,
  planLot,
  USUAL_CONFIDENCE,
} from '../../lots/sampling/lot-plan.ts'
import { acceptedFrom, refusedUpTo, type SequentialTest, sequentialLines } from '../../lots/sampling/sequential.ts'
import { printDocument } from '../terminal.ts'

export interface LotPlanOptions {
  readonly units: number
  readonly level?: InspectionLevel
  readonly aql?: AcceptanceLimit
  readonly standard: 'iso2859-1' | 'ansi-z1.4'
  readonly inspection?: 'normal' | 'tightened' | 'reduced'
  /** A, T and R, oldest first. */
  readonly previous?: string
  readonly mayReduce?: boolean
  /** Percent. */
  readonly confidence?: number
  readonly atMost?: number
  /** Percent: with it, units are opened one after the other until their number decides. */
  readonly good?: number
  readonly accept: number
  readonly destructive?: boolean
  readonly json?: boolean
}

const standards = { 'iso2859-1': 'ISO 2859-1:1999', 'ansi-z1.4': 'ANSI/ASQ Z1.4' } as const

/** `assay lot plan`: how many units of a lot are inspected, and what that can promise. */
export function sayLotPlan(options: LotPlanOptions, print: (line: string) => unknown): ExitCode {
  const { atMost, good, json } = options
  if (good !== undefined) {
    if (atMost === undefined || good >= atMost || options.level !== undefined || options.aql !== undefined) {
      throw new AssayError(
        'sampling-options',
        '--good goes with --at-most, and is the smaller of the two: a lot as good as the one passes, one as bad as the other does not.',
      )
    }
    const test = { goodShare: good / 100, badShare: atMost / 100, producersRisk: 0.05, consumersRisk: 0.1 }
    if (json) printDocument({ ...test, ...sequentialLines(test) }, print)
    else for (const line of sequentialText(test)) print(line)
    return exitCodes.passed
  }
  const plan = planLot(options.units, basisOf(options), { destructive: options.destructive === true })
  if (json) printDocument(plan, print)
  else for (const line of linesOf(plan)) print(line)
  return exitCodes.passed
}

/** @throws AssayError `sampling-options`, `inspection-stopped` */
export function basisOf(options: LotPlanOptions): PlanBasis {
  const { units, level, aql, atMost, accept, standard, inspection, previous, mayReduce = false } = options
  const byTable = level !== undefined || aql !== undefined
  if (byTable === (atMost !== undefined) || (byTable && (level === undefined || aql === undefined))) {
    throw new AssayError(
      'sampling-options',
      'Say by what the sample is chosen: --level and --aql for a table, or --at-most (with --confidence) for a claim.',
    )
  }
  if (atMost !== undefined)
    return {
      by: 'claim',
      confidence: (options.confidence ?? 100 * USUAL_CONFIDENCE) / 100,
      badShare: atMost / 100,
      accept,
    }
  const by = standards[standard]
  if (previous === undefined) return { by, level: level!, limit: aql!, inspection: inspection ?? 'normal' }
  if (inspection !== undefined || standard !== 'iso2859-1') {
    throw new AssayError(
      'sampling-options',
      '--previous works out the inspection by the rules of ISO 2859-1: leave out --inspection, and --standard ansi-z1.4.',
    )
  }
  const next = inspectionAfter(previous, units, level!, aql!, mayReduce)
  if (next === 'stopped') {
    throw new AssayError(
      'inspection-stopped',
      'Five lots were not accepted on tightened inspection: ISO 2859-1 stops it. After proven corrective action the next lot is planned with --inspection tightened.',
    )
  }
  return { by, level: level!, limit: aql!, inspection: next }
}

/** A plan, for people. */
export function linesOf(plan: LotPlan): string[] {
  const { units, sample, accept, reject, wholeLot, left, mostBad, operating } = plan
  const gap = reject - 1 > accept + 1 ? `${accept + 1} to ${reject - 1}` : accept + 1
  const between = reject > accept + 1 ? `; ${gap}: accept it, and go back to normal inspection` : ''
  const what = wholeLot ? `every one of the ${units} units` : `${sample} of ${units} units`
  return [
    basisText(plan),
    `Inspect ${what}. Accept the lot with at most ${accept} bad, refuse it with ${reject} or more${between}.`,
    'A wrong key, a wrong address or a secret that lies open stops the lot, whatever the number.',
    ...(left === null ? [] : [`What is inspected is destroyed: ${left} units are left to ship.`]),
    `With none bad in the sample, 95 % sure: at most ${mostBad} of the ${units} units are bad.`,
    '',
    'bad in the lot   the lot is accepted',
    ...operating.map(
      ({ bad, accepted }) =>
        `${String(bad).padStart(6)} ${`(${((100 * bad) / units).toFixed(1)} %)`.padEnd(11)}${`${(100 * accepted).toFixed(1)} %`.padStart(8)}`,
    ),
  ]
}

/** Wald's test, as a table of how many opened units decide. */
function sequentialText(test: SequentialTest): string[] {
  const lines = sequentialLines(test)
  const rows = Array.from({ length: 6 }, (_, bad) => [bad, acceptedFrom(lines, bad), refusedUpTo(lines, bad) ?? '–'])
  return [
    `Open units one after the other (Wald): a lot with ${percent(test.goodShare)} bad is refused at most once in 20, one with ${percent(test.badShare)} accepted at most once in 10.`,
    '',
    'bad so far   accept from   refuse up to   units opened',
    ...rows.map(
      ([bad, from, upTo]) => `${String(bad).padStart(6)}${String(from).padStart(15)}${String(upTo).padStart(14)}`,
    ),
  ]
}

function basisText({ basis, letter, planLetter, accept }: LotPlan): string {
  if (basis.by === 'claim') {
    const { confidence, badShare } = basis
    return `By a claim: ${percent(confidence)} sure that less than ${percent(badShare)} of the lot are bad, with at most ${accept} bad in the sample; exact for this lot.`
  }
  const { by, inspection, level, limit } = basis
  const arrow = planLetter === letter ? '' : `, whose arrow leads to ${planLetter}`
  return `${by}, single sampling, ${inspection} inspection, level ${level}, AQL ${limit}: letter ${letter}${arrow}.`
}

const percent = (share: number) => `${Number((100 * share).toFixed(4))} %`
