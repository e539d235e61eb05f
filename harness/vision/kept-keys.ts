import { REDACTED, Secret } from '../core/secret.ts'
import { productSecretKind } from '../products/product-secret.ts'
import type { ProductProfile } from '../products/profile.ts'
import type { PhotographReading } from './reading.ts'

/**
 * The reading with every text that looks like a secret as a `Secret`, at whatever mark it was read: no sentence and no
 * record can quote it then.
 */
export function withKeysKept(profile: ProductProfile, photograph: PhotographReading): PhotographReading {
  const isSecret = (text: string) => productSecretKind(profile, text) !== null
  return {
    ...photograph,
    marks: photograph.marks.map(reading => {
      const { text, because } = reading
      const isKept = typeof text === 'string' && isSecret(text)
      return { ...reading, text: isKept ? Secret.ofText(text) : text, because: isSecret(because) ? REDACTED : because }
    }),
  }
}
