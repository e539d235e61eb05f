import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { checksCsv, unitsCsv } from '../../../reports/release/csv.ts'
import { ctrfReport } from '../../../reports/release/ctrf.ts'
import { junitReport } from '../../../reports/release/junit.ts'
import { openHtfReport } from '../../../reports/release/openhtf.ts'
import { footOf, releaseReport } from '../../../reports/release/release-report.ts'
import { AssayError } from '../../core/assay-error.ts'
import { readOutside } from '../../core/outside-file.node.ts'
import { printable } from '../../core/printable.ts'
import { manifestFile } from '../../lots/release/manifest.ts'
import { type ReleaseView, releaseView } from '../../lots/release/release-view.ts'
import { inspectorsOf, missingSignatures } from '../../lots/release/signatures.ts'
import type { CommandContext } from '../context.ts'
import { say } from '../line/site-command.ts'
import { createFile, writing } from '../write-file.ts'
import { type Paper, printPdf } from './print-pdf.ts'
import { refuseInRelease } from './release-folder.ts'
import { soundRelease } from './sound-release.ts'

/** What a release is written as, a row a format. */
const writers = {
  junit: junitReport,
  ctrf: ctrfReport,
  openhtf: openHtfReport,
  units: unitsCsv,
  checks: checksCsv,
  html: releaseReport,
} as const satisfies Readonly<Record<string, (view: ReleaseView) => string>>

export interface ExportOptions {
  readonly as: keyof typeof writers | 'pdf'
  readonly out: string
  readonly paper: Paper
  readonly json?: boolean
}

/** `assay report export`: a lot's release in one format, from its record; the report of a run as PDF. */
export async function exportReport(folder: string, options: ExportOptions, { signal }: CommandContext): Promise<void> {
  const out = resolve(options.out)
  const there = new AssayError('file-exists', `${options.out} is there already; name another file.`)
  if (existsSync(out)) throw there
  const isRelease = existsSync(join(folder, manifestFile))
  refuseInRelease(options.out)
  const { content, isSigned } = await contentOf(folder, options, signal)
  writing(options.out, 'results-unwritable', 'choose another file', () => {
    if (!existsSync(dirname(out))) throw Object.assign(new Error(), { code: 'ENOENT' })
    if (!createFile(out, content)) throw there
  })
  say(options, { file: out, as: options.as }, [
    `${printable(options.out)}, from ${printable(folder)}${isRelease ? `. It is a copy: what ${isSigned ? 'was signed' : 'not both have signed yet'} lies there` : ''}.`,
  ])
}

async function contentOf(
  folder: string,
  { as, paper }: ExportOptions,
  signal: AbortSignal,
): Promise<{ readonly content: string | Uint8Array; readonly isSigned: boolean }> {
  const undone = 'Nothing was written.'
  if (as === 'pdf' && !existsSync(join(folder, manifestFile))) {
    const html = readOutside(join(folder, 'report.html'), 'lot').toString('utf8')
    return { content: await printPdf(html, paper, 'Assay', undone, signal), isSigned: false }
  }
  const { release, manifestSha256, signatures } = await soundRelease(folder, undone)
  const view = releaseView(release, manifestSha256, signatures)
  const isSigned = missingSignatures(signatures, inspectorsOf(release)).length === 0
  if (as !== 'pdf') return { content: writers[as](view), isSigned }
  return { content: await printPdf(releaseReport(view), paper, footOf(view), undone, signal), isSigned }
}
