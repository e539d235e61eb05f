import type { CheckInput, Finding, Identification, Unproved } from '../checks/check.ts'
import { cryptoFindings } from '../checks/crypto-findings.ts'
import { refuseUnknownLimits } from '../checks/limits.ts'
import { judgeMeasurements } from '../checks/measured.ts'
import { runChecks } from '../checks/run-checks.ts'
import { addressBook } from '../checks/same-key.ts'
import { leftoverLooks } from '../core/vocabulary.ts'
import { exposureAlarm } from '../guard/exposure.ts'
import type { ProductProfile } from '../products/profile.ts'
import type { InspectionRecord } from '../record/inspection-record.ts'
import { withKeysKept } from '../vision/kept-keys.ts'
import type { PhotographReading } from '../vision/reading.ts'
import { DraftRecord } from './draft-record.ts'
import { factorsOf, publicParts } from './factors.ts'
import { groupByUnit } from './group-by-unit.ts'
import { identifyUnit } from './identify.ts'
import type { InspectionRequest, PhotographSeen } from './inspection-request.ts'
import { leadOf, otherProductOf } from './lead-sentence.ts'
import { lightsUnseen } from './lights-unseen.ts'
import { type MergedReading, mergeReadings, textsApart } from './merge.ts'
import { seenAt } from './seen-at.ts'
import { isFromTheSide, underItsLight } from './side-light.ts'
import { hiddenMarkNames, plannedChecks, requiredMarkNames, type Station } from './station.ts'

/**
 * Inspects one unit at one station: writes the blind readings down, looks for exposed secrets, finds the unit's record,
 * runs every planned check, and returns the inspection record.
 *
 * Never throws: whatever goes wrong during a unit, an interruption included, gives a record with verdict ERROR. After an alarm
 * the unit's checks are not run; that the run stops is the loop's to see to (`run.ts`).
 */
export async function inspectUnit(request: InspectionRequest): Promise<InspectionRecord> {
  const draft = new DraftRecord(request)
  try {
    await inspect(request, draft)
  } catch (error) {
    draft.fail(error)
  }
  return draft.finish()
}

async function inspect(request: InspectionRequest, draft: DraftRecord): Promise<void> {
  const { station, profile, signal } = request
  signal?.throwIfAborted()
  refuseUnknownLimits(profile)
  const taken = typeof request.photographs === 'function' ? await request.photographs() : request.photographs
  // What stands in the place of their secret texts would be judged.
  if (taken.some(({ reading }) => reading.sealed !== undefined))
    throw new TypeError('sealed readings are judged where they can be opened')
  const readings = taken.map(({ reading }) => withKeysKept(profile, reading))
  const digest = draft.writeReadings(taken, readings)
  await request.onReadingsWritten?.(digest)

  const other = otherProductOf(taken)
  draft.lead(other)
  for (const reading of readings) {
    const exposure = exposureAlarm(station, profile, reading)
    if (exposure !== null) return draft.stop(exposure)
  }

  draft.lead(
    other ??
      leadOf(
        station,
        readings.map(reading => seenAt(station, reading)),
      ),
  )
  signal?.throwIfAborted()
  const lot = await request.records()
  const isFromTheSideOnly = taken.every(one => isFromTheSide(lightOf(one)))
  const counted = readings.map((reading, i) =>
    underItsLight(profile, lightOf(taken[i]!), seenAt(station, reading), isFromTheSideOnly),
  )
  const merged = mergeReadings(profile, counted)
  const required = requiredMarkNames(station, profile)
  const planned = plannedChecks(station, profile)
  const measurements = judgeMeasurements({ profile, required, ...merged }, planned, merged.measurements)
  draft.addMeasurements(measurements)
  const rest = restOf(taken, readings)
  draft.addRest(rest)
  const book = request.book ?? addressBook
  const { unit, identification: named } = identifyUnit(merged.marks, lot, book, profile)
  const identification = request.rig === null ? ofOneCard(named, counted, profile) : named
  draft.found(unit, unit?.lot ?? lot.lot)

  const judged = async (marks: MergedReading['marks']): Promise<readonly Finding[]> => {
    const seen = { ...merged, marks, measurements, required, ...rest }
    using factors = factorsOf(seen, profile)
    const { address, confirmationCode } = publicParts(seen, profile)
    const crypto = cryptoFindings({
      ...factors,
      intermediateCode: unit?.intermediateCode,
      confirmationCode: unit?.confirmationCode ?? confirmationCode,
      address: address ?? unit?.address,
      flags: profile.bip38.flags,
      book,
      challenge: request.challenge,
      scrypt: request.scrypt,
      signal,
    })
    const input = { ...seen, profile, state: station.state, hidden: hiddenMarkNames(station, profile) }
    const known = { identification, unit, crypto, book }
    return await runChecks(planned, { ...input, ...known }, signal)
  }
  const findings = [await judged(merged.marks)]
  // Of two cards, the texts differ as they should.
  const apart = identification.outcome === 'found' ? textsApart(merged, counted) : []
  for (const marks of apart) findings.push(await judged(marks))
  const leftOut = request.rig === null ? [] : notSeen(station, profile, taken)
  draft.judged(withWorst(findings), leftOut)
}

/** What all photographs say together, and what fails by one of them alone where they show different texts. */
function withWorst([together = [], ...each]: readonly (readonly Finding[])[]): readonly Finding[] {
  return together.map((finding, i) => {
    const failed = each.map(one => one[i]!).find(({ verdict }) => verdict === 'FAIL')
    if (failed === undefined || finding.verdict === 'FAIL') return finding
    return { ...failed, because: `${failed.because} One of the photographs shows it, and they do not agree.` }
  })
}

/**
 * A rig photographs the card that lies in its nest; files may show any. One that does not show the serial of the others is evidence of
 * another card, or of none: its whole cover would stand for that of this card.
 */
function ofOneCard(
  named: Identification,
  readings: readonly PhotographReading[],
  profile: ProductProfile,
): Identification {
  const cards = groupByUnit(readings, reading => reading, profile).length
  if (named.outcome !== 'found' || cards === 1) return named
  const because = `${readings.length} photographs were given as one card's, and do not all show one serial: they may be of ${cards} cards. Leave out what does not show this card with its serial, or take it again.`
  return { outcome: 'ambiguous', because, marks: named.marks }
}

const lightOf = ({ photograph }: PhotographSeen) => photograph.how.light

/** What all photographs show besides the profile's marks, and what looked for it. */
function restOf(
  taken: readonly PhotographSeen[],
  readings: readonly PhotographReading[],
): Pick<CheckInput, 'leftovers' | 'lookedBy'> {
  return {
    leftovers: readings.flatMap(({ photographId, rest }, i) =>
      (rest?.leftovers ?? []).map(one => ({ ...one, photographId, light: lightOf(taken[i]!) })),
    ),
    lookedBy: leftoverLooks.filter(look => readings.some(({ rest }) => rest?.by.includes(look))),
  }
}

/** What a rig without all lamps of the plan leaves unproved, and a photograph under one of them that shows nothing. */
function notSeen(station: Station, profile: ProductProfile, taken: readonly PhotographSeen[]): readonly Unproved[] {
  const seen = taken.map(one => ({ light: lightOf(one), marks: seenAt(station, one.reading).marks }))
  const unseen = lightsUnseen(station, profile, seen)
  return station.plan.photographs.flatMap(planned => {
    const { light, proves } = planned
    if (proves === undefined) return []
    if (unseen.includes(planned))
      return [{ name: proves, because: `the photograph under «${light}» does not show what it is taken for` }]
    return seen.some(one => one.light === light)
      ? []
      : [{ name: proves, because: `this rig has no light «${light}», which shows what others do not` }]
  })
}
