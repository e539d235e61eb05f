import type { ProductProfile } from '../../products/profile.ts'
import { profileDigest } from '../keep-inspections.ts'
import type { PlannedFacts } from './lot-kinds.ts'

/** The profile that a plan holds; null where it holds none, or another one than it names. */
export const plannedProfile = ({ profile, profileSha256 }: PlannedFacts): ProductProfile | null =>
  profile !== undefined && profileDigest(profile) === profileSha256 ? profile : null
