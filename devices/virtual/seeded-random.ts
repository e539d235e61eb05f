/** A stream of random numbers that a seed repeats. */
export interface RandomStream {
  /** 32 random bits as an unsigned integer. */
  bits(): number
  /** 0 ≤ x < 1 */
  uniform(): number
  /** Standard normal. */
  normal(): number
}

/** sfc32 (C. Doty-Humphrey, PractRand), seeded through splitmix32 with any number of parts. */
export function seededRandom(...seed: readonly number[]): RandomStream {
  let h = 0x9e3779b9
  const mix = (): number => {
    h = (h + 0x9e3779b9) | 0
    let t = h ^ (h >>> 16)
    t = Math.imul(t, 0x21f0aaad)
    t ^= t >>> 15
    t = Math.imul(t, 0x735a2d97)
    return t ^ (t >>> 15)
  }
  for (const part of seed) {
    h ^= Math.trunc(part) | 0
    mix()
    h ^= Math.trunc(part / 0x1_0000_0000) | 0
    mix()
  }
  let a = mix()
  let b = mix()
  let c = mix()
  let counter = 1
  const bits = (): number => {
    const out = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + out
    c |= 0
    return out >>> 0
  }
  for (let i = 0; i < 12; i++) bits()
  const uniform = (): number => bits() / 0x1_0000_0000
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform())
  return { bits, uniform, normal }
}
