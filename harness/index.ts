/** What `import ... from 'assay'` gives: configuration, errors and secrets. Rooms have entries of their own (`assay/bip38`). */
export { type Config, type ConfigFile, defineConfig } from './config/schema.ts'
export { AssayError, type ExitCode, exitCodes } from './core/assay-error.ts'
export { Secret } from './core/secret.ts'
