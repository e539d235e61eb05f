/** What `import ... from 'assay'` gives: configuration, errors and secrets. Rooms have entries of their own (`assay/bip38`). */
export { type Config, type ConfigFile, defineConfig } from './config/schema.ts'
export { AssayError, type ExitCode, exitCodes } from './errors/assay-error.ts'
export { Secret } from './secret/secret.ts'
