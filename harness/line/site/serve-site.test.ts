import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import type { SiteRequest } from './site-request.ts'

const program = fileURLToPath(new URL('../separation/stubborn-site.testing.ts', import.meta.url))

/** Starts site A with one request; `isCut` ends its standard input, as the end of the outside does, once it works. */
async function askSite(over: Partial<SiteRequest>, isCut = false): Promise<Record<string, unknown>> {
  const request: SiteRequest = {
    format: 'assay-site-request-1',
    site: 'A',
    command: 'fail',
    folder: '/nowhere',
    operator: 'ann',
    password: Buffer.from('password').toString('base64'),
    airGap: 'not-enforced',
    options: {},
    ...over,
  }
  const child = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'inherit'] })
  child.stdin.write(`${JSON.stringify(request)}\n`)
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
    if (isCut && output.includes('waiting')) child.stdin.end()
  })
  const late = setTimeout(() => child.kill('SIGKILL'), 20_000)
  const killedBy = await new Promise(resolve => child.once('close', (_, signal) => resolve(signal)))
  clearTimeout(late)
  if (killedBy !== null) return { killedBy }
  return JSON.parse(output.trimEnd().split('\n').at(-1)!) as Record<string, unknown>
}

it('a site answers for itself only, and only what it can', async () => {
  expect(await askSite({ site: 'B' })).toMatchObject({ news: 'error', code: 'site-other' })
  expect(await askSite({ command: 'dance' })).toMatchObject({ news: 'error', code: 'command-unknown' })
  expect(await askSite({ format: 'something' as never })).toMatchObject({ news: 'error', code: 'request-unreadable' })
})

it('an error that is none of ours leaves the site without what it says', async () => {
  const end = await askSite({ command: 'fail' })
  expect(end).toMatchObject({ news: 'error', code: null, exitCode: 70, sentence: expect.stringMatching(/TypeError/) })
  expect(JSON.stringify(end)).not.toContain('ABCD')
})

it('a site stops when the command that started it is gone', async () => {
  expect(await askSite({ command: 'wait' }, true)).toMatchObject({ news: 'error', code: 'interrupted', exitCode: 130 })
})
