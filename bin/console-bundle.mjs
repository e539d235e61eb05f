import { bundled } from './page-bundle.mjs'

/**
 * The console's page as one program.
 *
 * @returns {Promise<string>}
 */
export const consoleBundle = () => bundled('harness/console/page/main.tsx')
