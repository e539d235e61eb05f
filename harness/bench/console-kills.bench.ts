/**
 * Kills the console, or a tab that shows it, at random instants while two tabs judge and decide: was a result or a decision that was
 * told lost, or anything done twice? Argument: how many kills.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { BrowserContext, Page } from 'playwright'
import { openBrowser } from '../core/browser.testing.ts'
import { systemRandom, uniformBelow } from '../core/random.ts'
import { readJournal } from '../custody/journal/journal-folder.ts'

const kills = Number(process.argv[2] ?? 20)
/** Longest time between two kills, ms. */
const WITHIN_MS = 2500
const program = fileURLToPath(new URL('../console/killed-console.testing.ts', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'assay-console-kills-'))

/** What pages were told, each by the moment at which the inspection ended, or by the decision's reason. */
const results = new Set<string>()
const decisions = new Set<string>()

async function serve(at: readonly string[]): Promise<{ readonly child: ChildProcess; readonly url: string }> {
  const child = spawn(process.execPath, [program, folder, ...at], { stdio: ['ignore', 'pipe', 'inherit'] })
  const gone = once(child, 'exit').then(() => Promise.reject(new Error('The console did not come back after a kill.')))
  const [said] = (await Promise.race([once(child.stdout!.setEncoding('utf8'), 'data'), gone])) as [string]
  gone.catch(() => {})
  return { child, url: said.trim() }
}

/** A tab whose person does at once what the page says, and decides on every FAIL, each decision sent twice. */
async function openTab(context: BrowserContext, url: string): Promise<Page> {
  const page = await context.newPage()
  await page.goto(url)
  return page
}

function worker(): void {
  const told = globalThis as unknown as { heardResult(key: string): void; heardDecision(why: string): void }
  const decided = new Set<string>()
  const decide = async (unit: string, endedAt: string) => {
    const why = `the lens was dirty, ${endedAt}, ${Math.floor(1e6 * Math.random())}`
    const request = {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() },
      body: JSON.stringify({ on: 'unit', unit, station: 'sealed', decision: 'inspect-again', who: 'quinn', why }),
    }
    for (const answer of await Promise.allSettled([fetch('decisions', request), fetch('decisions', request)])) {
      if (answer.status === 'fulfilled' && 'done' in (await answer.value.json())) told.heardDecision(why)
    }
  }
  const Events = EventSource
  globalThis.EventSource = class extends Events {
    constructor(url: string | URL) {
      super(url)
      this.addEventListener('message', ({ data }) => {
        const { newest } = JSON.parse(data)
        if (newest === null) return
        told.heardResult(`${newest.unit} ${newest.endedAt}`)
        if (newest.counts !== 'FAIL' || decided.has(newest.endedAt)) return
        decided.add(newest.endedAt)
        void decide(newest.unit, newest.endedAt).catch(() => {})
      })
    }
  }
  setInterval(() => document.querySelector<HTMLButtonElement>('.prompt button.main')?.click(), 70)
}

const browser = await openBrowser()
try {
  const context = await browser.newContext({ locale: 'en' })
  await context.exposeBinding('heardResult', (_, key: string) => void results.add(key))
  await context.exposeBinding('heardDecision', (_, why: string) => void decisions.add(why))
  await context.addInitScript(worker)
  let { child, url } = await serve([])
  const { port, pathname } = new URL(url)
  const tabs = [await openTab(context, url), await openTab(context, url)]
  const killed = { server: 0, tab: 0 }
  for (let kill = 1; kill <= kills; kill++) {
    await new Promise(resolve => setTimeout(resolve, uniformBelow(systemRandom, WITHIN_MS)))
    const which = uniformBelow(systemRandom, 2) === 0 ? 'server' : 'tab'
    killed[which]++
    if (which === 'server') {
      const closed = once(child, 'close')
      child.kill('SIGKILL')
      await closed
      ;({ child } = await serve([port, pathname]))
    } else {
      const at = uniformBelow(systemRandom, 2)
      await tabs[at]!.close()
      tabs[at] = await openTab(context, url)
    }
    process.stderr.write(`\r${kill} of ${kills} kills, ${results.size} results, ${decisions.size} decisions`)
  }
  process.stderr.write('\n')
  child.kill('SIGKILL')

  await using journal = await readJournal(folder)
  const { faults } = await journal.verify()
  const entries = await Array.fromAsync(journal.entries())
  const inspections = entries.flatMap(({ kind, unit, facts }) =>
    kind === 'inspection' ? [`${unit} ${(facts['record'] as { ended: string }).ended}`] : [],
  )
  const whys = entries.flatMap(({ kind, why }) => (kind === 'disposition' ? [why!] : []))
  const wrong = [
    ...faults.map(({ sentence }) => sentence),
    ...missing(results, inspections).map(key => `the result ${key} was shown and is lost`),
    ...missing(decisions, whys).map(why => `the decision «${why}» was told to be written down and is lost`),
    ...doubled(inspections).map(key => `the inspection ${key} is doubled`),
    ...doubled(whys).map(why => `the decision «${why}» is doubled`),
  ]
  console.log(
    `${kills} kills (${killed.server} of the server, ${killed.tab} of a tab): ${results.size} results told, ${inspections.length} in the journal; ` +
      `${decisions.size} decisions told, ${whys.length} in the journal; ${wrong.length} faults`,
  )
  for (const fault of wrong) console.log(`  ${fault}`)
  const isIdle = results.size === 0 || decisions.size === 0
  if (isIdle) console.log('  nothing was told before a kill, so nothing is shown: try more kills')
  if (isIdle || wrong.length > 0) process.exitCode = 1
} finally {
  await browser.close()
  rmSync(folder, { recursive: true, force: true })
}

function missing(told: ReadonlySet<string>, kept: readonly string[]): readonly string[] {
  const there = new Set(kept)
  return [...told].filter(one => !there.has(one))
}

function doubled(all: readonly string[]): readonly string[] {
  return all.filter((one, i) => all.indexOf(one) !== i)
}
