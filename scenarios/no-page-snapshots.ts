/*
 * Where a test with a page fails, Playwright writes what the page shows into `error-context.md`, text by text and field by field: a key and
 * a passphrase too. No setting of its configuration leaves that out; this one it looks at when a test has failed.
 */

process.env['PLAYWRIGHT_NO_COPY_PROMPT'] = '1'
