import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { TestInfo } from 'playwright/test'
import type { RunStopped } from '../harness/inspection/run.ts'

/**
 * An alarm stops its rig for the rest of the run. Playwright starts a new worker after every test that failed, so what the next
 * one must know stands in a file beside the results, which are cleared when a run begins.
 */
interface AlarmStop {
  /** Process of the runner: another run's alarm stops nothing here. */
  readonly run: number
  readonly because: string
}

export function stopRig(info: TestInfo, rigName: string | null, { message }: RunStopped): void {
  const file = fileOf(info, rigName)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, JSON.stringify({ run: process.ppid, because: message } satisfies AlarmStop), { flush: true })
}

/** @throws Error with the alarm's sentence, when one stopped the rig in this run */
export function refuseStoppedRig(info: TestInfo, rigName: string | null): void {
  const file = fileOf(info, rigName)
  if (!existsSync(file)) return
  const { run, because } = JSON.parse(readFileSync(file, 'utf8')) as AlarmStop
  if (run !== process.ppid) return
  // For the reporter: this test was not run.
  info.annotations.push({ type: 'stopped', description: because })
  throw new Error(`not run, because an alarm stopped the run: ${because}`)
}

function fileOf({ project }: TestInfo, rigName: string | null): string {
  return join(project.outputDir, `alarm-${encodeURIComponent(rigName ?? 'twin')}.json`)
}
