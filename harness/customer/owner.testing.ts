import type { Browser, BrowserContextOptions, Page } from 'playwright'
import qrcode from 'qrcode'
import sharp from 'sharp'

/** The page as an owner has it before himself. */
export interface OwnersPage {
  readonly page: Page
  /** Whatever the page asked for besides itself, its own workers and what is served beside it, and everything that its console said. */
  readonly stray: string[]
}

export async function openOwnersPage(
  browser: Browser,
  url: string,
  { beside = [], ...options }: BrowserContextOptions & { readonly beside?: readonly string[] } = {},
): Promise<OwnersPage> {
  const context = await browser.newContext({ locale: 'en', ...options })
  const page = await context.newPage()
  const stray: string[] = []
  const known = [url, ...beside.map(path => new URL(path, url).href)]
  page.on('request', request => {
    if (!request.url().startsWith('blob:') && !known.includes(request.url())) stray.push(request.url())
  })
  page.on('console', message => stray.push(message.text()))
  page.on('pageerror', error => stray.push(error.name))
  await page.goto(url)
  await hasBegun(page)
  return { page, stray }
}

/** When the page's own program has taken the place of what its file shows first. */
export const hasBegun = (page: Page): Promise<void> => page.locator('main:not(:empty)').waitFor()

/**
 * Has the page get ready for no card, from when it is loaded next: it does a whole sum for that, which spares whoever waits for the first
 * answer as much, and whoever wants many nothing.
 */
export const withoutWarmUp = (page: Page): Promise<unknown> =>
  page.addInitScript(() => {
    const { postMessage } = Worker.prototype
    Object.assign(Worker.prototype, {
      postMessage(this: Worker, message: object, ...rest: [StructuredSerializeOptions?]) {
        if (!('warmUp' in message)) postMessage.call(this, message, ...rest)
      },
    })
  })

export const pasteInto = (page: Page, where: string, text: string): Promise<unknown> =>
  page.getByLabel(where).evaluate((box, value) => {
    const clipboardData = new DataTransfer()
    clipboardData.setData('text', value)
    box.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
  }, text)

/** Writes a picture of a code. */
export async function pictureOf(path: string, text: string): Promise<string> {
  const { size, data } = qrcode.create([{ data: new TextEncoder().encode(text), mode: 'byte' }], {
    errorCorrectionLevel: 'M',
  }).modules
  const grey = Buffer.from(data.map(dark => (dark ? 0 : 255)))
  await sharp(grey, { raw: { width: size, height: size, channels: 1 } })
    .extend({ top: 4, bottom: 4, left: 4, right: 4, background: 'white' })
    .toColourspace('srgb')
    .resize(6 * (size + 8), null, { kernel: 'nearest' })
    .png()
    .toFile(path)
  return path
}

/** Everything in which a page might still hold a text: what it shows, its fields, and all that a browser keeps for it. */
export const heldBy = (page: Page): Promise<string> =>
  page.evaluate(async () => {
    const fields = [...document.querySelectorAll<HTMLInputElement>('input, textarea, select')].map(({ value }) => value)
    const bases = (await indexedDB.databases?.().catch(() => [])) ?? []
    const kept = await globalThis.caches?.keys().catch(() => [])
    // A page from a file may have no cookies and no storage at all.
    const store = (read: () => unknown) => {
      try {
        return JSON.stringify(read())
      } catch {
        return ''
      }
    }
    return [
      document.documentElement.outerHTML,
      document.title,
      location.href,
      store(() => history.state),
      store(() => ({ ...localStorage, ...sessionStorage })),
      store(() => document.cookie),
      JSON.stringify([bases, kept]),
      ...fields,
    ].join('\n')
  })
