/**
 * The BIP38 core's speed: a heavy scrypt (N=16384, r=8, p=8) by every engine and by peers, a unit's cross-check, a lot.
 *
 * All are run in turn, round after round, so that a busy machine slows each of them alike; CPU time of the whole process is
 * what is compared, wall time only where threads are the point. `--rounds 7` (default 5), `--units 10000` (default 1000),
 * `--distinct 10000` (default 12): units whose passphrases all differ, each a heavy scrypt.
 */
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { scrypt as nobleScrypt } from '@noble/hashes/scrypt.js'
import npmBip38 from 'bip38'
import { scrypt as hashWasmScrypt } from 'hash-wasm'
import {
  createIntermediateCode,
  crossCheck,
  crossCheckAll,
  decrypt,
  generateUnit,
  keyless,
  nativeEngine,
  referenceEngine,
  type ScryptEngine,
  type UnitParts,
  wasmEngine,
} from '../bip38/index.ts'
import { heavy } from '../bip38/scrypt/engine.ts'

const { values } = parseArgs({
  options: { rounds: { type: 'string' }, units: { type: 'string' }, distinct: { type: 'string' } },
})
const rounds = Number(values.rounds ?? 5)
const unitCount = Number(values.units ?? 1000)
const distinctCount = Number(values.distinct ?? 12)

interface Contender {
  readonly name: string
  /** Null: the engine does not run here. */
  readonly run: (() => Promise<unknown>) | null
  /** Runs so long that one round must do. */
  readonly slow?: boolean
}

interface Timing {
  readonly cpuMs: number[]
  readonly wallMs: number[]
}

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN

/** CPU time of every thread of this process, and wall time, of one run. */
async function time(run: () => Promise<unknown>): Promise<{ cpuMs: number; wallMs: number }> {
  const cpu = process.cpuUsage()
  const started = performance.now()
  await run()
  const wallMs = performance.now() - started
  const { user, system } = process.cpuUsage(cpu)
  return { cpuMs: (user + system) / 1000, wallMs }
}

async function interleaved(contenders: readonly Contender[]): Promise<Map<string, Timing>> {
  const timings = new Map<string, Timing>()
  for (const { name, run } of contenders) if (run !== null) timings.set(name, { cpuMs: [], wallMs: [] })
  // Round 0 starts workers and compiles; it is not counted.
  for (let round = 0; round <= rounds; round++) {
    for (const { name, run, slow } of contenders) {
      if (run === null || (slow && round > 1)) continue
      // Uncounted: on a busy machine a round takes so long that idle workers were ended and would have to start again.
      if (/^ours|cross-check|^decrypt, ours/.test(name)) await run()
      const { cpuMs, wallMs } = await time(run)
      if (round === 0) continue
      timings.get(name)?.cpuMs.push(cpuMs)
      timings.get(name)?.wallMs.push(wallMs)
    }
  }
  return timings
}

const password = new TextEncoder().encode('MOLON LABE')
const salt = Uint8Array.of(0x4f, 0xca, 0x5a, 0x97)
const parameters = { ...heavy, dkLen: 64 }
const derive = (engine: ScryptEngine | null) =>
  engine === null ? null : () => engine.derive(password, salt, parameters)

const unit = {
  intermediateCode: 'passphraseaB8feaLQDENqCgr4gKZpmf4VoaT6qdjJNJiv7fsKvjqavcJxvuR1hy25aTu5sX',
  epk: '6PgNBNNzDkKdhkT6uJntUXwwzQV8Rr2tZcbkDcuC9DZRsS6AtHts4Ypo1j',
  confirmationCode: 'cfrm38V8aXBn7JWA1ESmFMUn6erxeBGZGAxJPY4e36S9QWkzZKtaVqLNMgnifETYw7BPwWC9aPD',
  address: '1Jscj8ALrYu2y9TD8NrpvDBugPedmbj4Yh',
  passphrase: 'MOLON LABE',
}
const { epk, passphrase, intermediateCode, confirmationCode } = unit
const oneThread = wasmEngine({ threads: 1 }) ?? undefined
const contenders: readonly Contender[] = [
  { name: 'scrypt-js', run: derive(referenceEngine) },
  { name: '@noble/hashes', run: async () => nobleScrypt(password, salt, parameters) },
  {
    name: 'hash-wasm',
    run: () => hashWasmScrypt({ password, salt, costFactor: 16384, blockSize: 8, parallelism: 8, hashLength: 64 }),
  },
  { name: 'node:crypto', run: derive(nativeEngine()) },
  { name: 'ours, 1 lane', run: derive(wasmEngine({ lanes: 1, threads: 1 })) },
  { name: 'ours, 2 lanes', run: derive(wasmEngine({ lanes: 2, threads: 1 })) },
  { name: 'ours, 4 lanes', run: derive(oneThread ?? null) },
  { name: `ours, 4 lanes, ${availableParallelism()} threads`, run: derive(wasmEngine()) },
  { name: 'cross-check of a unit', run: () => crossCheck(unit, { scrypt: oneThread }) },
  { name: 'decrypt, ours', run: () => decrypt({ epk, passphrase }, { scrypt: oneThread }) },
  { name: 'decrypt, npm bip38', run: () => npmBip38.decryptAsync(epk, passphrase), slow: true },
  { name: 'keyless', run: () => keyless({ intermediateCode, epk, confirmationCode }, { scrypt: oneThread }) },
]

const timings = await interleaved(contenders)
const cpu = (name: string): number => median(timings.get(name)?.cpuMs ?? [])
const ratio = (name: string, base: string): string => {
  const value = cpu(name) / cpu(base)
  return Number.isNaN(value) ? '-' : value.toFixed(3)
}

console.log(`CPU ms, median of ${rounds} interleaved rounds, Node ${process.versions.node}\n`)
console.log('                            CPU ms  wall ms  × node:crypto  × scrypt-js')
for (const { name, run } of contenders) {
  if (run === null) {
    console.log(`${name.padEnd(24)}  does not run here`)
    continue
  }
  const { wallMs = [] } = timings.get(name) ?? {}
  const cells = [cpu(name).toFixed(1).padStart(8), median(wallMs).toFixed(0).padStart(8)]
  console.log(
    `${name.padEnd(24)}  ${cells.join(' ')} ${ratio(name, 'node:crypto').padStart(14)} ${ratio(name, 'scrypt-js').padStart(12)}`,
  )
}

// A difference of a few percent needs more than a few rounds: many pairs, one right after the other.
const pairs = { heavy: [] as number[], check: [] as number[] }
for (let i = 0; i < 25 && oneThread !== undefined; i++) {
  const one = await time(() => oneThread.derive(password, salt, parameters))
  const whole = await time(() => crossCheck(unit, { scrypt: oneThread }))
  if (i < 5) continue
  pairs.heavy.push(one.cpuMs)
  pairs.check.push(whole.cpuMs)
}
console.log(
  `\none cross-check = ${(median(pairs.check) / median(pairs.heavy)).toFixed(3)} × one heavy scrypt ` +
    `(medians of ${pairs.heavy.length} pairs: ${median(pairs.check).toFixed(1)} and ${median(pairs.heavy).toFixed(1)} CPU ms)`,
)

/** Different passphrases, so that no heavy scrypt is shared. */
async function lotOf(count: number, shared: boolean): Promise<UnitParts[]> {
  const units: UnitParts[] = []
  for (let sequence = 0; sequence < count; sequence++) {
    const own = shared ? 'shared' : `passphrase ${sequence}`
    const code = await createIntermediateCode({ passphrase: own, ownerSalt: '01020304', lot: 1, sequence })
    const made = await generateUnit({
      intermediateCode: code,
      seedb: new Uint8Array(24).fill(sequence + 1),
      compressed: true,
    })
    const { epk, confirmationCode, address } = made
    units.push({ intermediateCode: code, epk, confirmationCode, address, passphrase: own })
  }
  return units
}

// Making a unit costs a heavy scrypt too: beyond this many they come round again, long after the core has forgotten them.
const different = await lotOf(Math.min(distinctCount, 300), false)
const differentMemory: number[] = []
let differentDone = 0
const differentLot = (function* () {
  for (let i = 0; i < distinctCount; i++) yield { ...different[i % different.length]! }
})()
const { cpuMs, wallMs } = await time(async () => {
  for await (const { result } of crossCheckAll(differentLot)) {
    if (result?.verdict !== 'PASS' || result.scryptCounts.heavy !== 1) throw new Error('not PASS by one heavy scrypt')
    if (++differentDone % Math.ceil(distinctCount / 10) === 0)
      differentMemory.push(Math.round(process.memoryUsage.rss() / 2 ** 20))
  }
})
console.log(
  `a lot of ${differentDone}, nothing shared: ${(cpuMs / differentDone).toFixed(1)} CPU ms a unit, ` +
    `${(differentDone / (wallMs / 1000)).toFixed(1)} units a wall second on ${availableParallelism()} threads; ` +
    `resident MiB after each tenth: ${differentMemory.join(' ')}`,
)

const kinds = await lotOf(16, true)
const memory: number[] = []
let done = 0
const lot = (function* () {
  for (let i = 0; i < unitCount; i++) yield kinds[i % kinds.length]!
})()
const shared = await time(async () => {
  for await (const { result } of crossCheckAll(lot)) {
    if (result?.verdict !== 'PASS') throw new Error('not PASS')
    if (++done % Math.ceil(unitCount / 10) === 0) memory.push(Math.round(process.memoryUsage.rss() / 2 ** 20))
  }
})
console.log(
  `a lot of ${done}, one passphrase and owner salt: ${(shared.cpuMs / done).toFixed(1)} CPU ms a unit; ` +
    `resident MiB after each tenth: ${memory.join(' ')}`,
)
