import { globSync, readFileSync } from 'node:fs'
import { dirname, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const room = dirname(fileURLToPath(import.meta.url))
const root = resolve(room, '../..')

/** Specifiers of every static and dynamic import that is left at run time. */
function importsOf(file: string): string[] {
  const source = readFileSync(file, 'utf8')
    .replaceAll(/import type [^;]*? from '[^']+'/g, '')
    .replaceAll(/typeof import\('[^']+'\)/g, '')
  return [...source.matchAll(/(?:from|import\()\s*'([^']+)'/g)].map(match => match[1]!)
}

/** Every file that the core's public entry loads, by path. */
function graphOf(entry: string): Map<string, string[]> {
  const graph = new Map<string, string[]>()
  const visit = (file: string): void => {
    if (graph.has(file)) return
    const imports = importsOf(file)
    graph.set(file, imports)
    for (const specifier of imports) if (specifier.startsWith('.')) visit(resolve(dirname(file), specifier))
  }
  visit(entry)
  return graph
}

const graph = graphOf(resolve(room, 'index.ts'))

describe('the core', () => {
  test('loads nothing of Node, so that a browser can load it', () => {
    const foreign = new Set([...graph.values()].flat().filter(specifier => !specifier.startsWith('.')))
    expect([...foreign].toSorted()).toEqual([
      '@noble/hashes/hmac.js',
      '@noble/hashes/legacy.js',
      '@noble/hashes/pbkdf2.js',
      '@noble/hashes/scrypt.js',
      '@noble/hashes/sha2.js',
      '@noble/hashes/utils.js',
      '@noble/secp256k1',
      '@scure/base',
      'scrypt-js',
    ])
  })

  test('loads nothing of ours', () => {
    expect([...graph.keys()].map(file => relative(room, file)).filter(file => file.startsWith('..'))).toEqual([])
  })

  test('never loads the engine that is for tests', () => {
    expect([...graph.keys()].some(file => file.endsWith('cheap-engine.ts'))).toBe(false)
  })
})

describe('the private key leaves the core only through decrypt', () => {
  const sources = globSync('{harness,devices,fixtures,reports,scenarios,bin}/**/*.ts', { cwd: root })
    .map(file => file.replaceAll('\\', '/'))
    .filter(file => !/\.(?:test|bench)\.ts$/.test(file) && !file.startsWith('harness/bip38/'))

  test('which only the command line asks for, by name', () => {
    const callers = sources.filter(file => {
      const source = readFileSync(resolve(root, file), 'utf8')
      const named = [...source.matchAll(/import\s*\{([^}]*)\}\s*from\s*'[^']*bip38\/[^']*'/g)]
      return named.some(match => /\bdecrypt\b/.test(match[1]!)) || /bip38\/decrypt\.ts/.test(source)
    })
    // The command that a person asks, and the page on which an owner opens the own card.
    expect(callers).toEqual(['harness/customer/open-card.ts', 'harness/cli/bip38/handlers.ts'])
  })

  test('and nobody takes the whole core, or reaches behind its entry for what it keeps to itself', () => {
    const kept = /bip38\/(?:decrypt|evidence|multiplied-key|key-derivation|proof|codes)\.ts$/
    const offenders = sources.filter(file => {
      const source = readFileSync(resolve(root, file), 'utf8')
      const reaches = importsOf(resolve(root, file)).some(specifier => kept.test(specifier))
      return reaches || /import\s+\*\s+as\s+\w+\s+from\s*'[^']*bip38\/index\.ts'/.test(source)
    })
    expect(offenders).toEqual([])
  })
})
