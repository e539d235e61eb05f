import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'

const root = join(fileURLToPath(import.meta.url), '..', '..')
const customer = join(root, 'harness', 'customer')

/**
 * Leaves out what a page never runs: Node's side of a room, which is handed in or asked for only where Node runs, and packages.
 * Whoever does run it is told.
 *
 * @param {readonly string[]} packages
 */
const without = packages => ({
  name: 'without-the-rest',
  /** @param {string} source */
  resolveId: source =>
    source.endsWith('.node.ts') || packages.includes(source) ? { id: `\0left-out ${source}`, external: false } : null,
  /** @param {string} id */
  load: id =>
    id.startsWith('\0left-out ')
      ? 'const refuse = () => { throw new Error("left out of this page") }; export class RE2JS { static compile = refuse }; export const filters = {}; export const InferenceSession = refuse'
      : null,
})

/**
 * One program of one file of ours, for browsers.
 *
 * @param {string} entry below the room's folder
 * @param {Record<string, string>} define names that stand for a value
 * @param {readonly string[]} packages what it never runs
 * @returns {Promise<string>}
 */
async function bundled(entry, define = {}, packages = []) {
  const input = join(customer, entry)
  if (!existsSync(input)) throw new Error(`${input} is not there`)
  const bundle = await rolldown({
    input,
    platform: 'browser',
    plugins: [without(packages)],
    transform: { define },
    onLog(level, log) {
      // onnxruntime asks where it lies, to load its engine from there: it is handed in.
      if (log.code === 'EMPTY_IMPORT_META') return
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
 * The customer's page as programs, each with the programs of its threads inside: `script` without and `readerScript` with what
 * reads photographs.
 *
 * @returns {Promise<{ script: string, readerScript: string }>}
 */
export async function customerBundle() {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  // The engine of serial patterns (110 kB) is only for a list that is judged as a product.
  const card = JSON.stringify(await bundled('page/card-worker.ts', {}, ['re2js']))
  // Networks run by the page's own way, with an engine that is handed in.
  const named = { ASSAY_VERSION: JSON.stringify(version) }
  const reader = await bundled('photograph/photograph-worker.ts', named, ['onnxruntime-web'])
  const script = (/** @type {string | null} */ photograph) =>
    bundled('page/main.tsx', { CARD_WORKER: card, PHOTOGRAPH_WORKER: JSON.stringify(photograph) })
  return { script: await script(null), readerScript: await script(reader) }
}
