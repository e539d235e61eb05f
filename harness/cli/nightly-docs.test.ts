import { execFile, execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createProgram } from './main.ts'

const page = readFileSync(new URL('../../docs/nightly.md', import.meta.url), 'utf8')
const blocks = (kind: string) =>
  [...page.matchAll(new RegExp(`\`\`\`${kind}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(([, text]) => text!)

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-nightly-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe.skipIf(process.platform === 'win32')('the script of the night', () => {
  const messages: string[] = []
  const mails = () => readFileSync(join(folder, 'mails'), 'utf8')

  /** The script, where `assay nightly` ends with this code, and the scan with that one. */
  async function night(code: number, { webhookStatus = 200, leaks = 0 } = {}): Promise<number> {
    const bin = join(folder, 'bin')
    mkdirSync(bin, { recursive: true })
    const fake = (name: string, text: string) => {
      writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`)
      chmodSync(join(bin, name), 0o755)
    }
    fake('npm', `echo "$@" >> ${join(folder, 'asked')}\ncase "$*" in *custody*) exit ${leaks} ;; esac\nexit ${code}`)
    fake('mail', `echo "$2 to $3" >> ${join(folder, 'mails')}`)
    fake('hostname', 'echo bench-3')
    writeFileSync(join(folder, 'mails'), '')
    writeFileSync(join(folder, 'nightly.sh'), blocks('bash')[0]!)
    const server = createServer((request, response) => {
      request.setEncoding('utf8').on('data', text => messages.push(text))
      request.on('end', () => response.writeHead(webhookStatus).end())
    }).listen(0, '127.0.0.1')
    await new Promise(resolve => server.once('listening', resolve))
    const { port } = server.address() as AddressInfo
    const env = {
      PATH: `${bin}${delimiter}${process.env['PATH']}`,
      ASSAY_WEBHOOK: `http://127.0.0.1:${port}/hook`,
      ASSAY_MAIL: 'qa@example.org',
    }
    try {
      return await new Promise(resolve =>
        execFile('bash', [join(folder, 'nightly.sh')], { env }, error => resolve(Number(error?.code ?? 0))),
      )
    } finally {
      server.close()
    }
  }

  it('says nothing when everything passed', async () => {
    expect(await night(0)).toBe(0)
    expect([messages, mails()]).toEqual([[], ''])
  })

  it.each([
    [1, 'a planted defect was missed'],
    [3, 'the rig is not well'],
    [4, 'something drifts'],
    [5, 'ALARM'],
    [69, 'broke off'],
  ])('tells by webhook and mail that the run ended with %i, and ends so', async (code, what) => {
    messages.length = 0
    expect(await night(code)).toBe(code)
    expect(JSON.parse(messages.join(''))).toEqual({ text: expect.stringContaining(what) })
    expect(mails()).toMatch(new RegExp(`assay on bench-3: .*exit code ${code}.* to qa@example.org`))
  })

  it('ends with the code of the run where nobody takes the message', async () => {
    expect(await night(5, { webhookStatus: 404 })).toBe(5)
  })

  it.each([
    [0, 5, 5, 'ALARM'],
    [1, 5, 5, 'ALARM'],
    [0, 70, 70, 'broke off'],
    [1, 70, 1, 'a planted defect was missed'],
  ])('a run that ended with %i and a scan with %i end with %i', async (code, leaks, worst, what) => {
    messages.length = 0
    expect(await night(code, { leaks })).toBe(worst)
    expect(messages.join('')).toContain(what)
  })

  it('asks for nothing that the command does not know', async () => {
    await night(0)
    const program = await createProgram({ signal: new AbortController().signal, exit: () => {} })
    const called = (from: typeof program, name: string) => from.commands.find(one => one.name() === name)!
    const [nightly, scan] = [called(program, 'nightly'), called(called(program, 'custody'), 'scan')]
    const asked = readFileSync(join(folder, 'asked'), 'utf8').split('\n')
    const flagsOf = (line: string) => line.split(' ').filter(word => word.startsWith('--') && word !== '--')
    for (const [i, command] of [nightly, scan].entries())
      for (const flag of flagsOf(asked[i]!)) expect(command.options.map(({ long }) => long)).toContain(flag)
    for (const { long, mandatory } of nightly.options) if (mandatory) expect(flagsOf(asked[0]!)).toContain(long)
  })

  it('is started by the line for cron as by hand', async () => {
    const line = /^(\S+ \S+ \* \* \*) {2}(.*)$/m.exec(blocks('text')[0]!)!
    expect(line[1]).toMatch(/^[0-5]?\d (?:1?\d|2[0-3]) /)
    await night(3)
    const command = line[2]!.replace('/srv/assay', folder)
    const env = { PATH: `${join(folder, 'bin')}${delimiter}${process.env['PATH']}` }
    expect(spawnSync('sh', ['-c', command], { env }).status).toBe(3)
    expect(readFileSync(join(folder, 'nightly.log'), 'utf8')).toBe('')
  })
})

it('has units that systemd takes', () => {
  const [service, timer] = blocks('ini')
  writeFileSync(
    join(folder, 'assay-nightly.service'),
    service!.replace('User=assay\n', '').replace('/srv/assay', folder),
  )
  writeFileSync(join(folder, 'assay-nightly.timer'), timer!)
  expect(timer).toMatch(/^OnCalendar=/m)
  expect(service).toMatch(/^ExecStart=\/bin\/bash nightly\.sh$/m)
  if (spawnSync('systemd-analyze', ['--version']).error !== undefined) return
  const verify = (name: string) => execFileSync('systemd-analyze', ['verify', join(folder, name)], { stdio: 'pipe' })
  for (const name of ['assay-nightly.service', 'assay-nightly.timer']) expect(() => verify(name)).not.toThrow()
  execFileSync('systemd-analyze', ['calendar', /OnCalendar=(.*)/.exec(timer!)![1]!], { stdio: 'pipe' })
})

it('has jobs that run the script, keep the report whatever happens, and write a journal that outlives the checkout', () => {
  const [github, gitlab] = blocks('yaml')
  for (const job of [github!, gitlab!]) {
    expect(job).toMatch(/^ +- (?:run: )?bash nightly\.sh$/m)
    expect(job).toMatch(/^ +ASSAY_RIG: \w+$/m)
    expect(job).toMatch(/^ +ASSAY_JOURNAL: \//m)
    expect(job).not.toMatch(/\t/)
  }
  expect(github).toContain('if: always()')
  expect(gitlab).toMatch(/when: always[\s\S]*junit: nightly\/junit\.xml/)
})
