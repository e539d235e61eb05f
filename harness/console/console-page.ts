import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { insideScript, policySource } from '../core/own-page.node.ts'

/** The console's page: program and style are inside, and its policy lets it ask nobody but its own server. */
export async function consolePage(): Promise<{ readonly html: string; readonly policy: string }> {
  const script = insideScript(await programOfPage())
  const style = readFileSync(new URL('page/style.css', import.meta.url), 'utf8')
  const policy = [
    "default-src 'none'",
    `script-src ${policySource(script)}`,
    `style-src ${policySource(style)}`,
    "img-src 'self' data: blob:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
  const html = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Assay console</title>
<link rel="icon" href="data:,">
<style>${style}</style>
<div id="console"></div>
<noscript>The console shows what happens at the bench as it happens: switch JavaScript on.</noscript>
<script>${script}</script>
</html>
`
  return { html, policy }
}

/** Bundled once with the package; in a checkout from the sources, each time anew, by a tool that only a checkout has. */
async function programOfPage(): Promise<string> {
  const bundled = new URL('page-program.json', import.meta.url)
  if (existsSync(bundled)) return (JSON.parse(readFileSync(bundled, 'utf8')) as { script: string }).script
  const checkout = join(import.meta.dirname, '..', '..')
  const bundler = pathToFileURL(join(checkout, 'bin', 'console-bundle.mjs')).href
  return ((await import(bundler)) as { consoleBundle: () => Promise<string> }).consoleBundle()
}
