import { mkdirSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

/**
 * Makes a folder, with those above it, where there is none. Node's own (`recursive`) never comes back from a place that says of each
 * folder that its parent is missing, as /proc does.
 * @throws what the operating system says
 */
export function makeFolders(path: string, mode = 0o777): void {
  const missing: string[] = []
  const target = resolve(path)
  for (let at = target; ; at = dirname(at)) {
    const there = statSync(at, { throwIfNoEntry: false })
    // Something else that stands there is told by making what is to lie in it.
    if (there?.isDirectory() || (there !== undefined && at !== target) || at === dirname(at)) break
    missing.push(at)
  }
  for (const folder of missing.reverse())
    try {
      mkdirSync(folder, { mode })
    } catch (error) {
      // Somebody else was first.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || !statSync(folder).isDirectory()) throw error
    }
}
