/**
 * What somebody sees who has read nothing: `npm run bench -- console-walk --out docs`. Starts `assay console` with its virtual rig, does what
 * the screen says until a card is judged, says how long that took, and writes the first pictures of docs/bench.md.
 */
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { openBrowser } from '../core/browser.testing.ts'

const { values } = parseArgs({ options: { out: { type: 'string' } } })
const here = mkdtempSync(join(tmpdir(), 'assay-console-walk-'))
const out = values.out ?? join(here, 'pictures')
mkdirSync(out, { recursive: true })
const program = join(import.meta.dirname, '..', '..', 'bin', 'assay.js')
const began = performance.now()
const shown = spawn(process.execPath, [program, 'console', '--port', '0'], { cwd: here })
const browser = await openBrowser()
try {
  const url = await new Promise<string>((resolve, reject) => {
    let said = ''
    shown.stdout.on('data', (chunk: Buffer) => {
      said += chunk
      const found = /http:\S+/.exec(said)
      if (found) resolve(found[0])
    })
    shown.on('exit', () => reject(new Error(said)))
  })
  const page = await (await browser.newContext({ locale: 'en', viewport: { width: 1280, height: 800 } })).newPage()
  const photograph = async (name: string) => await page.screenshot({ path: join(out, `bench-${name}.png`) })
  await page.goto(url)
  await page.locator('[data-phase=closed]').waitFor()
  await photograph('begin')
  await page.keyboard.press('Enter')
  await page.locator('[data-phase=waiting]').waitFor({ timeout: 0 })
  await page.locator('.view img:visible').waitFor({ timeout: 0 })
  await photograph('waiting')
  await page.keyboard.press('Enter')
  const verdict = page.locator('#verdict')
  await verdict.waitFor({ timeout: 0 })
  const word = await verdict.getAttribute('data-verdict')
  console.log(`first card: ${word} ${((performance.now() - began) / 1000).toFixed(1)} s after assay console`)
  await page.locator('[data-phase=waiting]').waitFor({ timeout: 0 })
  if (word === 'PASS') await photograph('pass')
} finally {
  await browser.close()
  shown.kill('SIGINT')
  await new Promise(resolve => shown.once('exit', resolve))
  rmSync(here, { recursive: true, force: true })
}
