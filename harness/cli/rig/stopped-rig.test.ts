// @module-tag long
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startRigServer } from '../../../devices/rig/daemon/rig-server.ts'
import { socketPath } from '../../../devices/rig/daemon/wire.ts'
import type { RealRigConfig } from '../../../devices/rig/rig-config.ts'
import { openRig } from '../../../devices/rig.ts'
import { testCard } from '../../../devices/virtual/card.testing.ts'
import { type SimulatedBench, simulateBench } from '../../../devices/virtual/simulated-bench.ts'
import { virtualPoses } from '../../../devices/virtual/virtual-rig.ts'
import { readJournal } from '../../custody/journal/journal-folder.ts'

const canSimulate = process.platform !== 'win32' && (existsSync('/usr/bin/python3') || existsSync('/usr/bin/socat'))
const program = join(import.meta.dirname, '..', 'quick-rig.testing.ts')

/* A lot on a rig whose camera answers on HTTP and whose stage and lamps hang on a pseudo-terminal. Eyes take no time. */
describe.skipIf(!canSimulate)('inspect --rig, told to stop while it judges', () => {
  let folder: string
  let simulated: SimulatedBench
  let config: RealRigConfig
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'assay-stopped-rig-'))
    const size = { width: 240, height: 160 }
    simulated = await simulateBench({ seed: 6, hurry: 50, size, surface: testCard(4), httpPort: 0, pty: true })
    const port = simulated.port!
    config = {
      kind: 'real',
      name: 'bench',
      camera: { driver: 'http', url: `${simulated.url}/photograph.jpg` },
      stage: { driver: 'grbl', port, poses: virtualPoses },
      light: { driver: 'grbl', port },
    }
    // The first picture of a twin takes long; a camera is asked for one with a deadline.
    await (await fetch(`${simulated.url}/photograph.jpg`)).arrayBuffer()
  }, 60_000)
  afterEach(async () => {
    await simulated[Symbol.asyncDispose]()
    rmSync(folder, { recursive: true })
  })

  async function served(): Promise<AsyncDisposable> {
    await using opened = new AsyncDisposableStack()
    const rig = opened.use(await openRig(config, { owner: 'test', leaseFolder: folder }))
    opened.use(await startRigServer(rig, { path: socketPath(folder, 'bench'), tell: () => {} }))
    return opened.move()
  }

  test.each([
    ['a served rig', 'SIGTERM', 143],
    ['a rig of its own', 'SIGTERM', 143],
    ['a rig of its own', 'SIGHUP', 129],
  ] as const)(
    'on %s by %s: dark, at rest, and every result that it told is kept once',
    {
      timeout: 120_000,
    },
    async (how, signal, code) => {
      await using _ = how === 'a served rig' ? await served() : null
      const journal = join(folder, 'journal')
      const child = spawn(process.execPath, [program, 'inspect', join(folder, 'lot.json'), join(folder, 'out')], {
        env: {
          ...process.env,
          ASSAY_JOURNAL: journal,
          ASSAY_LEASES: folder,
          ASSAY_QUICK_RIG: JSON.stringify(config),
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      using stack = new DisposableStack()
      stack.defer(() => void child.kill('SIGKILL'))
      const said = { stdout: '', stderr: '' }
      for (const stream of ['stdout', 'stderr'] as const)
        child[stream].setEncoding('utf8').on('data', text => {
          said[stream] += text
        })
      const ended = once(child, 'close') as Promise<[number | null]>
      const judged = () => said.stdout.split('\n').filter(line => line.startsWith('{"event":"inspection"')).length
      await expect
        .poll(() => (child.exitCode === null ? judged() : said.stderr), { timeout: 100_000 })
        .toBeGreaterThanOrEqual(2)
      await expect.poll(() => simulated.bench.isDark, { timeout: 60_000 }).toBe(false)
      child.kill(signal)
      expect((await ended)[0]).toBe(code)
      await expect.poll(() => simulated.bench.isDark && !simulated.bench.isMoving, { timeout: 30_000 }).toBe(true)
      await using reader = await readJournal(journal)
      expect((await reader.verify()).faults).toEqual([])
      const entries = await Array.fromAsync(reader.entries())
      const results = entries.filter(({ kind }) => kind === 'inspection')
      expect(results.length).toBe(judged())
      expect(entries.at(-1)).toMatchObject({ kind: 'run-ended', facts: { isWhole: false } })
    },
  )
})
