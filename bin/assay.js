#!/usr/bin/env node
// Plain JavaScript that every Node since 14 can parse: the version check must come before anything newer is loaded.
import { existsSync } from 'node:fs'

const OLDEST_NODE = 24

if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE) {
  process.stderr.write(
    `assay: needs Node ${OLDEST_NODE} or newer, and this is ${process.versions.node}; install it from https://nodejs.org, or in a checkout run "npm run -s assay -- ..." which brings its own.\n`,
  )
  process.exitCode = 69
} else {
  // A checkout runs its source, so that a dist/ left over from packing is never run by mistake; the package has only dist/.
  const source = new URL('../harness/cli/main.ts', import.meta.url)
  const built = new URL('../dist/harness/cli/main.js', import.meta.url)
  const isCheckout = existsSync(source)
  if (isCheckout) {
    // Half of a short command's time goes into its source. Never Node's own default, a folder that every user may write to.
    const [{ enableCompileCache }, { fileURLToPath }, { compiledFolder }] = await Promise.all([
      import('node:module'),
      import('node:url'),
      import('./compiled.mjs'),
    ])
    const folder = compiledFolder(fileURLToPath(new URL('..', import.meta.url)))
    if (folder !== null) enableCompileCache(folder)
  }
  const { runProcess } = await import(isCheckout ? source.href : built.href)
  await runProcess()
}
