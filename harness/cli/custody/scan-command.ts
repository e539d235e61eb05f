import { AssayError, exitCodes } from '../../core/assay-error.ts'
import { printable } from '../../core/printable.ts'
import { type Leak, LeakScan, type PassedOver } from '../../guard/leaks/leak-scan.node.ts'
import { PictureScan } from '../../guard/leaks/picture-scan.node.ts'
import { type ScanCount, scanPaths } from '../../guard/leaks/scan-paths.node.ts'
import { loadProfile } from '../../products/load-profile.ts'
import { openVision } from '../../vision/pool/vision.ts'
import type { CommandContext } from '../context.ts'
import { showProgress } from '../progress.ts'
import { printDocument, printLine } from '../terminal.ts'
import { type KnownOptions, knownSecrets } from './known-secrets.ts'

export interface ScanOptions extends KnownOptions {
  readonly product?: string
  readonly texts?: boolean
  /** False: no image is decoded. */
  readonly images?: boolean
  readonly json?: boolean
}

/** `assay custody scan`: where something secret lies, and never what it says. */
export async function scan(paths: readonly string[], options: ScanOptions, { signal, exit }: CommandContext) {
  const { texts = false, images = true, json = false } = options
  const profile = options.product === undefined ? null : loadProfile(options.product)
  const known = await knownSecrets(options)
  if (known.length === 0 && (options.known ?? options.knownFd) !== undefined) {
    throw new AssayError('known-none', 'No known secret was given: one a line.')
  }
  const leakScan = new LeakScan(known, { hunt: { profile } })
  await using vision = openVision()
  const pictures = images ? new PictureScan(leakScan, vision, { profile, texts, signal }) : null
  const findings: Leak[] = []
  const passedOver: PassedOver[] = []
  let count: ScanCount = { files: 0, bytes: 0, images: 0 }
  {
    using progress = showProgress(process.stderr)
    const onCount = (now: ScanCount): void => {
      count = now
      progress.at(`assay: ${countOf(now)} read so far, ${findings.length} findings`)
    }
    for await (const found of scanPaths(paths, leakScan, pictures, onCount, signal)) {
      findings.push(...found.leaks)
      passedOver.push(...found.passedOver)
      if (json) continue
      for (const line of found.leaks) printLine(printable(`LEAK: ${line.where}: ${line.what}`))
    }
    // The last line of a log is the whole count.
    if (process.stderr.isTTY !== true) progress.say(`assay: ${countOf(count)} read, ${findings.length} findings`)
  }
  const notes = [
    ...(images ? [] : ['Images were not decoded: leave --no-images out.']),
    ...(count.images > 0 && !texts ? ['Text in images was not read: add --texts.'] : []),
    ...(known.length === 0
      ? ['A bare key of hexadecimal digits looks like any digest: it is found by --known only.']
      : []),
  ]
  if (json) printDocument({ findings, ...count, notLookedInto: passedOver, notes })
  else {
    for (const { where, why } of passedOver) printLine(printable(`not looked into: ${where}: ${why}`))
    for (const note of notes) printLine(note)
    const said = findings.length === 0 ? 'nothing secret was found' : `${findings.length} findings`
    printLine(`${countOf(count)} were read; ${said}, ${passedOver.length} not looked into.`)
  }
  if (findings.length > 0) exit(exitCodes.alarm)
}

const countOf = ({ files, images, bytes }: ScanCount) =>
  `${files} files (${(bytes / 1e6).toFixed(1)} MB) and ${images} images`
