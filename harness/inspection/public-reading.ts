import type { JudgedMeasurement, SeenLeftover } from '../checks/check.ts'
import { Secret } from '../core/secret.ts'
import type { Quad } from '../imaging/quad.ts'
import type { Mark, ProductProfile } from '../products/profile.ts'
import { type Role, roleOf } from '../products/role.ts'
import type { UnitRecord } from '../products/unit-record.ts'
import type { InspectionRecord, PublicReading } from '../record/inspection-record.ts'
import type { PhotographReading, Reading } from '../vision/reading.ts'

/** A photograph's readings (`withKeysKept`) as they may leave the run, rounded as far as they mean anything. */
export function publicReadings(profile: ProductProfile, photograph: PhotographReading): readonly PublicReading[] {
  const marks = new Map(profile.marks.map(mark => [mark.name, mark]))
  return photograph.marks.map(reading => publicReading(reading, marks.get(reading.mark), photograph.photographId))
}

function publicReading(reading: Reading, mark: Mark | undefined, photograph: string): PublicReading {
  // A mark that the profile does not know is treated as secret: nobody said that it is not.
  const { text } = reading
  const secret = mark === undefined || mark.secret || text instanceof Secret
  return {
    photograph,
    mark: reading.mark,
    outcome: reading.outcome,
    secret,
    text: secret ? null : text,
    confidence: rounded(reading.confidence, 4),
    readers: [...reading.readers],
    where: reading.where === null ? null : roundedQuad(reading.where),
    because: reading.because,
  }
}

/** Where a unit's public record says what stands at a mark. */
const recorded: Readonly<Partial<Record<Role, keyof UnitRecord>>> = {
  serial: 'serial',
  'address-qr': 'address',
  'address-text': 'address',
  'confirmation-code': 'confirmationCode',
}

/** What the unit's record says of each public mark of the product, for a person to hold beside what was read. */
export function expectedOf(unit: UnitRecord, profile: ProductProfile): readonly { mark: string; text: string }[] {
  return profile.marks.flatMap(mark => {
    const field = mark.secret ? undefined : recorded[roleOf(mark)]
    const text = field === undefined ? undefined : unit[field]
    return text === undefined ? [] : [{ mark: mark.name, text }]
  })
}

/** A measurement as it stands in a record; a value that is not a number is null there. */
export function publicMeasurement(measurement: JudgedMeasurement): InspectionRecord['measurements'][number] {
  const { name, of, value, unit, limits, verdict } = measurement
  return { name, of, value: Number.isFinite(value) ? rounded(value, 4) : null, unit, limits, verdict }
}

/** A leftover as it stands in a record: its place, never what it shows. */
export function publicLeftover(leftover: SeenLeftover): InspectionRecord['leftovers'][number] {
  const { photographId, kind, rect, where, strength, because } = leftover
  const { x, y, width, height } = rect
  return {
    photograph: photographId,
    kind,
    rect: { x: rounded(x, 2), y: rounded(y, 2), width: rounded(width, 2), height: rounded(height, 2) },
    where: roundedQuad(where),
    strength: rounded(strength, 2),
    because,
  }
}

const rounded = (value: number, digits: number) => (Number.isFinite(value) ? Number(value.toFixed(digits)) : 0)

function roundedQuad(quad: Quad): [[number, number], [number, number], [number, number], [number, number]] {
  const at = ([x, y]: readonly [number, number]): [number, number] => [rounded(x, 2), rounded(y, 2)]
  return [at(quad[0]), at(quad[1]), at(quad[2]), at(quad[3])]
}
