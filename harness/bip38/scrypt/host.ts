interface NodeModules {
  'node:crypto': typeof import('node:crypto')
  'node:worker_threads': typeof import('node:worker_threads')
  'node:os': typeof import('node:os')
}

/**
 * A module of Node, or null anywhere else. Asked for at run time and never imported, so that nothing of Node is in the
 * core's import graph and a browser loads the same files.
 */
export function nodeModule<K extends keyof NodeModules>(name: K): NodeModules[K] | null {
  const host = globalThis as { process?: { getBuiltinModule?: (name: string) => unknown } }
  return (host.process?.getBuiltinModule?.(name) as NodeModules[K] | undefined) ?? null
}
