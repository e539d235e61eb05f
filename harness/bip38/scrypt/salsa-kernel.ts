import type { Bytes } from '../bytes.ts'
import { emitModule, FunctionWriter, type Local } from './wasm-emitter.ts'

/*
 * scryptROMix (RFC 7914 §5) in WebAssembly SIMD. Several lanes run interleaved in one thread: a lane's own chain of
 * add-rotate-xor leaves most of a core's vector units idle, other lanes fill them.
 *
 * Each lane has one region of memory: V_0 … V_{N-1}, X, Y, blocks of 128·r bytes. Phase 1 writes V_{i+1} = BlockMix(V_i),
 * and its last step falls into X by itself. Phase 2 goes X → Y → X.
 *
 * Words of each 64-byte chunk are kept in the order 0, 5, 10, 15, 4, 9, …, so that the four diagonals of the Salsa20 matrix
 * are four vectors, and a quarter round works on all columns (or rows) at once.
 */

interface Lane {
  readonly source: Local
  readonly target: Local
  /** The block V_j that is xored in; null in phase 1. */
  readonly mixed: Local | null
  /** The four diagonals of X. */
  readonly x: readonly Local[]
}

/** Lanes that begin with `begin`, each with locals for its X. */
const lanesOf = <L extends Omit<Lane, 'x'>>(f: FunctionWriter, count: number, begin: (i: number) => L) =>
  Array.from({ length: count }, (_, i) => ({ ...begin(i), x: [0, 1, 2, 3].map(() => f.local('v128')) }))

/** Locals that hold nothing for long. */
interface Scratch {
  readonly t: Local
  /** Rounds done of a chunk's eight. */
  readonly round: Local
  /** Bytes done of a block. */
  readonly k: Local
}

const scratchOf = (f: FunctionWriter): Scratch => ({ t: f.local('v128'), round: f.local('i32'), k: f.local('i32') })

/** a ^= (b + c) <<< bits, for every lane in turn. */
function addRotateXor(
  f: FunctionWriter,
  lanes: readonly Lane[],
  t: Local,
  a: number,
  b: number,
  c: number,
  bits: number,
): void {
  const back = 32 - bits
  for (const { x } of lanes) {
    f.get(x[b]!).get(x[c]!).op('i32x4.add').set(t)
    f.get(x[a]!).get(t).constant(bits).op('i32x4.shl').op('v128.xor')
    f.get(t).constant(back).op('i32x4.shr_u').op('v128.xor').set(x[a]!)
  }
}

/** Turns diagonal `a` by `by` words, which makes columns of rows and rows of columns. */
function turn(f: FunctionWriter, lanes: readonly Lane[], a: number, by: 1 | 2 | 3): void {
  const order = [0, 1, 2, 3].map(word => (word + by) % 4) as [number, number, number, number]
  for (const { x } of lanes) f.shuffleWords(x[a]!, order).set(x[a]!)
}

/**
 * Salsa20/8 without the final addition: four double rounds. A loop, not unrolled: as fast once compiled (measured), and a
 * quarter of the code to compile.
 */
function rounds(f: FunctionWriter, lanes: readonly Lane[], { t, round }: Scratch): void {
  f.constant(0).set(round)
  f.loop(() => {
    addRotateXor(f, lanes, t, 1, 0, 3, 7)
    addRotateXor(f, lanes, t, 2, 1, 0, 9)
    addRotateXor(f, lanes, t, 3, 2, 1, 13)
    addRotateXor(f, lanes, t, 0, 3, 2, 18)
    turn(f, lanes, 1, 3)
    turn(f, lanes, 2, 2)
    turn(f, lanes, 3, 1)
    addRotateXor(f, lanes, t, 3, 0, 1, 7)
    addRotateXor(f, lanes, t, 2, 3, 0, 9)
    addRotateXor(f, lanes, t, 1, 2, 3, 13)
    addRotateXor(f, lanes, t, 0, 1, 2, 18)
    turn(f, lanes, 1, 1)
    turn(f, lanes, 2, 2)
    turn(f, lanes, 3, 3)
    f.get(round).plus(2).tee(round).constant(8).op('i32.ne')
  })
}

/** scryptBlockMix of every lane: `target` = BlockMix(`source` xor `mixed`). */
function blockMix(f: FunctionWriter, lanes: readonly Lane[], scratch: Scratch, r: number): void {
  const { k } = scratch
  const block = 128 * r
  const last = block - 64
  for (const { source, mixed, x } of lanes) {
    x.forEach((diagonal, d) => {
      const from = last + 16 * d
      f.get(source).load(from)
      if (mixed !== null) f.get(mixed).load(from).op('v128.xor')
      f.set(diagonal)
    })
  }
  f.constant(0).set(k)
  f.loop(() => {
    for (const odd of [0, 1]) {
      // Even chunks go to the first half of the target, odd ones to the second (RFC 7914 §4 step 3).
      const to = (d: number) => odd * 64 * r + 16 * d
      for (const { source, target, mixed, x } of lanes) {
        x.forEach((diagonal, d) => {
          const from = 64 * odd + 16 * d
          f.get(diagonal).get(source).load(from).op('v128.xor')
          if (mixed !== null) f.get(mixed).load(from).op('v128.xor')
          f.set(diagonal)
          // Parked at its place for the final addition: sixteen registers hold no more than the rounds need.
          f.get(target).get(diagonal).store(to(d))
        })
      }
      rounds(f, lanes, scratch)
      for (const { target, x } of lanes) {
        x.forEach((diagonal, d) => {
          f.get(target).get(target).load(to(d)).get(diagonal).op('i32x4.add').tee(diagonal).store(to(d))
        })
      }
    }
    for (const { source, target, mixed } of lanes) {
      f.get(source).plus(128).set(source)
      if (mixed !== null) f.get(mixed).plus(128).set(mixed)
      f.get(target).plus(64).set(target)
    }
    f.get(k).plus(128).tee(k).constant(block).op('i32.ne')
  })
}

/** `fill(v…, count)`: phase 1, `count` steps from the block at each lane's address. */
function fillFunction(laneCount: number, r: number): FunctionWriter {
  const f = new FunctionWriter('fill', laneCount + 1)
  const count = f.parameters[laneCount]!
  const block = 128 * r
  const lanes = lanesOf(f, laneCount, i => ({ source: f.parameters[i]!, target: f.local('i32'), mixed: null }))
  const scratch = scratchOf(f)
  f.loop(() => {
    for (const { source, target } of lanes) f.get(source).plus(block).set(target)
    blockMix(f, lanes, scratch, r)
    f.get(count).constant(1).op('i32.sub').tee(count)
  })
  return f
}

/** `mix(v…, N, count)`: phase 2, 2 × `count` steps. V_0 of each lane is at its address. */
function mixFunction(laneCount: number, r: number): FunctionWriter {
  const f = new FunctionWriter('mix', laneCount + 2)
  const n = f.parameters[laneCount]!
  const count = f.parameters[laneCount + 1]!
  const block = 128 * r
  const shift = Math.log2(block)
  const local = () => f.local('i32')
  const lanes = lanesOf(f, laneCount, () => ({ source: local(), target: local(), mixed: local() }))
  const scratch = scratchOf(f)
  f.loop(() => {
    for (const [from, to] of [
      [0, block],
      [block, 0],
    ] as const) {
      lanes.forEach(({ source, target, mixed }, i) => {
        const v = f.parameters[i]!
        // X and Y follow V_{N-1}.
        f.get(v).get(n).constant(shift).op('i32.shl').op('i32.add').plus(from).set(source)
        f.get(v).get(n).constant(shift).op('i32.shl').op('i32.add').plus(to).set(target)
        // Integerify: the first word of the last chunk, modulo N.
        const last = block - 64
        f.get(v).get(source).loadWord(last).get(n).constant(1).op('i32.sub').op('i32.and')
        f.constant(shift).op('i32.shl').op('i32.add').set(mixed)
      })
      blockMix(f, lanes, scratch, r)
    }
    f.get(count).constant(1).op('i32.sub').tee(count)
  })
  return f
}

/** What a kernel's module exports. Addresses are those of the lanes' regions, each of N blocks, X and Y. */
export interface KernelExports {
  fill(...addressesAndCount: number[]): void
  mix(...addressesNAndCount: number[]): void
}

/** Shape of a kernel: scrypt's r (a power of two), and how many lanes run interleaved. Any N uses the same code. */
export interface KernelShape {
  readonly r: number
  readonly lanes: number
}

/** The kernel's module, always the same bytes for the same shape. */
export function emitKernel({ r, lanes }: KernelShape): Bytes {
  return emitModule([fillFunction(lanes, r), mixFunction(lanes, r)])
}
