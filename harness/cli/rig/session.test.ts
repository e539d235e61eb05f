// @module-tag long
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { testCard } from '../../../devices/virtual/card.testing.ts'
import { type SimulatedBench, simulateBench } from '../../../devices/virtual/simulated-bench.ts'
import { virtualPoses } from '../../../devices/virtual/virtual-rig.ts'
import { parseCapture } from '../../../devices/wire/wire-event.ts'
import { main } from '../main.ts'

const canSimulate = process.platform !== 'win32' && (existsSync('/usr/bin/python3') || existsSync('/usr/bin/socat'))

let bench: SimulatedBench
let folder: string
beforeAll(async () => {
  if (!canSimulate) return
  const size = { width: 240, height: 160 }
  bench = await simulateBench({ seed: 6, hurry: 50, size, surface: testCard(4), httpPort: 0, pty: true })
})
afterAll(async () => await bench?.[Symbol.asyncDispose]())
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'assay-session-')))
  vi.spyOn(process, 'cwd').mockReturnValue(folder)
  vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  vi.stubEnv('ASSAY_LEASES', join(folder, 'leases'))
})
afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true })
})

/** @param isThere false: ports and addresses at which nothing is */
function configure(isThere: boolean): void {
  const port = isThere ? bench.port : '/dev/no-such-port'
  const url = `${isThere ? bench.url : 'http://127.0.0.1:9'}/photograph.jpg`
  const camera = { driver: 'http', url: `${url}?token=hunter2` }
  const stage = { driver: 'grbl', port, poses: virtualPoses }
  const rigs = { bench: { kind: 'real', camera, stage, light: { driver: 'grbl', port } }, twin: { kind: 'virtual' } }
  writeFileSync(join(folder, 'assay.config.json'), JSON.stringify({ rigs }))
}

async function assay(...argv: string[]): Promise<{ code: number; told: string }> {
  const told: string[] = []
  const code = await main(['rig', ...argv], new AbortController(), line => told.push(line))
  return { code, told: told.join('\n') }
}

const file = () => join(folder, 'session.jsonl')
const shots = (name: string) => ['--out', join(folder, name)]
const pixels = (name: string) =>
  readdirSync(join(folder, name))
    .filter(each => each.endsWith('.jpg'))
    .map(each => readFileSync(join(folder, name, each)).toString('hex'))

describe.skipIf(!canSimulate)('a session with a bench', { timeout: 60_000 }, () => {
  test('is written down for its owner only, without pictures and values of addresses, and never over another', async () => {
    configure(true)
    const shoot = ['shoot', 'bench', ...shots('a'), '--capture', file()]
    expect(await assay(...shoot)).toMatchObject({ code: 0 })
    const events = parseCapture(readFileSync(file(), 'utf8'), 'session')
    expect(new Set(events.map(({ name }) => name.replace(/\d+$/, 'n')))).toEqual(new Set(['stage', 'camera/n']))
    expect(events.filter(({ as }) => as === 'concealed').length).toBeGreaterThan(0)
    expect(readFileSync(file(), 'utf8')).not.toContain('hunter2')
    // What a picture begins with, in base64.
    expect(readFileSync(file(), 'utf8')).not.toContain('/9j/')
    expect(statSync(file()).mode & 0o777).toBe(0o600)
    expect(await assay(...shoot)).toMatchObject({ code: 2, told: expect.stringContaining('cannot be written') })
  })

  test('is played back where there is no bench, to the same pictures', async () => {
    configure(true)
    const args = ['shoot', 'bench', '--light', 'ring', '--count', '2']
    expect(await assay(...args, ...shots('a'), '--capture', file(), '--capture-pictures')).toMatchObject({ code: 0 })
    configure(false)
    expect(await assay(...args, ...shots('b'), '--replay', file())).toEqual({ code: 0, told: '' })
    expect(pixels('b')).toEqual(pixels('a'))
    expect(new Set(pixels('b')).size).toBe(2)
  })

  test.each([
    [
      'another lamp',
      ['shoot', 'bench', '--light', 'left'],
      /session\.jsonl, line \d+: then "M8\\n" was sent, now "M7\\n"/,
    ],
    ['less', ['home', 'bench'], /session\.jsonl, line \d+/],
  ])('that is played back with %s ends with 3 and names the line', async (_, args, sentence) => {
    configure(true)
    const asked = ['shoot', 'bench', '--light', 'ring', ...shots('a'), '--capture', file(), '--capture-pictures']
    expect(await assay(...asked)).toMatchObject({ code: 0 })
    configure(false)
    const out = args[0] === 'shoot' ? shots('b') : []
    const { code, told } = await assay(...args, ...out, '--replay', file())
    expect(code).toBe(3)
    expect(told).toMatch(sentence)
  })
})

test.each([
  [['home', 'twin', '--capture', 's.jsonl'], 'rig twin is a digital twin without wires'],
  [['home', 'bench', '--capture', 's', '--replay', 's'], 'either written down (--capture) or played back (--replay)'],
  [['home', 'bench', '--capture-pictures'], 'name its file'],
  [['home', 'bench', '--replay', 'none.jsonl'], 'none.jsonl cannot be read'],
])('%j: one sentence', async (argv, sentence) => {
  writeFileSync(
    join(folder, 'assay.config.json'),
    JSON.stringify({
      rigs: {
        bench: { kind: 'real', camera: { driver: 'http', url: 'http://127.0.0.1:9/' } },
        twin: { kind: 'virtual' },
      },
    }),
  )
  const { code, told } = await assay(...argv)
  expect(code).toBe(2)
  expect(told).toContain(sentence)
  expect(told.split('\n')).toHaveLength(1)
})
