import { chownSync } from 'node:fs'

/** Nobody: a second user of every machine. */
const nobody = 65534

/** Only root can be two users. */
export const hasSecondUser = process.getuid?.() === 0

/** Gives a file, folder or link to the second user. */
export function giveAway(path: string): void {
  chownSync(path, nobody, nobody)
}

/** The longest that opening anything from outside may take, ms: a pipe is never waited for. */
const atMostMs = 2000

/** Does some work on this thread and says what it threw; fails when it takes too long. */
export function within(work: () => unknown): unknown {
  const began = performance.now()
  let thrown: unknown = null
  try {
    work()
  } catch (error) {
    thrown = error
  }
  const tookMs = performance.now() - began
  if (tookMs <= atMostMs) return thrown
  throw new Error(`took ${Math.round(tookMs)} ms`)
}
