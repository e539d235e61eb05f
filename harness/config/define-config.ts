import type { ConfigFile } from './schema.ts'

/**
 * Gives an `assay.config.ts` its types:
 *
 * ```ts
 * import { defineConfig } from 'assay'
 * export default defineConfig({
 *   product: 'real',
 *   rig: { name: 'bench-1' },
 *   rigs: { 'bench-1': { kind: 'real', camera: { driver: 'http', url: 'http://10.0.0.5/snapshot.jpg' } } },
 * })
 * ```
 */
export function defineConfig(config: ConfigFile): ConfigFile {
  return config
}
