/**
 * The owner's page in Chromium against the core in Node and npm `bip38`: `npm run bench -- customer`.
 *
 * How long the page takes, against its goals: to show itself, to open a card beside the kernel in Node, in turns (`page / kernel`), to take
 * the code out of a photograph of the rig, and to judge the whole of one. Then 200 random units with and without lot, each passphrase's
 * compressed and uncompressed one, and every published one: whether all three open each to the same key and address, and core and page
 * come to it from the confirmation code, too. As many pages as there are processors, and npm `bip38`, the slowest, beside them.
 * `--units 20` for fewer, `--units 0 --photographs 0` for neither.
 */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { availableParallelism, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { Worker } from 'node:worker_threads'
import type { Page } from 'playwright'
import { openRig } from '../../devices/rig.ts'
import { VirtualLine } from '../../fixtures/virtual-line/virtual-line.ts'
import { toHex } from '../bip38/bytes.ts'
import { basePoint } from '../bip38/curve.ts'
import {
  createIntermediateCode,
  crossCheck,
  decodeWif,
  decrypt,
  generateUnit,
  PrefactorCache,
  verifyConfirmationCode,
  wasmEngine,
} from '../bip38/index.ts'
import { openBrowser } from '../core/browser.testing.ts'
import { systemRandom, uniformBelow } from '../core/random.ts'
import { type CustomerPageOptions, customerPage } from '../customer/customer-page.node.ts'
import { withoutWarmUp } from '../customer/owner.testing.ts'
import { loadProfile } from '../products/load-profile.ts'
import { medianOf, ownClock, rendererClock, rendererCpuMs, type Taken, told } from './renderer-time.ts'

const { values } = parseArgs({
  options: { units: { type: 'string', default: '200' }, photographs: { type: 'string', default: '3' } },
})
const symbols = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 -äöß'

interface Unit {
  readonly passphrase: string
  readonly epk: string
  /** Of what the unit was made with, or was published with. */
  readonly confirmationCode?: string
  readonly hex?: string
}

/** Two units of one passphrase: with a compressed key and with another. */
async function randomUnits(withLot: boolean): Promise<readonly [Unit, Unit]> {
  const random = systemRandom
  const passphrase = Array.from(
    { length: 8 + uniformBelow(random, 20) },
    () => symbols[uniformBelow(random, symbols.length)],
  ).join('')
  const owner = withLot
    ? { ownerSalt: random.bytes(4), lot: uniformBelow(random, 2 ** 20), sequence: uniformBelow(random, 4096) }
    : { ownerSalt: random.bytes(8) }
  const intermediateCode = await createIntermediateCode({ passphrase, ...owner })
  const unit = async (compressed: boolean): Promise<Unit> => {
    const { epk, confirmationCode } = await generateUnit({ intermediateCode, seedb: random.bytes(24), compressed })
    return { passphrase, epk, confirmationCode }
  }
  return [await unit(true), await unit(false)]
}

const vectorsIn = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../fixtures/vectors/${name}`, import.meta.url), 'utf8'))

/** Every published encrypted key with its passphrase and key. */
function publishedUnits(): Unit[] {
  const { vectors } = vectorsIn('bip38-bip-vectors.json') as {
    vectors: { encrypted: string; passphrase: string; wif: string; confirmationCode?: string }[]
  }
  const { epks } = vectorsIn('bip38-ballet-vectors.json') as {
    epks: { epk: string; passphrase: string; wif: string }[]
  }
  return [...vectors.map(({ encrypted, ...rest }) => ({ ...rest, epk: encrypted })), ...epks].map(
    ({ wif, ...unit }) => ({
      ...unit,
      hex: toHex(decodeWif(wif).privateKey),
    }),
  )
}

/** Clicks the main button and waits for the answer, by the page's own fields and buttons; timed in the page as well. */
async function answered(page: Page, way: 'verify' | 'open', { passphrase }: Unit, code: string, looksMs: number) {
  await page
    .locator('input[name=way]')
    .nth(way === 'open' ? 1 : 0)
    .check()
  await page.locator('#passphrase').fill(passphrase)
  await page.locator('#code').fill(code)
  // The page gets ready while a person looks before he clicks.
  await page.waitForTimeout(looksMs)
  const taken = await rendererClock(page)
  const wallMs = await page.evaluate(
    () =>
      new Promise<number>(resolve => {
        const began = performance.now()
        const seen = new MutationObserver(() => {
          if (document.querySelector('tbody') === null) return
          seen.disconnect()
          resolve(performance.now() - began)
        })
        seen.observe(document.body, { childList: true, subtree: true })
        document.querySelector<HTMLButtonElement>('button.main')!.click()
      }),
  )
  const { cpuMs } = await taken()
  const address = await page.locator('tbody code').first().textContent()
  return { address, took: { wallMs, cpuMs } }
}

async function clear(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Clear everything' }).click()
}

/** npm `bip38` in a thread of its own: it takes longer by far than page and core together. */
class NpmBip38 {
  readonly #worker = new Worker(
    `const { parentPort } = require('node:worker_threads')
     const bip38 = require(${JSON.stringify(createRequire(import.meta.url).resolve('bip38'))})
     parentPort.on('message', ({ epk, passphrase }) => {
       try { parentPort.postMessage(Buffer.from(bip38.decrypt(epk, passphrase).privateKey).toString('hex')) }
       catch (error) { parentPort.postMessage('refused: ' + error.message) }
     })`,
    { eval: true },
  )
  readonly #heard: ((key: string) => void)[] = []

  constructor() {
    this.#worker.on('message', (key: string) => this.#heard.shift()!(key))
  }

  /** Hexadecimal. */
  decrypt({ epk, passphrase }: Unit): Promise<string> {
    this.#worker.postMessage({ epk, passphrase })
    return new Promise(resolve => void this.#heard.push(resolve))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#worker.terminate()
  }
}

/** The page's address and key of a unit, and how long it took from the click to them. */
async function openedOnPage(page: Page, unit: Unit, looksMs: number) {
  const { address, took } = await answered(page, 'open', unit, unit.epk, looksMs)
  await page.getByRole('button', { name: 'Show the private key' }).click()
  const [wif, hex] = await page.locator('.keys code').allTextContents()
  await clear(page)
  return { address, wif, hex, took }
}

const prefactors = new PrefactorCache()

/** What differs between page, core and npm `bip38`. */
async function compared(page: Page, unit: Unit, theirs: Promise<string>): Promise<string[]> {
  const { epk, passphrase, confirmationCode, hex: published } = unit
  const { address, wif, hex } = await openedOnPage(page, unit, 0)
  const core = await crossCheck({ epk, confirmationCode, passphrase, address: address ?? '' }, { prefactors })
  const failed = core.findings.filter(({ verdict }) => verdict !== 'PASS').map(({ check }) => check)
  let shown = address
  if (confirmationCode !== undefined) {
    shown = (await answered(page, 'verify', unit, confirmationCode, 0)).address
    await clear(page)
  }
  const { privateKey, compressed } = decodeWif(wif ?? '')
  const same = {
    'WIF and hexadecimal of the page': toHex(privateKey) === hex,
    [`core (${failed.join(', ')})`]: core.verdict === 'PASS',
    'key of the core': isKeyOf(privateKey, compressed, core.publicKey),
    'npm bip38': (await theirs) === hex,
    'confirmation code on the page': shown === address,
    'published key': published === undefined || published === hex,
  }
  return Object.entries(same).flatMap(([who, is]) => (is ? [] : [who]))
}

/** A signature that only this key gives, proved by the public key that the core came to. */
const isKeyOf = (privateKey: Uint8Array, compressed: boolean, publicKey: string | null): boolean =>
  publicKey === toHex(basePoint(BigInt(`0x${toHex(privateKey)}`), compressed))

/** How long the page takes to open a unit, and the kernel in Node next to it, in turns. */
async function opening(page: Page, units: readonly Unit[]): Promise<void> {
  const scrypt = wasmEngine() ?? undefined
  const [pageTook, kernelTook]: [Taken[], Taken[]] = [[], []]
  for (const unit of units) {
    pageTook.push((await openedOnPage(page, unit, 1000)).took)
    const clock = ownClock()
    await decrypt({ epk: unit.epk, passphrase: unit.passphrase }, { scrypt })
    kernelTook.push(clock())
  }
  if (pageTook.length === 0) return
  const [ofPage, ofKernel] = [medianOf(pageTook), medianOf(kernelTook)]
  console.log(`opening, from click to key: ${told(pageTook)}`)
  console.log(`the WASM kernel in Node, in turns: ${told(kernelTook)}`)
  console.log(
    `page / kernel: ${(ofPage.cpuMs / ofKernel.cpuMs).toFixed(2)} of processors, ${(ofPage.wallMs / ofKernel.wallMs).toFixed(2)} by the clock (goal 1.2)`,
  )
}

/** Published confirmation codes, which npm `bip38` does not open: page, core and what was published. */
async function publishedConfirmations(page: Page): Promise<boolean> {
  const { confirmationCodes } = vectorsIn('bip38-ballet-vectors.json') as {
    confirmationCodes: { confirmationCode: string; passphrase: string; address: string }[]
  }
  let agree = 0
  for (const { confirmationCode, passphrase, address } of confirmationCodes) {
    const shown = await answered(page, 'verify', { passphrase, epk: '' }, confirmationCode, 0)
    await clear(page)
    const checked = await verifyConfirmationCode({ confirmationCode, passphrase })
    if (shown.address === address && checked.address === address) agree++
  }
  console.log(`${agree} of ${confirmationCodes.length} published confirmation codes: page, core and publisher agree`)
  return agree === confirmationCodes.length
}

async function differential(
  pages: readonly Page[],
  npm: NpmBip38,
  units: readonly Unit[],
  which: string,
): Promise<boolean> {
  const clock = ownClock()
  const theirs = units.map(unit => npm.decrypt(unit))
  const queue = units.entries()
  let [agree, confirmed] = [0, 0]
  const take = async (page: Page) => {
    for (const [i, unit] of queue) {
      const differs = await compared(page, unit, theirs[i]!)
      if (unit.confirmationCode !== undefined) confirmed++
      if (differs.length === 0) agree++
      else console.log(`unit ${i + 1} of the ${which} ones differs: ${differs.join('; ')}`)
    }
  }
  await Promise.all(pages.map(take))
  const took = `${(clock().wallMs / 1000).toFixed(0)} s by the clock`
  console.log(
    `${agree} of ${units.length} ${which} units: page, core and npm bip38 agree (${confirmed} by their confirmation codes as well; ${took})`,
  )
  return agree === units.length
}

/** A page that opens card after card, without getting ready for each: nobody waits for one. */
async function quickPage(url: string): Promise<Page> {
  const page = await newPage()
  await withoutWarmUp(page)
  await page.goto(url)
  await page.selectOption('#product', 'any')
  return page
}

const folder = mkdtempSync(join(tmpdir(), 'assay-owner-'))
const browser = await openBrowser()

async function written(name: string, options: CustomerPageOptions): Promise<string> {
  const file = join(folder, name)
  writeFileSync(file, (await customerPage(options)).html)
  return pathToFileURL(file).href
}

const newPage = async () => (await browser.newContext({ offline: true, locale: 'en' })).newPage()

/** To the page's first paint, each time in a tab of its own; of the processors all that its process took, its own start too. */
async function firstPaint(what: string, url: string, times: number): Promise<void> {
  const took: Taken[] = []
  for (let i = 0; i < times; i++) {
    const page = await newPage()
    await page.goto(url)
    const wallMs = await page
      .waitForFunction(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime)
      .then(seen => seen.jsonValue())
    took.push({ wallMs: wallMs ?? Number.NaN, cpuMs: await rendererCpuMs(page) })
    await page.context().close()
  }
  console.log(`first contentful paint from disk, ${what}: ${told(took)} (goal 300)`)
}

/** So long a person takes to find a file at least. */
const pickingMs = 4000

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
  const url = await written('reader.html', { products: [profile], reader: true })
  await firstPaint('with the reader of photographs', url, 5)
  const [scans, ready, cold]: [Taken[], Taken[], Taken[]] = [[], [], []]
  const page = await newPage()
  for (let i = 0; i < times; i++) {
    await page.goto(url)
    await page.getByLabel('Open the card with').check()
    let clock = await rendererClock(page)
    await page.getByLabel('Take it from a photograph').first().setInputFiles(opened)
    await page.waitForFunction(() => document.querySelector<HTMLTextAreaElement>('#code')?.value !== '')
    scans.push(await clock())
    for (const [waitMs, into] of [
      [0, cold],
      [pickingMs, ready],
    ] as const) {
      await page.goto(url)
      const field = page.getByLabel('Take or choose a photograph')
      if (waitMs > 0) await field.focus()
      await page.waitForTimeout(waitMs)
      clock = await rendererClock(page)
      await field.setInputFiles(sealed)
      const said = page.locator('section[aria-labelledby=photograph]').locator('p.good, p.bad')
      await said.first().waitFor({ timeout: 120_000 })
      into.push(await clock())
    }
  }
  console.log(`a code in a photograph of the rig: ${told(scans)} (goal 1000)`)
  console.log(`a whole photograph judged, by networks that were opened while it was chosen: ${told(ready)} (goal 5000)`)
  console.log(`and by a page that had opened nothing: ${told(cold)}`)
}

const timedUnits = 10

const machine = () => `load ${loadavg()[0]!.toFixed(1)} on ${availableParallelism()} processors`

try {
  console.log(`before: ${machine()}`)
  const url = await written('card.html', {})
  await firstPaint('the page', url, 5)
  if (Number(values.photographs) > 0) await photographs(Number(values.photographs))
  const count = Number(values.units)
  if (count > 0) {
    const page = await newPage()
    await page.goto(url)
    await page.selectOption('#product', 'any')
    const units: Unit[] = []
    for (let i = 0; units.length < count; i++) units.push(...(await randomUnits(i % 2 < 1)))
    units.length = count
    await opening(page, units.slice(0, timedUnits))
    await page.context().close()
    await using npm = new NpmBip38()
    const pages = await Promise.all(Array.from({ length: availableParallelism() }, () => quickPage(url)))
    const agree = [
      await differential(pages, npm, units, 'random'),
      await differential(pages, npm, publishedUnits(), 'published'),
      await publishedConfirmations(pages[0]!),
    ]
    if (agree.includes(false)) process.exitCode = 1
  }
  console.log(`after: ${machine()}`)
} finally {
  await browser.close()
  rmSync(folder, { recursive: true, force: true })
}
