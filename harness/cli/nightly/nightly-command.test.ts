import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { readJournal } from '../../custody/journal/journal-folder.ts'
import { RunStopped } from '../../inspection/run.ts'
import { runNight } from './nightly-command.ts'

/** What a look at the golden card ends with. */
const bench = vi.hoisted(() => ({ look: async () => {} }))

vi.mock('../lot/rig-session.ts', () => ({
  openForUnits: async () => ({ identity: { kind: 'real' }, [Symbol.asyncDispose]: async () => {} }),
  requireHealth: async () => {},
  proveByOwnGoldenCard: async ({ onLaidIn }: { onLaidIn: () => Promise<void> }) => {
    await onLaidIn()
    await bench.look()
  },
}))
vi.mock('../rig/chosen-rig.ts', () => ({ rigAtHand: async (name: string) => ({ name, calibration: null }) }))
vi.mock('../../inspection/glovebox/glovebox.ts', () => ({
  openGlovebox: () => ({ [Symbol.asyncDispose]: async () => {} }),
}))
vi.mock('../photographs/chosen-settings.ts', () => ({
  chosenSettings: async () => ({
    product: 'assay-reference',
    loaded: { config: { journal: 'journal', stations: {}, vault: null } },
    configuration: null,
    open: () => ({ [Symbol.asyncDispose]: async () => {} }),
  }),
}))

let here: string
const before = process.cwd()
beforeEach(() => {
  here = mkdtempSync(join(tmpdir(), 'assay-night-'))
  process.chdir(here)
  vi.spyOn(process.stdout, 'write').mockReturnValue(true)
})
afterEach(() => {
  vi.restoreAllMocks()
  process.chdir(before)
  rmSync(here, { recursive: true, force: true })
})

const options = { rig: 'bench', golden: 2, planted: 0, soak: 0, out: 'night' }
const night = async (signal = new AbortController().signal) => await runNight(options, { signal, exit: () => {} })
const junit = () => readFileSync(join('night', 'junit.xml'), 'utf8')

test('a quiet night ends with 0, and its JUnit is green', async () => {
  bench.look = async () => {}
  expect(await night()).toBe(0)
  expect(junit()).toContain('failures="0" errors="0"')
})

test('a secret that lies open on the golden card ends the night with 5, as every alarm does', async () => {
  bench.look = async () => {
    throw new RunStopped({ code: 'epk-exposed', because: 'The EPK lies open.', marks: [], acknowledged: false })
  }
  expect(await night()).toBe(5)
  expect(junit()).toMatch(/failures="1"[\s\S]*golden cards[\s\S]*The EPK lies open/)
})

test('Ctrl-C leaves a night that reads unfinished, and nothing of it in the journal', async () => {
  const controller = new AbortController()
  bench.look = async () => {
    controller.abort(new Error('stopped'))
    controller.signal.throwIfAborted()
  }
  await expect(night(controller.signal)).rejects.toThrow('stopped')
  expect(junit()).toContain('run-unfinished')
  await using journal = await readJournal('journal')
  expect((await Array.fromAsync(journal.entries())).map(({ kind }) => kind)).not.toContain('nightly')
})
