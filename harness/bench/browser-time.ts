import { readdirSync, readFileSync } from 'node:fs'

/** What the workers of a browser have had of the machine, ms. */
export interface WorkerTime {
  /** Processor time. */
  readonly ranMs: number
  /** Ready to run, while other programs had the processors. */
  readonly waitedMs: number
}

/**
 * Watches the workers of the browsers that this process has started, which end with their work: on a busy machine a clock tells how
 * busy it is. Linux alone has these counts (`/proc/PID/task/TID/schedstat`); elsewhere the answer is null.
 */
export function watchWorkers(everyMs = 50): () => WorkerTime | null {
  const seen = new Map<string, readonly [ranNs: number, waitedNs: number]>()
  const first = new Map<string, readonly [number, number]>()
  const look = () => {
    for (const { task, counts } of workersOf(process.pid)) {
      seen.set(task, counts)
      if (!first.has(task)) first.set(task, isFirstLook ? counts : [0, 0])
    }
  }
  let isFirstLook = true
  look()
  isFirstLook = false
  const timer = setInterval(look, everyMs)
  return () => {
    clearInterval(timer)
    look()
    if (seen.size === 0) return null
    const sum = (at: 0 | 1) =>
      [...seen].reduce((all, [task, counts]) => all + counts[at] - first.get(task)![at], 0) / 1e6
    return { ranMs: sum(0), waitedMs: sum(1) }
  }
}

interface Counted {
  readonly task: string
  readonly counts: readonly [number, number]
}

function workersOf(ancestor: number): Counted[] {
  const parents = new Map<string, string>()
  for (const pid of numbersIn('/proc')) {
    const [, parent] = statOf(`/proc/${pid}/stat`)
    if (parent !== undefined) parents.set(pid, parent)
  }
  const isOurs = (pid: string | undefined): boolean =>
    pid !== undefined && pid !== '0' && (pid === String(ancestor) || isOurs(parents.get(pid)))
  return [...parents.keys()].filter(isOurs).flatMap(pid =>
    numbersIn(`/proc/${pid}/task`).flatMap(tid => {
      const task = `/proc/${pid}/task/${tid}`
      if (!statOf(`${task}/stat`)[0]?.startsWith('DedicatedWorker')) return []
      const [ran, waited] = textOf(`${task}/schedstat`).split(' ').map(Number)
      return ran === undefined || waited === undefined ? [] : [{ task, counts: [ran, waited] as const }]
    }),
  )
}

/** Name and parent. */
function statOf(path: string): [name?: string, parent?: string] {
  const text = textOf(path)
  const end = text.lastIndexOf(')')
  return end === -1 ? [] : [text.slice(text.indexOf('(') + 1, end), text.slice(end + 4).split(' ')[0]!]
}

function numbersIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter(name => /^\d+$/.test(name))
  } catch {
    return []
  }
}

/** Empty where a process has ended meanwhile. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
