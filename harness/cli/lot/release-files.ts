import { checksCsvParts, unitsCsv } from '../../../reports/release/csv.ts'
import { ctrfReport } from '../../../reports/release/ctrf.ts'
import { junitReport } from '../../../reports/release/junit.ts'
import { openHtfParts } from '../../../reports/release/openhtf.ts'
import { footOf, releaseReport } from '../../../reports/release/release-report.ts'
import { publicKeyPem } from '../../custody/signing-key.ts'
import {
  type Content,
  type LotRelease,
  pictureFiles,
  recordTexts,
  sha256Of,
} from '../../lots/release/release-record.ts'
import { type ReleaseView, releaseView } from '../../lots/release/release-view.ts'
import { registerOf, signerRoles } from '../../lots/release/signatures.ts'
import { assayVersion } from '../version.ts'
import { type Paper, printPdf } from './print-pdf.ts'

/** All files of a release that its manifest names, one after the other: the record, and what derives from it. The same record gives the same bytes. */
export function* releaseFiles(release: LotRelease): Generator<NamedContent> {
  yield* recordTexts(release)
  yield* pictureFiles(release.pictures)
  yield* derivedFiles(release)
}

type NamedContent = readonly [name: string, content: Content]

function* derivedFiles(release: LotRelease): Generator<NamedContent> {
  const may = Object.values(signerRoles).flat()
  for (const { name, publicKey, roles } of registerOf(release))
    if (publicKey !== null && roles.some(role => may.includes(role)))
      yield [`keys/${name}.pem`, publicKeyPem(publicKey)]
  const view = releaseView(release, '', [])
  yield ['units.csv', unitsCsv(view)]
  yield ['checks.csv', checksCsvParts(view)]
  yield ['junit.xml', junitReport(view)]
  yield ['ctrf.json', ctrfReport(view)]
  yield ['openhtf.json', openHtfParts(view)]
}

/**
 * Files of a release that do not derive from its record, as sentences; nothing where another version of Assay made them.
 * @param digests of what lies there, by name
 */
export function derivedFaults(release: LotRelease, digests: ReadonlyMap<string, string>): readonly string[] {
  if (release.document.software.version !== assayVersion()) return []
  const faults: string[] = []
  for (const [name, content] of derivedFiles(release)) {
    if (digests.has(name) && sha256Of(content) !== digests.get(name))
      faults.push(`${name} does not follow from the record`)
  }
  return faults
}

/** The report, with the signatures that stand under it so far. */
export const reportOf = (release: LotRelease, manifestSha256: string, signatures: ReleaseView['signatures']): string =>
  releaseReport(releaseView(release, manifestSha256, signatures))

/** The report as the releaser signs it. @param paper of the PDF; null for none */
export async function signedReports(
  release: LotRelease,
  manifestSha256: string,
  signatures: ReleaseView['signatures'],
  paper: Paper | null,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string | Uint8Array>> {
  const view = releaseView(release, manifestSha256, signatures)
  const html = releaseReport(view)
  const reports = new Map<string, string | Uint8Array>([['report.html', html]])
  if (paper !== null)
    reports.set('report.pdf', await printPdf(html, paper, footOf(view), 'Nothing was signed.', signal))
  return reports
}
