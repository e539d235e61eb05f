import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'

const root = join(fileURLToPath(import.meta.url), '..', '..')

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
 * @param {string} entry from the root of the checkout
 * @param {Record<string, string>} define names that stand for a value
 * @param {readonly string[]} packages what it never runs
 * @returns {Promise<string>}
 */
export async function bundled(entry, define = {}, packages = []) {
  const input = join(root, entry)
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
