import { readFileSync } from 'node:fs'

/** Linux counts in hundredths of a second, on every machine that Node runs on. */
const tickMs = 10
/** So often does a wait for processor time look again, ms, at least. */
const leastMs = 20
/** So many times the deadline by the clock nothing may take: what waits for something that never comes uses no processor. */
const mostTimes = 5

/** Processor time that a process has had, all threads, ms; null where the system does not tell. Only Linux does. */
export function processorMsOf(pid: number | undefined): number | null {
  if (pid === undefined || process.platform !== 'linux') return null
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name, in brackets, may hold anything.
    const [user, system] = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .slice(11, 13)
      .map(Number)
    const ticks = user! + system!
    return Number.isFinite(ticks) ? ticks * tickMs : null
  } catch {
    return null
  }
}

/**
 * Calls `act` once work has had its time: `ms` have passed, and were also used, as `usedMs` tells; or five times as much has
 * passed. Under a load of 15 a photograph that takes 4 s of processor takes a minute by the clock, and nothing hangs.
 *
 * @param usedMs processor time of whoever works, from any beginning, ms; null where it is not told, and the clock alone counts
 * @returns takes it back
 */
export function whenUsedUp(ms: number, usedMs: () => number | null, act: () => void): () => void {
  const began = performance.now()
  const before = usedMs()
  const look = (): void => {
    const passed = performance.now() - began
    const used = usedMs()
    const left = before === null || used === null ? ms - passed : Math.max(ms - passed, ms - (used - before))
    const wait = Math.min(left, mostTimes * ms - passed)
    if (wait <= 0) act()
    else timer = setTimeout(look, Math.max(wait, leastMs))
  }
  let timer = setTimeout(look, ms)
  return () => clearTimeout(timer)
}
