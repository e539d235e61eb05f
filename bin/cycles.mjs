import { posix } from 'node:path'
import { isOwn } from './source-tree.mjs'

/** @typedef {import('./source-tree.mjs').SourceTree} SourceTree */

/**
 * Every circle of files that import each other, types included: who reads one must read all. What is loaded on demand, or
 * started by its address, begins anew and closes no circle. Tarjan, «Depth-first search and linear graph algorithms» (1972).
 *
 * @param {SourceTree} tree
 * @returns {readonly string[]} one sentence a circle
 */
export function findCycles({ modules }) {
  /** @type {Map<string, { index: number, low: number, open: boolean }>} */
  const seen = new Map()
  /** @type {string[]} */
  const path = []
  /** @type {string[]} */
  const cycles = []
  /** @param {string} file */
  const visit = file => {
    const here = { index: seen.size, low: seen.size, open: true }
    seen.set(file, here)
    path.push(file)
    for (const target of targetsOf(modules, file)) {
      const there = seen.get(target) ?? visit(target)
      if (there.open) here.low = Math.min(here.low, there.low)
    }
    if (here.low < here.index) return here
    const circle = path.splice(path.indexOf(file))
    for (const member of circle) /** @type {{ open: boolean }} */ (seen.get(member)).open = false
    if (circle.length > 1)
      cycles.push(`${circle.sort().join(', ')}: import each other in a circle; part what both need`)
    return here
  }
  for (const file of modules.keys()) if (!seen.has(file)) visit(file)
  return cycles
}

/**
 * @param {SourceTree['modules']} modules
 * @param {string} file
 */
function targetsOf(modules, file) {
  const imports = modules.get(file)?.imports.filter(({ kind }) => kind === 'type' || kind === 'static') ?? []
  const targets = imports.filter(isOwn).map(({ specifier }) => posix.join(posix.dirname(file), specifier))
  return new Set(targets.filter(target => modules.has(target)))
}
