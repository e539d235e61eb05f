// Inspects units on the virtual rig without end in sight, with a fault every tenth time, and counts what may never be.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { pause } from '../../devices/deadline.ts'
import { openRig, type Rig, type VirtualRig } from '../../devices/rig.ts'
import { RigError } from '../../devices/rig-error.ts'
import { type FaultName, faultNames } from '../../devices/virtual/faults.ts'
import { seededRandom } from '../../devices/virtual/random.ts'
import { VirtualLine } from '../../fixtures/line/virtual-line.ts'
import { inspectUnit } from '../inspection/inspect-unit.ts'
import { type CaptureRetry, serialiseRecord } from '../inspection/inspection-record.ts'
import { type Bench, seeUnit } from '../inspection/photograph-unit.ts'
import { stations } from '../inspection/station.ts'
import { loadProfile } from '../products/load-profile.ts'
import { readLotFile } from '../products/unit-record.ts'
import { openVision, type Vision } from '../vision/vision.ts'
import { countRecords, isWrong, quantile, type SoakVisit } from './soak-tally.ts'

const help = `npm run soak [-- --count N] [--minutes M] [--seed S]

Inspections on the virtual rig, with a random fault every tenth time. Ends after N (1000), or after M minutes (no limit),
with 0 only when no verdict was wrong, no record was lost or doubled, and nothing was left behind.
`
const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '1000' },
    minutes: { type: 'string', default: 'Infinity' },
    seed: { type: 'string', default: '1' },
    help: { type: 'boolean', short: 'h', default: false },
  },
})
if (values.help) {
  process.stdout.write(help)
  process.exit(0)
}
const count = Number(values.count)
const seed = Number(values.seed)
const ends = performance.now() + Number(values.minutes) * 60_000
if (!(count >= 1) || !(Number(values.minutes) > 0) || !Number.isInteger(seed)) {
  process.stderr.write(`assay: soak takes numbers.\n${help}`)
  process.exit(2)
}

const everyNth = 10
const unitsInLot = 10
const station = stations.sealed
const profile = loadProfile('assay-reference')
const random = seededRandom(seed, 77)
const faults = Object.keys(faultNames) as FaultName[]
const leaks = { ports: 0, lampsOn: 0, moving: 0 }
/** Burning although the controller put them out: no program can see that without the camera, so none is to blame. */
let stuckLamps = 0
const unsafeTold: string[] = []
const visits: SoakVisit[] = []
const overheads: number[] = []
const memory: number[] = []
const struck = new Map<string, Map<string, number>>()

const interrupted = new AbortController()
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => interrupted.abort(new Error(name)))
const say = (line: string) => void process.stdout.write(`${line}\n`)

const scratch = mkdtempSync(join(tmpdir(), 'assay-soak-'))
const before = process.getActiveResourcesInfo()

/** Milliseconds in devices and in vision, to be taken off the whole. */
let busyMs = 0
async function busy<T>(work: Promise<T>): Promise<T> {
  const started = performance.now()
  try {
    return await work
  } finally {
    busyMs += performance.now() - started
  }
}

function timed(rig: Rig, vision: Vision): Pick<Bench, 'rig' | 'vision'> {
  const { stage, light, camera } = rig
  return {
    rig: {
      stage: { ...bound(stage), goTo: (pose, signal) => busy(stage.goTo(pose, signal)) },
      light: { ...bound(light), set: (preset, signal) => busy(light.set(preset, signal)) },
      camera: { ...bound(camera), photograph: (settings, signal) => busy(camera.photograph(settings, signal)) },
    },
    vision: { ...bound(vision), look: (...given) => busy(vision.look(...given)) } as Vision,
  }
}

/** The methods of an object with a life, to be spread. */
function bound<T extends object>(object: T): T {
  return new Proxy(object, {
    get: (target, key) => {
      const value = Reflect.get(target, key, target) as unknown
      return typeof value === 'function' ? value.bind(target) : value
    },
    ownKeys: target => [...Reflect.ownKeys(target), ...Reflect.ownKeys(Object.getPrototypeOf(target) as object)],
    getOwnPropertyDescriptor: (target, key) => ({
      configurable: true,
      enumerable: true,
      value: Reflect.get(target, key),
    }),
  })
}

async function close(rig: VirtualRig): Promise<void> {
  try {
    await rig.dispose()
    if (rig.faults.has('stuck-lamp')) stuckLamps += rig.bench.isDark ? 0 : 1
    else if (!rig.bench.isDark) leaks.lampsOn++
    if (rig.bench.isMoving) leaks.moving++
  } catch (error) {
    // A rig that cannot be made safe says so; one that says nothing would be a leak.
    if (!(error instanceof RigError)) throw error
    unsafeTold.push(error.code)
  }
  if (rig.bench.cable.isOpen) leaks.ports++
}

async function inspect(line: VirtualLine, index: number, rig: VirtualRig, vision: Vision, n: number): Promise<void> {
  const truth = line.truth[index]!
  const { lot } = readLotFile(line.records)
  const fault = n % everyNth === everyNth - 1 ? faults[Math.floor(random.uniform() * faults.length)]! : null
  const delayMs = random.uniform() * 1500
  const retries: CaptureRetry[] = []
  rig.place(await line.card(index, 'sealed'))
  const striking = fault === null ? null : pause(delayMs).then(() => rig.faults.inject(fault))
  let overhead = Number.NaN
  const record = await inspectUnit({
    station,
    profile,
    photographs: async () => {
      busyMs = 0
      const started = performance.now()
      const bench: Bench = {
        ...timed(rig, vision),
        profile,
        captureRetries: 1,
        onCaptureRetry: retry => retries.push(retry),
      }
      const seen = await seeUnit(station, bench)
      overhead = (performance.now() - started - busyMs) / seen.length
      return seen
    },
    captureRetries: () => retries,
    records: () => lot,
    clock: () => new Date().toISOString(),
    rig: rig.identity,
    software: { name: 'assay', version: 'soak', revision: null },
    operator: `soak ${n}`,
    challenge: crypto.getRandomValues(new Uint8Array(32)),
  })
  await striking
  const started = performance.now()
  writeFileSync(join(scratch, `${String(n).padStart(6, '0')}.json`), serialiseRecord(record), {
    flag: 'wx',
    flush: true,
  })
  if (fault === null && record.verdict !== 'ERROR') overheads.push(overhead + performance.now() - started)
  const visit: SoakVisit = { serial: truth.serial, expected: truth.expected.sealed.verdicts, fault, record }
  visits.push(visit)
  if (fault !== null) {
    const tally = struck.get(fault) ?? new Map<string, number>()
    tally.set(record.verdict, (tally.get(record.verdict) ?? 0) + 1)
    struck.set(fault, tally)
  }
  if (isWrong(visit)) {
    say(
      `  WRONG: inspection ${n}, ${record.verdict} (${record.because}), right is ${visit.expected.join(' or ')}, fault ${fault}, planted ${truth.defect}`,
    )
  }
}

const started = performance.now()
try {
  await using vision = openVision({ workers: 1 })
  let line: VirtualLine | null = null
  let rig: VirtualRig | null = null
  try {
    for (let n = 0; n < count && performance.now() < ends && !interrupted.signal.aborted; n++) {
      if (line === null || n % unitsInLot === 0) {
        await line?.[Symbol.asyncDispose]()
        line = await VirtualLine.make({ profile, seed: seed * 1000 + n / unitsInLot, count: unitsInLot, share: 0.5 })
      }
      rig ??= await openRig({ kind: 'virtual', seed: seed + n, cameraDeadlineMs: 15_000 })
      await inspect(line, n % unitsInLot, rig, vision, n)
      if (visits.at(-1)!.fault !== null) {
        await close(rig)
        rig = null
        memory.push(process.memoryUsage().rss)
        say(
          `${visits.length} inspections, ${visits.filter(isWrong).length} wrong, ${Math.round((performance.now() - started) / 1000)} s`,
        )
      }
    }
  } finally {
    if (rig) await close(rig)
    await line?.[Symbol.asyncDispose]()
  }
} finally {
  const { lost, doubled } = countRecords(scratch, visits)
  // What was ended is gone once the operating system has reaped it.
  for (let left = 50; left > 0 && resourcesLeft('ProcessWrap') > 0; left--) await pause(100)
  rmSync(scratch, { recursive: true })
  report(lost, doubled)
}

function resourcesLeft(kind: string): number {
  const countOf = (resources: readonly string[]) => resources.filter(name => name === kind).length
  return countOf(process.getActiveResourcesInfo()) - countOf(before)
}

function report(lost: number, doubled: number): void {
  const verdicts = (of: readonly SoakVisit[]) =>
    (['PASS', 'INCONCLUSIVE', 'FAIL', 'ERROR'] as const)
      .map(verdict => `${of.filter(({ record }) => record.verdict === verdict).length} ${verdict}`)
      .join(', ')
  const plain = visits.filter(({ fault }) => fault === null)
  const wrong = visits.filter(isWrong).length
  const processes = resourcesLeft('ProcessWrap')
  const workers = resourcesLeft('MessagePort')
  const [first = 0] = memory.slice(1)
  const grown = memory.length > 3 ? (quantile(memory.slice(-3), 0.5) - first) / 2 ** 20 : Number.NaN
  say(`\n${visits.length} inspections in ${Math.round((performance.now() - started) / 1000)} s`)
  say(
    `without a fault: ${plain.length}: ${verdicts(plain)}; not as planted: ${plain.filter(({ expected, record }) => !expected.includes(record.verdict)).length}`,
  )
  say(`with a fault:    ${visits.length - plain.length}: ${verdicts(visits.filter(({ fault }) => fault !== null))}`)
  for (const [fault, tally] of [...struck].sort()) {
    say(`  ${fault.padEnd(20)} ${[...tally].map(([verdict, times]) => `${times} ${verdict}`).join(', ')}`)
  }
  say(`photographs taken again: ${visits.reduce((sum, { record }) => sum + record.captureRetries.length, 0)}`)
  say(`wrong verdicts: ${wrong}`)
  say(`records lost: ${lost}, doubled: ${doubled}`)
  say(
    `left behind: ${leaks.ports} ports, ${leaks.lampsOn} lamps, ${leaks.moving} moving, ${processes} processes, ${workers} threads`,
  )
  say(`rigs that could not be made safe and said so: ${unsafeTold.length}`)
  say(`lamps that a fault kept burning, to be seen by the camera only: ${stuckLamps}`)
  say(`memory, MiB, after every ${everyNth}: ${memory.map(bytes => Math.round(bytes / 2 ** 20)).join(' ')}`)
  say(`memory grown after the first rigs: ${grown.toFixed(0)} MiB`)
  say(
    `harness around capture and vision, a photograph: median ${quantile(overheads, 0.5).toFixed(1)} ms, 95 % below ${quantile(overheads, 0.95).toFixed(1)} ms (${overheads.length} inspections)`,
  )
  const isClean = wrong + lost + doubled + leaks.ports + leaks.lampsOn + leaks.moving + processes + workers === 0
  process.exitCode = visits.length > 0 && isClean && !interrupted.signal.aborted ? 0 : 1
}
