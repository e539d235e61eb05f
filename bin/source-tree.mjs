import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { readModule } from './imports.mjs'

/**
 * A checkout, read once for every rule about it.
 *
 * @typedef {object} SourceTree
 * @property {string} root
 * @property {readonly string[]} files in the rooms, whatever they are: paths from `root`, with slashes, in a stable order
 * @property {ReadonlyMap<string, import('./imports.mjs').Module>} modules by path: what is parsed of `files`, of bin/ and
 *   of the configuration of tools
 * @property {Readonly<Record<string, any>>} manifest package.json
 */

const roomFolders = ['harness', 'devices', 'fixtures', 'scenarios', 'reports']

/**
 * @param {string} root
 * @returns {SourceTree}
 */
export function readTree(root) {
  const files = roomFolders.filter(folder => existsSync(join(root, folder))).flatMap(folder => filesBelow(root, folder))
  const modules = [...files, ...globSync(['bin/*.{js,mjs,ts}', '*.config.ts'], { cwd: root }).map(withSlashes)]
    .filter(file => /\.(?:ts|tsx|mts|js|mjs)$/.test(file) && !/\.(?:min\.js|d\.ts)$/.test(file))
    .map(file => /** @type {const} */ ([file, readModule(file, readFileSync(join(root, file), 'utf8'))]))
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  return { root, files, modules: new Map(modules), manifest }
}

/** Whether only tests and benches read it, by its name. @param {string} file */
export function isTrial(file) {
  return /\.(?:test|bench|spec|testing)\.ts$/.test(file)
}

/**
 * The package that an import names.
 *
 * @param {string} specifier
 */
export function packageOf(specifier) {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}

/** @param {import('./imports.mjs').Import} reference whether it names a file of ours, and not a package or an address */
export function isOwn({ specifier, kind }) {
  return specifier.startsWith('.') || (kind === 'file' && !/^[a-z]+:/.test(specifier))
}

/**
 * @param {string} root
 * @param {string} folder
 */
function filesBelow(root, folder) {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => withSlashes(relative(root, join(entry.parentPath, entry.name))))
    .sort()
}

/** @param {string} path */
function withSlashes(path) {
  return path.split(sep).join('/')
}
