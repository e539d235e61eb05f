import { type ExitCode, exitCodes } from '../../core/assay-error.ts'
import type { Verdict } from '../../core/vocabulary.ts'

/** Worst first: what says least about the units, and needs a person soonest, hides what came out beside it. */
const order: readonly ExitCode[] = [
  exitCodes.alarm,
  exitCodes.interrupted,
  exitCodes.internal,
  exitCodes.environment,
  exitCodes.rigFault,
  exitCodes.usage,
  exitCodes.failed,
  exitCodes.inconclusive,
  exitCodes.passed,
]

/** The exit code of several photographs or units. Without any, nothing passed: inconclusive. */
export function worstExit(codes: Iterable<ExitCode>): ExitCode {
  const all = new Set(codes)
  return order.find(code => all.has(code)) ?? exitCodes.inconclusive
}

/** The exit code of what was said of several inspections together: an ERROR among them is no defect in Assay. */
export const exitOfVerdict: Readonly<Record<Verdict, ExitCode>> = {
  PASS: exitCodes.passed,
  INCONCLUSIVE: exitCodes.inconclusive,
  FAIL: exitCodes.failed,
  ERROR: exitCodes.inconclusive,
}
