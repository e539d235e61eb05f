import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { findChromium } from '../devices/camera/chromium/find-chromium.ts'
import { findBrowser, installBrowser } from './browser.mjs'
import { FakeCheckout } from './fake-checkout.testing.ts'

let checkout: FakeCheckout
/** A machine without any browser: only fakes are in PATH, and Playwright's folder is empty. */
let env: NodeJS.ProcessEnv
beforeEach(() => {
  checkout = new FakeCheckout()
  env = { PATH: checkout.programs, PLAYWRIGHT_BROWSERS_PATH: join(checkout.root, 'browsers') }
})
afterEach(() => checkout[Symbol.dispose]())

const find = () => findBrowser(env, checkout.root)
const aBrowser = 'echo Chromium 156.0.8078.79'

/** Puts Playwright's own browser of the installed revision where it would be. */
function placePlaywrights(complete: boolean): void {
  const list = new URL('../node_modules/playwright-core/browsers.json', import.meta.url)
  const browsers: readonly { name: string; revision: string }[] = JSON.parse(readFileSync(list, 'utf8')).browsers
  const { revision } = browsers.find(({ name }) => name === 'chromium-headless-shell')!
  const folder = join(checkout.root, 'browsers', `chromium_headless_shell-${revision}`)
  mkdirSync(complete ? join(folder, 'INSTALLATION_COMPLETE') : folder, { recursive: true })
}

test('the camera driver looks for the same browsers, in the same order', async () => {
  const none = join(checkout.root, 'none')
  for (const name of ['msedge', 'google-chrome', 'chromium']) {
    const path = checkout.program(name, aBrowser)
    expect(await findChromium(undefined, none, env)).toBe(path)
    expect(find()?.executablePath).toBe(path)
  }
})

describe('the search order', () => {
  test("is ASSAY_CHROMIUM, Playwright's own, the system's own", () => {
    checkout.program('chromium', aBrowser)
    expect(find()).toEqual({ executablePath: join(checkout.programs, 'chromium'), source: "the system's own" })
    placePlaywrights(true)
    expect(find()).toEqual({ executablePath: null, source: "Playwright's own" })
    env['ASSAY_CHROMIUM'] = checkout.program('my-edge', 'echo Microsoft Edge 150')
    expect(find()).toMatchObject({ executablePath: env['ASSAY_CHROMIUM'] })
  })

  test("passes over a download of Playwright's that was broken off", () => {
    placePlaywrights(false)
    expect(find()).toBeNull()
  })

  test('passes over a chromium that does not start and takes the next', () => {
    checkout.program('chromium', 'echo "install the snap first" >&2; exit 1')
    checkout.program('google-chrome', 'echo Google Chrome 150')
    expect(find()?.executablePath).toBe(join(checkout.programs, 'google-chrome'))
  })

  test('finds nothing on a machine without any', () => {
    expect(find()).toBeNull()
  })
})

test('the choice is written down for playwright.config.ts', () => {
  checkout.program('chromium', aBrowser)
  const found = find()
  expect(JSON.parse(readFileSync(join(checkout.root, '.cache', 'browser.json'), 'utf8'))).toEqual(found)
})

test.each([
  ['names nothing', () => '/no/such/browser'],
  ['names something else', () => checkout.program('vim', 'echo VIM 9')],
  ['names a folder', () => checkout.programs],
])('ASSAY_CHROMIUM that %s is refused, never passed over', (_, path) => {
  checkout.program('chromium', aBrowser)
  env['ASSAY_CHROMIUM'] = path()
  expect(find).toThrow(/^ASSAY_CHROMIUM is .*, which does not start as a browser; set it to/)
})

describe('installing one', () => {
  const told: string[] = []
  const install = (machine: { isRoot: boolean; isDebian: boolean; comes?: boolean }) => {
    const downloadPlaywrights = () => {
      if (machine.comes === true) placePlaywrights(true)
      return machine.comes === true
    }
    return installBrowser(env, checkout.root, line => told.push(line), { ...machine, downloadPlaywrights })
  }
  const aptInstalls = (after: string) => {
    const chromium = join(checkout.programs, 'chromium')
    const put = `printf '#!/bin/sh\\necho Chromium 156\\n' > ${chromium}; /bin/chmod +x ${chromium}`
    checkout.program('apt-get', `echo "$@" >> ${checkout.root}/.apt-calls\n${after} && { ${put}; }`)
  }

  test("takes Playwright's own when it can be downloaded", () => {
    aptInstalls('true')
    expect(install({ isRoot: true, isDebian: true, comes: true }).source).toBe("Playwright's own")
  })

  test("takes Debian's when it cannot and we are root", () => {
    aptInstalls('true')
    expect(install({ isRoot: true, isDebian: true }).executablePath).toBe(join(checkout.programs, 'chromium'))
  })

  test('updates the package lists once when Debian does not know the package', () => {
    aptInstalls(
      '[ -e updated ] || { [ "$1" = update ] && echo > updated; exit $?; }'.replaceAll(
        'updated',
        join(checkout.root, 'updated'),
      ),
    )
    expect(install({ isRoot: true, isDebian: true }).executablePath).toBe(join(checkout.programs, 'chromium'))
    const calls = readFileSync(join(checkout.root, '.apt-calls'), 'utf8')
    expect(calls.match(/^\w+/gm)).toEqual(['install', 'update', 'install'])
  })

  test.each([
    ['we are not root', { isRoot: false, isDebian: true }, () => aptInstalls('true')],
    ['this is not Debian', { isRoot: true, isDebian: false }, () => aptInstalls('true')],
    ['apt-get is missing', { isRoot: true, isDebian: true }, () => {}],
    ['apt-get fails', { isRoot: true, isDebian: true }, () => aptInstalls('false')],
  ])('names every way out when nothing can be downloaded and %s', (_, machine, prepare) => {
    prepare()
    expect(() => install(machine)).toThrow(
      /set ASSAY_CHROMIUM .* run "npx playwright install --only-shell chromium", or .* apt-get/,
    )
  })
})
