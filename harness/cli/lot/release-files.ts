import { publicKeyPem } from '../../custody/signing-key.ts'
import { type LotRelease, recordTexts } from '../../lots/release/release-record.ts'
import { registerOf, type Signature, signerRoles } from '../../lots/release/signatures.ts'
import { assayVersion } from '../version.ts'

/** All files of a release that its manifest names: the record, and what derives from it. The same record gives the same bytes. */
export function releaseFiles(release: LotRelease): ReadonlyMap<string, string> {
  const may = Object.values(signerRoles).flat()
  const keys = registerOf(release).flatMap(({ name, publicKey, roles }): [string, string][] =>
    publicKey !== null && roles.some(role => may.includes(role)) ? [[`keys/${name}.pem`, publicKeyPem(publicKey)]] : [],
  )
  return new Map([...recordTexts(release), ...keys])
}

/** The report as long as nobody has signed. */
export function unsignedReport({ document }: LotRelease, manifestSha256: string): string {
  return `<!doctype html><title>${document.lot} ${manifestSha256}</title>`
}

/** Somebody whose signature stands on the report. */
export type SignedBy = Pick<Signature, 'signer' | 'publicKey'>

/** Files of a release that do not derive from its record, as sentences; nothing where another version of Assay made them. */
export function derivedFaults(release: LotRelease, files: ReadonlyMap<string, Uint8Array>): readonly string[] {
  if (release.document.software.version !== assayVersion()) return []
  return [...releaseFiles(release)].flatMap(([name, content]) =>
    files.has(name) && !Buffer.from(content).equals(files.get(name)!)
      ? [`${name} does not follow from the record`]
      : [],
  )
}

/** The report as the releaser signs it, with who signed. @param paper of the PDF; null for none */
export async function signedReports(
  release: LotRelease,
  manifestSha256: string,
  _signatures: readonly SignedBy[],
  _paper: 'a4' | 'letter' | null,
  _signal: AbortSignal,
): Promise<ReadonlyMap<string, string | Uint8Array>> {
  return new Map([['report.html', unsignedReport(release, manifestSha256)]])
}
