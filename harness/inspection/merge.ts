import type { SeenMark } from '../checks/check.ts'
import { Secret } from '../core/secret.ts'
import { type CoverOutcome, isOfCover, showsMark } from '../core/vocabulary.ts'
import type { Mark, ProductProfile, State } from '../products/profile.ts'
import { State as StateSchema } from '../products/profile.ts'
import { unseenReading } from '../vision/read/mark-reading.ts'
import type { Measurement, PhotographReading, Reading } from '../vision/reading.ts'

/** What several photographs of one unit say together. */
export interface MergedReading {
  /** Every mark of the profile by name. */
  readonly marks: ReadonlyMap<string, SeenMark>
  readonly states: readonly State[]
  readonly measurements: readonly Measurement[]
}

/**
 * Merges photographs of one unit, by rules that are fixed beforehand and know nothing of what is expected (choosing the
 * view that agrees would multiply false passes):
 *
 * - of a cover, the worst that any photograph shows stands, and no other one overrules it (design.md rule 14);
 * - of another mark, the reading with the best evidence stands: in view before not in view before undecided; then more readers,
 *   then higher confidence, then the earlier photograph;
 * - two photographs that say different things with confidence (two texts, read and absent) contradict each other, and the mark
 *   cannot be used; a secret mark that is read once counts as read, whatever the others say;
 * - a text that one photograph gives and another one, which could not accept any, speaks against at some character is
 *   such a contradiction too: the photograph that sees better what should be there is no better witness;
 * - measurements are all kept, so that the worst of each counts; but of the strokes of a text only those of photographs that
 *   could read it, where any could.
 */
export function mergeReadings(profile: ProductProfile, readings: readonly PhotographReading[]): MergedReading {
  const sightings = Map.groupBy(
    readings.flatMap(({ photographId, marks }) => marks.map(reading => ({ reading, photographId }))),
    ({ reading }) => reading.mark,
  )
  return {
    marks: new Map(profile.marks.map(mark => [mark.name, mergeMark(mark, sightings.get(mark.name) ?? [], readings)])),
    states: mergeStates(readings),
    measurements: readings.flatMap(reading => reading.measurements.filter(one => counts(one, reading, readings))),
  }
}

/** Glare, or whatever else kept a text from being read, looks like a faint stroke. */
function counts({ name, of }: Measurement, own: PhotographReading, readings: readonly PhotographReading[]): boolean {
  if (!name.startsWith('text-') && !name.endsWith('-stroke')) return true
  const reads = ({ marks }: PhotographReading) => marks.some(({ mark, outcome }) => mark === of && outcome === 'read')
  return reads(own) || !readings.some(reads)
}

interface Sighting {
  readonly reading: Reading
  readonly photographId: string
}

function mergeMark(mark: Mark, sightings: readonly Sighting[], readings: readonly PhotographReading[]): SeenMark {
  const best = sightings.reduce<Sighting | null>((a, b) => (a === null || better(b, a) ? b : a), null)
  if (best === null) return { mark, reading: unseen(mark, readings), photographId: null, conflict: null }
  return { mark, ...best, conflict: mark.kind === 'cover' ? null : conflictOf(mark, sightings) }
}

/** A mark of which no photograph says anything: the card was not found, or another profile was used. */
function unseen(mark: Mark, readings: readonly PhotographReading[]): Reading {
  const because = readings.length === 0 ? 'there is no photograph' : (readings[0]!.because ?? 'no photograph shows it')
  return unseenReading(mark, because)
}

/** Covers by how bad they are, behind all that can be seen better; others by what they say of the mark. */
const rank = ({ outcome }: Reading) =>
  isOfCover(outcome) ? coverOutcomes.indexOf(outcome) : [null, false, true].indexOf(showsMark[outcome])

const coverOutcomes: readonly CoverOutcome[] = ['unsure', 'whole', 'displaced', 'broken', 'missing']

function better(a: Sighting, b: Sighting): boolean {
  const by =
    rank(a.reading) - rank(b.reading) ||
    a.reading.readers.length - b.reading.readers.length ||
    a.reading.confidence - b.reading.confidence
  return by > 0
}

function conflictOf(mark: Mark, sightings: readonly Sighting[]): string | null {
  const all = sightings.map(({ reading }) => reading)
  const definite = all.filter(({ outcome }) => showsMark[outcome] !== null)
  const read = definite.filter(({ outcome }) => outcome === 'read')
  const first = read[0]
  const otherText = first !== undefined && read.some(reading => !sameText(first, reading))
  if (otherText) {
    return mark.secret
      ? 'the photographs show different texts'
      : `the photographs show ${[...new Set(read.map(r => String(r.text)))].join(' and ')}`
  }
  if (sightings.some(({ reading }) => first !== undefined && speaksAgainst(reading, first)))
    return 'one is sure of a character that the other one shows differently'
  if (mark.secret && first !== undefined) return null
  const outcomes = [...new Set(definite.map(({ outcome }) => outcome))]
  return outcomes.length > 1 ? `one shows it ${outcomes.map(word).join(', another shows it ')}` : null
}

const word = (outcome: Reading['outcome']) => (outcome === 'read' ? 'readable' : outcome)

/** A character that a photograph gives less than this is, by that photograph, not there. */
const SPEAKS_AGAINST = Math.log(0.01)

/** Does an unread photograph's own view of the characters rule out the text that another one gives? */
function speaksAgainst(unread: Reading, { text }: Reading): boolean {
  if (unread.outcome !== 'unread' || unread.alternatives === null || text === null) return false
  const symbols = [...(text instanceof Secret ? text.exposeText() : text)]
  const { positions } = unread.alternatives
  // Another number of characters says nothing of any one of them.
  if (positions.length !== symbols.length) return false
  return positions.some(({ candidates }, i) => {
    const seen = candidates.find(({ symbol }) => symbol === symbols[i])
    return seen === undefined || seen.logProbability < SPEAKS_AGAINST
  })
}

/**
 * Where photographs of one unit give different texts at a mark: the marks as each of them has it, in the others' stead. Each such text is
 * something that a photograph clearly shows, and what it says against the unit no other one overrules (design.md rule 14).
 *
 * @returns one a photograph with such a text; none where all agree
 */
export function textsApart(
  { marks }: MergedReading,
  readings: readonly PhotographReading[],
): readonly MergedReading['marks'][] {
  const isText = ({ outcome }: Reading) => outcome === 'read'
  const apart = [...marks].filter(([name, { conflict }]) => {
    const texts = readings.flatMap(one => one.marks.filter(({ mark }) => mark === name).filter(isText))
    return conflict !== null && texts.some(text => !sameText(texts[0]!, text))
  })
  return readings.flatMap(({ photographId, marks: own }) => {
    const texts = apart.flatMap(([name, { mark }]) =>
      own
        .filter(one => one.mark === name && isText(one))
        .map(reading => [name, { mark, reading, photographId, conflict: null }] as const),
    )
    return texts.length === 0 ? [] : [new Map([...marks, ...texts])]
  })
}

function sameText(a: Reading, b: Reading): boolean {
  if (a.text instanceof Secret && b.text instanceof Secret) return a.text.equals(b.text)
  return a.text === b.text
}

/** The states that every photograph allows, in the first one's order; a photograph that cannot tell allows all. */
function mergeStates(readings: readonly PhotographReading[]): readonly State[] {
  const told = readings.map(({ states }) => states).filter(states => states.length > 0)
  const [first] = told
  return first === undefined
    ? []
    : StateSchema.array().parse(first.filter(state => told.every(states => states.includes(state))))
}
