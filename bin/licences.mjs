// Writes docs/licences.md: everything that an installed Assay brings along, and under which licence. A test compares it.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** @typedef {{ version?: string, license?: string, dev?: boolean, optional?: boolean }} Locked */

const root = join(fileURLToPath(import.meta.url), '..', '..')

/** May stand beside code under the Apache License 2.0. LGPL: as a library of its own, which its user may replace. */
const allowed = /^(?:MIT|ISC|0BSD|BSD-2-Clause|BSD-3-Clause|Apache-2\.0|LGPL-3\.0-or-later|Unlicense|CC0-1\.0)$/

/** Packages whose package.json names no licence: what stands in their licence file. */
const stated = new Map([['png-js', 'MIT']])

/**
 * @param {Readonly<Record<string, Locked>>} packages of a package-lock.json
 * @returns {{ rows: readonly (readonly [name: string, licence: string])[], faults: readonly string[] }}
 */
export function licencesOf(packages) {
  const rows = new Map()
  const faults = []
  for (const [path, { version, license, dev }] of Object.entries(packages)) {
    if (path === '' || dev === true) continue
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)
    const licence = license ?? stated.get(name)
    const names = licence?.split(/\s+(?:AND|OR)\s+|[()]/).filter(part => part !== '') ?? []
    if (licence === undefined) faults.push(`${name} names no licence`)
    else if (names.length === 0 || !names.every(part => allowed.test(part))) faults.push(`${name} is under ${licence}`)
    rows.set(`${name} ${version}`, licence ?? '?')
  }
  return { rows: [...rows].sort(([a], [b]) => (a < b ? -1 : 1)), faults }
}

/** @param {ReturnType<typeof licencesOf>['rows']} rows */
export function licencePage(rows) {
  const kinds = [...new Set(rows.map(([, licence]) => licence))].sort()
  const lists = kinds.map(kind => {
    const names = rows.filter(([, licence]) => licence === kind).map(([name]) => `\`${name}\``)
    return `## ${kind}\n\n${names.join(', ')}\n`
  })
  return `# Licences of what is installed with Assay

Made by \`node bin/licences.mjs\` from package-lock.json; a test compares it. Packages for other systems are listed too. What ships
within Assay itself (fonts, models) stands in NOTICE.

${lists.join('\n')}`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
  const { rows, faults } = licencesOf(packages)
  for (const fault of faults) process.stderr.write(`${fault}: not known to go with Apache-2.0\n`)
  writeFileSync(join(root, 'docs', 'licences.md'), licencePage(rows))
  if (faults.length > 0) process.exitCode = 1
}
