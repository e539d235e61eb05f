import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundled } from './page-bundle.mjs'

const root = join(fileURLToPath(import.meta.url), '..', '..')

/**
 * The customer's page as programs, each with the programs of its threads inside: `script` without and `readerScript` with what
 * reads photographs.
 *
 * @returns {Promise<{ script: string, readerScript: string }>}
 */
export async function customerBundle() {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  // The engine of serial patterns (110 kB) is only for a list that is judged as a product.
  const card = JSON.stringify(await bundled('harness/customer/page/card-worker.ts', {}, ['re2js']))
  // Networks run by the page's own way, with an engine that is handed in.
  const named = { ASSAY_VERSION: JSON.stringify(version) }
  const reader = await bundled('harness/customer/photograph/photograph-worker.ts', named, ['onnxruntime-web'])
  const script = (/** @type {string | null} */ photograph) =>
    bundled('harness/customer/page/main.tsx', {
      ...named,
      CARD_WORKER: card,
      PHOTOGRAPH_WORKER: JSON.stringify(photograph),
    })
  return { script: await script(null), readerScript: await script(reader) }
}
