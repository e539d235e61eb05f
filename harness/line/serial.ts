import { pick, type Random } from '../core/random.ts'
import type { ProductProfile } from '../products/profile.ts'
import { serialPattern } from '../products/serial-pattern.ts'

const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ']
const digits = [...'0123456789']

/** A serial of the product that is not in `taken`. @throws RangeError when the pattern allows (nearly) none */
export function drawSerial(profile: ProductProfile, random: Random, taken: ReadonlySet<string>): string {
  const pattern = serialPattern(profile.serial.pattern)
  for (let tries = 0; tries < 10_000; tries++) {
    const serial = [...profile.serial.template]
      .map(kind => (kind === 'A' ? pick(random, letters) : kind === '9' ? pick(random, digits) : kind))
      .join('')
    if (pattern.test(serial) && !taken.has(serial)) return serial
  }
  throw new RangeError(`no serial of the product ${profile.name} is left: its template fits the pattern too seldom`)
}
