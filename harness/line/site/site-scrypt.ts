import { measureEngines } from '../../bip38/scrypt/choice.ts'
import type { ScryptEngine } from '../../bip38/scrypt/engine.ts'
import { enginePool } from '../../bip38/scrypt/engine-pool.ts'
import { nativeEngine } from '../../bip38/scrypt/native.ts'
import { wasmEngine } from '../../bip38/scrypt/wasm-engine.ts'

/**
 * scrypt for a site's process, which may start no worker: the SIMD kernel on the process's own thread, and on every other
 * core `node:crypto`, whose threads are Node's own. Before the first passphrase both must have agreed on a trial: codes
 * that a wrong engine made would open nothing.
 *
 * @param cores how many derivations may run at once
 */
export function siteScrypt(cores: number): ScryptEngine {
  const kernel = wasmEngine({ threads: 0 })
  const native = nativeEngine()!
  const others = new Array<ScryptEngine>(cores - 1).fill(native)
  const pool = enginePool([kernel ?? native, ...others])
  let trial: Promise<unknown> | undefined
  return {
    name: pool.name,
    async derive(password, salt, parameters, watch) {
      if (kernel !== null) {
        trial ??= measureEngines([kernel, native])
        await trial
      }
      return pool.derive(password, salt, parameters, watch)
    },
  }
}
