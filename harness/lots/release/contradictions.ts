import { createHash } from 'node:crypto'
import { worst } from '../../core/verdict.ts'
import { realDrivers } from '../../core/vocabulary.ts'
import { addressesRead, judgedAgain } from '../../inspection/judged-again.ts'
import type { ProductProfile } from '../../products/profile.ts'
import { type InspectionRecord, verdictOf } from '../../record/inspection-record.ts'

/** A record read against itself. */
export interface ReadAgainstItself {
  /** As clauses. No inspection leaves such a record: somebody wrote or changed it, or Assay has a defect. */
  readonly contradictions: readonly string[]
  /** That a unit shows which passed. */
  readonly address: string | null
  /** What symbols of a unit said that was neither passed nor refused: it may be another's. */
  readonly addressesRead: readonly string[]
}

/**
 * What in a record contradicts that somebody judged a unit there, and, where it passed, that it did. Nothing is released on one
 * that contradicts itself. An error, or what nobody could judge, proves nothing: of that only whether somebody changed what was read.
 *
 * @param record as its schema orders it
 * @param isWhole nothing of its entry was left out for looking like a secret
 * @param profile by which it was judged: what passed is judged by it once more; null where nobody has it
 */
export function contradictionsIn(
  record: InspectionRecord,
  isWhole: boolean,
  profile: ProductProfile | null,
): ReadAgainstItself {
  const verdict = record.alarm === null ? worst([record.verdict, verdictOf(record)]) : 'ERROR'
  const isPassed = verdict === 'PASS'
  if (!isPassed && verdict !== 'FAIL') {
    const read = profile === null || record.alarm !== null ? [] : addressesRead(record, profile)
    return { contradictions: digestFault(record, isWhole), address: null, addressesRead: read }
  }
  const own = [...rules, ...(isPassed ? rulesOfPassed : [])].flatMap(([clause, isBroken]) =>
    isBroken(record) ? [clause] : [],
  )
  own.push(...digestFault(record, isWhole))
  if (!isPassed) return { contradictions: own, address: null, addressesRead: [] }
  const { unfounded, address } = profile === null ? { unfounded: [], address: null } : judgedAgain(record, profile)
  return { contradictions: [...own, ...unfounded], address, addressesRead: [] }
}

type Rule = readonly [clause: string, isBroken: (record: InspectionRecord) => boolean]

const rules: readonly Rule[] = [
  ['it has no photograph', ({ photographs }) => photographs.length === 0],
  [
    'it counts a photograph twice',
    ({ photographs }) => new Set(photographs.map(({ id }) => id)).size < photographs.length,
  ],
  [
    'what was seen is of a photograph that it does not name',
    ({ photographs, readings, leftovers }) => {
      const own = new Set(photographs.map(({ id }) => id))
      return [...readings, ...leftovers].some(({ photograph }) => !own.has(photograph))
    },
  ],
  [
    'a photograph of it was not read',
    ({ photographs, readings }) => photographs.some(({ id }) => readings.every(({ photograph }) => photograph !== id)),
  ],
  ['it ended before it began', ({ started, ended }) => !(Date.parse(started) <= Date.parse(ended))],
  // What was photographed long before the plan, say, is no inspection of today.
  ['it took more than an hour', ({ started, ended }) => Date.parse(ended) - Date.parse(started) > 3_600_000],
  [
    'a photograph of it is older than the inspection',
    ({ started, photographs }) =>
      photographs.some(({ takenAt }) => takenAt !== null && Date.parse(takenAt) < Date.parse(started)),
  ],
  [
    'its photographs are not of its rig as it was then',
    ({ rig: { kind, calibration }, photographs }) =>
      kind !== 'files' && photographs.some(({ takenAt, how }) => takenAt === null || how.calibration !== calibration),
  ],
  [
    'its rig is called real and is not',
    ({ rig: { kind, truth, drivers, firmware }, photographs }) =>
      kind === 'real' &&
      (truth !== null ||
        drivers === null ||
        !devices.every(device => (realDrivers[device] as readonly string[]).includes(drivers[device])) ||
        firmware === null ||
        Object.values(firmware).includes(twin) ||
        photographs.some(({ how }) => how.camera === twin)),
  ],
  [
    'a photograph of it was exposed for no time',
    ({ photographs }) => photographs.some(({ how: { exposureMs } }) => exposureMs !== null && !(exposureMs > 0)),
  ],
  ['its readings were not written down before it was judged', ({ readingsSha256 }) => readingsSha256 === null],
]

const rulesOfPassed: readonly Rule[] = [
  [
    'a text passed that was not read as it has to be',
    ({ findings }) => findings.some(({ comparison = 'match' }) => comparison !== 'match'),
  ],
  [
    'a text was read by nobody',
    ({ readings }) =>
      readings.some(
        ({ outcome, readers, confidence }) => outcome === 'read' && (readers.length === 0 || confidence <= 0),
      ),
  ],
  ['the text of a secret stands in it', ({ readings }) => readings.some(({ secret, text }) => secret && text !== null)],
  [
    'what was seen has no place in its photograph',
    ({ readings }) => readings.some(({ outcome, where }) => seenSomewhere.includes(outcome) && !isPlace(where)),
  ],
  [
    'two marks of it were read at one place',
    ({ readings }) =>
      [...Map.groupBy(readings, ({ photograph }) => photograph).values()].some(its => {
        const read = its.flatMap(({ outcome, where }) => (outcome === 'read' && where !== null ? [where] : []))
        return read.some((one, i) =>
          read.slice(i + 1).some(other => holds(one, centre(other)) || holds(other, centre(one))),
        )
      }),
  ],
]

type Where = NonNullable<InspectionRecord['readings'][number]['where']>
const seenSomewhere: readonly InspectionRecord['readings'][number]['outcome'][] = ['read', 'whole', 'concealed']
/** Convex and clockwise, as the place of whatever lies flat is in a photograph. */
const isPlace = (where: Where | null) => where?.every((_, i) => isRightOf(where, i, where[(i + 2) % 4]!)) ?? false
const holds = (where: Where, point: Where[number]) => where.every((_, i) => isRightOf(where, i, point))
/** Within the edge from a corner to the next, y being down. */
function isRightOf(where: Where, corner: number, [x, y]: Where[number]): boolean {
  const [[fromX, fromY], [toX, toY]] = [where[corner]!, where[(corner + 1) % 4]!]
  return (toX - fromX) * (y - fromY) > (toY - fromY) * (x - fromX)
}
const centre = (where: Where): [number, number] => [
  where.reduce((sum, [x]) => sum + x, 0) / 4,
  where.reduce((sum, [, y]) => sum + y, 0) / 4,
]

/** What the devices of a virtual rig say of themselves. */
const twin = 'virtual'
const devices = ['camera', 'stage', 'light'] as const

/**
 * The digest was taken before anybody knew what the readings should say.
 * @param record as its schema orders it: a journal keeps the fields in an order of its own
 */
function digestFault({ readings, readingsSha256 }: InspectionRecord, isWhole: boolean): string[] {
  if (!isWhole || readingsSha256 === null) return []
  const its = createHash('sha256').update(JSON.stringify(readings)).digest('hex')
  return its === readingsSha256 ? [] : ['its readings are not those that were written down first']
}
