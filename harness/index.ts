/** What `import ... from 'assay'` gives: configuration, errors and secrets. Rooms have entries of their own (`assay/bip38`). */
export { defineConfig } from './config/define-config.ts'
export type { Config, ConfigFile } from './config/schema.ts'
export { AssayError, type ExitCode, exitCodes } from './core/assay-error.ts'
export { Secret } from './core/secret.ts'
