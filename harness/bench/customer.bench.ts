/**
 * The owner's page in Chromium against the core in Node and npm `bip38`: `npm run bench -- customer --units 20 --vectors
 * --photographs 3`. Random units with and without lot, compressed and not, and every published one: whether all three open each to
 * the same key and address, and how long the page takes. Then how long a photograph of the rig takes, for its code alone and whole.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import bip38 from 'bip38'
import type { Page } from 'playwright'
import { openRig } from '../../devices/rig.ts'
import { VirtualLine } from '../../fixtures/virtual-line/virtual-line.ts'
import { toHex } from '../bip38/bytes.ts'
import { createIntermediateCode, decodeWif, decrypt, encodeWif, generateUnit } from '../bip38/index.ts'
import { openBrowser } from '../core/browser.testing.ts'
import { systemRandom, uniformBelow } from '../core/random.ts'
import { type CustomerPageOptions, customerPage } from '../customer/customer-page.node.ts'
import { loadProfile } from '../products/load-profile.ts'
import { type WorkerTime, watchWorkers } from './browser-time.ts'

const { values } = parseArgs({
  options: {
    units: { type: 'string', default: '20' },
    vectors: { type: 'boolean', default: false },
    photographs: { type: 'string', default: '3' },
  },
})
const count = Number(values.units)
const symbols = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 -äöß'

async function randomUnit(compressed: boolean, withLot: boolean): Promise<Unit> {
  const random = systemRandom
  const passphrase = Array.from(
    { length: 8 + uniformBelow(random, 20) },
    () => symbols[uniformBelow(random, symbols.length)],
  ).join('')
  const owner = withLot
    ? { ownerSalt: random.bytes(4), lot: uniformBelow(random, 2 ** 20), sequence: uniformBelow(random, 4096) }
    : { ownerSalt: random.bytes(8) }
  const intermediateCode = await createIntermediateCode({ passphrase, ...owner })
  const { epk } = await generateUnit({ intermediateCode, seedb: random.bytes(24), compressed })
  return { passphrase, epk }
}

interface Shown {
  readonly wif: string | undefined
  readonly hex: string | undefined
  readonly address: string | null
  /** From the click to what the page shows. */
  readonly tookMs: number
}

/** By the page's own fields and buttons, as an owner does it; timed in the page, where nothing waits for what drives it. */
async function openInPage(page: Page, passphrase: string, epk: string): Promise<Shown> {
  await page.locator('#passphrase').fill(passphrase)
  await page.locator('#code').fill(epk)
  // A person looks before he clicks; the page gets ready meanwhile.
  await page.waitForTimeout(1000)
  const tookMs = await page.evaluate(
    () =>
      new Promise<number>(resolve => {
        const began = performance.now()
        const seen = new MutationObserver(() => {
          if (document.querySelector('.keys') === null) return
          seen.disconnect()
          resolve(performance.now() - began)
        })
        seen.observe(document.body, { childList: true, subtree: true })
        document.querySelector<HTMLButtonElement>('button.main')!.click()
      }),
  )
  await page.getByRole('button', { name: 'Show the private key' }).click()
  const [wif, hex] = await page.locator('.keys code').allTextContents()
  const address = await page.locator('tbody code').first().textContent()
  await page.getByRole('button', { name: 'Clear everything' }).click()
  return { wif, hex, address, tookMs }
}

interface Unit {
  readonly epk: string
  readonly passphrase: string
}

const vectorsIn = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../fixtures/vectors/${name}`, import.meta.url), 'utf8'))

/** Every published encrypted key with its passphrase. */
function publishedUnits(): (Unit & { readonly hex: string })[] {
  const { vectors } = vectorsIn('bip38-bip-vectors.json') as {
    vectors: { encrypted: string; passphrase: string; wif: string }[]
  }
  const { epks } = vectorsIn('bip38-ballet-vectors.json') as {
    epks: { epk: string; passphrase: string; wif: string }[]
  }
  return [...vectors.map(({ encrypted, ...rest }) => ({ ...rest, epk: encrypted })), ...epks].map(
    ({ epk, passphrase, wif }) => {
      return { epk, passphrase, hex: toHex(decodeWif(wif).privateKey) }
    },
  )
}

/** Lays a photograph in and waits for what the page says of it, ms. */
async function timed(act: () => Promise<void>, said: () => Promise<boolean>): Promise<number> {
  const began = performance.now()
  await act()
  while (!(await said())) await new Promise(resolve => setTimeout(resolve, 10))
  return performance.now() - began
}

const median = (times: readonly number[]) => times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN
const worst = (times: readonly number[]) => Math.max(...times)
const told = (times: readonly number[]) => `${median(times).toFixed(0)} ms (worst ${worst(times).toFixed(0)})`

const folder = mkdtempSync(join(tmpdir(), 'assay-owner-'))
const browser = await openBrowser()

async function pageOf(options: CustomerPageOptions): Promise<Page> {
  const file = join(folder, 'card.html')
  writeFileSync(file, (await customerPage(options)).html)
  const page = await (await browser.newContext({ offline: true, locale: 'en' })).newPage()
  await page.goto(pathToFileURL(file).href)
  return page
}

/** Whether page, core and npm `bip38` open the units to one key, and how long page and core take. */
async function differential(units: readonly Unit[], known?: readonly string[]): Promise<void> {
  const page = await pageOf({})
  const paint = await page
    .waitForFunction(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime)
    .then(seen => seen.jsonValue())
  await page.selectOption('#product', 'any')
  await page.getByLabel('Open the card with').check()
  let agree = 0
  const [pageMs, coreMs]: [number[], number[]] = [[], []]
  for (const [i, { epk, passphrase }] of units.entries()) {
    const shown = await openInPage(page, passphrase, epk)
    const began = performance.now()
    const ours = await decrypt({ epk, passphrase })
    coreMs.push(performance.now() - began)
    pageMs.push(shown.tookMs)
    const theirs = toHex((await bip38.decryptAsync(epk, passphrase)).privateKey)
    const hex = toHex(ours.privateKey)
    const same = {
      page: shown.hex === hex && shown.wif === encodeWif(ours.privateKey, ours.compressed),
      'npm bip38': theirs === hex,
      'address of the page': shown.address === ours.address,
      'published key': known === undefined || known[i] === hex,
    }
    const differ = Object.entries(same).flatMap(([who, is]) => (is ? [] : [who]))
    if (differ.length === 0) agree++
    else console.log(`unit ${i + 1}: ${differ.join(', ')}`)
  }
  console.log(`${agree} of ${units.length} ${known ? 'published' : 'random'} units: page, core and npm bip38 agree`)
  if (known !== undefined) return
  console.log(`first contentful paint ${paint?.toFixed(0)} ms`)
  console.log(`opening, from click to key: page ${told(pageMs)}`)
  console.log(`the core in Node, next to it: ${told(coreMs)}`)
  console.log(`page / core ${(median(pageMs) / median(coreMs)).toFixed(2)}`)
  await page.context().close()
}

/** A photograph of the rig: its code taken into the field, and the whole of it judged, by a page that was opened for it. */
async function photographs(times: number): Promise<void> {
  const profile = loadProfile('real')
  await using line = await VirtualLine.make({ profile, seed: 31, count: 1, share: 0 })
  await using rig = await openRig({ kind: 'virtual', seed: 31 })
  await rig.stage.goTo('inspect')
  await rig.light.set('dome')
  const files: string[] = []
  for (const state of ['sealed', 'opened'] as const) {
    rig.place(await line.card(0, state))
    files.push(join(folder, `${state}.jpg`))
    writeFileSync(files.at(-1)!, (await rig.camera.photograph()).bytes)
  }
  const [sealed, opened] = files as [string, string]
  const page = await pageOf({ products: [profile], reader: true })
  const [scanMs, coldMs, warmMs]: [number[], number[], number[]] = [[], [], []]
  const [workedCold, workedWarm]: [WorkerTime[], WorkerTime[]] = [[], []]
  for (let i = 0; i < times; i++) {
    await page.reload()
    await page.getByLabel('Open the card with').check()
    const code = page.locator('#code')
    scanMs.push(
      await timed(
        () => page.getByLabel('Take it from a photograph').first().setInputFiles(opened),
        async () => (await code.inputValue()) !== '',
      ),
    )
    for (const [waitMs, into] of [
      [0, coldMs],
      [pickingMs, warmMs],
    ] as const) {
      await page.reload()
      const field = page.getByLabel('Take or choose a photograph')
      if (waitMs > 0) await field.focus()
      await page.waitForTimeout(waitMs)
      const said = page.locator('section[aria-labelledby=photograph]').locator('p.good, p.bad')
      const worked = watchWorkers()
      into.push(
        await timed(
          () => field.setInputFiles(sealed),
          async () => (await said.count()) > 0,
        ),
      )
      const time = worked()
      if (time !== null) (waitMs > 0 ? workedWarm : workedCold).push(time)
    }
  }
  console.log(`a code in a photograph of the rig: ${told(scanMs)}`)
  console.log(`a whole photograph judged: ${told(warmMs)}; of it ${shareOf(workedWarm)}`)
  console.log(`dropped in with nothing ready: ${told(coldMs)}; of it ${shareOf(workedCold)}`)
}

/** What is left of a time when nobody else has the machine is what its thread ran. */
function shareOf(times: readonly WorkerTime[]): string {
  if (times.length === 0) return 'nothing is known of processor time on this system'
  const ran = told(times.map(({ ranMs }) => ranMs))
  return `its thread ran ${ran} and waited for a processor ${told(times.map(({ waitedMs }) => waitedMs))}`
}

/** So long a person takes to find a file at least. */
const pickingMs = 4000

const machine = () => `load ${loadavg()[0]!.toFixed(1)} on ${availableParallelism()} processors`

try {
  console.log(`before: ${machine()}`)
  const units: Unit[] = []
  for (let i = 0; i < count; i++) units.push(await randomUnit(i % 2 === 0, i % 4 < 2))
  if (count > 0) await differential(units)
  const published = publishedUnits()
  if (values.vectors)
    await differential(
      published,
      published.map(({ hex }) => hex),
    )
  if (Number(values.photographs) > 0) await photographs(Number(values.photographs))
  console.log(`after: ${machine()}`)
} finally {
  await browser.close()
  rmSync(folder, { recursive: true, force: true })
}
