import type { ProductProfile } from '../../products/profile.ts'
import type { Measurement } from '../reading.ts'

/** The limits of a measurement: the profile's own by name, else the usual ones; null when nothing is judged. */
export function limitsOf(
  profile: ProductProfile,
  name: string,
  usual: Measurement['limits'] = null,
): Measurement['limits'] {
  const limits = profile.limits[name] ?? usual
  return limits === null || (limits.min === null && limits.max === null) ? null : limits
}
