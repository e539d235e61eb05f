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
  readonly x: readonly [Local, Local, Local, Local]
}

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
  for (const { x } of lanes) {
    f.get(x[b]!).get(x[c]!).op('i32x4.add').set(t)
    f.get(x[a]!).get(t).constant(bits).op('i32x4.shl').op('v128.xor')
    f.get(t)
      .constant(32 - bits)
      .op('i32x4.shr_u')
      .op('v128.xor')
      .set(x[a]!)
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
    f.get(round).constant(2).op('i32.add').tee(round).constant(8).op('i32.ne')
  })
}

/** scryptBlockMix of every lane: `target` = BlockMix(`source` xor `mixed`). */
function blockMix(f: FunctionWriter, lanes: readonly Lane[], scratch: Scratch, r: number): void {
  const { k } = scratch
  const last = 128 * r - 64
  for (const { source, mixed, x } of lanes) {
    x.forEach((diagonal, d) => {
      f.get(source).load(last + 16 * d)
      if (mixed !== null)
        f.get(mixed)
          .load(last + 16 * d)
          .op('v128.xor')
      f.set(diagonal)
    })
  }
  f.constant(0).set(k)
  f.loop(() => {
    for (const odd of [0, 1]) {
      // Even chunks go to the first half of the target, odd ones to the second (RFC 7914 §4 step 3).
      const to = odd * 64 * r
      for (const { source, target, mixed, x } of lanes) {
        x.forEach((diagonal, d) => {
          f.get(diagonal)
            .get(source)
            .load(64 * odd + 16 * d)
            .op('v128.xor')
          if (mixed !== null)
            f.get(mixed)
              .load(64 * odd + 16 * d)
              .op('v128.xor')
          f.set(diagonal)
          // Parked at its place for the final addition: sixteen registers hold no more than the rounds need.
          f.get(target)
            .get(diagonal)
            .store(to + 16 * d)
        })
      }
      rounds(f, lanes, scratch)
      for (const { target, x } of lanes) {
        x.forEach((diagonal, d) => {
          f.get(target)
            .get(target)
            .load(to + 16 * d)
            .get(diagonal)
            .op('i32x4.add')
            .tee(diagonal)
            .store(to + 16 * d)
        })
      }
    }
    for (const { source, target, mixed } of lanes) {
      f.get(source).constant(128).op('i32.add').set(source)
      if (mixed !== null) f.get(mixed).constant(128).op('i32.add').set(mixed)
      f.get(target).constant(64).op('i32.add').set(target)
    }
    f.get(k)
      .constant(128)
      .op('i32.add')
      .tee(k)
      .constant(128 * r)
      .op('i32.ne')
  })
}

/** `fill(v…, count)`: phase 1, `count` steps from the block at each lane's address. */
function fillFunction(laneCount: number, r: number): FunctionWriter {
  const f = new FunctionWriter('fill', laneCount + 1)
  const count = f.parameters[laneCount]!
  const lanes = Array.from(
    { length: laneCount },
    (_, i): Lane => ({
      source: f.parameters[i]!,
      target: f.local('i32'),
      mixed: null,
      x: [f.local('v128'), f.local('v128'), f.local('v128'), f.local('v128')],
    }),
  )
  const scratch = scratchOf(f)
  f.loop(() => {
    for (const { source, target } of lanes)
      f.get(source)
        .constant(128 * r)
        .op('i32.add')
        .set(target)
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
  const lanes = Array.from({ length: laneCount }, () => ({
    source: f.local('i32'),
    target: f.local('i32'),
    mixed: f.local('i32'),
    x: [f.local('v128'), f.local('v128'), f.local('v128'), f.local('v128')] as const,
  }))
  const scratch = scratchOf(f)
  const shift = Math.log2(block)
  f.loop(() => {
    for (const step of [0, 1]) {
      lanes.forEach(({ source, target, mixed }, i) => {
        const v = f.parameters[i]!
        f.get(v)
          .get(n)
          .constant(shift)
          .op('i32.shl')
          .op('i32.add')
          .constant(block * step)
          .op('i32.add')
          .set(source)
        f.get(v)
          .get(n)
          .constant(shift)
          .op('i32.shl')
          .op('i32.add')
          .constant(block * (1 - step))
          .op('i32.add')
          .set(target)
        // Integerify: the first word of the last chunk, modulo N.
        f.get(v)
          .get(source)
          .loadWord(block - 64)
          .get(n)
          .constant(1)
          .op('i32.sub')
          .op('i32.and')
        f.constant(shift).op('i32.shl').op('i32.add').set(mixed)
      })
      blockMix(f, lanes, scratch, r)
    }
    f.get(count).constant(1).op('i32.sub').tee(count)
  })
  return f
}

/** What a kernel's module exports. Addresses are those of the lanes' regions: {@link laneBytes} × the lane's number. */
export interface KernelExports {
  fill(...addressesAndCount: number[]): void
  mix(...addressesNAndCount: number[]): void
}

/** Shape of a kernel: scrypt's r (a power of two), and how many lanes run interleaved. Any N uses the same code. */
export interface KernelShape {
  readonly r: number
  readonly lanes: number
}

/** Bytes of one lane's region: N blocks, X and Y. */
export const laneBytes = (N: number, r: number): number => (N + 2) * 128 * r

/** The kernel's module, always the same bytes for the same shape. */
export function emitKernel({ r, lanes }: KernelShape): Bytes {
  return emitModule([fillFunction(lanes, r), mixFunction(lanes, r)])
}
