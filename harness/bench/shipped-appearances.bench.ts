import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { shippedProfileNames } from '../products/load-profile.ts'

// Learns what the shipped products' units look like on the virtual rig anew, and writes files and digests beside and into the
// profiles. Where nothing changed since, every byte stays as it is.
// node harness/bench/shipped-appearances.bench.ts [PRODUCT]...

const shipped = new URL('../products/shipped/', import.meta.url)
const assay = fileURLToPath(new URL('../../bin/assay.js', import.meta.url))
const asked = process.argv.slice(2)
for (const name of asked.length > 0 ? asked : shippedProfileNames()) {
  const file = `${name}.appearance.json`
  const path = fileURLToPath(new URL(file, shipped))
  const before = existsSync(path) ? readFileSync(path, 'utf8') : null
  // Nothing of what was learned earlier may stay.
  const fresh = `${path}.fresh`
  const told = execFileSync(process.execPath, [assay, 'product', 'appearance', name, '--virtual', '--out', fresh], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const { sha256 } = JSON.parse(told) as { sha256: string }
  const after = readFileSync(fresh, 'utf8')
  writeFileSync(path, after)
  nameIn(name, [{ file, sha256 }])
  rmSync(fresh)
  process.stdout.write(
    `${name}: ${before === after ? 'as it was' : 'changed'}, ${Math.round(after.length / 1024)} kB\n`,
  )
}

/** Puts the entry before the limits, and leaves the rest of the profile's text as somebody wrote it. */
function nameIn(name: string, entries: readonly { readonly file: string; readonly sha256: string }[]): void {
  const profile = new URL(`${name}.json`, shipped)
  const text = readFileSync(profile, 'utf8').replace(/^ {2}"appearance": \[[^\]]*\],\n/m, '')
  const list = JSON.stringify(entries, null, 2).replaceAll('\n', '\n  ')
  writeFileSync(profile, text.replace(/^ {2}"limits": /m, `  "appearance": ${list},\n  "limits": `))
}
