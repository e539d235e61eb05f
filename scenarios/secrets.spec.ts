import { execFile } from 'node:child_process'
import { globSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'playwright/test'
import { openRig } from '../devices/rig.ts'
import { VirtualLine } from '../fixtures/virtual-line/virtual-line.ts'
import { LeakScan } from '../harness/guard/leaks/leak-scan.node.ts'
import { PictureScan } from '../harness/guard/leaks/picture-scan.node.ts'
import { loadProfile } from '../harness/products/load-profile.ts'
import { openVision, type PictureSearch, type Vision } from '../harness/vision/pool/vision.ts'
import { brightestIn, figuresOf, NEARLY_BLACK } from './report-figures.ts'
import { secretsOfLot } from './unit-secrets.ts'

// No secret is in any file that the demo, the commands or a failing test leave behind. A lot is made from a seed, so that
// its secrets are known; everything that is left is searched for them, packed, encoded or pictured.

const root = fileURLToPath(new URL('..', import.meta.url))
const assay = join(root, 'bin', 'assay.js')
const profile = loadProfile('assay-reference')
const seed = 5
const units = 2

let scan: LeakScan
let vision: Vision & PictureSearch
let pictures: PictureScan
let folder: string
/** Holds the photographs that are handed to the commands: their secrets are the operator's, and nothing of ours. */
let photographs: string
let records: string

test.describe.configure({ mode: 'serial', timeout: 600_000 })

test.beforeAll(async () => {
  test.setTimeout(600_000)
  folder = mkdtempSync(join(tmpdir(), 'assay-secrets-'))
  scan = new LeakScan(await secretsOfLot(profile, seed, units))
  vision = openVision({ workers: 2 })
  pictures = new PictureScan(scan, vision, { profile })
  photographs = made('photographs')
  await using line = await VirtualLine.make({ profile, seed, count: units, share: 0.5 })
  await using rig = await openRig({ kind: 'virtual', seed })
  await rig.stage.goTo('inspect')
  await rig.light.set('dome')
  const good = line.truth.findIndex(({ defect }) => defect === null)
  for (const state of ['etched', 'sealed', 'opened'] as const) {
    rig.place(await line.card(good, state))
    writeFileSync(join(photographs, `${state}.jpg`), (await rig.camera.photograph()).bytes)
  }
  records = join(photographs, 'lot.json')
  writeFileSync(records, line.records)
})

test.afterAll(async () => {
  await vision?.[Symbol.asyncDispose]()
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
})

function made(name: string): string {
  const path = join(folder, name)
  mkdirSync(path)
  return path
}

interface Ended {
  readonly exitCode: number
  readonly output: string
}

/** Runs a command in an empty folder of its own, its temporary files too. Its output is kept there as well. */
function run(args: readonly string[], cwd: string, env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const temporary = join(cwd, 'temporary')
  mkdirSync(temporary, { recursive: true })
  const ownEnvironment: NodeJS.ProcessEnv = {
    ...process.env,
    TMPDIR: temporary,
    TEMP: temporary,
    TMP: temporary,
    ...env,
  }
  // This runner's own settings are not for a runner inside of it.
  for (const name of Object.keys(ownEnvironment)) if (/^(PW|PLAYWRIGHT|TEST_)/.test(name)) delete ownEnvironment[name]
  return new Promise(resolve => {
    const options = { cwd, env: ownEnvironment, timeout: 500_000, maxBuffer: 2 ** 26 }
    execFile(process.execPath, args, options, (error, stdout, stderr) => {
      const exitCode = error === null ? 0 : typeof error.code === 'number' ? error.code : -1
      const output = `${stdout}\n${stderr}`
      writeFileSync(join(cwd, `output-${args.length}.txt`), output)
      resolve({ exitCode, output })
    }).stdin?.end()
  })
}

test('the demo leaves no secret behind', async () => {
  const here = made('demo')
  const { exitCode, output } = await run(
    [assay, 'demo', '--seed', String(seed), '--units', String(units), '--runs', join(here, 'runs')],
    here,
  )
  // Whether the verdicts were right is another test's business.
  expect([0, 1], output).toContain(exitCode)
  const { leaks, looked } = await pictures.allLeaksIn(scan.folder(here))
  expect(leaks).toEqual([])

  const report = readFileSync(join(here, 'runs', `demo-${profile.name}-${seed}`, 'report.html'), 'utf8')
  const figures = figuresOf(report)
  // Those of the report, and those that lie beside the records.
  const kept = globSync('**/*.jpg', { cwd: here })
  expect(kept.length).toBeGreaterThanOrEqual(figures.length)
  expect(looked).toBe(figures.length + kept.length)
  const fronts = figures.filter(({ caption }) => caption.startsWith('The card'))
  // A unit that was photographed again shows two.
  expect(fronts.length).toBeGreaterThanOrEqual(3 * units)
  let epksBlack = 0
  for (const [i, front] of fronts.entries()) {
    expect(await brightestIn(profile, 'passphrase', front, 0), `passphrase in front ${i + 1}`).toBeLessThan(
      NEARLY_BLACK,
    )
    if ((await brightestIn(profile, 'epk-qr', front, 0)) < NEARLY_BLACK) epksBlack++
  }
  // The worst come first: at one of the three stations the EPK lies open, of every unit.
  expect(epksBlack).toBeGreaterThanOrEqual(units)
})

test('reading and inspecting photographs leaves no secret behind', async () => {
  const here = made('photographs-judged')
  const all = ['etched', 'sealed', 'opened'].map(state => join(photographs, `${state}.jpg`))
  const product = ['--product', profile.name]
  const read = await run([assay, 'read', ...all, ...product, '--json', '--explain', join(here, 'read.html')], here)
  expect([0, 4], read.output).toContain(read.exitCode)
  for (const [station, state] of [
    ['etched', 'etched'],
    ['sealed', 'opened'],
    ['opened', 'opened'],
  ] as const) {
    const place = made(`photographs-judged/${station}`)
    const judged = [
      '--station',
      station,
      '--records',
      records,
      '--out',
      join(place, 'out'),
      '--explain',
      join(place, 'explain.html'),
    ]
    const { exitCode, output } = await run(
      [assay, 'inspect', '--photos', join(photographs, `${state}.jpg`), ...product, ...judged, '--json'],
      place,
    )
    // An opened unit has no business at the sealed station: that is the alarm.
    expect(station === 'sealed' ? [5] : [0, 4], output).toContain(exitCode)
  }
  const { leaks, looked } = await pictures.allLeaksIn(scan.folder(here))
  expect(leaks).toEqual([])
  expect(looked).toBeGreaterThan(30)

  const flat = figuresOf(readFileSync(join(here, 'read.html'), 'utf8')).filter(
    ({ caption }) => caption === 'card laid flat',
  )
  expect(flat).toHaveLength(3)
  for (const front of flat) expect(await brightestIn(profile, 'passphrase', front, 2)).toBeLessThan(NEARLY_BLACK)
  expect(await brightestIn(profile, 'epk-qr', flat[2]!, 2)).toBeLessThan(NEARLY_BLACK)
})

test('a failing test leaves no secret behind', async ({ launchOptions }) => {
  const here = made('failing')
  const specs = made('failing/specs')
  const results = made('failing/left')
  writeFileSync(join(here, 'package.json'), '{"type":"module"}')
  writeFileSync(join(specs, 'failing.spec.ts'), failingSpec)
  const reporters = [
    ['list'],
    ['json', { outputFile: join(results, 'report.json') }],
    ['junit', { outputFile: join(results, 'report.xml') }],
  ]
  const config = {
    testDir: specs,
    outputDir: join(results, 'test-results'),
    reporter: reporters,
    workers: 1,
    use: { launchOptions },
  }
  writeFileSync(join(here, 'playwright.config.mjs'), `export default ${JSON.stringify(config)}`)
  const cli = join(root, 'node_modules', 'playwright', 'cli.js')
  const { exitCode, output } = await run([cli, 'test', '--config', join(here, 'playwright.config.mjs')], here)
  expect(exitCode, output).toBe(1)
  expect(output).toMatch(/5 failed/)
  const left = readdirSync(results, { recursive: true, encoding: 'utf8' })
  expect(left.filter(name => name.endsWith('error-context.md'))).toHaveLength(5)
  expect(left).toEqual(expect.arrayContaining(['report.json', 'report.xml']))
  const { leaks } = await pictures.allLeaksIn(scan.folder(here))
  expect(leaks).toEqual([])
})

/** Five ways to fail with a secret in hand. */
const failingSpec = `
import { expect, test } from ${JSON.stringify(join(root, 'scenarios', 'rig-test.ts'))}
import { VirtualLine } from ${JSON.stringify(join(root, 'fixtures', 'virtual-line', 'virtual-line.ts'))}
import { loadProfile } from ${JSON.stringify(join(root, 'harness', 'products', 'load-profile.ts'))}
import { readLotFile } from ${JSON.stringify(join(root, 'harness', 'checks', 'lot', 'read-lot-file.ts'))}

test.use({ at: 'opened' })
let line
test.beforeAll(async () => {
  line = await VirtualLine.make({ profile: loadProfile(${JSON.stringify(profile.name)}), seed: ${seed}, count: ${units}, share: 0.5 })
})
const good = () => line.truth.findIndex(({ defect }) => defect === null)

test('a wrong verdict is expected', async ({ station }) => {
  const card = state => line.card(good(), state)
  const unit = { serial: line.truth[good()].serial, records: readLotFile(line.records).lot, card }
  expect(await station.inspect(unit)).toFailAt('decryption')
})
test('secrets are compared', () => {
  expect(line.lot.units[0].secrets).toEqual({ passphrase: 'another', epk: 'another' })
})
test('a whole lot is compared', () => {
  expect(line.lot).toMatchObject({ units: [] })
})
test('a page shows a secret', async ({ page }) => {
  await page.setContent('<input><p></p>')
  await page.locator('input').fill(line.lot.units[0].secrets.epk.exposeText())
  expect(await page.locator('p').count()).toBe(2)
})
test('an error quotes a secret', () => {
  const { passphrase, epk } = line.lot.units[0].secrets
  throw new Error(\`\${passphrase} and \${JSON.stringify(epk)} do not fit\`, { cause: { passphrase, epk } })
})
`
