import { createHash } from 'node:crypto'
import { z } from 'zod'
import { AssayError, exitCodes } from '../../core/assay-error.ts'
import { otherVersion, parseJson } from '../../core/parse-json.ts'
import { TreeHead } from '../../custody/journal/tree-head.ts'
import { type Decided, decideLot } from './decide-lot.ts'
import { FaultOfJournal, type LotFacts } from './lot-facts.ts'
import { decisions, LotName } from './lot-kinds.ts'
import { LotRow, sharing } from './lot-rows.ts'
import { LotMeasurements } from './lot-series.ts'

/**
 * 1 knew one distance of each sticker, and no serials of golden cards; 2 neither when calibrations expire nor what profile
 * golden cards were judged by; 3 not what contradicts a record that passed, nor by which plan of the station it was made; 4 neither
 * judged what passed once more by the profile, nor held addresses against the lot file; 5 not which inspection measured what.
 */
const format = 'assay-lot-release-6'

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
  journalFaults: z.array(FaultOfJournal),
  /** Units that passed with an address that is none of their key by the lot file, which whoever closed the lot had. */
  otherAddresses: z.array(z.string()),
  decision: z.enum(decisions),
  because: z.string(),
})
export type ReleaseDocument = z.infer<typeof ReleaseDocument>

/** A lot's release: the record of it, from which every report derives. */
export interface LotRelease {
  readonly document: ReleaseDocument
  readonly rows: readonly LotRow[]
  readonly measurements: LotMeasurements
  readonly decided: Decided
  /** Of the first unit of a defect, as its run's report showed it: what is secret was blacked out before they were encoded. */
  readonly pictures: readonly DefectPicture[]
}

/** A picture of a defect's first unit. */
export interface DefectPicture {
  /** Number of the defect, from 1, the most frequent first. */
  readonly defect: number
  /** The mark that it shows, or `card`. */
  readonly of: string
  readonly width: number
  readonly height: number
  /** JPEG. */
  readonly bytes: Uint8Array
}

/** Where pictures lie in a release; what one shows stands in its name: `pictures/01-2-address-text-640x120.jpg`. */
export const pictureFolder = 'pictures'
const pictureForm = /^pictures\/(\d{2})-(\d)-([a-z][a-z0-9-]*)-(\d{1,4})x(\d{1,4})\.jpg$/

/** Names and bytes of the pictures' files. */
export const pictureFiles = (pictures: readonly DefectPicture[]): readonly (readonly [string, Uint8Array])[] =>
  pictures.map(({ defect, of, width, height, bytes }, i) => {
    const nth = i - pictures.findIndex(one => one.defect === defect) + 1
    return [`${pictureFolder}/${String(defect).padStart(2, '0')}-${nth}-${of}-${width}x${height}.jpg`, bytes]
  })

function picturesIn(files: ReadonlyMap<string, Uint8Array>): readonly DefectPicture[] {
  return [...files].flatMap(([name, bytes]) => {
    const [, defect, , of, width, height] = pictureForm.exec(name) ?? []
    return of === undefined ? [] : [{ defect: Number(defect), of, width: Number(width), height: Number(height), bytes }]
  })
}

/** Something that is no release, or another one than it says. Exit code 1 where somebody changed it, 2 where it is no use. */
export class ReleaseError extends AssayError {
  override readonly name = 'ReleaseError'
}

export const changed = (code: string, sentence: string) =>
  new ReleaseError(code, sentence, { exitCode: exitCodes.failed })

/** The files that hold the record. */
const recordFiles = { document: 'release.json', rows: 'rows.jsonl', measurements: 'measurements.json' } as const

/** Is the record, or a part of it, read from this file? */
export const isOfRecord = (name: string): boolean => (Object.values(recordFiles) as string[]).includes(name)

/** The record as its files have it. */
export function* recordTexts({
  document,
  rows,
  measurements: { series, placements },
}: Omit<LotRelease, 'decided' | 'pictures'>): Generator<readonly [name: string, content: Content]> {
  yield [recordFiles.document, `${JSON.stringify(ReleaseDocument.parse(document), null, 2)}\n`]
  yield [recordFiles.rows, rowLines(rows)]
  const lines = (all: readonly object[]) => all.map(one => JSON.stringify(one)).join(',\n')
  yield [recordFiles.measurements, `{"series":[\n${lines(series)}\n],"placements":[\n${lines(placements)}\n]}\n`]
}

/**
 * The record from its files, its decision worked out again.
 * @throws ReleaseError `release-missing`, `release-other`, `release-unreadable`, `release-decision`
 */
export async function readRelease(files: ReadonlyMap<string, Uint8Array>): Promise<LotRelease> {
  const bytes = (name: string): Buffer => {
    const its = files.get(name)
    if (its !== undefined) return Buffer.from(its.buffer, its.byteOffset, its.byteLength)
    throw new ReleaseError('release-missing', `${name} is not there: this is no whole release of a lot.`)
  }
  const text = (name: string) => bytes(name).toString('utf8')
  const json = parseJson(text(recordFiles.document))
  const other = otherVersion(json, format)
  if (other !== null) {
    throw new ReleaseError(
      'release-other',
      `${recordFiles.document} is in the form ${other}, which this Assay does not read (it reads ${format}): use the version that made it.`,
    )
  }
  const document = part(ReleaseDocument, json, recordFiles.document)
  const rows: LotRow[] = []
  for (const line of linesOf(bytes(recordFiles.rows)))
    rows.push(sharing(part(LotRow, parseJson(line), `${recordFiles.rows}, line ${rows.length + 1},`)))
  const measurements = part(LotMeasurements, parseJson(text(recordFiles.measurements)), recordFiles.measurements)
  const decided = await decideLot({ ...factsOf(document), rows })
  if (decided.decision !== document.decision || decided.because !== document.because) {
    throw changed(
      'release-decision',
      `The release says ${document.decision}, but its rows give ${decided.decision}: ${decided.because} It was changed after it was made.`,
    )
  }
  return { document, rows, measurements, decided, pictures: picturesIn(files) }
}

/** What its decision is worked out from, but for the rows. */
export const factsOf = ({
  lot,
  recordsSha256,
  serials,
  counted,
  journalFaults,
  otherAddresses,
}: ReleaseDocument): Omit<LotFacts, 'rows'> => ({
  lot: { lot, recordsSha256, serials },
  counted,
  journalFaults,
  otherAddresses,
})

function part<Schema extends z.ZodType>(schema: Schema, json: unknown, what: string): z.output<Schema> {
  const read = schema.safeParse(json)
  if (read.success) return read.data
  throw unreadable(`${what} is not what Assay writes`)
}

const unreadable = (clause: string) => new ReleaseError('release-unreadable', `${clause}: this is no release of a lot.`)

/** What a file holds; in parts where a large lot's would fill the memory. */
export type Content = string | Uint8Array | Iterable<string | Uint8Array>

export const partsOf = (content: Content): Iterable<string | Uint8Array> =>
  typeof content === 'string' || content instanceof Uint8Array ? [content] : content

export function sha256Of(content: Content): string {
  const hash = createHash('sha256')
  for (const part of partsOf(content)) hash.update(part)
  return hash.digest('hex')
}

/** The same content, whose digest is told when its last part was taken. */
export function* digesting(content: Content, tell: (sha256: string) => void): Generator<string | Uint8Array> {
  const hash = createHash('sha256')
  for (const part of partsOf(content)) {
    hash.update(part)
    yield part
  }
  tell(hash.digest('hex'))
}

const rowsInPart = 1000

function* rowLines(rows: readonly LotRow[]): Generator<string> {
  for (let i = 0; i < rows.length; i += rowsInPart)
    yield rows
      .slice(i, i + rowsInPart)
      .map(row => `${JSON.stringify(row)}\n`)
      .join('')
}

/** Line by line: the whole of a large lot is never one text. @throws ReleaseError `release-unreadable` */
function* linesOf(bytes: Buffer): Generator<string> {
  let start = 0
  for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
    yield bytes.toString('utf8', start, end)
    start = end + 1
  }
  if (start < bytes.length) throw unreadable(`${recordFiles.rows} ends within a line`)
}
