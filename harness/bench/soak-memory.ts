import { globSync, readFileSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { quantile } from '../imaging/quantile.ts'

/** Memory at one moment, MiB. */
export interface MemorySample {
  /** What this process still holds after everything that nobody holds was thrown away: objects and buffers. */
  readonly heldMib: number
  /** Resident memory of this process, its threads included. */
  readonly residentMib: number
  /** Resident memory of the processes that it started; null where the system does not tell. */
  readonly childrenMib: number | null
}

const mib = 2 ** 20

// Pictures that wait for the collector come and go by hundreds of MiB and hide what stays.
setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

export function sampleMemory(): MemorySample {
  // The buffers that one collection frees are counted off when the next begins.
  collect()
  collect()
  const { heapUsed, external, rss } = process.memoryUsage()
  return { heldMib: (heapUsed + external) / mib, residentMib: rss / mib, childrenMib: residentOfChildren() }
}

/** Linux tells it in /proc; elsewhere nobody does. */
function residentOfChildren(): number | null {
  const lists = globSync('/proc/self/task/*/children')
  if (lists.length === 0) return null
  const pids = lists.flatMap(file => textOf(file).split(/\s+/).filter(Boolean))
  const kib = pids.map(pid => Number(/^VmRSS:\s*(\d+) kB$/m.exec(textOf(`/proc/${pid}/status`))?.[1] ?? 0))
  return kib.reduce((sum, value) => sum + value, 0) / 1024
}

/** A thread or a process may end between being listed and being read. */
function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

/**
 * MiB by which values grew from the second quarter to the last: caches fill in the first, and medians leave single
 * samples out. NaN of fewer than eight.
 */
export function growthOf(values: readonly number[]): number {
  if (values.length < 8) return Number.NaN
  const quarter = Math.floor(values.length / 4)
  return quantile(values.slice(-quarter), 0.5) - quantile(values.slice(quarter, 2 * quarter), 0.5)
}
