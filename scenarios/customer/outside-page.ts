import type { Page } from 'playwright/test'

/** What an outside page says of a passphrase with a code. */
export interface OutsideAnswer {
  readonly opens: boolean
  /** All values that it shows: addresses and keys. Secret. */
  readonly values: readonly string[]
}

/** How a page that is not ours is driven. A new page is one entry of {@link outsidePages}. */
interface OutsidePage {
  readonly name: string
  /** Whether this is the page, as far as what is driven here goes. */
  recognises(page: Page): Promise<boolean>
  verify(page: Page, passphrase: string, confirmationCode: string): Promise<OutsideAnswer>
  open(page: Page, passphrase: string, epk: string): Promise<OutsideAnswer>
}

/** A page that is not known, or that has changed: whatever it would say proves nothing. */
class OutsidePageError extends Error {
  override readonly name = 'OutsidePageError'
}

/** Its scrypt runs in JavaScript, on a thread of its own. */
const slowMs = 180_000

async function answerOf(page: Page): Promise<OutsideAnswer> {
  const outcome = page.locator('.display__success, .display__failed')
  await outcome.first().waitFor({ timeout: slowMs })
  const opens = (await page.locator('.display__success').count()) > 0
  const values = await page
    .locator('.outputComponent input')
    .evaluateAll(fields => fields.map(field => (field as HTMLInputElement).value))
  return { opens, values }
}

/** Twenty boxes of one character, two fields for codes, and links in place of buttons. */
const boxesAndTwoCodes: OutsidePage = {
  name: 'boxes and two codes',
  async recognises(page) {
    await page
      .locator('.passphrase__real')
      .waitFor({ timeout: 30_000 })
      .catch(() => {})
    const counts = await Promise.all(
      ['.passphrase__real input.inputItem', 'textarea', 'a.button'].map(what => page.locator(what).count()),
    )
    return counts[0] === 20 && counts[1] === 2 && counts[2]! >= 2
  },
  async verify(page, passphrase, confirmationCode) {
    await type(page, passphrase)
    await page.locator('textarea').first().fill(confirmationCode)
    await page
      .locator('a.button', { hasText: /verify/i })
      .first()
      .click()
    return answerOf(page)
  },
  async open(page, passphrase, epk) {
    await type(page, passphrase)
    await page.locator('textarea').nth(1).fill(epk)
    await page
      .locator('a.button', { hasText: /decrypt/i })
      .first()
      .click()
    return answerOf(page)
  },
}

/** It puts the dashes in itself. */
async function type(page: Page, passphrase: string): Promise<void> {
  for (const [place, character] of [...passphrase.replaceAll('-', '')].entries()) {
    await page.locator(`.passphrase__real input.inputItem[data-id="${place}"]`).fill(character)
  }
}

const outsidePages: readonly OutsidePage[] = [boxesAndTwoCodes]

/** How this page is driven. @throws OutsidePageError for one that nothing here knows */
export async function outsidePageOf(page: Page): Promise<OutsidePage> {
  for (const known of outsidePages) if (await known.recognises(page)) return known
  throw new OutsidePageError(
    'this page is none that Assay knows, or it has changed: nothing was proved; add it to scenarios/customer/outside-page.ts',
  )
}
