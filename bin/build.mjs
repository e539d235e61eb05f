// Makes dist/, the JavaScript of the published package: Node strips no types below node_modules. A checkout needs no build.
import { spawnSync } from 'node:child_process'
import { cpSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { consoleBundle } from './console-bundle.mjs'
import { customerBundle } from './customer-bundle.mjs'
import { unpublishedFolders } from './rooms.mjs'

const root = join(fileURLToPath(import.meta.url), '..', '..')
const dist = join(root, 'dist')
const rooms = ['harness', 'devices', 'fixtures', 'reports']
const unpublished = new Set(unpublishedFolders.map(folder => join(root, folder)))

rmSync(dist, { recursive: true, force: true })
const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
const compiled = spawnSync(process.execPath, [compiler, '-p', join(root, 'tsconfig.build.json')], { stdio: 'inherit' })
if (compiled.status !== 0) process.exit(1)

// Profiles, fonts, models and templates are read from beside the file that needs them.
for (const room of rooms) {
  cpSync(join(root, room), join(dist, room), {
    recursive: true,
    filter: source => !/\.tsx?$|[\\/]__snapshots__$/.test(source) && !unpublished.has(source),
  })
}

// The customer's page is made of one program, for which a checkout asks the bundler.
writeFileSync(join(dist, 'harness', 'customer', 'page-programs.json'), JSON.stringify(await customerBundle()))
writeFileSync(join(dist, 'harness', 'console', 'page-program.json'), JSON.stringify({ script: await consoleBundle() }))

// tsc rewrites the endings of imports, but a worker is started by a URL: `new URL('./worker.ts', import.meta.url)`.
const ownUrl = /(new URL\(\s*(['"`])\.{1,2}\/(?:(?!\2).)+)\.ts(\2,\s*import\.meta\.url)/g
for (const file of globSync('**/*.js', { cwd: dist })) {
  const path = join(dist, file)
  const before = readFileSync(path, 'utf8')
  const after = before.replace(ownUrl, '$1.js$3')
  if (after !== before) writeFileSync(path, after)
}

const bare = globSync('**/*.js', { cwd: dist }).filter(file =>
  /from ['"]\.[^'"]*\.ts['"]/.test(readFileSync(join(dist, file), 'utf8')),
)
if (bare.length > 0) {
  process.stderr.write(
    `these files still import TypeScript: ${bare.map(file => join(dirname(dist), file)).join(', ')}\n`,
  )
  process.exit(1)
}
