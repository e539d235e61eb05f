import { parseSync } from 'rolldown/utils'

/**
 * One reference from a source file to a module or to a file beside it.
 *
 * @typedef {object} Import
 * @property {string} specifier as written
 * @property {'type' | 'static' | 'dynamic' | 'file'} kind `type` vanishes before the file runs; `dynamic` is `import()`
 *   and every form of `require`; `file` is a literal `new URL('...', import.meta.url)`, by which workers are started and
 *   assets are read
 * @property {number} line counted from 1
 */

/**
 * Every import of a TypeScript or JavaScript source whose target is written out.
 *
 * `import { type A } from 'x'` is static: Node strips the name but still loads the module.
 *
 * @param {string} fileName tells the language by its ending
 * @param {string} source
 * @returns {readonly Import[]}
 * @throws when the source does not parse
 */
export function importsOf(fileName, source) {
  const { program, module, errors } = parseSync(fileName, source)
  const first = errors[0]
  if (first !== undefined) throw new Error(`${fileName} does not parse: ${first.message}`)

  const lineOf = lineFinder(source)
  /** @type {Import[]} */
  const found = []
  for (const statement of [...module.staticImports, ...module.staticExports]) {
    const request = 'moduleRequest' in statement ? statement.moduleRequest : statement.entries[0]?.moduleRequest
    if (request == null) continue
    const typeOnly = /^(?:import|export)\s+type\b(?!\s*,|\s+from\b)/.test(source.slice(statement.start, statement.end))
    found.push({ specifier: request.value, kind: typeOnly ? 'type' : 'static', line: lineOf(statement.start) })
  }
  walk(program, node => {
    const reference = referenceOf(node, source)
    if (reference !== null) found.push({ ...reference, line: lineOf(node.start) })
  })
  return found
}

/** @typedef {{ type: string, start: number } & Record<string, any>} Node */

/**
 * @param {Node} node
 * @param {string} source
 * @returns {Pick<Import, 'specifier' | 'kind'> | null}
 */
function referenceOf(node, source) {
  if (node.type === 'ImportExpression') return reference('dynamic', node.source)
  if (node.type === 'TSImportType') return reference('type', node.source)
  if (node.type === 'CallExpression' && node.arguments.length > 0) {
    // `require('x')`, `require.resolve('x')`, `createRequire(import.meta.url)('x')`, `createRequire(...).resolve('x')`
    const callee = source.slice(node.callee.start, node.callee.end)
    return /^(?:require|createRequire\(.*\))(?:\.resolve)?$/s.test(callee)
      ? reference('dynamic', node.arguments[0])
      : null
  }
  const isUrl = node.type === 'NewExpression' && node.callee.name === 'URL' && node.arguments.length === 2
  const isHere = isUrl && node.arguments[1].object?.type === 'MetaProperty' && node.arguments[1].property.name === 'url'
  return isHere ? reference('file', node.arguments[0]) : null
}

/**
 * @param {Import['kind']} kind
 * @param {Node} written
 */
function reference(kind, written) {
  if (written.type === 'Literal' && typeof written.value === 'string') return { kind, specifier: written.value }
  if (written.type !== 'TemplateLiteral' || written.expressions.length > 0) return null
  return { kind, specifier: /** @type {string} */ (written.quasis[0].value.cooked) }
}

/**
 * @param {unknown} value
 * @param {(node: Node) => void} visit
 */
function walk(value, visit) {
  if (Array.isArray(value)) {
    for (const part of value) walk(part, visit)
  } else if (typeof value === 'object' && value !== null) {
    if ('type' in value && typeof value.type === 'string') visit(/** @type {Node} */ (value))
    for (const part of Object.values(value)) walk(part, visit)
  }
}

/** @param {string} source */
function lineFinder(source) {
  return (/** @type {number} */ offset) => source.slice(0, offset).split('\n').length
}
