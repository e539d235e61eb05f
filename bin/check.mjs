// npm run check: types, lint and import boundaries, in seconds.
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runStaticChecks } from './static-checks.mjs'

const controller = new AbortController()
const { passed, failed } = await runStaticChecks(join(fileURLToPath(import.meta.url), '..', '..'), controller.signal)
process.stdout.write(`${passed} passed, ${failed} failed\n`)
process.exitCode = failed === 0 ? 0 : 1
