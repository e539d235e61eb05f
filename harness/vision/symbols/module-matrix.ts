import type { BitMatrix } from './zxing-library.ts'
import { BitMatrix as BitMatrixPart } from './zxing-library.ts'

/** The modules of a symbol, row by row from its own top left; 1 is dark. `dark.length === size * size`. */
export interface ModuleMatrix {
  readonly size: number
  readonly dark: Uint8Array
}

export function moduleMatrixOf(bits: BitMatrix): ModuleMatrix {
  const size = bits.getWidth()
  const dark = new Uint8Array(size * size)
  for (let y = 0, at = 0; y < size; y++) for (let x = 0; x < size; x++, at++) if (bits.get(x, y)) dark[at] = 1
  return { size, dark }
}

export function bitMatrixOf({ size, dark }: ModuleMatrix): BitMatrix {
  const bits = new BitMatrixPart(size, size)
  for (let at = 0; at < dark.length; at++) if (dark[at]) bits.set(at % size, Math.floor(at / size))
  return bits
}

/** Mirrored along the main diagonal: what a symbol seen from behind looks like. */
export function transpose({ size, dark }: ModuleMatrix): ModuleMatrix {
  const mirrored = new Uint8Array(dark.length)
  for (let y = 0; y < size; y++) for (let x = 0; x < size; x++) mirrored[x * size + y] = dark[y * size + x]!
  return { size, dark: mirrored }
}
