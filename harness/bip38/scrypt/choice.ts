import type { ScryptEngine } from './engine.ts'
import { nativeEngine } from './native.ts'
import { referenceEngine } from './reference.ts'

/** Every engine that can run here, the likely fastest first. */
export function availableEngines(): readonly ScryptEngine[] {
  return [nativeEngine(), referenceEngine].filter(engine => engine !== null)
}

let chosen: ScryptEngine | undefined

/** The engine that everything uses unless it is given one. */
export function defaultEngine(): ScryptEngine {
  chosen ??= availableEngines()[0]!
  return chosen
}
