import { type ExitCode, exitCodes } from '../../core/assay-error.ts'

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
