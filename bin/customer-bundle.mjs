import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'

const root = join(fileURLToPath(import.meta.url), '..', '..')
const page = join(root, 'harness', 'customer', 'page')

/**
 * What this page never runs: Node's side of a room, which is handed in or asked for only where Node runs, and the engine of
 * serial patterns (110 kB), which only a list that is judged as a product needs. Whoever does run it is told.
 */
const leftOut = (/** @type {string} */ source) => source.endsWith('.node.ts') || source === 're2js'
const withoutTheRest = {
  name: 'without-the-rest',
  /** @param {string} source */
  resolveId: source => (leftOut(source) ? { id: `\0left-out ${source}`, external: false } : null),
  /** @param {string} id */
  load: id =>
    id.startsWith('\0left-out ')
      ? 'const refuse = () => { throw new Error("left out of this page") }; export class RE2JS { static compile = refuse }; export const filters = {}'
      : null,
}

/**
 * One program of one file of ours, for browsers.
 *
 * @param {string} entry below the page's folder
 * @param {Record<string, string>} define names that stand for a value
 * @returns {Promise<string>}
 */
async function bundled(entry, define = {}) {
  const input = join(page, entry)
  if (!existsSync(input)) throw new Error(`${input} is not there`)
  const bundle = await rolldown({
    input,
    platform: 'browser',
    plugins: [withoutTheRest],
    transform: { define },
    onLog(level, log) {
      throw new Error(`${level}: ${log.message}`)
    },
  })
  try {
    const { output } = await bundle.generate({ format: 'iife', codeSplitting: false, minify: true })
    if (output.length !== 1 || output[0].imports.length > 0) throw new Error(`${entry} is more than one file`)
    return output[0].code
  } finally {
    await bundle.close()
  }
}

/**
 * The customer's page as programs: its script, with the worker's program inside.
 *
 * @returns {Promise<{ script: string }>}
 */
export async function customerBundle() {
  const worker = await bundled('card-worker.ts')
  return { script: await bundled('main.tsx', { CARD_WORKER: JSON.stringify(worker) }) }
}
