// @module-tag long
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, watch } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readJournal } from '../custody/journal/journal-folder.ts'
import { guided, passphrase } from './lot/release-place.testing.ts'

/*
 * Commands as whole processes, told to stop while they work: each ends with the signal's code, and what it leaves is whole.
 */

const root = join(import.meta.dirname, '..', '..')
const codes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const
const page = readFileSync(join(root, 'docs', 'sign-off.md'), 'utf8')

let made: string
let place: string
const places: string[] = []
beforeAll(async () => {
  made = (await guided(page, args => args[1] !== 'sign')).place
  place = mkdtempSync(join(tmpdir(), 'assay-stopped-'))
  mkdirSync(join(place, 'tmp'))
  places.push(made, place)
}, 120_000)
afterAll(() => {
  for (const one of places) rmSync(one, { recursive: true, force: true })
})

interface Stopped {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/**
 * Starts a command and sends the signal at its first line, or as soon as a file of this name is there.
 * @param at part of the file's name
 */
async function stopped(
  cwd: string,
  args: readonly string[],
  signal: keyof typeof codes,
  at: string | null,
): Promise<Stopped> {
  const environment = { ...process.env, TMPDIR: join(place, 'tmp'), ASSAY_RUNS: join(place, 'runs') }
  const child = spawn(process.execPath, [join(root, 'bin', 'assay.js'), ...args], { cwd, env: environment })
  child.stdin.end(`${passphrase}\n`)
  const said = { stdout: '', stderr: '' }
  const stop = () => void child.kill(signal)
  for (const stream of ['stdout', 'stderr'] as const)
    child[stream].setEncoding('utf8').on('data', text => {
      if (at === null && said.stdout === '' && stream === 'stdout') stop()
      said[stream] += text
    })
  using files = new DisposableStack()
  if (at !== null) {
    const watcher = watch(cwd, { recursive: true }, (_, name) => void (name?.includes(at) && stop()))
    files.defer(() => watcher.close())
  }
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, ...said }
}

const halfWritten = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(name =>
    /\.assay-release|\.tmp$|\.part$|assay-line-spool/.test(name),
  )

async function kindsIn(journal: string): Promise<readonly string[]> {
  await using reader = await readJournal(journal)
  expect((await reader.verify()).faults).toEqual([])
  return (await Array.fromAsync(reader.entries())).map(({ kind }) => kind)
}

const isGreen = (junit: string) => /<testsuites [^>]*failures="0" errors="0"/.test(readFileSync(junit, 'utf8'))

describe('a command that is told to stop', { timeout: 180_000 }, () => {
  test('demo leaves a sound journal and no green report', async () => {
    const ended = await stopped(place, ['demo', '--units', '2', '--seed', '4'], 'SIGINT', null)
    expect(ended.code).toBe(codes.SIGINT)
    const [run] = readdirSync(join(place, 'runs'))
    expect(isGreen(join(place, 'runs', run!, 'junit.xml'))).toBe(false)
    await kindsIn(join(place, 'runs', run!, 'assay-journal'))
    expect(halfWritten(place)).toEqual([])
  })

  test('line demo leaves no spool and no lot', async () => {
    const ended = await stopped(place, ['line', 'demo', '--units', '2', '--out', 'line'], 'SIGTERM', null)
    expect(ended.code).toBe(codes.SIGTERM)
    expect(existsSync(join(place, 'line', 'lot.json'))).toBe(false)
    expect([halfWritten(place), readdirSync(join(place, 'tmp'))]).toEqual([[], []])
  })

  test('nightly leaves a night that is not at its end', async () => {
    const night = ['nightly', '--rig', 'virtual', '--product', 'assay-reference', '--out', 'night']
    const ended = await stopped(place, night, 'SIGHUP', 'station.key')
    expect(ended.code).toBe(codes.SIGHUP)
    expect(JSON.parse(readFileSync(join(place, 'night', 'nightly.json'), 'utf8'))).toMatchObject({ ended: null })
    expect(isGreen(join(place, 'night', 'junit.xml'))).toBe(false)
    expect(await kindsIn(join(place, 'assay-journal'))).not.toContain('nightly')
    expect(halfWritten(place)).toEqual([])
  })

  // Before the lot is closed again, which leaves nothing to sign.
  test('lot sign leaves a signature that the journal tells of, or neither', async () => {
    const sign = ['lot', 'sign', 'LR-0042', '--as', 'inspector', '--by', 'ann', '--key', 'ann.key', '--no-pdf']
    const ended = await stopped(made, sign, 'SIGTERM', '.lots')
    const isSaid = (await kindsIn(join(made, 'assay-journal'))).includes('lot-signed')
    const isThere = readdirSync(join(made, 'LR-0042'), { recursive: true }).some(name => /ann/.test(String(name)))
    expect([isSaid, isThere, ended.code]).toEqual(isSaid ? [true, true, ended.code] : [false, false, codes.SIGTERM])
    expect(halfWritten(made)).toEqual([])
  })

  test.each([
    ['SIGINT', '.lots'],
    ['SIGTERM', '.assay-release'],
    ['SIGHUP', 'manifest'],
  ] as const)(
    'lot close, by %s at %s, leaves a whole folder that the journal tells of, or neither',
    async (signal, at) => {
      const out = `LR-${signal}`
      const close = ['lot', 'close', 'lot.json', '--shipped', '14', '--by', 'ann', '--out', out, '--again']
      const before = (await kindsIn(join(made, 'assay-journal'))).filter(kind => kind === 'lot-closed').length
      const ended = await stopped(made, close, signal, at)
      const after = (await kindsIn(join(made, 'assay-journal'))).filter(kind => kind === 'lot-closed').length
      expect(after - before).toBe(existsSync(join(made, out)) ? 1 : 0)
      if (after === before) expect(ended.stdout).toBe('')
      // Done before it was heard: what it was asked for.
      else expect(ended.stdout).toContain(out)
      expect([codes[signal], ...(after > before ? [0, 1, 4] : [])]).toContain(ended.code)
      expect(halfWritten(made)).toEqual([])
    },
  )
})
