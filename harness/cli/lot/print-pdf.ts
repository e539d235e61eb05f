import { findChromium } from '../../../devices/camera/chromium/find-chromium.ts'
import { AssayError, exitCodes } from '../../core/assay-error.ts'

export type Paper = 'a4' | 'letter'

/**
 * A page as a tagged PDF, printed by Chromium without network and without scripts.
 * @param foot stands on every page, before its number
 * @param undone what did not happen when there is no browser, as a sentence
 * @throws AssayError `no-browser` (69)
 */
export async function printPdf(
  html: string,
  paper: Paper,
  foot: string,
  undone: string,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const { chromium } = await import('playwright')
  const noBrowser = (cause: unknown) =>
    new AssayError(
      'no-browser',
      `The PDF is printed by Chromium, and none is here that starts: install one, name it in ASSAY_CHROMIUM, or do without (--no-pdf). ${undone}`,
      { cause, exitCode: exitCodes.environment },
    )
  const executablePath = await findChromium(undefined, chromium.executablePath()).catch(cause => {
    throw noBrowser(cause)
  })
  const args = ['--disable-gpu', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])]
  const browser = await chromium.launch({ executablePath, args, handleSIGINT: false }).catch(cause => {
    throw noBrowser(cause)
  })
  try {
    signal.throwIfAborted()
    const context = await browser.newContext({ javaScriptEnabled: false, offline: true })
    const page = await context.newPage()
    await page.setContent(html, { waitUntil: 'domcontentloaded' })
    const small =
      'font: 7.5pt sans-serif; color: #444; width: 100%; padding: 0 12mm; display: flex; justify-content: space-between'
    return await page.pdf({
      format: paper === 'a4' ? 'A4' : 'Letter',
      margin: { top: '12mm', bottom: '15mm', left: '12mm', right: '12mm' },
      printBackground: true,
      tagged: true,
      outline: true,
      displayHeaderFooter: true,
      headerTemplate: '<span></span>',
      footerTemplate: `<div style="${small}"><span>${foot.replaceAll(/[<>&]/g, '')}</span><span>page <span class="pageNumber"></span> of <span class="totalPages"></span></span></div>`,
    })
  } finally {
    await browser.close()
  }
}
