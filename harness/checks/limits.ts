import { didYouMean } from '../core/nearest.ts'
import type { ProductProfile } from '../products/profile.ts'
import { faultyProfile } from '../products/profile-error.ts'
import type { ProfileFault } from '../products/profile-rules.ts'
import type { Measurement } from '../vision/reading.ts'
import { coinFaults } from './coin-keys.ts'
import { type Limits, type MeasurementRow, measurementRows } from './measurements.ts'

/**
 * The limits that hold for a measurement: the profile's own for it at this place (`NAME:PLACE`) or at any (`NAME`, of symbols
 * `symbol-NAME` as well), otherwise the usual ones. Null: it is recorded, not judged.
 */
export function limitsOf(profile: ProductProfile, { name, of }: Pick<Measurement, 'name' | 'of'>): Limits | null {
  const its = known.get(profile) ?? new Map<string, Limits | null>()
  known.set(profile, its)
  const key = `${name}:${of}`
  const limits = its.get(key)
  if (limits !== undefined) return limits
  const found = foundLimits(profile, name, of)
  // Names that no product has are nobody's to remember.
  if (its.size < mostKnown) its.set(key, found)
  return found
}

/** A lot's records are judged by one profile, and each has the same measurements. */
const known = new WeakMap<ProductProfile, Map<string, Limits | null>>()
const mostKnown = 1000

function foundLimits(profile: ProductProfile, name: string, of: string): Limits | null {
  const own = [`${name}:${of}`, name, `symbol-${name}`].map(key => profile.limits[key]).find(one => one !== undefined)
  const limits = own ?? measurementRows[name]?.usual(profile, of) ?? null
  return limits?.min == null && limits?.max == null ? null : limits
}

/** Limits of a profile that no measurement of its product has: each is meant for something, and would never be enforced. */
export function limitFaults(profile: ProductProfile): ProfileFault[] {
  const known = Object.entries(measurementRows).flatMap(([name, row]) => keysOf(name, row, profile))
  return Object.keys(profile.limits)
    .filter(key => !known.includes(key))
    .map(key => ({
      path: ['limits', key],
      message: `no measurement of this product is called «${key}»${didYouMean(key, known)}; docs/add-a-product.md names them all`,
    }))
}

/**
 * For whoever judges with the profile, before it does.
 * @throws ProfileError `profile-faulty` for {@link limitFaults} and for coins that do not exist
 */
export function refuseUnknownLimits(profile: ProductProfile): void {
  const faults = [...limitFaults(profile), ...coinFaults(profile)]
  if (faults.length > 0) throw faultyProfile(profile.name, faults)
}

function keysOf(name: string, { of }: MeasurementRow, { marks }: ProductProfile): readonly string[] {
  const places = of.flatMap(subject => marks.filter(({ kind }) => kind === subject).map(mark => mark.name))
  const alias = of.includes('qr') ? [`symbol-${name}`] : []
  return [name, ...alias, ...[...of, ...places].map(place => `${name}:${place}`)]
}
