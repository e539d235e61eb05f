import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { RealRigConfig } from './rig-config.ts'

/** What makes a rig safe that its owner left. Holds no password: those stand in the environment. */
export interface Watched extends Pick<RealRigConfig, 'light' | 'stage'> {
  /** What the lease is taken of. */
  readonly addresses: readonly string[]
  readonly leaseFolder?: string | undefined
}

/** What the lease calls it. */
export const watcherName = 'the watcher of a program that is gone'
/** The owner's last word, when it has made the rig safe itself. */
export const isOver = 'over'

/**
 * Starts the program that makes a rig safe when this one ends without doing so. It has a session of its own, so that no key
 * pressed at the terminal and no signal to this one's group ends it too.
 *
 * @returns tells it that the rig was left in order
 */
export function startWatcher(watched: Watched): () => void {
  const child = spawn(process.execPath, [fileURLToPath(new URL('./watch-owner.ts', import.meta.url))], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  // A machine that cannot start another program drives its rig all the same.
  child.on('error', () => {})
  child.stdin.on('error', () => {})
  child.stdin.write(`${JSON.stringify(watched)}\n`)
  // It keeps nobody alive.
  child.unref()
  ;(child.stdin as unknown as { unref?: () => void }).unref?.()
  return () => void child.stdin.end(`${isOver}\n`)
}
