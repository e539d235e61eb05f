import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'

/**
 * onnxruntime-web brings an engine for each way of a browser; here it stands in for onnxruntime-node, on a processor alone, and
 * runs in the owner's page.
 */
const keptOfWeb = [
  'ort.node.min.js',
  'ort.node.min.mjs',
  'ort.wasm.bundle.min.mjs',
  'ort-wasm-simd-threaded.mjs',
  'ort-wasm-simd-threaded.wasm',
]

/**
 * Takes out of node_modules what nothing here uses: half of what an install takes on a disk. Call it after a complete install.
 * What is not built as it is known here stays whole.
 *
 * @param {string} root the checkout
 * @param {string} platform
 * @param {string} arch
 */
export function slimPackages(root, platform = process.platform, arch = process.arch) {
  const packages = join(root, 'node_modules')
  // Of every system's engine the one that runs here.
  const engines = join(packages, 'onnxruntime-node', 'bin')
  for (const version of namesIn(engines)) {
    keep(join(engines, version), [platform])
    keep(join(engines, version, platform), [arch])
  }
  keep(join(packages, 'onnxruntime-web', 'dist'), keptOfWeb)
  // For whoever compiles for Node, or reads about it.
  for (const name of namesIn(packages).filter(name => /^node-(?:linux|win|darwin)-/.test(name))) {
    for (const part of ['include', 'share']) rmSync(join(packages, name, part), { recursive: true, force: true })
  }
}

/**
 * @param {string} folder
 * @param {readonly string[]} wanted
 */
function keep(folder, wanted) {
  const names = namesIn(folder)
  if (!wanted.every(name => names.includes(name))) return
  for (const name of names) if (!wanted.includes(name)) rmSync(join(folder, name), { recursive: true })
}

/** @param {string} folder */
function namesIn(folder) {
  return existsSync(folder) ? readdirSync(folder) : []
}
