import { pbkdf2 } from '@noble/hashes/pbkdf2.js'
import { scrypt as nobleScrypt } from '@noble/hashes/scrypt.js'
import { sha256 } from '@noble/hashes/sha2.js'
import type { Bytes } from '../bytes.ts'
import type { ScryptEngine } from './engine.ts'
import { nodeModule } from './host.ts'
import { LanePool } from './lane-pool.ts'
import { emitKernel } from './salsa-kernel.ts'

/** Below this many blocks × r a kernel is not worth its worker: the light scrypt takes half a millisecond anyway. */
const smallest = 8192

let supported: boolean | undefined

/** Does this host run WebAssembly with SIMD? (Every browser since 2023, Node since 16.4.) */
function hasSimd(): boolean {
  supported ??= typeof WebAssembly === 'object' && WebAssembly.validate(emitKernel({ r: 1, lanes: 1 }))
  return supported
}

/** How many threads of this host may run at once. */
export function threadCount(): number {
  const os = nodeModule('node:os')
  if (os !== null) return os.availableParallelism()
  return (globalThis as { navigator?: { hardwareConcurrency?: number } }).navigator?.hardwareConcurrency ?? 1
}

export interface WasmEngineOptions {
  /**
   * How many of p's lanes one worker interleaves; default 4. Two need about a tenth more time, four need 64 MiB a worker
   * instead of 32 (docs/bip38.md).
   */
  readonly lanes?: number
  /**
   * Default: as many as the host may run at once. 0: no worker, everything on this thread, which gets its turn every few
   * milliseconds; for processes that may start none.
   */
  readonly threads?: number
}

/**
 * scrypt by the SIMD kernel: `lanes` of p interleaved in one worker, the groups of lanes spread over `threads` workers.
 * Null where there is no WebAssembly SIMD.
 */
export function wasmEngine({ lanes = 4, threads = threadCount() }: WasmEngineOptions = {}): ScryptEngine | null {
  if (!hasSimd()) return null
  const pools = new Map<number, Promise<LanePool>>()
  const poolFor = (r: number): Promise<LanePool> => {
    const pool =
      pools.get(r) ??
      WebAssembly.compile(emitKernel({ r, lanes })).then(module => new LanePool(module, { r, lanes }, threads))
    pools.set(r, pool)
    return pool
  }
  return {
    name: 'wasm-simd',
    async derive(password, salt, { N, r, p, dkLen }, { signal, onProgress } = {}) {
      signal?.throwIfAborted()
      if (N * r < smallest || p % lanes !== 0 || !isPowerOfTwo(r)) {
        return nobleScrypt(password, salt, { N, r, p, dkLen, maxmem: 2 ** 31 }) as Bytes
      }
      const pool = await poolFor(r)
      const blocks = pbkdf2(sha256, password, salt, { c: 1, dkLen: p * 128 * r })
      const groupBytes = lanes * 128 * r
      const parts = new Array<number>(p / lanes).fill(0)
      const tell = (group: number, done: number): void => {
        parts[group] = done
        onProgress?.(parts.reduce((sum, part) => sum + part, 0) / parts.length)
      }
      await Promise.all(
        parts.map(async (_, group) => {
          const words = new Uint32Array(blocks.slice(group * groupBytes, (group + 1) * groupBytes).buffer)
          const mixed = await pool.run(words, N, signal, done => tell(group, done))
          blocks.set(new Uint8Array(mixed.buffer), group * groupBytes)
          mixed.fill(0)
          tell(group, 1)
        }),
      )
      const derived = pbkdf2(sha256, password, blocks, { c: 1, dkLen }) as Bytes
      blocks.fill(0)
      return derived
    },
  }
}

const isPowerOfTwo = (value: number): boolean => (value & (value - 1)) === 0
