import { derivedRows } from '../coins/index.ts'
import { didYouMean } from '../core/nearest.ts'
import type { ProductProfile } from '../products/profile.ts'
import type { ProfileFault } from '../products/profile-rules.ts'

/** Kinds of addresses that no coin here has: no printed address could ever be one of them. */
export function coinFaults({ address }: ProductProfile): ProfileFault[] {
  const known = derivedRows.map(({ key }) => key)
  return address.kinds.flatMap((kind, i) => {
    if (known.includes(kind)) return []
    const message = `is no coin that an address can be worked out for${didYouMean(kind, known)}; docs/add-a-coin.md has them all`
    return [{ path: ['address', 'kinds', i], message }]
  })
}
