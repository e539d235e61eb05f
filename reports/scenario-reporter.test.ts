// @module-tag long
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Ajv } from 'ajv'
import { afterEach, beforeEach, expect, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-reporter-'))
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const head = `
import { expect as base, test } from 'playwright/test'
const saw = verdict => test.info().annotations.push({ type: 'inspection', description: JSON.stringify({ verdict, retries: 2 }) })
const expect = base.extend({ toPass: ({ verdict }) => ({ pass: verdict === 'PASS', name: 'toPass', message: () => 'expected the unit to pass\\nunit X: ' + verdict }) })
`

/** Runs real scenarios with the reporter: the exit code, JUnit and the page. */
async function run(
  health: string,
  station: string,
  ...more: readonly string[]
): Promise<{ code: number; junit: string; html: string; out: string }> {
  mkdirSync(join(folder, 's'))
  writeFileSync(join(folder, 's', 'health.spec.mjs'), head + health)
  writeFileSync(join(folder, 's', 'sealed.spec.mjs'), head + station)
  const reporter = JSON.stringify(join(root, 'reports', 'scenario-reporter.ts'))
  writeFileSync(
    join(folder, 'playwright.config.mjs'),
    `import { withScenarioReporter } from ${reporter}
    export default { testDir: 's', timeout: 700, retries: 0, workers: 1, reporter: withScenarioReporter([['list']], { junit: 'out/j.xml', html: 'out/p.html', ctrf: 'out/c.json', csv: 'out/t.csv', openhtf: 'out/o.json' }),
      projects: [{ name: 'health', testMatch: /health/ }, { name: 'sealed', testMatch: /sealed/, dependencies: ['health'] }] }`,
  )
  const child = spawn(process.execPath, [join(root, 'node_modules/playwright/cli.js'), 'test', ...more], {
    cwd: folder,
  })
  let out = ''
  child.stdout.on('data', chunk => {
    out += chunk
  })
  const [code] = await once(child, 'close')
  const read = (file: string) => readFileSync(join(folder, 'out', file), 'utf8')
  return { code, junit: read('j.xml'), html: read('p.html'), out }
}

const ctrfSchema = JSON.parse(readFileSync(join(root, 'reports', 'schemas', 'ctrf.schema.json'), 'utf8'))
const isCtrf = new Ajv({ strict: false, validateFormats: false }).compile(ctrfSchema)

/** What the other formats of the last run count. */
function others() {
  const read = (file: string) => readFileSync(join(folder, 'out', file), 'utf8')
  const ctrf = JSON.parse(read('c.json'))
  expect([isCtrf(ctrf), isCtrf.errors]).toEqual([true, null])
  const { tests, passed, failed, pending, other, skipped } = ctrf.results.summary
  const outcomes = (JSON.parse(read('o.json')) as { outcome: string }[]).map(({ outcome }) => outcome)
  return {
    ctrf: [tests, passed, failed, pending, other, skipped],
    csv: read('t.csv').split('\r\n').length - 2,
    openhtf: Object.fromEntries([...Map.groupBy(outcomes, one => one)].map(([one, its]) => [one, its.length])),
  }
}

test('a unit that failed, a rig that failed and a scenario that outran its limit are three things', async () => {
  const { code, junit, html } = await run(
    `test('well', () => {})`,
    `test('good', () => { saw('PASS'); test.info().annotations.push({ type: 'finding', description: 'asks <b.example>' }) })
     test('bad unit', () => { saw('FAIL'); expect({ verdict: 'FAIL' }).toPass() })
     test('rig failed', () => { saw('ERROR'); expect({ verdict: 'ERROR' }).toPass() })
     test('thrown', () => { throw new Error('the port was lost <at once>') })
     test('hangs', async () => { await new Promise(() => {}) })
     test('blocks', () => { const ends = Date.now() + 1500; while (Date.now() < ends); })
     test.skip('left out', () => {})`,
  )
  expect(code).toBe(3)
  expect(junit).toContain('tests="8" failures="1" errors="4"')
  expect(junit).toMatch(/name="bad unit"[^>]*><failure type="unit" message="expected the unit to pass"/)
  expect(junit).toMatch(/name="rig failed"[^>]*><error type="rig"/)
  expect(junit).toMatch(/name="thrown"[^>]*><error type="rig" message="the port was lost &lt;at once&gt;"/)
  expect(junit).toMatch(/name="hangs"[^>]*><error type="rig"/)
  expect(junit).toMatch(/name="blocks"[^>]*><error type="rig" message="it took 1\.\d s, its limit is 0\.7 s/)
  expect(html).toContain('4 rig error, 0 code error, 1 unit failed, 0 test failed, 0 not run, 1 skipped, 2 passed')
  expect(others()).toEqual({ ctrf: [8, 2, 1, 0, 4, 1], csv: 8, openhtf: { PASS: 2, FAIL: 1, ERROR: 4, ABORTED: 1 } })
})

test('only bad units: exit code 1', async () => {
  const { code } = await run(
    `test('well', () => {})`,
    `test('bad', () => { saw('FAIL'); expect({ verdict: 'FAIL' }).toPass() })`,
  )
  expect(code).toBe(1)
})

test('what a test expects beside its inspections is the test’s own, never a unit’s', async () => {
  const { code, junit } = await run(
    `test('well', () => {})`,
    `test('own', () => { saw('PASS'); expect(1 + 1).toBe(3) })
     test('planted', () => { saw('FAIL'); expect([1]).toEqual([]) })
     test('false pass', () => { saw('PASS'); expect({ verdict: 'FAIL' }).toPass() })`,
  )
  expect(code).toBe(1)
  expect(junit).toContain('tests="4" failures="3" errors="0"')
  expect(junit.match(/<failure type="test"/g)).toHaveLength(3)
  expect(junit).not.toContain('type="unit"')
})

test('a retry that is asked for turns nothing green: the first result stands', async () => {
  const { code, junit } = await run(
    `test('well', () => {})`,
    `test('sometimes', () => { if (test.info().retry === 0) { saw('FAIL'); expect({ verdict: 'FAIL' }).toPass() } })`,
    '--retries=2',
  )
  expect(code).toBe(1)
  expect(junit).toMatch(/name="sometimes"[^>]*><failure type="unit"/)
})

test('a blocking scenario alone turns a green run red', async () => {
  const blocks = `test('blocks', () => { const ends = Date.now() + 1500; while (Date.now() < ends); })`
  expect((await run(`test('well', () => {})`, blocks)).code).toBe(3)
})

test('what was not run because the rig is not well is told, each by name, and no unit is called bad', async () => {
  const { code, junit, html, out } = await run(
    `test('golden card', () => { throw new Error('the golden card failed') })`,
    `test('one', () => { saw('PASS') }); test('two', () => {})`,
  )
  expect(code).toBe(3)
  expect(junit).toContain('tests="3" failures="0" errors="1"')
  expect(junit.match(/<skipped type="not run"/g)).toHaveLength(2)
  expect(html).toContain('2 not run')
  expect(out).toContain('2 not run')
  expect(others()).toEqual({ ctrf: [3, 0, 0, 2, 1, 0], csv: 3, openhtf: { ERROR: 1, ABORTED: 2 } })
})

test('an alarm outweighs everything, even where its test took no notice, and what it stopped was not run', async () => {
  const { code, junit, html } = await run(
    `test('well', () => {})`,
    `const note = (type, description) => test.info().annotations.push({ type, description })
     test('open', () => { note('inspection', JSON.stringify({ verdict: 'FAIL', retries: 0, alarm: 'ALARM: it lies open.' })) })
     test('planted', () => { note('inspection', JSON.stringify({ verdict: 'FAIL', retries: 0, alarm: null })) })
     test('rig failed', () => { throw new Error('the port was lost') })
     test('stopped', () => { note('stopped', 'ALARM: it lies open.'); throw new Error('not run') })`,
  )
  expect(code).toBe(5)
  expect(junit).toContain('tests="5" failures="1" errors="1"')
  expect(junit).toMatch(/name="open"[^>]*><failure type="alarm" message="ALARM: it lies open."/)
  expect(junit).toMatch(/name="planted"[^>]*\/>/)
  expect(junit).toMatch(/name="stopped"[^>]*><skipped type="not run" message="an alarm stopped the run: ALARM: it lies/)
  expect(html).toContain(
    '1 alarm, 1 rig error, 0 code error, 0 unit failed, 0 test failed, 1 not run, 0 skipped, 2 passed',
  )
})

test.each([['line'], ['json'], ['dot,list']])('--reporter=%s takes neither reports nor exit codes', async chosen => {
  const bad = `test('bad unit', () => { saw('FAIL'); expect({ verdict: 'FAIL' }).toPass() })`
  const { code, junit, out } = await run(
    `test('well', () => { throw new Error('the port was lost') })`,
    bad,
    `--reporter=${chosen}`,
  )
  expect(code).toBe(3)
  expect(junit).toContain('tests="2" failures="0" errors="1"')
  // What a reporter prints for a program stays what it is.
  if (chosen === 'json') expect(JSON.parse(out)).toMatchObject({ stats: { unexpected: 1 } })
})

test('a slip of the pen is neither the fault of a unit nor of a rig', async () => {
  const { code, junit, html } = await run(
    `test('well', () => {})`,
    `test('defect', () => { throw new RangeError('there is no defect «scratched-of»; choose one of scratched-off') })
     test('name', () => { saw('PASS'); statoin.inspect() })
     test('bad unit', () => { saw('FAIL'); expect({ verdict: 'FAIL' }).toPass() })
     test('bad rig', () => { saw('ERROR'); statoin.inspect() })`,
  )
  expect(code).toBe(3)
  expect(junit).toContain('tests="5" failures="1" errors="3"')
  expect(junit).toMatch(/name="defect"[^>]*><error type="code" message="RangeError: there is no defect «scratched-of»/)
  expect(junit).toMatch(/name="name"[^>]*><error type="code" message="ReferenceError: statoin is not defined"/)
  expect(junit).toMatch(/name="bad rig"[^>]*><error type="rig"/)
  expect(html).toContain('Scenarios that are wrong themselves')
})

test('scenarios that are wrong themselves, cannot be loaded or are not there end with 2, and never as a unit that failed', async () => {
  const wrong = await run(`test('well', () => {})`, `test('name', () => { statoin.inspect() })`)
  expect(wrong.code).toBe(2)
  rmSync(join(folder, 's'), { recursive: true })
  const unloadable = await run(`test('well', () => {})`, `test('one', () => {`)
  expect(unloadable.code).toBe(2)
  expect(unloadable.junit).toMatch(/name="outside of any scenario"[^>]*><error type="code" message="SyntaxError/)
  rmSync(join(folder, 's'), { recursive: true })
  expect((await run('', '')).code).toBe(2)
})
