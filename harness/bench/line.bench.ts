/**
 * How fast the two sites make a lot, and how much memory their processes take, tenth by tenth. Arguments: units, and `quick`
 * for scrypt that costs nothing (then everything else is measured). Default: 40 units with real scrypt.
 */
import { readFileSync } from 'node:fs'
import { exitCodes } from '../core/assay-error.ts'
import { auditLedgers } from '../line/ledger/audit.ts'
import { productText, QuickLine, quickPrograms, quickSettings } from '../line/quick-line.testing.ts'
import { launchSite } from '../line/separation/launch-site.ts'
import type { receiveAnswer } from '../line/site-a/receive.ts'

const units = Number(process.argv[2] ?? 40)
const isQuick = process.argv[3] === 'quick'
const lot = 'virtual-bench'

using line = await QuickLine.withSites()
const product = productText('assay-reference')
process.stdout.write(`${units} units, ${isQuick ? 'scrypt that costs nothing' : 'real scrypt'}\n`)
await measured('A', 'begin', {
  lot,
  product,
  count: units,
  settings: quickSettings,
  denomination: null,
  customerCodes: null,
  seal: null,
})
const entropy = { dice: line.dice(), devices: [], cameraSamples: null }
await measured('B', 'make', {
  lot,
  product,
  manifest: line.manifest('A', lot),
  entropy,
  sealIn: null,
  sealOut: null,
  drive: null,
})
const receive = { lot, manifest: line.manifest('B', lot), seal: null }
const { verified, unconfirmed } = (await measured('A', 'receive', receive)) as Awaited<ReturnType<typeof receiveAnswer>>
const { record } = (await measured('A', 'record', { lot, release: false })) as { record: string }

const { faults } = auditLedgers(
  (['A', 'B'] as const).map(site => ({ origin: site, text: readFileSync(line.ledger(site, lot), 'utf8') })),
)
const { checks } = (JSON.parse(readFileSync(record, 'utf8')) as { line: { checks: object } }).line
process.stdout.write(
  `${verified} of ${units} verified, ${unconfirmed.length} not; audit: ${faults.length} faults; lot record: ${JSON.stringify(checks)}\n`,
)
if (verified !== units || faults.length > 0) process.exitCode = exitCodes.failed

/** What a process of a site has used so far. */
interface Usage {
  readonly atMs: number
  readonly done: number
  readonly residentMiB: number
  readonly peakMiB: number
  readonly cpuMs: number
}

async function measured(
  site: 'A' | 'B',
  command: string,
  options: Readonly<Record<string, unknown>>,
): Promise<unknown> {
  let pid = 0
  let last: Usage | null = null
  /** When it first told of its progress, at each tenth of the units, and when it had nothing more to do. */
  const tenths: Usage[] = []
  const started = performance.now()
  const sample = setInterval(() => {
    last = usageOf(pid, last?.done ?? 0) ?? last
  }, 20)
  const result = await launchSite({
    site,
    folder: line.site(site),
    command,
    operator: line.operators[site],
    password: line.passwords[site],
    options,
    ...(isQuick ? { program: quickPrograms[site] } : {}),
    onStart: started => {
      pid = started
    },
    onNews: news => {
      if (news.news !== 'progress') return
      const usage = usageOf(pid, news.done)
      if (usage === null) return
      last = usage
      if (tenths.length === 0 || news.done >= (units * tenths.length) / 10) tenths.push(usage)
    },
  })
  clearInterval(sample)
  report(`site ${site}, ${command}`, tenths, last, performance.now() - started)
  return result
}

function report(title: string, tenths: readonly Usage[], last: Usage | null, wallMs: number): void {
  const [first, end] = [tenths[0], tenths.at(-1)]
  const mib = (value: number | undefined) => (value === undefined ? '?' : value.toFixed(0))
  const lines = [`${title}: ${(wallMs / 1000).toFixed(1)} s in all, peak memory ${mib(last?.peakMiB)} MiB`]
  if (first !== undefined && end !== undefined && end.done > first.done) {
    const rates = tenths.slice(1).map((usage, i) => rateOf(tenths[i]!, usage))
    const cpuMs = (end.cpuMs - first.cpuMs) / (end.done - first.done)
    lines.push(
      `  ${rateOf(first, end).toFixed(1)} units/s (slowest tenth ${Math.min(...rates).toFixed(1)}), ${cpuMs.toFixed(1)} CPU ms a unit`,
      `  resident memory by tenth, MiB: ${tenths.map(usage => mib(usage.residentMiB)).join(' ')}`,
    )
  }
  process.stdout.write(`${lines.join('\n')}\n`)
}

function rateOf(from: Usage, to: Usage): number {
  return ((to.done - from.done) * 1000) / (to.atMs - from.atMs)
}

/** Linux tells it of any process of ours; elsewhere, and when the process is gone, there is nothing to tell. */
function usageOf(pid: number, done: number): Usage | null {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    const kB = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1])
    // After the command's name, which may hold anything: state, …, utime and stime in hundredths of a second.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
    const cpuMs = 10 * (Number(stat[11]) + Number(stat[12]))
    const usage = { atMs: performance.now(), done, residentMiB: kB('VmRSS') / 1024, peakMiB: kB('VmHWM') / 1024, cpuMs }
    return Number.isNaN(usage.peakMiB) ? null : usage
  } catch {
    return null
  }
}
