import { parseSync } from 'rolldown/utils'

/**
 * One reference from a source file to a module or to a file beside it.
 *
 * @typedef {object} Import
 * @property {string} specifier as written
 * @property {'type' | 'static' | 'dynamic' | 'file'} kind `type` vanishes before the file runs; `dynamic` is `import()`
 *   and every form of `require`; `file` is a literal `new URL('...', import.meta.url)`, by which workers are started and
 *   assets are read
 * @property {readonly string[] | 'all'} names what is taken from it (`default` too); `all` where that is not written out
 * @property {number} line counted from 1
 */

/**
 * @typedef {object} Module
 * @property {readonly Import[]} imports every import whose target is written out
 * @property {readonly { name: string, isType: boolean, line: number }[]} exports what it offers by name (`default` too)
 * @property {ReadonlySet<string>} used the names that it uses somewhere besides their declaration
 */

/**
 * Reads a TypeScript or JavaScript source.
 *
 * `import { type A } from 'x'` is static: Node strips the name but still loads the module.
 *
 * @param {string} fileName tells the language by its ending
 * @param {string} source
 * @returns {Module}
 * @throws when the source does not parse
 */
export function readModule(fileName, source) {
  const { program, module, errors } = parseSync(fileName, source)
  const first = errors[0]
  if (first !== undefined) throw new Error(`${fileName} does not parse: ${first.message}`)

  const lineOf = lineFinder(source)
  /** @type {Import[]} */
  const imports = []
  /** @type {Module['exports'][number][]} */
  const exports = []
  for (const statement of [...module.staticImports, ...module.staticExports]) {
    const line = lineOf(statement.start)
    const request = 'moduleRequest' in statement ? statement.moduleRequest : statement.entries[0]?.moduleRequest
    if (request != null) {
      const typeOnly = /^(?:import|export)\s+type\b(?!\s*,|\s+from\b)/.test(
        source.slice(statement.start, statement.end),
      )
      const names = namesOf(statement.entries.map(({ importName }) => importName))
      imports.push({ specifier: request.value, kind: typeOnly ? 'type' : 'static', names, line })
    }
    if ('moduleRequest' in statement) continue
    for (const { exportName, isType } of statement.entries) {
      const name = exportName.kind === 'Default' ? 'default' : exportName.name
      if (name != null) exports.push({ name, isType, line })
    }
  }

  /** @type {Map<string, number>} */
  const mentions = new Map()
  walk(program, null, (node, parent) => {
    if (node.type === 'Identifier') mentions.set(node.name, (mentions.get(node.name) ?? 0) + 1)
    const reference = referenceOf(node, parent, source)
    if (reference !== null) imports.push({ ...reference, line: lineOf(node.start) })
  })
  return { imports, exports, used: new Set([...mentions].flatMap(([name, times]) => (times > 1 ? [name] : []))) }
}

/**
 * @param {readonly { kind: string, name: string | null | undefined }[]} entries
 * @returns {Import['names']}
 */
function namesOf(entries) {
  if (entries.some(({ kind }) => kind !== 'Name' && kind !== 'Default')) return 'all'
  return entries.map(({ kind, name }) => (kind === 'Default' ? 'default' : (name ?? '')))
}

/** @typedef {{ type: string, start: number } & Record<string, any>} Node */

/**
 * @param {Node} node
 * @param {Node | null} parent the nearest node above that is no `await`
 * @param {string} source
 * @returns {Pick<Import, 'specifier' | 'kind' | 'names'> | null}
 */
function referenceOf(node, parent, source) {
  if (node.type === 'ImportExpression') return reference('dynamic', node.source, namesTaken(parent))
  if (node.type === 'TSImportType') return reference('type', node.source, namesQualified(node.qualifier))
  if (node.type === 'CallExpression' && node.arguments.length > 0) {
    // `require('x')`, `require.resolve('x')`, `createRequire(import.meta.url)('x')`, `createRequire(...).resolve('x')`
    const callee = source.slice(node.callee.start, node.callee.end)
    return /^(?:require|createRequire\(.*\))(?:\.resolve)?$/s.test(callee)
      ? reference('dynamic', node.arguments[0], 'all')
      : null
  }
  const isUrl = node.type === 'NewExpression' && node.callee.name === 'URL' && node.arguments.length === 2
  const isHere = isUrl && node.arguments[1].object?.type === 'MetaProperty' && node.arguments[1].property.name === 'url'
  return isHere ? reference('file', node.arguments[0], 'all') : null
}

/**
 * `const { a } = await import('x')` and `(await import('x')).a`
 *
 * @param {Node | null} parent of the import
 * @returns {Import['names']}
 */
function namesTaken(parent) {
  if (parent?.type === 'MemberExpression' && !parent.computed) return [parent.property.name]
  if (parent?.type !== 'VariableDeclarator' || parent.id.type !== 'ObjectPattern') return 'all'
  const names = parent.id.properties.map((/** @type {Node} */ property) => property.key?.name)
  return names.includes(undefined) ? 'all' : names
}

/**
 * `import('x').A` and `import('x').A.B`
 *
 * @param {Node | null} qualifier
 * @returns {Import['names']}
 */
function namesQualified(qualifier) {
  if (qualifier === null) return 'all'
  return qualifier.type === 'Identifier' ? [qualifier.name] : namesQualified(qualifier.left)
}

/**
 * @param {Import['kind']} kind
 * @param {Node} written
 * @param {Import['names']} names
 */
function reference(kind, written, names) {
  if (written.type === 'Literal' && typeof written.value === 'string') return { kind, specifier: written.value, names }
  if (written.type !== 'TemplateLiteral' || written.expressions.length > 0) return null
  return { kind, specifier: /** @type {string} */ (written.quasis[0].value.cooked), names }
}

/**
 * Visits every node but the names of properties (`a` in `x.a` and `{ a: 1 }`), which are no variables.
 *
 * @param {unknown} value
 * @param {Node | null} parent
 * @param {(node: Node, parent: Node | null) => void} visit
 */
function walk(value, parent, visit) {
  if (Array.isArray(value)) {
    for (const part of value) walk(part, parent, visit)
  } else if (typeof value === 'object' && value !== null) {
    const node = /** @type {Node} */ (value)
    const isNode = typeof node.type === 'string'
    if (isNode) visit(node, parent)
    const above = !isNode || node.type === 'AwaitExpression' ? parent : node
    const isNamed = isNode && node.computed === false && node.shorthand !== true
    for (const [key, part] of Object.entries(node)) {
      if (!isNamed || (key !== 'property' && key !== 'key')) walk(part, above, visit)
    }
  }
}

/** @param {string} source */
function lineFinder(source) {
  return (/** @type {number} */ offset) => source.slice(0, offset).split('\n').length
}
