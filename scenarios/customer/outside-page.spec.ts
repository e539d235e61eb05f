import { existsSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { expect, type Page, test } from 'playwright/test'
import '../no-page-snapshots.ts'
import { judgedOutside, OutsidePageError, type OwnedUnit, whatItAsks } from './outside-page.ts'
import { ownedUnit } from './owned-unit.ts'

// A page that is not ours as an independent judge of a unit. No trace, no screenshot: all of it is secret.

const setting = process.env['ASSAY_CUSTOMER_PAGE']

test('an outside page opens the unit too, and agrees', async ({ browser }) => {
  test.setTimeout(900_000)
  test.skip(!setting, 'ASSAY_CUSTOMER_PAGE names no page: nobody but Assay has opened the unit here')
  if (!existsSync(setting!)) throw new OutsidePageError('ASSAY_CUSTOMER_PAGE names a file that is not there')
  const page = await (await browser.newContext({ offline: true })).newPage()
  const asked = whatItAsks(page)
  await page.goto(pathToFileURL(setting!).href)
  const { agrees, findings } = await judgedOutside(page, await ownedUnit('real'), asked)
  for (const description of findings) test.info().annotations.push({ type: 'finding', description })
  expect(agrees, 'the outside page comes to the address of the unit').toBe(true)
  await page.context().close()
})

// Made up: no key at all.
const unit: OwnedUnit = {
  passphrase: 'AAAA-BBBB-CCCC-DDDD-EEEE',
  epk: `6P${'a'.repeat(56)}`,
  confirmationCode: `cfrm38${'b'.repeat(69)}`,
  address: `1${'c'.repeat(33)}`,
}

/** A page with the flow that {@link judgedOutside} knows, which has learned by heart what it says. */
const madeUp = (isRight = 'words === right', address = unit.address): string => `<!doctype html>
<div class="passphrase__real">${Array.from({ length: 20 }, (_, i) => `<input class="inputItem" data-id="${i}">`).join('')}</div>
<textarea></textarea><a class="button">Verify</a><textarea></textarea><a class="button">Decrypt</a><div id="out"></div>
<script>
  fetch('https://fonts.example/a.woff').catch(() => {})
  const right = '${unit.passphrase.replaceAll('-', '')}'
  for (const button of document.querySelectorAll('a')) button.onclick = () => {
    const words = [...document.querySelectorAll('input')].map(({ value }) => value).join('')
    document.querySelector('#out').innerHTML = ${isRight}
      ? '<p class="display__success">Yes</p><p class="outputComponent"><input value="${address}"></p>'
      : '<p class="display__failed">No</p>'
  }
</script>`

async function judged(page: Page, html: string) {
  await page.context().setOffline(true)
  const asked = whatItAsks(page)
  await page.route('file:///made-up.html', route => route.fulfill({ contentType: 'text/html', body: html }))
  await page.goto('file:///made-up.html')
  return judgedOutside(page, unit, asked)
}

test('what is wrong with an outside page itself is found beside what it says of the unit', async ({ page }) => {
  expect(await judged(page, madeUp())).toEqual({
    agrees: true,
    findings: [
      'it takes a confirmation code of which the checksum is wrong',
      'it tries to reach https://fonts.example',
    ],
  })
})

test('an outside page that comes to another address does not agree', async ({ page }) => {
  expect((await judged(page, madeUp(undefined, `1${'d'.repeat(33)}`))).agrees).toBe(false)
})

for (const [how, html, because] of [
  ['is another one', '<h1>Wallet</h1>', 'none that Assay knows'],
  ['has other fields', madeUp().replaceAll('inputItem', 'cell'), 'none that Assay knows'],
  ['has other buttons', madeUp().replaceAll('Decrypt', 'Go'), 'does not do what it did when it was asked to open'],
  ['shows no address any more', madeUp().replaceAll('outputComponent', 'out'), 'shows no address'],
  ['says yes to anything', madeUp('true'), 'says yes to a wrong passphrase'],
] as const) {
  test(`an outside page that ${how} proves nothing`, async ({ page }) => {
    await expect(judged(page, html)).rejects.toThrow(because)
  })
}
