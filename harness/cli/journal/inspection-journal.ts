import { createHash } from 'node:crypto'
import { resolve } from 'node:path'
import type { Journal } from '../../custody/journal/journal.ts'
import { type Standing, standing } from '../../lots/attempts.ts'
import type { ProductProfile } from '../../products/profile.ts'
import { roleOf } from '../../products/role.ts'
import type { InspectionRecord } from '../../record/inspection-record.ts'
import type { FileFacts, InspectionFacts } from '../../record/journal-kinds.ts'

interface FileError {
  readonly code: string
  readonly message: string
}

/** Keeps what an inspection of files says, before it is said. What throws ends the inspection: nothing is said that is not kept. */
export interface InspectionJournal {
  /**
   * @param files the photographs' names
   * @param recordsSha256 of the lot file; null where it was not needed
   * @returns where the unit stands now; null where that is not known
   */
  judged(record: InspectionRecord, files: readonly string[], recordsSha256: string | null): Promise<Standing | null>
  /** A file that is no usable picture. */
  unreadable(file: string, error: FileError): Promise<void>
  /** A file with the same picture as one before. */
  repeated(file: string, first: string): Promise<void>
  /** A file that was left over when an alarm, or the person, ended the run. */
  notJudged(file: string, error: FileError): Promise<void>
}

const nothing = async () => {}

/** For whoever looks at pictures without a result that counts. */
export const noJournal: InspectionJournal = {
  judged: async () => null,
  unreadable: nothing,
  repeated: nothing,
  notJudged: nothing,
}

/** What is the same in all that one run says. */
interface KeptRun {
  readonly station: string
  readonly operator?: string
  readonly profile: ProductProfile
  /** The file that settings came from; null for none. */
  readonly configuration?: InspectionFacts['judgedBy']['configuration']
  /** The folder of `--out`. */
  readonly out?: string
}

/** The journal of a workplace, as an inspection of files writes it. */
export function keepInspections(
  journal: Journal,
  { station, operator, profile, configuration = null, out }: KeptRun,
): InspectionJournal {
  const folder = out === undefined ? null : resolve(out)
  const profileSha256 = createHash('sha256').update(JSON.stringify(profile)).digest('hex')
  const append = async (kind: string, unit: string | null, facts: InspectionFacts | FileFacts) => {
    await journal.append({ kind, who: operator, unit, station, facts })
  }
  const ofFile =
    (kind: string) =>
    async (file: string, { code, message }: FileError) =>
      await append(kind, null, { file, code, message, out: folder })
  return {
    judged: async (record, files, recordsSha256) => {
      const unit = record.unit ?? (record.alarm === null ? null : serialRead(record, profile))
      await append('inspection', unit, {
        record,
        files,
        out: folder,
        judgedBy: { profileSha256, recordsSha256, configuration },
      })
      return unit === null ? null : standing(await Array.fromAsync(journal.entriesAbout(unit)), unit, station)
    },
    unreadable: ofFile('unreadable-file'),
    repeated: async (file, first) =>
      await ofFile('repeated-file')(file, { code: 'same-picture', message: `It is the same picture as ${first}.` }),
    notJudged: ofFile('not-judged'),
  }
}

/**
 * An alarm ends an inspection before the unit is looked for among the records: the serial on the card itself says which
 * unit it was, so that its FAIL stands.
 */
function serialRead({ readings }: InspectionRecord, profile: ProductProfile): string | null {
  const serials = profile.marks.filter(mark => roleOf(mark) === 'serial' && !mark.secret)
  const inOrder = [...serials].sort((a, b) => Number(b.on === 'card') - Number(a.on === 'card'))
  const texts = inOrder.flatMap(({ name }) =>
    readings.filter(({ mark, outcome, text }) => mark === name && outcome === 'read' && text !== null),
  )
  return texts[0]?.text ?? null
}
