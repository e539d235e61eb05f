// Writes npm-shrinkwrap.json for the published package, so that whoever installs it gets the versions that were tested here:
// npm heeds no package-lock.json of a dependency. `--remove` takes it away again, since npm would prefer it in the checkout.
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(fileURLToPath(import.meta.url), '..', '..')
const file = join(root, 'npm-shrinkwrap.json')

if (process.argv.includes('--remove')) rmSync(file, { force: true })
else {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
  lock.packages = Object.fromEntries(Object.entries(lock.packages).filter(([, { dev }]) => dev !== true))
  delete lock.packages[''].devDependencies
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`)
}
