import { relative } from 'node:path'
import type { LoadedConfig } from '../../config/load-config.ts'
import type { KnownProduct } from '../../inspection/likeness.ts'
import { loadProfile, shippedProfiles } from '../../products/load-profile.ts'

/** Every product that a card may turn out to be: those that come with Assay, and the configuration's. @throws ProfileError */
export function knownProducts({ config: { products } }: Pick<LoadedConfig, 'config'>): KnownProduct[] {
  const own = products.map(file => ({ profile: loadProfile(file), choose: relative(process.cwd(), file) }))
  return [...shippedProfiles().map(profile => ({ profile, choose: profile.name })), ...own]
}
