import { existsSync, readFileSync } from 'node:fs'

/**
 * The version in Assay's own package.json: two folders up in a checkout, three in the published package (below dist/).
 *
 * @throws when the package was taken apart and neither is there
 */
export function assayVersion(): string {
  const found = ['../../package.json', '../../../package.json']
    .map(place => new URL(place, import.meta.url))
    .find(place => existsSync(place))
  if (found === undefined) throw new Error('package.json is missing from this copy of Assay')
  const { version }: { version: string } = JSON.parse(readFileSync(found, 'utf8'))
  return version
}
