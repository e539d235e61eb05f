import { execFile } from 'node:child_process'
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'playwright/test'
import { parseRecord } from '../harness/record/inspection-record.ts'

// An alarm stops whoever runs it: scenarios too. Real ones are run by a runner of their own.

const root = fileURLToPath(new URL('..', import.meta.url))
let folder: string
test.beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-alarm-stop-'))
})
test.afterAll(() => rmSync(folder, { recursive: true, force: true }))

const spec = `
import { expect, test } from ${JSON.stringify(join(root, 'scenarios', 'rig-test.ts'))}
const peeled = { defect: 'already-peeled' }

test('planted', async ({ store, station }) => {
  expect(await station.inspect(await store.unit(peeled), { acknowledge: ['epk-exposed'] })).toRaiseAlarm('epk-exposed')
})
test('goes on', async ({ rig }) => { expect(rig.identity.kind).toBe('virtual') })
test('not planted', async ({ store, station }) => {
  expect(await station.inspect(await store.unit(peeled), { acknowledge: ['passphrase-exposed'] })).toRaiseAlarm('epk-exposed')
})
test('with the rig', async ({ rig }) => { expect(rig.identity.kind).toBe('virtual') })
test('without the rig', () => {})
`

test('after an alarm no scenario of that rig is run, and the records are kept', async () => {
  test.setTimeout(300_000)
  mkdirSync(join(folder, 'specs'))
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  writeFileSync(join(folder, 'specs', 'alarm.spec.ts'), spec)
  const reporter = [join(root, 'reports', 'scenario-reporter.ts'), { junit: join(folder, 'scenarios.xml') }]
  const config = { testDir: 'specs', outputDir: 'results', timeout: 120_000, workers: 1, reporter: [reporter] }
  writeFileSync(join(folder, 'playwright.config.mjs'), `export default ${JSON.stringify(config)}`)
  const { code, output } = await runPlaywright()

  expect(code, output).toBe(5)
  expect(output).toContain('alarm: not planted: ALARM: the encrypted private key can be read at station sealed')
  expect(output).toContain('2 not run')
  const junit = readFileSync(join(folder, 'scenarios.xml'), 'utf8')
  const outcomes = [...junit.matchAll(/<testcase name="([^"]+)"[^>]*?(?:\/>|><(\w+) type="([^"]+)")/g)]
  expect(outcomes.map(([, name, element, type]) => [name, element, type])).toEqual([
    ['planted', undefined, undefined],
    ['goes on', undefined, undefined],
    ['not planted', 'failure', 'alarm'],
    ['with the rig', 'skipped', 'not run'],
    ['without the rig', 'skipped', 'not run'],
  ])
  const records = globSync('results/*/inspection-*.json', { cwd: folder })
    .sort()
    .map(file => parseRecord(readFileSync(join(folder, file), 'utf8')))
  expect(records.map(({ alarm }) => alarm?.acknowledged).sort()).toEqual([false, true])
})

function runPlaywright(): Promise<{ code: number; output: string }> {
  // This runner's own settings are not for a runner inside of it.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(PW|PLAYWRIGHT|TEST_)/.test(name)))
  const args = [join(root, 'node_modules', 'playwright', 'cli.js'), 'test', '--config', 'playwright.config.mjs']
  return new Promise(resolve => {
    execFile(process.execPath, args, { cwd: folder, env, maxBuffer: 2 ** 24 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), output: `${stdout}\n${stderr}` })
    })
  })
}
