import type { SymbolMark } from './profile.ts'

/** Levels of error correction of a QR code, least first (ISO/IEC 18004). */
export const levels = ['L', 'M', 'Q', 'H'] as const

/**
 * The versions that each payload can need: its shortest text at level L, its longest (an address with a prefix: 70) at level H.
 * A larger one has room for more than the payload.
 */
const needed: Readonly<Record<SymbolMark['payload'], readonly [least: number, most: number]>> = {
  address: [2, 8],
  epk: [4, 6],
  'confirmation-code': [4, 8],
}

/** The versions that a symbol mark may have. */
export function versionsOf({ payload, version }: SymbolMark): readonly [least: number, most: number] {
  return version === undefined ? needed[payload] : [version, version]
}
