import { execFile } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
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

it('a sample is drawn once and a folder is closed once, whoever does it at the same time', {
  timeout: 120_000,
}, async () => {
  const { place, ended } = await guided(page, args => args[1] !== 'draw')
  places.push(place)
  expect(ended.every(({ code }) => code === 0 || code === 4)).toBe(true)
  const draw = ['lot', 'draw', 'lot.json', '--seed', 'ann.seed', 'rita.seed', '--by', 'ann']
  expect(await atOnce(place, draw, draw, draw)).toEqual([0, 2, 2])
  await seen(place, ['opened'])
  const close = ['lot', 'close', 'lot.json', '--shipped', '14', '--out', 'LR', '--by', 'ann']
  expect(await atOnce(place, close, close, close)).toEqual([0, 2, 2])
  const { stdout } = await run(place, ['journal', 'list', '--json'])
  const entries = JSON.parse(stdout).entries as { kind: string; facts: { manifestSha256?: string } }[]
  const closed = entries.filter(({ kind }) => kind === 'lot-closed')
  expect(entries.filter(({ kind }) => kind === 'lot-sample-drawn')).toHaveLength(1)
  expect(closed.map(({ facts }) => facts.manifestSha256)).toEqual([
    sha256Of(readFileSync(join(place, 'LR', 'SHA256SUMS'))),
  ])
})
