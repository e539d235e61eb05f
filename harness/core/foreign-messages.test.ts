import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = join(fileURLToPath(import.meta.url), '..', '..', '..')
const sources = globSync('{harness,devices,fixtures,reports}/**/*.ts', { cwd: root }).filter(
  path =>
    !/\.(?:test|testing|bench)\.ts$/.test(path) && !path.startsWith('harness/bench/') && !path.includes('/training/'),
)

/** Why a parse cannot speak: what parses quotes the text, which may be a passphrase that lies in the wrong file. */
const parses = /JSON\.parse\(|\.safeParse\(|new RegExp\(|(?<!Date|URL|path)\.parse\(/

/** Catches whose `try` parses, with the body of the `catch`. */
function* catchesOfParsers(source: string): Generator<string> {
  for (const match of source.matchAll(/\btry \{/g)) {
    const [attempt, end] = block(source, match.index + match[0].length)
    const handler = /^\s*catch(?: \((\w+)[^)]*\))? \{/.exec(source.slice(end))
    if (handler === null || handler[1] === undefined || !parses.test(attempt)) continue
    const [body] = block(source, end + handler[0].length)
    if (
      new RegExp(`\\b${handler[1]}\\b[^.\\n]*\\)?\\.message\\b|\\$\\{${handler[1]}\\}|String\\(${handler[1]}\\)`).test(
        body,
      )
    ) {
      // Our own error, thrown further in, may speak.
      if (!/instanceof (?:\w*Assay|\w+)Error\b/.test(body) || /instanceof Error\b/.test(body)) yield body
    }
  }
}

/** From behind an opening brace: what stands before the closing one, and where it ends. */
function block(source: string, from: number): [text: string, end: number] {
  let depth = 1
  let at = from
  for (; depth > 0 && at < source.length; at++) depth += source[at] === '{' ? 1 : source[at] === '}' ? -1 : 0
  return [source.slice(from, at - 1), at]
}

/** Issues of zod may speak through `shapeFault` alone. */
const issueMessage =
  /\bissues?\b(?:\[0\])?[!?]*\.message\b|\{[^}]*\bmessage\b[^}]*\} = [\w.]*issues|issues\.map\(\(\{[^)]*\bmessage\b/

test('no message of JSON.parse or of a regular expression is passed on', () => {
  const found = sources.flatMap(path => {
    const bodies = [...catchesOfParsers(readFileSync(join(root, path), 'utf8'))]
    return bodies.map(body => `${path}: ${body.trim().slice(0, 120)}`)
  })
  expect(found).toEqual([])
})

test('no message of a schema is passed on but through shapeFault', () => {
  const found = sources.filter(
    path => path !== 'harness/core/shape-fault.ts' && issueMessage.test(readFileSync(join(root, path), 'utf8')),
  )
  // A name in the configuration: the message is our schema's own.
  expect(found).toEqual(['harness/config/config-error.ts'].filter(path => found.includes(path)))
})

test('finds what it looks for', () => {
  const old = 'try {\n json = JSON.parse(text)\n} catch (cause) {\n throw new E((cause as Error).message)\n}'
  expect([...catchesOfParsers(old)]).toHaveLength(1)
  expect([...catchesOfParsers('try {\n return JSON.parse(text)\n} catch {\n return undefined\n}')]).toEqual([])
  expect(issueMessage.test('const { path, message } = read.error.issues[0]!')).toBe(true)
  expect(issueMessage.test('const issue = error.issues[0]!\nthrow new E(where + issue.message)')).toBe(true)
  expect(issueMessage.test('return error.issues.map(({ path, message }) => ({ path, message }))')).toBe(true)
})
