import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { main } from '../main.ts'

let folder: string
let out: string
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'assay-rig-cli-')))
  out = ''
  vi.spyOn(process, 'cwd').mockReturnValue(folder)
  vi.spyOn(process.stdout, 'write').mockImplementation(chunk => {
    out += String(chunk)
    return true
  })
  vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  vi.stubEnv('ASSAY_LEASES', join(folder, 'leases'))
  const twin = { kind: 'virtual', seed: 4, size: { width: 240, height: 160 }, hurry: 200 }
  const stage = { driver: 'grbl', port: '/dev/no-such-port', poses: { inspect: { xMm: -1, yMm: -1, zMm: -1 } } }
  const bench = { kind: 'real', camera: { driver: 'http', url: 'http://127.0.0.1:9/' }, stage }
  writeFileSync(join(folder, 'assay.config.json'), JSON.stringify({ rig: { name: 'twin' }, rigs: { twin, bench } }))
})
afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true })
})

async function assay(...argv: string[]): Promise<{ code: number; told: string }> {
  const told: string[] = []
  const code = await main(['rig', ...argv], new AbortController(), line => told.push(line))
  return { code, told: told.join('\n') }
}

test('list names every rig, what it drives and what it may judge', async () => {
  expect((await assay('list', '--json')).code).toBe(0)
  const { rigs } = JSON.parse(out)
  expect(rigs.map(({ name, kind, isUsual }: Record<string, unknown>) => [name, kind, isUsual])).toEqual([
    ['twin', 'virtual', true],
    ['bench', 'real', false],
    ['virtual', 'virtual', false],
  ])
  expect(rigs[1]).toMatchObject({ devices: { stage: 'grbl at /dev/no-such-port, poses inspect' }, heldBy: null })
  expect(rigs[0].calibration.words).toContain('no calibration')
})

test('home ends homed and dark, and says where it is', async () => {
  expect(await assay('home', '--json')).toMatchObject({ code: 0 })
  expect(JSON.parse(out)).toMatchObject({ rig: { name: 'twin' }, position: { xMm: -1, yMm: -1, zMm: -1 } })
})

test('shoot saves photographs for the owner only, each with how it was taken', async () => {
  expect(await assay('shoot', '--light', 'all', '--out', join(folder, 's'))).toMatchObject({ code: 0 })
  const files = readdirSync(join(folder, 's')).sort()
  expect(files.filter(file => file.endsWith('.jpg'))).toHaveLength(5)
  const told = files
    .filter(file => file.endsWith('.json'))
    .map(file => JSON.parse(readFileSync(join(folder, 's', file), 'utf8')))
  expect(told.map(({ how }) => how.light).sort()).toEqual(['dark', 'dome', 'left', 'right', 'ring'])
  expect(told[0]).toMatchObject({
    id: expect.stringMatching(/^[0-9a-f]{64}$/),
    rig: { name: 'twin' },
    how: { pose: 'inspect' },
  })
})

test('preview saves as many frames as asked for', async () => {
  expect(await assay('preview', '--frames', '2', '--out', join(folder, 'f'))).toMatchObject({ code: 0 })
  expect(readdirSync(join(folder, 'f'))).toEqual(['frame-000001.jpg', 'frame-000002.jpg'])
})

test('target writes a PDF of two pages', async () => {
  expect(await assay('target', join(folder, 't.pdf'))).toMatchObject({ code: 0 })
  const pdf = readFileSync(join(folder, 't.pdf'), 'latin1')
  expect(pdf.startsWith('%PDF')).toBe(true)
  expect(pdf.match(/\/Type \/Page\b/g)).toHaveLength(2)
})

test('a changed calibration is refused by name', async () => {
  writeFileSync(join(folder, 'cal.json'), '{}')
  const twin = { kind: 'virtual', calibration: { file: 'cal.json' } }
  writeFileSync(join(folder, 'assay.config.json'), JSON.stringify({ rigs: { twin } }))
  expect(await assay('home', 'twin')).toMatchObject({
    code: 3,
    told: expect.stringContaining('cal.json cannot be used'),
  })
})

test.each([
  [['home', 'bnch'], 2, 'there is no rig "bnch" (did you mean bench?)'],
  [['home', 'bench'], 3, '/dev/no-such-port cannot be opened'],
  [['shoot', '--light', 'disco'], 2, 'there is no light "disco"'],
  [['shoot', '--pose', 'moon'], 3, 'the rig has no pose "moon"'],
  [['shoot', '--lay', 'egg'], 2, '--lay takes target, verification, nothing, not egg'],
  [['simulate', 'bench'], 2, 'rig bench stands on a bench'],
  [['calibrate', '--out', '/proc/no/such.json', '--yes', '--no-verify'], 3, ''],
])('%j: one sentence', { timeout: 30_000 }, async (argv, code, sentence) => {
  const here = argv[0] === 'shoot' ? ['--out', join(folder, 's')] : []
  const ended = await assay(...(argv as string[]), ...here)
  expect(ended.code).toBe(code)
  expect(ended.told).toContain(sentence)
  expect(ended.told.split('\n')).toHaveLength(1)
})
