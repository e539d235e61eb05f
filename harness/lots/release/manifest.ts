/** The manifest of a release: digests of all its files, as `sha256sum -c` reads them. */
export const manifestFile = 'SHA256SUMS'
/** Not in the manifest: what the releaser signs over beside it. */
export const reportFiles = ['report.html', 'report.pdf'] as const
export const signatureFolder = 'signatures'

/** Names that a manifest may have: nothing that leads out of the folder, or that sha256sum would write otherwise. */
const nameForm = /^(?!.*(?:^|\/)\.)[A-Za-z0-9._/-]+$/

/** @param digests sha256 by name. @throws RangeError for a name that a manifest cannot have */
export function manifestText(digests: ReadonlyMap<string, string>): string {
  const names = [...digests.keys()].sort()
  for (const name of names) if (!nameForm.test(name)) throw new RangeError(`${name} is no name for a manifest`)
  return names.map(name => `${digests.get(name)}  ${name}\n`).join('')
}

/** Digests by name; null where the text is no manifest. */
export function readManifest(text: string): ReadonlyMap<string, string> | null {
  const lines = text.split('\n')
  if (lines.pop() !== '' || lines.length === 0) return null
  const digests = new Map<string, string>()
  for (const line of lines) {
    const [, digest, name] = /^([0-9a-f]{64}) {2}(.+)$/.exec(line) ?? []
    if (digest === undefined || name === undefined || !nameForm.test(name) || digests.has(name)) return null
    digests.set(name, digest)
  }
  return digests
}

/** What is wrong between a manifest and the files of its folder, as sentences. @param digests of what lies there, by name */
export function manifestFaults(
  manifest: ReadonlyMap<string, string>,
  digests: ReadonlyMap<string, string>,
): readonly string[] {
  const outside = (name: string) =>
    name === manifestFile ||
    (reportFiles as readonly string[]).includes(name) ||
    (name.startsWith(`${signatureFolder}/`) && name.endsWith('.dsse.json'))
  return [
    ...[...manifest].flatMap(([name, digest]) => {
      const its = digests.get(name)
      if (its === undefined) return [`${name} is missing`]
      return its === digest ? [] : [`${name} is not what was signed: it was changed`]
    }),
    ...[...digests.keys()].flatMap(name =>
      manifest.has(name) || outside(name) ? [] : [`${name} is not of this release`],
    ),
  ]
}
