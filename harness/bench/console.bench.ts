/**
 * The console in Chromium, with three tabs: `npm run bench -- console --units 1000 --lot 10000`. How long from a result to its pixels, until
 * the first paint, how large the page is, and what memory a day takes. Camera and eyes are quick; loop, journal and page are real.
 */
import { parseArgs } from 'node:util'
import { gzipSync } from 'node:zlib'
import type { Page } from 'playwright'
import { consolePage } from '../console/console-page.ts'
import { openConsoleServer } from '../console/console-server.ts'
import { quickBench, sealed, until } from '../console/quick-bench.testing.ts'
import { openBrowser } from '../core/browser.testing.ts'

const { values } = parseArgs({
  options: { units: { type: 'string', default: '200' }, lot: { type: 'string', default: '2' } },
})
const units = Number(values.units)

const quantile = (times: readonly number[], share: number) =>
  times.toSorted((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * share))] ?? Number.NaN
const mib = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`

/** When each result was where, in the clock of this machine. */
interface Seen {
  readonly heard: Record<string, number>
  readonly drawn: Record<string, number>
  readonly painted: Record<string, number>
}

/** Notes on the page when each result comes, is in the document, and is painted. */
async function watchPaints(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const seen: Seen = { heard: {}, drawn: {}, painted: {} }
    Object.assign(globalThis, { seen })
    const Events = EventSource
    globalThis.EventSource = class extends Events {
      constructor(url: string | URL) {
        super(url)
        this.addEventListener('message', ({ data }) => {
          const number = JSON.parse(data).newest?.number
          if (number !== undefined) seen.heard[number] ??= Date.now()
        })
      }
    }
    const look = () => {
      const number = document.querySelector('#verdict')?.getAttribute('data-number')
      if (!number || number in seen.drawn) return
      seen.drawn[number] = Date.now()
      requestAnimationFrame(() => setTimeout(() => (seen.painted[number] ??= Date.now())))
    }
    new MutationObserver(look).observe(document, {
      ...{ subtree: true, childList: true, attributes: true, characterData: true },
    })
  })
}

async function heapOf(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page)
  await session.send('HeapProfiler.enable')
  await session.send('HeapProfiler.collectGarbage')
  const { usedSize } = await session.send('Runtime.getHeapUsage')
  await session.detach()
  return usedSize
}

await using quick = await quickBench({ lotUnits: Number(values.lot) })
await using server = await openConsoleServer(quick)
const browser = await openBrowser()
const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en' })
const paints: number[] = []
for (let times = 0; times < 10; times++) {
  const page = await context.newPage()
  await page.goto(server.url)
  paints.push(
    (await (
      await page.waitForFunction(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime)
    ).jsonValue()) as number,
  )
  await page.close()
}
const tabs = await Promise.all([0, 1, 2].map(async () => await context.newPage()))
for (const tab of tabs) {
  await watchPaints(tab)
  await tab.goto(server.url)
  await tab.locator('#prompt').waitFor()
}

// A tab that is not in front paints once a second only.
await tabs[0]!.bringToFront()
await quick.bench.act({ do: 'begin' })
await until(quick.bench, ({ phase }) => phase === 'asked')
await quick.bench.act({ do: 'answer' })
await until(quick.bench, ({ phase }) => phase === 'waiting')
const shownAt = new Map<number, number>()
quick.bench.subscribe(({ newest }) => {
  if (newest !== null && !shownAt.has(newest.number)) shownAt.set(newest.number, Date.now())
})
let half: readonly number[] = []
for (let number = 1; number <= units; number++) {
  quick.card = sealed(quick.units[number % 2]!, number % 5 === 0 ? { serialCard: 'BX0000009' } : {})
  await quick.bench.act({ do: 'judge' })
  const { unacknowledged } = await until(
    quick.bench,
    ({ newest, phase }) => newest?.number === number && phase === 'waiting',
  )
  await tabs[0]!.locator(`#verdict[data-number="${number}"]`).waitFor()
  if (unacknowledged !== null) await quick.bench.act({ do: 'acknowledge', number: unacknowledged })
  if (number === Math.ceil(units / 2)) half = [process.memoryUsage().rss, ...(await Promise.all(tabs.map(heapOf)))]
  process.stderr.write(`\r${number} of ${units} cards`)
}
process.stderr.write('\n')
const late = [process.memoryUsage().rss, ...(await Promise.all(tabs.map(heapOf)))]
const seen = (await tabs[0]!.evaluate(() => (globalThis as unknown as { seen: Seen }).seen)) as Seen
const legs = Object.entries(seen.painted).flatMap(([number, painted]) => {
  const [shown, heard, drawn] = [shownAt.get(Number(number)), seen.heard[number], seen.drawn[number]]
  if (shown === undefined || heard === undefined || drawn === undefined) return []
  return [{ heard: heard - shown, drawn: drawn - heard, painted: painted - drawn, whole: painted - shown }]
})
const inJournal = (await Array.fromAsync(quick.journal.entries())).filter(({ kind }) => kind === 'inspection').length
const page = Buffer.from((await consolePage()).html)
await browser.close()

console.log(
  `${units} cards of a lot of ${values.lot}, three tabs; ${inJournal} inspections in the journal, ${legs.length} results seen painted`,
)
for (const [leg, name] of [
  ['whole', 'result to pixel'],
  ['heard', '  until it is heard'],
  ['drawn', '  in the document'],
  ['painted', '  on the screen'],
] as const) {
  const times = legs.map(one => one[leg])
  console.log(
    `${name.padEnd(20)} median ${quantile(times, 0.5)} ms, 95 % ${quantile(times, 0.95)} ms, worst ${quantile(times, 1)} ms`,
  )
}
console.log(
  `first paint          median ${quantile(paints, 0.5).toFixed(0)} ms, worst ${quantile(paints, 1).toFixed(0)} ms of ${paints.length}`,
)
console.log(
  `page                 ${(page.length / 1000).toFixed(0)} kB, ${(gzipSync(page).length / 1000).toFixed(1)} kB compressed`,
)
for (const [at, name] of ['server, resident', 'tab 1, heap', 'tab 2, heap', 'tab 3, heap'].entries()) {
  console.log(`${name.padEnd(20)} ${mib(half[at]!)} at half, ${mib(late[at]!)} at the end`)
}
