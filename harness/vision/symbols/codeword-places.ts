import type { Level, SymbolLayout } from './function-patterns.ts'
import { ErrorCorrectionLevel, Version } from './zxing-library.ts'

/** How many codewords each block of a symbol has, short blocks first (ISO/IEC 18004:2015 table 9). */
export interface BlockSize {
  readonly data: number
  readonly correction: number
}

export function blockSizes(version: number, level: Level): BlockSize[] {
  const ofLevel = Version.getVersionForNumber(version).getECBlocksForLevel(ErrorCorrectionLevel.fromString(level))
  return ofLevel.getECBlocks().flatMap(group =>
    Array.from({ length: group.getCount() }, () => ({
      data: group.getDataCodewords(),
      correction: ofLevel.getECCodewordsPerBlock(),
    })),
  )
}

/** Block and index within it of every codeword, in the order in which they are placed (7.6). */
export function placementOrder(blocks: readonly BlockSize[]): { readonly block: number; readonly index: number }[] {
  const order: { block: number; index: number }[] = []
  const longest = Math.max(...blocks.map(({ data }) => data))
  for (let index = 0; index < longest; index++) {
    for (const [block, { data }] of blocks.entries()) if (index < data) order.push({ block, index })
  }
  for (let i = 0; i < blocks[0]!.correction; i++) {
    for (const [block, { data }] of blocks.entries()) order.push({ block, index: data + i })
  }
  return order
}

/** Indices of the data modules, in the order in which bits are placed: column pairs from the right, up and down (7.7.3). */
export function dataModules({ size, roles }: SymbolLayout): number[] {
  const modules: number[] = []
  let upwards = true
  for (let right = size - 1; right > 0; right -= 2) {
    if (right === 6) right = 5
    for (let step = 0; step < size; step++) {
      const row = (upwards ? size - 1 - step : step) * size
      if (roles[row + right] === 'data') modules.push(row + right)
      if (roles[row + right - 1] === 'data') modules.push(row + right - 1)
    }
    upwards = !upwards
  }
  return modules
}

/** Codewords kept back to make misdecoding unlikely: p in table 9, note b. */
export function misdecodeProtection(version: number, level: Level): number {
  return protection[`${version}-${level}`] ?? 0
}

const protection: Readonly<Record<string, number>> = { '1-L': 3, '1-M': 2, '1-Q': 1, '1-H': 1, '2-L': 2, '3-L': 1 }
