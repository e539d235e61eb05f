import { spawn } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { AssayError, exitCodes } from '../../core/assay-error.ts'
import { printable } from '../../core/printable.ts'
import { manifestFile } from '../../lots/release/manifest.ts'
import { say } from '../line/site-command.ts'
import { soundRelease } from './sound-release.ts'

/** What a folder's page is called, whoever wrote it. */
const pages = ['report.html', 'nightly.html'] as const

/** `assay report open`: shows the page of a run, a night or a release; of a release only what is as it was signed. */
export async function openReport(place: string): Promise<void> {
  const page = pageIn(place)
  const folder = dirname(page)
  if (existsSync(join(folder, manifestFile))) await soundRelease(folder, 'It is not shown.')
  const url = pathToFileURL(resolve(page)).href
  say({}, { url }, [url])
  await show(url)
}

/** @throws AssayError `report-missing` */
function pageIn(place: string): string {
  if (place.endsWith('.html') && existsSync(place)) return place
  const isFolder = statSync(place, { throwIfNoEntry: false })?.isDirectory() === true
  const page = isFolder ? pages.map(name => join(place, name)).find(path => existsSync(path)) : undefined
  if (page !== undefined) return page
  throw new AssayError(
    'report-missing',
    `${printable(place)} holds no ${pages.join(' and no ')}: there is nothing to show.`,
  )
}

/** How long a program that shows pages is given to say that it cannot, ms. */
const patienceMs = 3000

async function show(url: string): Promise<void> {
  const [program, ...args] = opener()
  const cannot = new AssayError(
    'no-browser',
    `No browser is here that starts (${program}): open the page yourself, or name a program in BROWSER.`,
    { exitCode: exitCodes.environment },
  )
  const child = spawn(program, [...args, url], { detached: true, stdio: 'ignore' })
  await new Promise<void>((done, fail) => {
    const timer = setTimeout(done, patienceMs)
    child.once('error', cause => fail(Object.assign(cannot, { cause })))
    child.once('exit', code => {
      clearTimeout(timer)
      if (code === 0) done()
      else fail(cannot)
    })
  })
  child.unref()
}

/** The program that shows a page: the person's own (BROWSER), else the system's. */
function opener(): readonly [string, ...string[]] {
  const own = process.env['BROWSER']
  if (own !== undefined && own !== '') return [own]
  if (process.platform === 'darwin') return ['open']
  return process.platform === 'win32' ? ['explorer.exe'] : ['xdg-open']
}
