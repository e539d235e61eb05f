import type { Page } from 'playwright'

/** What something took: by the clock, and of the processors, of all threads of the page together, ms. */
export interface Taken {
  readonly wallMs: number
  readonly cpuMs: number
}

/** Processor time of the process that shows a page, all its threads, since it began, ms. */
export async function rendererCpuMs(page: Page): Promise<number> {
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('Performance.enable')
  const { metrics } = await cdp.send('Performance.getMetrics')
  await cdp.detach()
  return 1000 * (metrics.find(({ name }) => name === 'ProcessTime')?.value ?? Number.NaN)
}

/** Measures a page from outside: on a busy machine a clock tells how busy it is, and the processor time what is to be done. */
export async function rendererClock(page: Page): Promise<() => Promise<Taken>> {
  const used = await rendererCpuMs(page)
  const began = performance.now()
  return async () => {
    const wallMs = performance.now() - began
    return { wallMs, cpuMs: (await rendererCpuMs(page)) - used }
  }
}

/** The same of this process. */
export function ownClock(): () => Taken {
  const [began, used] = [performance.now(), process.cpuUsage()]
  return () => {
    const { user, system } = process.cpuUsage(used)
    return { wallMs: performance.now() - began, cpuMs: (user + system) / 1000 }
  }
}

const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

/** The medians. */
export const medianOf = (all: readonly Taken[]): Taken => ({
  wallMs: median(all.map(({ wallMs }) => wallMs)),
  cpuMs: median(all.map(({ cpuMs }) => cpuMs)),
})

/** `234 ms of processors, 250 ms by the clock (worst 300)` */
export function told(all: readonly Taken[]): string {
  const { wallMs, cpuMs } = medianOf(all)
  const worst = Math.max(...all.map(one => one.wallMs))
  return `${cpuMs.toFixed(0)} ms of processors, ${wallMs.toFixed(0)} ms by the clock (worst ${worst.toFixed(0)})`
}
