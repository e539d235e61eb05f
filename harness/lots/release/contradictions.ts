import { createHash } from 'node:crypto'
import { worst } from '../../core/verdict.ts'
import { sameSerial } from '../../products/serial-text.ts'
import { InspectionRecord, verdictOf } from '../../record/inspection-record.ts'

/**
 * What contradicts a PASS within its own record, as clauses; none of a record that does not pass, or that is of another Assay. No
 * inspection leaves such a record: somebody wrote or changed it, or Assay has a defect. Nothing is released on either.
 *
 * @param value the record as its entry of the journal holds it
 * @param isWhole nothing of the entry was left out for looking like a secret
 */
export function contradictionsIn(value: unknown, isWhole: boolean): readonly string[] {
  if ((value as { format?: unknown } | null)?.format !== InspectionRecord.shape.format.value) return []
  const read = InspectionRecord.safeParse(value)
  if (!read.success) return ['it is not in the form that it names']
  const record = read.data
  if (worst([record.verdict, verdictOf(record)]) !== 'PASS') return []
  return rules.flatMap(([clause, isBroken]) => (isBroken(record) ? [clause] : [])).concat(digestFault(record, isWhole))
}

const rules: readonly (readonly [clause: string, isBroken: (record: InspectionRecord) => boolean])[] = [
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
    ({ rig: { kind, truth, drivers } }) =>
      kind === 'real' && (truth !== null || drivers === null || drivers.camera === 'virtual'),
  ],
  ['its readings were not written down before it was judged', ({ readingsSha256 }) => readingsSha256 === null],
  [
    'a text passed that was not read as it has to be',
    ({ findings }) => findings.some(({ comparison = 'match' }) => comparison !== 'match'),
  ],
  [
    'a value lies beyond its limits',
    ({ measurements }) => measurements.some(one => one.verdict !== null && !(one.verdict === 'PASS' && isWithin(one))),
  ],
  [
    'something is left over on the card',
    // As it is rounded: exactly 1 may be a little less.
    ({ leftovers }) => leftovers.some(({ strength }) => strength > 1),
  ],
  [
    'not everything looked for what is left over',
    ({ findings, lookedBy, unproved }) => hasPassed(findings, 'nothing-else') && !isLookedFor(lookedBy, unproved),
  ],
  [
    'what is covered was read',
    ({ station, readings }) =>
      station === 'sealed' && readings.some(({ secret, outcome }) => secret && outcome === 'read'),
  ],
  [
    'a cover was not whole',
    ({ station, readings }) =>
      station === 'sealed' && readings.some(({ outcome }) => /^(?:missing|broken|displaced)$/.test(outcome)),
  ],
  [
    'nothing covered was seen',
    ({ findings, readings }) =>
      hasPassed(findings, 'concealed') && !readings.some(({ secret, outcome }) => secret && outcome === 'concealed'),
  ],
  [
    'a text was read by nobody',
    ({ readings }) =>
      readings.some(
        ({ outcome, readers, confidence }) => outcome === 'read' && (readers.length === 0 || confidence <= 0),
      ),
  ],
  [
    'what was proved by a secret was proved without reading it',
    ({ findings, readings }) => findings.some(({ check }) => secretsRead(readings) < (secretsOf.get(check) ?? 0)),
  ],
  ['the text of a secret stands in it', ({ readings }) => readings.some(({ secret, text }) => secret && text !== null)],
  ['the serial of another unit was read', record => serialsRead(record).some(text => !isSerial(text, record.unit))],
  [
    'its serial stands in none of its readings',
    record =>
      hasPassed(record.findings, 'serials-agree') && !serialsRead(record).some(text => isSerial(text, record.unit)),
  ],
]

const hasPassed = (findings: InspectionRecord['findings'], name: string) => findings.some(({ check }) => check === name)

/** How many secrets a check cannot pass without. */
const secretsOf: ReadonlyMap<string, number> = new Map([
  ['keyless', 1],
  ['passphrase-commitment', 1],
  ['confirmation', 1],
  ['decryption', 2],
])

const secretsRead = (readings: InspectionRecord['readings']) =>
  new Set(readings.flatMap(({ secret, outcome, mark }) => (secret && outcome === 'read' ? [mark] : []))).size

/** Where nobody knows how good cards look, faint marks stay unproved, and the record says so. */
const isLookedFor = (by: InspectionRecord['lookedBy'], unproved: InspectionRecord['unproved']) =>
  by.includes('text-detector') &&
  by.includes('symbol-search') &&
  (by.includes('appearance') || (by.includes('surroundings') && unproved.some(({ name }) => name === 'faint-marks')))

/** A hair more than half of the last digit that records keep. */
const roundingError = 1e-4

function isWithin({ value, limits }: InspectionRecord['measurements'][number]): boolean {
  if (value === null) return false
  const { min, max } = limits ?? { min: null, max: null }
  return value >= (min ?? value) - roundingError && value <= (max ?? value) + roundingError
}

/** What was read where the unit's serial has to stand, by its record or by the mark's name. */
function serialsRead({ unit, readings, expected = [] }: InspectionRecord): readonly string[] {
  const marks = new Set(expected.flatMap(({ mark, text }) => (text === unit ? [mark] : [])))
  return readings.flatMap(({ mark, outcome, text }) =>
    outcome === 'read' && text !== null && (marks.has(mark) || mark.startsWith('serial')) ? [text] : [],
  )
}

const isSerial = (text: string, unit: string | null) => unit !== null && sameSerial(text, unit)

/**
 * The digest was taken before anybody knew what the readings should say.
 * @param record as its schema orders it: a journal keeps the fields in an order of its own
 */
function digestFault({ readings, readingsSha256 }: InspectionRecord, isWhole: boolean): string[] {
  if (!isWhole || readingsSha256 === null) return []
  const its = createHash('sha256').update(JSON.stringify(readings)).digest('hex')
  return its === readingsSha256 ? [] : ['its readings are not those that were written down first']
}
