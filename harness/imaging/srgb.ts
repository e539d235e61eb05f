/** IEC 61966-2-1: light, 0..1, that an encoded value, 0..255, stands for. */
export function lightOf(level: number): number {
  const value = level / 255
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
}

/** The way back, 0..255, not rounded. */
export function levelOf(light: number): number {
  return 255 * (light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055)
}

/** {@link lightOf} of every level. */
export const lightTable = Float32Array.from({ length: 256 }, (_, level) => lightOf(level))

/** The rounded levels of light in even steps from 0 to 1, `count` of them. */
export function levelTable(count: number): Uint8Array {
  return Uint8Array.from({ length: count }, (_, step) => Math.round(levelOf(step / (count - 1))))
}
