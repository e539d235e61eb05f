// @module-tag long
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright'
import { expect, test } from 'vitest'
import { accessibilityFaults } from '../core/accessibility.testing.ts'
import { openBrowser } from '../core/browser.testing.ts'
import { readPersonKey } from '../custody/person-key.ts'
import { openConsoleServer } from './console-server.ts'
import { DeskKeys } from './desk-key.ts'
import { addWithKey } from './log-in.testing.ts'
import { LogIns } from './log-in.ts'
import { quickBench, until } from './quick-bench.testing.ts'

const passphrase = 'correct horse battery staple'

test('somebody logs in at the screen by keys alone, judges a card, and is logged out after a while', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'assay-log-in-page-'))
  await using quick = await quickBench({ logIn: true })
  const tom = readPersonKey(
    (await addWithKey(quick.journal, folder, { name: 'tom', role: 'operator', passphrase })).path,
  )
  const una = await addWithKey(quick.journal, folder, { name: 'una', role: 'operator', passphrase })
  const keys = new DeskKeys(new Map([[tom.publicKey, tom]]), () => now)
  let now = 0
  const logIns = new LogIns({ useJournal: quick.useJournal, keys, idleMs: 60_000, now: () => now })
  await using server = await openConsoleServer({ ...quick, keys, logIns })
  const browser: Browser = await openBrowser()
  try {
    const page = await browser.newPage({ locale: 'en', viewport: { width: 390, height: 760 } })
    await page.goto(server.url)
    await page.getByRole('heading', { name: 'Nothing is judged yet.' }).waitFor()
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog', { name: 'Who works here?' })
    await dialog.getByLabel('Passphrase').waitFor()
    await expect.poll(() => page.evaluate(() => (document.activeElement as HTMLInputElement).name)).toBe('passphrase')
    expect(await accessibilityFaults(page)).toEqual([])
    expect(await dialog.getByLabel('Name').locator('option').allTextContents()).toEqual(['tom', 'una'])
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
    if (process.env['ASSAY_SHOTS']) await page.screenshot({ path: join(process.env['ASSAY_SHOTS'], 'log-in.png') })

    await page.keyboard.type('wrong wrong wrong')
    await page.keyboard.press('Enter')
    await dialog.getByText(/wrong|does not open/i).waitFor()
    expect(await dialog.getByLabel('Passphrase').inputValue()).toBe('')
    now += 1001
    await dialog.getByLabel('Passphrase').fill(passphrase)
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'tom: log out' }).waitFor()
    expect(await page.content()).not.toContain('horse')

    await page.keyboard.press('Enter')
    await until(quick.bench, ({ phase }) => phase === 'asked')
    // A page that is loaded again has still the same person at it.
    await page.reload()
    await page.getByText('Lay the golden card in').waitFor()
    await page.keyboard.press('Enter')
    await page.locator('#prompt', { hasText: 'Lay a card in.' }).waitFor()
    await page.keyboard.press('Enter')
    await page.locator('#verdict', { hasText: 'PASS' }).waitFor()
    await page.locator('dd', { hasText: 'tom' }).waitFor()

    now += 60_001
    await page.keyboard.press('r')
    await dialog.getByLabel('Passphrase').waitFor()
    expect(quick.bench.state.results).toHaveLength(1)
    // Somebody else, with a key that they bring along: the run is not theirs, and they may stop it.
    await dialog.getByLabel('Name').selectOption('una')
    await dialog.getByLabel('Your key file').setInputFiles(una.path)
    await dialog.getByLabel('Passphrase').fill(passphrase)
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'una: log out' }).waitFor()
    await page.keyboard.press('r')
    await page.getByText('This run is another person’s').waitFor()
    expect(quick.bench.state.results).toHaveLength(1)
    await page.getByRole('button', { name: 'una: log out' }).click()
    await page.getByRole('button', { name: 'Log in' }).waitFor()
  } finally {
    await browser.close()
    rmSync(folder, { recursive: true })
  }
})
