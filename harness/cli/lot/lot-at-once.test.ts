// @module-tag long
import { execFile, spawnSync } from 'node:child_process'
import { closeSync, existsSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { nextTurn } from '../../core/next-turn.ts'
import { failing } from '../../lots/release/made-lot.testing.ts'
import { sha256Of } from '../../lots/release/release-record.ts'
import { guided, run, seen } from './release-place.testing.ts'

const root = join(import.meta.dirname, '..', '..', '..')
const page = readFileSync(join(root, 'docs', 'sign-off.md'), 'utf8')
const places: string[] = []
afterAll(() => {
  for (const one of places) rmSync(one, { recursive: true, force: true })
})

/** Commands in processes of their own, all begun at the same moment. @returns their exit codes, the least first */
async function atOnce(place: string, ...commands: readonly (readonly string[])[]): Promise<number[]> {
  const codes = commands.map(
    args =>
      new Promise<number>(resolve => {
        execFile(process.execPath, [join(root, 'bin', 'assay.js'), ...args], { cwd: place }, error =>
          resolve(Number(error?.code ?? 0)),
        )
      }),
  )
  return (await Promise.all(codes)).sort((a, b) => a - b)
}

it('a sample is drawn once and a lot is released once, whoever does it at the same time, into whichever folder', {
  timeout: 120_000,
}, async () => {
  const { place, ended } = await guided(page, args => args[1] !== 'draw')
  places.push(place)
  expect(ended.every(({ code }) => code === 0 || code === 4)).toBe(true)
  const draw = ['lot', 'draw', 'lot.json', '--seed', 'ann.seed', 'rita.seed', '--by', 'ann']
  expect(await atOnce(place, draw, draw, draw)).toEqual([0, 2, 2])
  await seen(place, ['opened'])
  const close = (out: string) => ['lot', 'close', 'lot.json', '--shipped', '14', '--out', out, '--by', 'ann']
  expect(await atOnce(place, close('LR'), close('LR'), close('LR-2'))).toEqual([0, 2, 2])
  const [folder, ...others] = ['LR', 'LR-2'].filter(name => existsSync(join(place, name)))
  expect(others).toEqual([])
  const { stdout } = await run(place, ['journal', 'list', '--json'])
  const entries = JSON.parse(stdout).entries as { kind: string; facts: { manifestSha256?: string } }[]
  const closed = entries.filter(({ kind }) => kind === 'lot-closed')
  expect(entries.filter(({ kind }) => kind === 'lot-sample-drawn')).toHaveLength(1)
  expect(closed.map(({ facts }) => facts.manifestSha256)).toEqual([
    sha256Of(readFileSync(join(place, folder!, 'SHA256SUMS'))),
  ])
})

it('a lot is released into one folder later, too, unless somebody says that it is gone', async () => {
  const { place, ended } = await guided(page, args => args[1] !== 'sign')
  places.push(place)
  const [, manifestSha256] = /sha256 of its manifest ([0-9a-f]{64})/.exec(ended.at(-1)!.stdout)!
  const close = (out: string) => ['lot', 'close', 'lot.json', '--shipped', '14', '--out', out, '--by', 'ann']
  const later = await run(place, close('LR-3'))
  expect(later).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringContaining(manifestSha256!),
  })
  expect(later.stderr).toMatch(
    /was closed as RELEASED by ann .*Where that is gone, add --again\. Nothing was written\.$/m,
  )
  expect(existsSync(join(place, 'LR-3'))).toBe(false)
  expect(await run(place, [...close('LR-4'), '--again'])).toMatchObject({ code: 0 })
  expect(readFileSync(join(place, 'LR-4', 'report.html'), 'utf8')).toContain('It was closed before')
  // Another count is no release, and said as what it is.
  const counted = await run(place, ['lot', 'close', 'lot.json', '--shipped', '13', '--out', 'LR-5', '--by', 'ann'])
  expect([counted.code, counted.stdout]).toEqual([4, expect.stringContaining('13 units were counted to ship')])
})

it.skipIf(!existsSync('/dev/full'))(
  'what was done stays done where nobody can read it, and is not told to be done again',
  {
    timeout: 120_000,
  },
  async () => {
    const { place } = await guided(page, args => args[1] !== 'close')
    places.push(place)
    await seen(place, ['opened'])
    const full = openSync('/dev/full', 'w')
    const unheard = (...args: string[]) =>
      spawnSync(process.execPath, [join(root, 'bin', 'assay.js'), ...args], {
        cwd: place,
        stdio: ['ignore', full, 'pipe'],
        encoding: 'utf8',
      })
    const closed = unheard('lot', 'close', 'lot.json', '--shipped', '14', '--out', 'LR', '--by', 'ann')
    const listed = unheard('journal', 'list')
    closeSync(full)
    expect(existsSync(join(place, 'LR', 'SHA256SUMS'))).toBe(true)
    expect(closed.status).toBe(69)
    expect(closed.stderr).toMatch(
      /^assay: standard output cannot be written: its drive is full; free some room\. What was done stays: .*assay-journal.* has its entry \d+ \(lot-closed\), LR is written\. Look there what is left to do before you run the command again\.\n$/,
    )
    expect([listed.status, listed.stderr]).toEqual([69, expect.stringMatching(/then run the command again\.\n$/)])
  },
)

it('a lot is not closed over a unit that failed while its folder was written', async () => {
  const { place } = await guided(page, args => args[1] !== 'close')
  places.push(place)
  await seen(place, ['opened'])
  const closing = run(place, ['lot', 'close', 'lot.json', '--shipped', '14', '--out', 'LR', '--by', 'ann'])
  const deadline = Date.now() + 30_000
  while (!readdirSync(place).some(name => name.startsWith('.assay-release')) && Date.now() < deadline) await nextTurn()
  await seen(place, ['sealed'], unit => {
    if (unit !== 'BX0000001') return null
    const now = new Date().toISOString()
    return { ...failing('sealed', 'concealed'), started: now, ended: now, photographs: [], readings: [] }
  })
  const { code, stdout, stderr } = await closing
  expect([code, stdout, stderr]).toEqual([2, '', expect.stringContaining('has a new entry about it')])
  expect(existsSync(join(place, 'LR'))).toBe(false)
  expect((await run(place, ['journal', 'list'])).stdout).not.toContain('lot-closed')
})
