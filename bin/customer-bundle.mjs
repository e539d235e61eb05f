import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundled } from './page-bundle.mjs'

const root = join(fileURLToPath(import.meta.url), '..', '..')

/**
 * The customer's page as programs: `begin` has the first of it shown and then runs `page`, the threads of which are `card` and
 * `photograph`.
 *
 * @returns {Promise<{ begin: string, page: string, card: string, photograph: string }>}
 */
export async function customerBundle() {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  // The engine of serial patterns (110 kB) is only for a list that is judged as a product.
  const card = await bundled('harness/customer/page/card-worker.ts', {}, ['re2js'])
  // Networks run by the page's own way, with an engine that is handed in.
  const named = { ASSAY_VERSION: JSON.stringify(version) }
  const photograph = await bundled('harness/customer/photograph/photograph-worker.ts', named, ['onnxruntime-web'])
  const begin = await bundled('harness/customer/page/begin.ts')
  return { begin, page: await bundled('harness/customer/page/main.tsx', named), card, photograph }
}
