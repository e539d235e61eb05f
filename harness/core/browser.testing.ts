import { fileURLToPath } from 'node:url'
import { type Browser, chromium, type LaunchOptions } from 'playwright'

/** Chromium as `npm test` finds it. Without one a test fails and says what to do: it is never left out. */
async function browserPath(): Promise<string | undefined> {
  const root = new URL('../../', import.meta.url)
  const { findBrowser } = await import(new URL('bin/browser.mjs', root).href)
  const found: { executablePath: string | null } | null = findBrowser(process.env, fileURLToPath(root))
  if (found === null) {
    throw new Error(
      'No Chromium is installed: set ASSAY_CHROMIUM to one, or run "npx playwright install --only-shell chromium".',
    )
  }
  return found.executablePath ?? undefined
}

/** A Chromium for one test file. */
export async function openBrowser({ args = [], ...options }: LaunchOptions = {}): Promise<Browser> {
  const executablePath = await browserPath()
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  return chromium.launch({ ...options, args: [...asRoot, ...args], ...(executablePath && { executablePath }) })
}
