import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { SoftwareIdentity } from '../record/inspection-record.ts'

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

/** The program that judges, with a digest of its networks, as records name it. @throws OnnxError `onnx-model-missing` */
export async function softwareIdentity(): Promise<SoftwareIdentity> {
  const { networksDigest } = await import('../vision/text/network-files.node.ts')
  return { name: 'assay', version: assayVersion(), revision: sourceRevision(), modelsSha256: await networksDigest() }
}

/** The commit that a checkout stands at; null for the published package. */
function sourceRevision(): string | null {
  try {
    const marked = join(import.meta.dirname, '..', '..', '.git')
    const git = statSync(marked).isDirectory() ? marked : /^gitdir: (.+)/.exec(readFileSync(marked, 'utf8'))![1]!
    const head = readFileSync(join(git, 'HEAD'), 'utf8').trim()
    const name = /^ref: (.+)/.exec(head)?.[1]
    if (name === undefined) return head
    const common = existsSync(join(git, 'commondir'))
      ? join(git, readFileSync(join(git, 'commondir'), 'utf8').trim())
      : git
    if (existsSync(join(common, name))) return readFileSync(join(common, name), 'utf8').trim()
    const packed = readFileSync(join(common, 'packed-refs'), 'utf8').split('\n')
    return packed.find(line => line.endsWith(` ${name}`))?.split(' ')[0] ?? null
  } catch {
    return null
  }
}
