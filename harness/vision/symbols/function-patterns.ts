import { Version } from './zxing-library.ts'

export type Level = 'L' | 'M' | 'Q' | 'H'

/** What a module is there for; `data` holds codewords. */
export type ModuleRole =
  | 'data'
  | 'finder-top-left'
  | 'finder-top-right'
  | 'finder-bottom-left'
  | 'timing-horizontal'
  | 'timing-vertical'
  | 'alignment'
  | 'format'
  | 'version'
  | 'dark-module'

export interface SymbolLayout {
  readonly size: number
  readonly roles: readonly ModuleRole[]
  /** 1 is dark; data modules are 0. */
  readonly dark: Uint8Array
}

const levelBits: Readonly<Record<Level, number>> = { L: 0b01, M: 0b00, Q: 0b11, H: 0b10 }

/** Data masks by number: true turns the module over (ISO/IEC 18004:2015 table 10). */
export const dataMasks: readonly ((x: number, y: number) => boolean)[] = [
  (x, y) => (x + y) % 2 === 0,
  (_x, y) => y % 2 === 0,
  x => x % 3 === 0,
  (x, y) => (x + y) % 3 === 0,
  (x, y) => (Math.floor(y / 2) + Math.floor(x / 3)) % 2 === 0,
  (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
]

/**
 * Every module of a symbol that does not depend on its data (ISO/IEC 18004:2015, 6.3, 7.9, 7.10).
 * @param version 1..40
 * @param mask data mask, 0..7
 */
export function layOut(version: number, level: Level, mask: number): SymbolLayout {
  const size = 17 + 4 * version
  const roles = new Array<ModuleRole>(size * size).fill('data')
  const dark = new Uint8Array(size * size)
  const set = (x: number, y: number, role: ModuleRole, isDark: boolean) => {
    roles[y * size + x] = role
    dark[y * size + x] = Number(isDark)
  }

  for (let i = 8; i < size - 8; i++) {
    set(i, 6, 'timing-horizontal', i % 2 === 0)
    set(6, i, 'timing-vertical', i % 2 === 0)
  }
  const centres = Version.getVersionForNumber(version).getAlignmentPatternCenters()
  for (const cy of centres) {
    for (const cx of centres) {
      const underFinder = (cx < 9 && cy < 9) || (cx < 9 && cy > size - 10) || (cx > size - 10 && cy < 9)
      if (!underFinder) drawRings(set, cx, cy, 2, 'alignment', size)
    }
  }
  drawRings(set, 3, 3, 4, 'finder-top-left', size)
  drawRings(set, size - 4, 3, 4, 'finder-top-right', size)
  drawRings(set, 3, size - 4, 4, 'finder-bottom-left', size)

  const format = formatBits(level, mask)
  for (const copy of formatPlaces(size)) {
    for (let i = 0; i < 15; i++) set(copy[i]![0], copy[i]![1], 'format', ((format >> i) & 1) === 1)
  }
  set(8, size - 8, 'dark-module', true)
  if (version >= 7) {
    const bits = versionBits(version)
    for (let i = 0; i < 18; i++) {
      const far = size - 11 + (i % 3)
      const near = Math.floor(i / 3)
      set(near, far, 'version', ((bits >> i) & 1) === 1)
      set(far, near, 'version', ((bits >> i) & 1) === 1)
    }
  }
  return { size, roles, dark }
}

/** Concentric square rings about a centre; radius 4 is a finder pattern with its light separator, 2 an alignment pattern. */
function drawRings(
  set: (x: number, y: number, role: ModuleRole, isDark: boolean) => void,
  cx: number,
  cy: number,
  radius: number,
  role: ModuleRole,
  size: number,
): void {
  for (let dy = -radius; dy <= radius; dy++) {
    for (let dx = -radius; dx <= radius; dx++) {
      const x = cx + dx
      const y = cy + dy
      if (x < 0 || y < 0 || x >= size || y >= size) continue
      const ring = Math.max(Math.abs(dx), Math.abs(dy))
      set(x, y, role, radius === 4 ? ring !== 2 && ring !== 4 : ring !== 1)
    }
  }
}

/** The two places of the format information, least significant bit first (figure 25). */
export function formatPlaces(size: number): readonly (readonly (readonly [x: number, y: number])[])[] {
  const first: [number, number][] = []
  const second: [number, number][] = []
  for (let i = 0; i < 15; i++) {
    if (i < 6) first.push([8, i])
    else if (i < 8) first.push([8, i + 1])
    else if (i === 8) first.push([7, 8])
    else first.push([14 - i, 8])
    second.push(i < 8 ? [size - 1 - i, 8] : [8, size - 15 + i])
  }
  return [first, second]
}

/** Fifteen bits: level, mask, BCH(15,5) with generator 0x537, then XOR 0x5412 (annex C). */
function formatBits(level: Level, mask: number): number {
  const data = (levelBits[level] << 3) | mask
  return ((data << 10) | bchRemainder(data << 10, 0x537)) ^ 0x5412
}

/** Level and mask that a whole symbol's format information states; null when it is not one of the 32 valid words. */
export function formatOf({ size, dark }: { readonly size: number; readonly dark: Uint8Array }) {
  const places = formatPlaces(size)[0]!
  const word = places.reduce((bits, [x, y], i) => bits | (dark[y * size + x]! << i), 0)
  for (const level of ['L', 'M', 'Q', 'H'] as const) {
    for (let mask = 0; mask < 8; mask++) if (formatBits(level, mask) === word) return { level, mask }
  }
  return null
}

/** Eighteen bits: version and BCH(18,6) with generator 0x1f25 (annex D). */
function versionBits(version: number): number {
  return (version << 12) | bchRemainder(version << 12, 0x1f25)
}

function bchRemainder(value: number, generator: number): number {
  const degree = 31 - Math.clz32(generator)
  let rest = value
  while (rest >= 1 << degree) rest ^= generator << (31 - Math.clz32(rest) - degree)
  return rest
}
