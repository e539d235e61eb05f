import axe from 'axe-core'
import type { Page } from 'playwright'

/**
 * What axe finds wrong with a page as it stands, each by its rule and the first place that breaks it.
 *
 * Its program is half a megabyte: a page gets it once, however often it is asked, and no second page is opened to put results of
 * frames together, since there are none.
 */
export async function accessibilityFaults(page: Page): Promise<readonly string[]> {
  if (page.frames().length > 1) throw new Error('this page has frames, which would not be looked at')
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe.source)
  const violations = await page.evaluate(async () => {
    const { axe: here } = globalThis as unknown as { axe: typeof axe }
    return (await here.run(document, { resultTypes: ['violations'] })).violations
  })
  return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)
}
