import { createHash } from 'node:crypto'
import { z } from 'zod'
import { AssayError, exitCodes } from '../../core/assay-error.ts'
import { otherVersion, parseJson } from '../../core/parse-json.ts'
import { TreeHead } from '../../custody/journal/tree-head.ts'
import { type Decided, decideLot } from './decide-lot.ts'
import { decisions, LotName } from './lot-kinds.ts'
import { LotRow, Series, sharing } from './lot-rows.ts'

const format = 'assay-lot-release-1'

/** What a lot's release says of itself; the decision in it is worked out again from the rows by whoever reads it. */
export const ReleaseDocument = z.strictObject({
  format: z.literal(format),
  lot: LotName,
  product: z.string(),
  rehearsal: z.boolean(),
  recordsSha256: z.string().regex(/^[0-9a-f]{64}$/),
  serials: z.array(z.string()).min(1),
  /** Units that were counted to ship. */
  counted: z.int().min(0),
  closedBy: z.string(),
  closedAt: z.iso.datetime(),
  software: z.strictObject({ name: z.literal('assay'), version: z.string(), revision: z.string().nullable() }),
  /** Of the journal that the rows are from. */
  head: TreeHead,
  journalFaults: z.array(z.string()),
  decision: z.enum(decisions),
  because: z.string(),
})
export type ReleaseDocument = z.infer<typeof ReleaseDocument>

/** A lot's release: the record of it, from which every report derives. */
export interface LotRelease {
  readonly document: ReleaseDocument
  readonly rows: readonly LotRow[]
  readonly series: readonly Series[]
  readonly decided: Decided
}

/** Something that is no release, or another one than it says. Exit code 1 where somebody changed it, 2 where it is no use. */
export class ReleaseError extends AssayError {
  override readonly name = 'ReleaseError'
}

export const changed = (code: string, sentence: string) =>
  new ReleaseError(code, sentence, { exitCode: exitCodes.failed })

/** The files that hold the record. */
const recordFiles = { document: 'release.json', rows: 'rows.jsonl', series: 'measurements.json' } as const

/** The record as its files have it. */
export function* recordTexts({
  document,
  rows,
  series,
}: Omit<LotRelease, 'decided'>): Generator<readonly [name: string, content: string]> {
  yield [recordFiles.document, `${JSON.stringify(ReleaseDocument.parse(document), null, 2)}\n`]
  yield [recordFiles.rows, rows.map(row => `${JSON.stringify(row)}\n`).join('')]
  yield [recordFiles.series, `[\n${series.map(one => JSON.stringify(one)).join(',\n')}\n]\n`]
}

/**
 * The record from its files, its decision worked out again.
 * @throws ReleaseError `release-missing`, `release-newer`, `release-unreadable`, `release-decision`
 */
export async function readRelease(files: ReadonlyMap<string, Uint8Array>): Promise<LotRelease> {
  const text = (name: string): string => {
    const bytes = files.get(name)
    if (bytes !== undefined) return Buffer.from(bytes).toString('utf8')
    throw new ReleaseError('release-missing', `${name} is not there: this is no whole release of a lot.`)
  }
  const json = parseJson(text(recordFiles.document))
  const other = otherVersion(json, format)
  if (other !== null) {
    throw new ReleaseError('release-newer', `${recordFiles.document} is of another Assay (${other}); use that version.`)
  }
  const document = part(ReleaseDocument, json, recordFiles.document)
  const lines = text(recordFiles.rows).split('\n')
  if (lines.pop() !== '') throw unreadable(`${recordFiles.rows} ends within a line`)
  const rows = lines.map((line, i) => sharing(part(LotRow, parseJson(line), `${recordFiles.rows}, line ${i + 1},`)))
  const series = part(z.array(Series), parseJson(text(recordFiles.series)), recordFiles.series)
  const decided = await decideLot({ ...factsOf(document), rows })
  if (decided.decision !== document.decision || decided.because !== document.because) {
    throw changed(
      'release-decision',
      `The release says ${document.decision}, but its rows give ${decided.decision}: ${decided.because} It was changed after it was made.`,
    )
  }
  return { document, rows, series, decided }
}

const factsOf = ({
  lot,
  recordsSha256,
  serials,
  counted,
  journalFaults,
}: Omit<ReleaseDocument, 'decision' | 'because'>) => ({
  lot: { lot, recordsSha256, serials },
  counted,
  journalFaults,
})

function part<Schema extends z.ZodType>(schema: Schema, json: unknown, what: string): z.output<Schema> {
  const read = schema.safeParse(json)
  if (read.success) return read.data
  throw unreadable(`${what} is not what Assay writes`)
}

const unreadable = (clause: string) => new ReleaseError('release-unreadable', `${clause}: this is no release of a lot.`)

export const sha256Of = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex')
