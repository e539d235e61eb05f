import type { KernelExports, KernelShape } from './salsa-kernel.ts'

/** A kernel over a memory that is large enough for N. */
export interface LaneKernel {
  readonly shape: KernelShape
  readonly memory: WebAssembly.Memory
  readonly exports: KernelExports
}

/** Self-contained, like {@link runLanes}. Keeps `old` when its memory is large enough. */
export function kernelFor(
  module: WebAssembly.Module,
  shape: KernelShape,
  N: number,
  old: LaneKernel | undefined,
): LaneKernel {
  const pages = Math.ceil(((N + 2) * 128 * shape.r * shape.lanes) / 65536)
  if (old !== undefined && old.memory.buffer.byteLength >= pages * 65536) return old
  const memory = new WebAssembly.Memory({ initial: pages })
  const { exports } = new WebAssembly.Instance(module, { host: { memory } })
  return { shape, memory, exports: exports as unknown as KernelExports }
}

/**
 * Runs scryptROMix on the kernel's lanes, in place, slice by slice: each step of the generator is about a millisecond.
 *
 * Self-contained on purpose (no import is used at run time): its source text is also the worker's program, so that a
 * worker needs no file of its own, in Node, in a bundle and on a single page alike.
 *
 * @param words `lanes` blocks of 32·r words each, as RFC 7914 orders them
 */
export function* runLanes(kernel: LaneKernel, words: Uint32Array, N: number): Generator<number, void> {
  const { r, lanes } = kernel.shape
  const blockWords = 32 * r
  const region = (N + 2) * blockWords
  const memory = new Uint32Array(kernel.memory.buffer)
  // The kernel wants the diagonals of each 4 × 4 matrix side by side: word i of a chunk comes from word 5·i mod 16.
  for (let lane = 0; lane < lanes; lane++) {
    for (let i = 0; i < blockWords; i++) {
      memory[lane * region + i] = words[lane * blockWords + (i & ~15) + ((i * 5) & 15)] ?? 0
    }
  }
  const addresses = Array.from({ length: lanes }, (_, lane) => lane * region * 4)
  const steps = Math.min(256, N / 2)
  for (let i = 0; i < N; i += steps) {
    kernel.exports.fill(...addresses.map(address => address + i * blockWords * 4), steps)
    yield (i + steps) / N / 2
  }
  for (let i = 0; i < N; i += steps) {
    kernel.exports.mix(...addresses, N, steps / 2)
    yield 0.5 + (i + steps) / N / 2
  }
  for (let lane = 0; lane < lanes; lane++) {
    for (let i = 0; i < blockWords; i++) {
      words[lane * blockWords + (i & ~15) + ((i * 5) & 15)] = memory[lane * region + N * blockWords + i] ?? 0
    }
  }
}
