import { readFileSync } from 'node:fs'

/**
 * The most memory that this process has held, MiB. Not `process.resourceUsage().maxRSS` where it can be had otherwise: on Linux a
 * child begins with its parent's, and a test's parent may have held anything.
 */
export function peakMemoryMiB(): number {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS / 1024
  return Number(/^VmHWM:\s*(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))![1]) / 1024
}
