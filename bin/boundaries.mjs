// The import boundaries of the rooms, the shape of the tree, and what nothing uses: `npm run check` and `npm test` run it.
import { readdirSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findCycles } from './cycles.mjs'
import {
  closedRooms,
  isTestAid,
  namelessFolders,
  nodeOnlyPackages,
  rooms,
  topLevel,
  unpublishedFolders,
} from './rooms.mjs'
import { isOwn, isTrial, packageOf, readTree } from './source-tree.mjs'
import { findUnused } from './unused.mjs'

/** @typedef {import('./imports.mjs').Import} Import */
/** @typedef {import('./rooms.mjs').Room} Room */
/** @typedef {import('./source-tree.mjs').SourceTree} SourceTree */

const madeFolders = ['node_modules', 'dist', 'runs', 'assay-journal', 'coverage', 'test-results', 'playwright-report']

/**
 * Every place of a tree where a rule of rooms.mjs is broken, as one sentence each.
 *
 * @param {SourceTree} tree
 * @returns {readonly string[]}
 */
export function findBreaches(tree) {
  const packages = packagesOf(tree)
  return [
    ...topLevelBreaches(tree.root),
    ...namelessBreaches(tree.files),
    ...tree.files.flatMap(file => fileBreaches(file, tree.modules.get(file)?.imports, packages)),
  ]
}

/** @param {string} root */
function topLevelBreaches(root) {
  return readdirSync(root)
    .filter(name => !name.startsWith('.') && !/\.(?:tgz|log)$/.test(name))
    .filter(name => !topLevel.includes(name) && !madeFolders.includes(name))
    .map(name => `${name}: the top level is fixed; put it into a room`)
}

/** @param {readonly string[]} files */
function namelessBreaches(files) {
  const folders = new Set(
    files.flatMap(file =>
      file
        .split('/')
        .slice(0, -1)
        .map((_, at, parts) => parts.slice(0, at + 1).join('/')),
    ),
  )
  return [...folders]
    .filter(folder => namelessFolders.includes(posix.basename(folder)))
    .map(folder => `${folder}: a folder named ${posix.basename(folder)} says nothing; name it after what it holds`)
}

/**
 * @param {string} file
 * @param {readonly Import[] | undefined} imports undefined for what is no source
 * @param {Packages} packages
 */
function fileBreaches(file, imports, packages) {
  if (imports === undefined) return []
  const room = roomOf(file)
  if (room === null) return [`${file}: belongs to no room; add a row to bin/rooms.mjs or move it`]
  return imports.flatMap(reference => {
    const why = isOwn(reference) ? roomBreach(file, room, reference) : packageBreach(file, room, reference, packages)
    return why === null ? [] : [`${file}:${reference.line} imports ${reference.specifier}: ${why}`]
  })
}

/**
 * @param {string} file
 * @param {Room} room
 * @param {Import} reference
 * @returns {string | null} why it is not allowed
 */
function roomBreach(file, room, reference) {
  const target = posix.join(posix.dirname(file), reference.specifier)
  const targetRoom = roomOf(target)
  if (isTestAid(target) && !isTrial(file) && !allows(unpublishedFolders, file)) return 'it is an aid of tests'
  if (targetRoom === room) return browserBreach(file, room, targetRoom, reference)
  if (targetRoom === null) {
    // A test may name a folder to start a process in.
    return isTrial(file) && reference.kind === 'file' ? null : 'it is outside of every room'
  }
  if (closedRooms.includes(targetRoom.room)) return `${targetRoom.room} is the outside; no room imports it`
  if (isTrial(file) || allows(room.may, target)) return browserBreach(file, room, targetRoom, reference)
  if (!allows(room.types ?? [], target)) return `${room.room} may not import ${targetRoom.room}`
  return reference.kind === 'type' ? null : `${room.room} may import only types of ${targetRoom.room} (import type)`
}

/**
 * @param {string} file
 * @param {Room} room
 * @param {Room} targetRoom
 * @param {Import} reference
 */
function browserBreach(file, room, targetRoom, { kind, specifier }) {
  if (kind === 'type' || isForNode(file, room)) return null
  if (!targetRoom.everywhere) return `${room.room} runs in browsers too, and ${targetRoom.room} does not`
  return kind === 'static' && specifier.endsWith('.node.ts')
    ? `${room.room} runs in browsers too; load a .node.ts file by import() only`
    : null
}

/**
 * @param {string} file
 * @param {Room} room
 */
function isForNode(file, room) {
  return !room.everywhere || isTrial(file) || file.endsWith('.node.ts')
}

/**
 * @param {string} file
 * @param {Room} room
 * @param {Import} reference
 * @param {Packages} packages
 */
function packageBreach(file, room, { specifier, kind }, packages) {
  if (kind === 'file') return null
  if (isBuiltin(specifier)) {
    if (kind === 'type' || isForNode(file, room)) return null
    return `${room.room} runs in browsers too; Node's modules belong into a file named *.node.ts`
  }
  const name = packageOf(specifier)
  if (nodeOnlyPackages.includes(name) && kind !== 'type' && !isForNode(file, room)) {
    return `${room.room} runs in browsers too; ${name}, which is for Node only, belongs into a file named *.node.ts`
  }
  if (packages.shipped.has(name)) return null
  if (!packages.development.has(name)) return `${name} is not in package.json`
  return isTrial(file) || kind === 'type'
    ? null
    : `${name} is a development dependency, which the published package has not`
}

/**
 * @param {readonly string[]} allowed
 * @param {string} target
 */
function allows(allowed, target) {
  return allowed.some(room => isWithin(target, room))
}

/**
 * @param {string} file
 * @param {string} folder
 */
function isWithin(file, folder) {
  return file === folder || file.startsWith(`${folder}/`)
}

/**
 * @param {string} file
 * @returns {Room | null}
 */
function roomOf(file) {
  const owners = rooms.filter(({ room }) => isWithin(file.replace(/\/$/, ''), room))
  return owners.sort((a, b) => b.room.length - a.room.length)[0] ?? null
}

/** @typedef {{ shipped: ReadonlySet<string>, development: ReadonlySet<string> }} Packages */

/**
 * @param {SourceTree} tree
 * @returns {Packages}
 */
function packagesOf({ manifest }) {
  return {
    // A package may name itself.
    shipped: new Set([manifest.name, ...Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies })]),
    development: new Set(Object.keys(manifest.devDependencies ?? {})),
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const tree = readTree(join(fileURLToPath(import.meta.url), '..', '..'))
  const breaches = [...findBreaches(tree), ...findUnused(tree), ...findCycles(tree)]
  for (const breach of breaches) process.stdout.write(`${breach}\n`)
  process.exitCode = breaches.length === 0 ? 0 : 1
}
