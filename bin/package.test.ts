// @module-tag long
import { execFile } from 'node:child_process'
import {
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { unpublishedFolders } from './rooms.mjs'

const root = join(import.meta.dirname, '..')
const run = promisify(execFile)

/** The package comes without types. */
const drawQr: { toFile(path: string, text: string, options: { width: number }): Promise<void> } = createRequire(
  import.meta.url,
)('qrcode')

/** A project elsewhere that has installed Assay from its tarball. */
const project = realpathSync(mkdtempSync(join(tmpdir(), 'assay-package-')))
const installed = join(project, 'node_modules', 'assay')

beforeAll(async () => {
  const { stdout } = await run('npm', ['pack', '--json', '--loglevel=error', '--pack-destination', project], {
    cwd: root,
  })
  const packed: readonly { filename: string }[] = JSON.parse(stdout.slice(stdout.indexOf('[')))
  mkdirSync(installed, { recursive: true })
  await run('tar', ['-xzf', join(project, packed[0]!.filename), '-C', installed, '--strip-components=1'])
  linkProductionPackages()
  mkdirSync(join(project, 'node_modules', '.bin'))
  symlinkSync('../assay/bin/assay.js', join(project, 'node_modules', '.bin', 'assay'))
  symlinkSync('../playwright/cli.js', join(project, 'node_modules', '.bin', 'playwright'))
}, 180_000)
afterAll(() => rmSync(project, { recursive: true }))

/**
 * Installing 150 MB again would prove nothing more: what matters is that only the packages that the published
 * package.json brings are there, and none of the checkout's development packages.
 */
function linkProductionPackages(): void {
  const lock: { packages: Record<string, { dev?: boolean }> } = JSON.parse(
    readFileSync(join(root, 'node_modules', '.package-lock.json'), 'utf8'),
  )
  for (const [path, { dev }] of Object.entries(lock.packages)) {
    const isNested = path.indexOf('node_modules/', 1) > 0
    if (dev === true || isNested) continue
    mkdirSync(dirname(join(project, path)), { recursive: true })
    symlinkSync(join(root, path), join(project, path))
  }
}

/** `npx assay ARGS` in that project, which finds this link. */
async function assay(...args: readonly string[]) {
  return await run(join(project, 'node_modules', '.bin', 'assay'), args, { cwd: project, maxBuffer: 64 << 20 })
}

test('holds JavaScript, types and assets, and no source, test, aid of tests or bench', () => {
  const files = globSync('**/*', { cwd: installed, withFileTypes: false })
  expect(files.filter(file => /(?<!\.d)\.ts$|\.(?:test|testing|bench|spec)\.|__snapshots__|\.py$/.test(file))).toEqual(
    [],
  )
  const unpublished = unpublishedFolders.filter(folder => folder !== 'bin' && folder !== 'scenarios')
  expect(files.filter(file => unpublished.some(folder => file.startsWith(join('dist', folder))))).toEqual([])
  for (const expected of [
    'LICENSE',
    'NOTICE',
    'npm-shrinkwrap.json',
    'README.md',
    'CHANGELOG.md',
    'bin/assay.js',
    'dist/harness/cli/main.js',
    'dist/scenarios/rig-test.js',
    'dist/harness/index.d.ts',
    'dist/harness/products/shipped/real.json',
  ]) {
    expect(files).toContain(expected)
  }
  // Everything that lies beside the source and is no source lies beside the JavaScript too.
  const assets = globSync('{harness,devices,fixtures,reports}/**/*.{json,otf,ttf,onnx,wasm,svg,css,html}', {
    cwd: root,
  }).filter(asset => !unpublished.some(folder => asset.startsWith(folder)))
  expect(files).toEqual(expect.arrayContaining(assets.map(asset => join('dist', asset))))
})

test('brings the tested versions along, without those of development', () => {
  const read = (file: string): { packages: Record<string, { dev?: boolean; version?: string }> } =>
    JSON.parse(readFileSync(file, 'utf8'))
  const { packages } = read(join(installed, 'npm-shrinkwrap.json'))
  const locked = Object.entries(read(join(root, 'package-lock.json')).packages).filter(([, { dev }]) => dev !== true)
  expect(Object.keys(packages).sort()).toEqual(locked.map(([path]) => path).sort())
  for (const [path, { version }] of locked) expect(packages[path]!.version).toBe(version)
  expect(packages['']).not.toHaveProperty('devDependencies')
  // npm would prefer it to the lock of the checkout.
  expect(globSync('npm-shrinkwrap.json', { cwd: root })).toEqual([])
})

test('names only the command, and not the entry scripts of the checkout', () => {
  expect(globSync('bin/*', { cwd: installed })).toEqual(['bin/assay.js'])
})

test('npx assay --version and --help work', async () => {
  const { version } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'))
  expect((await assay('--version')).stdout).toBe(`${version}\n`)
  expect((await assay('--help')).stdout).toContain('Usage: assay')
})

test('npx assay reads a QR code, with both readers', async () => {
  const address = 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4'
  await drawQr.toFile(join(project, 'code.png'), address, { width: 400 })
  const { stdout } = await assay('qr', 'code.png')
  expect(stdout).toContain(address)
})

test('npx assay demo runs the whole path: profiles, fonts, networks, threads and the report are all there', async () => {
  const { stdout } = await assay('demo', '--units', '2', '--seed', '3', '--json')
  const { folder, visits, falsePass } = JSON.parse(stdout)
  expect(visits).toHaveLength(6)
  expect(falsePass).toBe(0)
  expect(folder.startsWith(join(project, 'runs'))).toBe(true)
  expect(readFileSync(join(folder, 'report.html'), 'utf8')).toContain('<html')
}, 300_000)

test("npx assay customer build makes the owner's page, the same as in a checkout", async () => {
  await assay('customer', 'build', '--out', 'card.html')
  const { customerPage } = await import('../harness/customer/customer-page.node.ts')
  expect(readFileSync(join(project, 'card.html'), 'utf8') === (await customerPage()).html).toBe(true)
})

test('every entry of exports loads', async () => {
  const { exports } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'))
  const entries = Object.keys(exports).filter(entry => entry !== './package.json')
  const script = entries.map(entry => `await import('${entry.replace('.', 'assay')}')`).join('\n')
  await run(process.execPath, ['--input-type=module', '-e', script], { cwd: project })
})

test('its types and its configuration work in TypeScript', async () => {
  writeFileSync(join(project, 'package.json'), '{"type":"module"}')
  writeFileSync(
    join(project, 'assay.config.ts'),
    "import { defineConfig } from 'assay'\nexport default defineConfig({ rig: { seed: 7 as number } })\n",
  )
  writeFileSync(
    join(project, 'wrong.ts'),
    "import { defineConfig } from 'assay'\n// @ts-expect-error: there is no such station\nexport default defineConfig({ station: 'nowhere' })\n",
  )
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  const options = [
    '--noEmit',
    '--strict',
    '--target',
    'esnext',
    '--module',
    'nodenext',
    '--skipLibCheck',
    '--types',
    '',
  ]
  await run(process.execPath, [compiler, ...options, 'assay.config.ts', 'wrong.ts'], { cwd: project })
  const { stdout } = await assay('config', 'print', '--json')
  expect(JSON.parse(stdout).settings['rig.seed']).toEqual({ value: 7, source: 'file' })
})

/** The page that tells a maker how; its blocks are the files of such a repository. */
const ownScenarios = readFileSync(join(root, 'docs', 'own-scenarios.md'), 'utf8')

/** The block of the page that begins with a comment that names the file. */
function fileOfPage(name: string): string {
  const block = ownScenarios.match(
    new RegExp(`^ {4}// ${name.replaceAll('.', '\\.')}\\n((?: {4}.*\\n|\\n(?= {4}))+)`, 'm'),
  )
  if (block === null) throw new Error(`docs/own-scenarios.md shows no ${name}`)
  return block[1]!.replaceAll(/^ {4}/gm, '')
}

test("a maker's own repository has scenarios of its own, with types", async () => {
  const maker = join(project, 'maker')
  mkdirSync(join(maker, 'scenarios'), { recursive: true })
  const shipped = join(installed, 'dist', 'harness', 'products', 'shipped', 'assay-reference.json')
  const own = { ...JSON.parse(readFileSync(shipped, 'utf8')), name: 'our-card', title: 'Our card' }
  writeFileSync(join(maker, 'our-card.json'), JSON.stringify(own))
  writeFileSync(join(maker, 'package.json'), '{"type":"module","private":true}')
  for (const file of ['playwright.config.ts', 'scenarios/sealed.spec.ts'])
    writeFileSync(join(maker, file), fileOfPage(file))

  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  const types = ['--types', 'node', '--typeRoots', join(root, 'node_modules', '@types')]
  const options = ['--noEmit', '--strict', '--target', 'esnext', '--module', 'nodenext', '--skipLibCheck', 'false']
  await run(process.execPath, [compiler, ...options, ...types, 'playwright.config.ts', 'scenarios/sealed.spec.ts'], {
    cwd: maker,
  })

  const playwright = join(project, 'node_modules', '.bin', 'playwright')
  const { stdout } = await run(playwright, ['test'], { cwd: maker, maxBuffer: 64 << 20 })
  expect(stdout).toContain('2 passed')
  const junit = readFileSync(join(maker, 'results', 'scenarios.xml'), 'utf8')
  expect(junit).toContain('tests="2" failures="0" errors="0"')
  expect(junit).toContain('classname="sealed.spec.ts"')
}, 300_000)

test('the core and the coins are typed for a project of pages, with every library checked and none of Node', async () => {
  writeFileSync(
    join(project, 'page.ts'),
    "import * as core from 'assay/bip38'\nimport * as coins from 'assay/coins'\nexport default [core, coins]\n",
  )
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  const options = [
    '--noEmit',
    '--strict',
    '--target',
    'es2022',
    '--lib',
    'es2022,dom',
    '--types',
    '',
    '--module',
    'esnext',
  ]
  await run(process.execPath, [compiler, ...options, '--moduleResolution', 'bundler', 'page.ts'], { cwd: project })
})
