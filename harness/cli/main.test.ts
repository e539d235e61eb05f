import { execFile, spawn, spawnSync } from 'node:child_process'
import { closeSync, existsSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Command } from 'commander'
import { describe, expect, test } from 'vitest'
import { createProgram } from './main.ts'

const assay = join(import.meta.dirname, '..', '..', 'bin', 'assay.js')

interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

function run(args: readonly string[], nodeArgs: readonly string[] = []): Promise<Ended> {
  const { promise, resolve } = Promise.withResolvers<Ended>()
  const child = execFile(process.execPath, [...nodeArgs, assay, ...args], { cwd: tmpdir() }, (_, stdout, stderr) =>
    resolve({ code: child.exitCode, stdout, stderr }),
  )
  return promise
}

test('--version prints the version of package.json, and nothing else', async () => {
  const manifest = JSON.parse(readFileSync(join(import.meta.dirname, '..', '..', 'package.json'), 'utf8'))
  expect(await run(['--version'])).toEqual({ code: 0, stdout: `${manifest.version}\n`, stderr: '' })
})

test('a checkout keeps its compiled source in itself, and never where every user may write', async () => {
  const shared = mkdtempSync(join(tmpdir(), 'assay-shared-'))
  try {
    await promisify(execFile)(process.execPath, [assay, '--version'], { env: { TMPDIR: shared } })
    expect(readdirSync(shared)).toEqual([])
    expect(existsSync(join(import.meta.dirname, '..', '..', '.cache', 'compiled'))).toBe(true)
  } finally {
    rmSync(shared, { recursive: true })
  }
})

test('--help lists the commands and the exit codes on stdout', async () => {
  const { code, stdout, stderr } = await run(['--help'])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toMatch(/^Usage: assay /)
  expect(stdout).toContain('0 everything passed')
})

test.each([
  ['no command', [], /Usage: assay/],
  ['an unknown command', ['confg'], /unknown command 'confg'\n\(Did you mean config\?\)/],
  ['an unknown option', ['--verison'], /unknown option '--verison'\n\(Did you mean --version\?\)/],
  ['an unknown option of a command', ['config', 'print', '--staton=x'], /\(Did you mean --station\?\)/],
  ['a missing value', ['config', 'print', '--station'], /argument missing/],
  ['an empty folder', ['report', 'build', '--out', ''], /--out needs a value that is not empty/],
  ['an empty setting', ['config', 'print', '--station='], /--station needs a value that is not empty/],
])('%s is wrong use: exit code 2, on stderr only', async (_, args, sentence) => {
  const { code, stdout, stderr } = await run(args)
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toMatch(sentence)
})

test.each([
  [
    'a command',
    ['inspect'],
    ['photographs (or --rig', "--records <file> (the lot's", '--product <name|file> (', '--station <name> ('],
  ],
  [
    'an option without its files',
    ['inspect', '--photos'],
    ['photographs (or --rig', "--records <file> (the lot's", '--product <name|file> (', '--station <name> ('],
  ],
  ['a command on a rig', ['inspect', '--rig', 'virtual'], ["--records <file> (the lot's", '--station <name> (']],
  [
    'a command of two words',
    ['spot-check'],
    ['2 things are missing:', '--rig <name>  the rig', '-r, --records <file>  the'],
  ],
  [
    'a command with arguments',
    ['journal', 'dispose'],
    ['5 things are missing:', '<unit>  its serial', '--by <name>  who decides', '--why <text>  why'],
  ],
])('%s asks for all that is missing at once, and says what it is', async (_, args, asked) => {
  const { code, stdout, stderr } = await run(args)
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  for (const one of asked) expect(stderr).toContain(one)
})

test('settings that name no rig load no driver: they would take as long as all the rest', async () => {
  const telling =
    "data:text/javascript,import{registerHooks}from'node:module';registerHooks({load(u,c,n){if(/devices.(camera|grbl|light|stage)/.test(u))process.stderr.write(u);return n(u,c)}})"
  const { code, stderr } = await run(['config', 'print'], ['--import', telling])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
})

test('an old Node gets one line and exit code 69', async () => {
  const pretend =
    'data:text/javascript,Object.defineProperty(process,"versions",{value:{...process.versions,node:"20.20.2"}})'
  const { code, stdout, stderr } = await run(['--version'], ['--import', pretend])
  expect({ code, stdout }).toEqual({ code: 69, stdout: '' })
  expect(stderr).toMatch(/^assay: needs Node 24 or newer, and this is 20\.20\.2.*\n$/)
})

test('a reader of stdout that goes away ends it quietly, and not with 0', async () => {
  const { promise, resolve } = Promise.withResolvers<{ code: number | null; stderr: string }>()
  const child = spawn(process.execPath, [assay, '--help'], { stdio: ['ignore', 'pipe', 'pipe'] })
  child.stdout.destroy()
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', text => {
    stderr += text
  })
  child.on('close', code => resolve({ code, stderr }))
  expect(await promise).toEqual({ code: 130, stderr: '' })
})

test.skipIf(!existsSync('/dev/full'))('standard output on a full drive is said once, as what it is', () => {
  const full = openSync('/dev/full', 'w')
  const { status, stderr } = spawnSync(process.execPath, [assay, '--help'], { stdio: ['ignore', full, 'pipe'] })
  closeSync(full)
  expect({ status, stderr: String(stderr) }).toEqual({
    status: 69,
    stderr:
      'assay: standard output cannot be written: its drive is full; free some room, then run the command again.\n',
  })
})

function everyCommand(command: Command): readonly Command[] {
  return command.commands.flatMap(child => [child, ...everyCommand(child)])
}

describe('every command', async () => {
  const program = await createProgram({ signal: new AbortController().signal, exit: () => {} })
  test.each(everyCommand(program).map(command => [command.name(), command] as const))(
    '%s explains itself',
    (_, command) => {
      expect(command.summary() || command.description()).not.toBe('')
      for (const option of command.options) expect([option.flags, option.description]).not.toContain('')
      for (const argument of command.registeredArguments)
        expect([argument.name(), argument.description]).not.toContain('')
      expect(command.helpInformation()).toMatch(new RegExp(`^Usage: assay .*${command.name()}`))
    },
  )

  test('loads nothing heavy before it runs', async () => {
    const script = `import { registerHooks } from 'node:module'
      registerHooks({ load(url, context, next) { console.log(url); return next(url, context) } })
      process.argv = [process.argv[0], 'assay', '--help']
      await import(${JSON.stringify(assay)})`
    const { promise, resolve } = Promise.withResolvers<string>()
    execFile(process.execPath, ['--input-type=module', '-e', script], (_, stdout) => resolve(stdout))
    const loaded = (await promise).split('\n')
    const packages = new Set(loaded.flatMap(url => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url)?.[1] ?? []))
    expect([...packages]).toEqual(['commander'])
    expect(loaded.filter(url => /\/(?:devices|fixtures|harness\/vision|harness\/bip38)\//.test(url))).toEqual([])
  })
})
