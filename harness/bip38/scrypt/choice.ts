import type { Bytes } from '../bytes.ts'
import { Bip38Error } from '../errors.ts'
import type { ScryptEngine } from './engine.ts'
import { nativeEngine } from './native.ts'
import { referenceEngine } from './reference.ts'
import { wasmEngine } from './wasm-engine.ts'

let engines: readonly ScryptEngine[] | undefined

/** Every engine that can run here, the likely fastest first. */
export function availableEngines(): readonly ScryptEngine[] {
  engines ??= [wasmEngine(), nativeEngine(), referenceEngine].filter(engine => engine !== null)
  return engines
}

/** An engine with how long it took for a small share of a heavy scrypt. */
export interface MeasuredEngine {
  readonly engine: ScryptEngine
  /** Least of a few runs, ms: CPU time where the host tells it, so that a busy machine does not blur it, else wall time. */
  readonly trialMs: number
}

/** A 32nd of a heavy scrypt: the same shape, so that every engine runs the code that it would run. */
const trial = { N: 1024, r: 8, p: 4, dkLen: 32 } as const

/** Runs a 32nd of a heavy scrypt with each engine. @throws Bip38Error `engine-failed` when two engines disagree */
export async function measureEngines(
  candidates: readonly ScryptEngine[] = availableEngines(),
): Promise<MeasuredEngine[]> {
  const measured: MeasuredEngine[] = []
  let first: Bytes | undefined
  for (const engine of candidates) {
    let trialMs = Number.POSITIVE_INFINITY
    // The first rounds start workers and compile; the least of the others is the engine's own.
    for (let round = 0; round < 4; round++) {
      const started = clockMs()
      const derived = await engine.derive(Uint8Array.of(1), Uint8Array.of(2), trial)
      trialMs = Math.min(trialMs, clockMs() - started)
      first ??= derived
      if (derived.some((byte, i) => byte !== first?.[i])) {
        throw new Bip38Error(
          'engine-failed',
          `The scrypt engine ${engine.name} computes something else than the others.`,
        )
      }
    }
    measured.push({ engine, trialMs })
  }
  return measured
}

/** Milliseconds of work of this process where the host counts them (Node), else milliseconds that pass. */
function clockMs(): number {
  const host = globalThis as { process?: { cpuUsage?: () => { user: number; system: number } } }
  const usage = host.process?.cpuUsage?.()
  return usage === undefined ? performance.now() : (usage.user + usage.system) / 1000
}

/** Another engine must be clearly faster than the likely fastest to be taken: less than this share of its time. */
const clearly = 0.8

let choice: Promise<ScryptEngine> | undefined

/** The engine that was fastest here; measured once, at the first use. */
export function chooseEngine(): Promise<ScryptEngine> {
  choice ??= choose()
  return choice
}

async function choose(): Promise<ScryptEngine> {
  // scrypt-js is never faster than an engine that needs no JavaScript arithmetic: it is for hosts that have no other.
  const fast = availableEngines().filter(engine => engine !== referenceEngine)
  if (fast.length < 2) return fast[0] ?? referenceEngine
  const measured = await measureEngines(fast)
  return measured.reduce((best, other) => (other.trialMs < clearly * best.trialMs ? other : best)).engine
}

/** What everything uses unless it is given an engine: the fastest, measured at the first derivation. */
export const defaultEngine = (): ScryptEngine => automatic

const automatic: ScryptEngine = {
  name: 'automatic',
  async derive(password, salt, parameters, watch) {
    watch?.signal?.throwIfAborted()
    return (await chooseEngine()).derive(password, salt, parameters, watch)
  },
}
