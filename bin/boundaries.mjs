// The import boundaries of the rooms, and the shape of the tree: `npm run check` and `npm test` run it.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { join, posix, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { importsOf } from './imports.mjs'
import { closedRooms, isTestAid, namelessFolders, nodeOnlyPackages, rooms, topLevel } from './rooms.mjs'

/** @typedef {import('./imports.mjs').Import} Import */
/** @typedef {import('./rooms.mjs').Room} Room */

const sourceFolders = ['harness', 'devices', 'fixtures', 'scenarios', 'reports']
const madeFolders = ['node_modules', 'dist', 'runs', 'coverage', 'test-results', 'playwright-report']

/**
 * Every place of the tree below `root` where a rule of rooms.mjs is broken, as one sentence each.
 *
 * @param {string} root
 * @returns {readonly string[]}
 */
export function findBreaches(root) {
  const packages = readPackages(root)
  const folders = sourceFolders.filter(folder => existsSync(join(root, folder)))
  const files = folders.flatMap(folder => filesBelow(root, folder))
  return [
    ...topLevelBreaches(root),
    ...namelessBreaches(files),
    ...files
      .filter(file => /\.(?:ts|tsx|mts|js|mjs)$/.test(file) && !/\.(?:min\.js|d\.ts)$/.test(file))
      .flatMap(file => fileBreaches(root, file, packages)),
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
 * @param {string} root
 * @param {string} file
 * @param {Packages} packages
 */
function fileBreaches(root, file, packages) {
  const room = roomOf(file)
  if (room === null) return [`${file}: belongs to no room; add a row to bin/rooms.mjs or move it`]
  return importsOf(file, readFileSync(join(root, file), 'utf8')).flatMap(reference => {
    const isOwn =
      reference.specifier.startsWith('.') || (reference.kind === 'file' && !/^[a-z]+:/.test(reference.specifier))
    const why = isOwn ? roomBreach(file, room, reference) : packageBreach(file, room, reference, packages)
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
  if (isTestAid(target) && !isTrial(file)) return 'it is an aid of tests'
  if (targetRoom === room) return browserBreach(file, room, targetRoom, reference)
  if (targetRoom === null) {
    // A test may name a folder to start a process in.
    return (isTrial(file) || file.endsWith('.spec.ts')) && reference.kind === 'file'
      ? null
      : 'it is outside of every room'
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
  const name = specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
  if (nodeOnlyPackages.includes(name) && kind !== 'type' && !isForNode(file, room)) {
    return `${room.room} runs in browsers too; ${name}, which is for Node only, belongs into a file named *.node.ts`
  }
  if (packages.shipped.has(name)) return null
  if (!packages.development.has(name)) return `${name} is not in package.json`
  const isShipped = !isTrial(file) && !/\.spec\.ts$/.test(file)
  return isShipped && kind !== 'type'
    ? `${name} is a development dependency, which the published package has not`
    : null
}

/** @param {string} file */
function isTrial(file) {
  return /\.(?:test|bench)\.ts$/.test(file) || isTestAid(file)
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
 * @param {string} root
 * @returns {Packages}
 */
function readPackages(root) {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  return {
    // A package may name itself.
    shipped: new Set([manifest.name, ...Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies })]),
    development: new Set(Object.keys(manifest.devDependencies ?? {})),
  }
}

/**
 * @param {string} root
 * @param {string} folder
 * @returns {string[]} paths from `root`, with slashes, in a stable order
 */
function filesBelow(root, folder) {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort()
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const breaches = findBreaches(join(fileURLToPath(import.meta.url), '..', '..'))
  for (const breach of breaches) process.stdout.write(`${breach}\n`)
  process.exitCode = breaches.length === 0 ? 0 : 1
}
