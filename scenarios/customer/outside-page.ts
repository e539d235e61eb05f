import type { Page } from 'playwright/test'

/** What an outside page says of a passphrase with a code. */
interface OutsideAnswer {
  readonly opens: boolean
  /** All values that it shows: addresses and keys. Secret. */
  readonly values: readonly string[]
}

/** How a page that is not ours is driven. A new page is one entry of {@link outsidePages}. */
interface OutsidePage {
  /** Whether this is the page, as far as what is driven here goes. */
  recognises(page: Page): Promise<boolean>
  verify(page: Page, passphrase: string, confirmationCode: string): Promise<OutsideAnswer>
  open(page: Page, passphrase: string, epk: string): Promise<OutsideAnswer>
}

/** A page that is not known, that has changed or that says yes to anything: whatever it would say proves nothing. */
export class OutsidePageError extends Error {
  override readonly name = 'OutsidePageError'
}

/** Its scrypt runs in JavaScript, on a thread of its own. */
const slowMs = 180_000
/** Whatever it does besides takes no time, but on a machine that has none. */
const promptMs = 20_000

const place = 'add it to scenarios/customer/outside-page.ts, or mend what drives it there'

/** Twenty boxes of one character, two fields for codes, and links in place of buttons. */
const boxesAndTwoCodes: OutsidePage = {
  async recognises(page) {
    await page
      .locator('.passphrase__real')
      .waitFor({ timeout: promptMs })
      .catch(() => {})
    const counts = await Promise.all(
      ['.passphrase__real input.inputItem', 'textarea', 'a.button'].map(what => page.locator(what).count()),
    )
    return counts[0] === 20 && counts[1] === 2 && counts[2]! >= 2
  },
  verify: (page, passphrase, confirmationCode) =>
    answered(page, passphrase, { nth: 0, code: confirmationCode, run: /verify/i }),
  open: (page, passphrase, epk) => answered(page, passphrase, { nth: 1, code: epk, run: /decrypt/i }),
}

interface Filled {
  /** Of the two fields. */
  readonly nth: number
  readonly code: string
  readonly run: RegExp
}

async function answered(page: Page, passphrase: string, { nth, code, run }: Filled): Promise<OutsideAnswer> {
  // It puts the dashes in itself.
  for (const [at, character] of [...passphrase.replaceAll('-', '')].entries()) {
    await page.locator(`.passphrase__real input.inputItem[data-id="${at}"]`).fill(character, { timeout: promptMs })
  }
  await page.locator('textarea').nth(nth).fill(code, { timeout: promptMs })
  await page.locator('a.button', { hasText: run }).first().click({ timeout: promptMs })
  await page.locator('.display__success, .display__failed').first().waitFor({ timeout: slowMs })
  const opens = (await page.locator('.display__success').count()) > 0
  const values = await page
    .locator('.outputComponent input')
    .evaluateAll(fields => fields.map(field => (field as HTMLInputElement).value))
  return { opens, values }
}

const outsidePages: readonly OutsidePage[] = [boxesAndTwoCodes]

/** A unit as its owner has it, and what must come out. */
export interface OwnedUnit {
  readonly passphrase: string
  readonly epk: string
  readonly confirmationCode: string
  readonly address: string
}

/** What an outside page said of a unit. */
export interface OutsideJudgement {
  /** Whether both ways come to the unit's own address. */
  readonly agrees: boolean
  /** What is wrong with the page itself, in sentences without a secret. */
  readonly findings: readonly string[]
}

/**
 * Has an outside page check and open a unit. First it has to say no to a wrong passphrase: a page that says yes to anything is no judge.
 *
 * @param page at the outside page
 * @param asked what the page has tried to reach so far, by {@link whatItAsks}
 * @throws OutsidePageError for a page that nothing here knows, that has changed or that is no judge
 */
export async function judgedOutside(
  page: Page,
  unit: OwnedUnit,
  asked: ReadonlySet<string>,
): Promise<OutsideJudgement> {
  const { passphrase, epk, confirmationCode, address } = unit
  const outside = await knownPage(page)
  const say = async (way: 'verify' | 'open', words: string, code: string): Promise<OutsideAnswer> => {
    await page.reload()
    const answer = await outside[way](page, words, code).catch(() => {
      // Playwright's own words for it may show what was typed.
      throw new OutsidePageError(`the outside page does not do what it did when it was asked to ${way}: ${place}`)
    })
    if (answer.opens && !answer.values.some(value => value.length > 20)) {
      throw new OutsidePageError(`the outside page says that it can ${way}, and shows no address: ${place}`)
    }
    return answer
  }
  // A page that gives no answer at all does not say yes; whether it has changed is seen where it should.
  const saysYes = async (...asked: Parameters<typeof say>) => {
    const { opens } = await say(...asked).catch(() => ({ opens: false }))
    return opens
  }
  for (const [way, code] of [
    ['verify', confirmationCode],
    ['open', epk],
  ] as const) {
    if (await saysYes(way, withOtherEnd(passphrase), code))
      throw new OutsidePageError(`the outside page says yes to a wrong passphrase (${way}): it is no judge`)
  }
  const verified = await say('verify', passphrase, confirmationCode)
  const opened = await say('open', passphrase, epk)
  const takesBroken = await saysYes('verify', passphrase, withOtherEnd(confirmationCode))
  return {
    agrees: [verified, opened].every(({ opens, values }) => opens && values.includes(address)),
    findings: [
      ...(takesBroken ? ['it takes a confirmation code of which the checksum is wrong'] : []),
      ...[...asked].map(whom => `it tries to reach ${whom}`),
    ],
  }
}

async function knownPage(page: Page): Promise<OutsidePage> {
  for (const known of outsidePages) if (await known.recognises(page)) return known
  throw new OutsidePageError(
    `the outside page is none that Assay knows, or it has changed: nothing was proved; ${place}`,
  )
}

/** With another last character. */
const withOtherEnd = (text: string): string => text.slice(0, -1) + (text.endsWith('2') ? '3' : '2')

/** Whom a page tries to reach from now on, as `https://host`; what is inside of the page itself is nobody. */
export function whatItAsks(page: Page): ReadonlySet<string> {
  const asked = new Set<string>()
  const note = (url: string) => {
    const { protocol, host } = new URL(url)
    if (!['file:', 'blob:', 'data:'].includes(protocol)) asked.add(`${protocol}//${host}`)
  }
  page.on('request', request => note(request.url()))
  page.on('websocket', socket => note(socket.url()))
  return asked
}
