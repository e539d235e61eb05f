// Inspects units on the virtual rig without end in sight, with a fault every tenth time, and counts what may never be.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { pause } from '../../devices/deadline.ts'
import { openRig, type Rig, type VirtualRig } from '../../devices/rig.ts'
import { RigError } from '../../devices/rig-error.ts'
import { type FaultName, faultNames } from '../../devices/virtual/faults.ts'
import { seededRandom } from '../../devices/virtual/seeded-random.ts'
import { exitCodes } from '../core/assay-error.ts'
import { type Bench, photographUnit } from '../inspection/photograph-unit.ts'
import { type Inspected, RunStopped, runInspections, type Visit } from '../inspection/run.ts'
import { stations } from '../inspection/station.ts'
import { loadProfile } from '../products/load-profile.ts'
import { serialiseRecord } from '../record/inspection-record.ts'
import { openVision, type Vision } from '../vision/pool/vision.ts'
import { type MemorySample, sampleMemory } from './soak-memory.ts'
import { soakReport } from './soak-report.ts'
import { countRecords, isWrong, type SoakVisit, visitOf } from './soak-tally.ts'
import { type SoakUnit, soakUnits } from './soak-units.ts'

const help = `npm run soak [-- --count N] [--minutes M] [--seed S]

Inspections on the virtual rig, with a random fault every tenth time. Ends after N (1000), after M minutes (no limit), or
with Ctrl-C, and tells what it counted: with 0 only when it came to its end, no verdict was wrong, no record was lost or
doubled, nothing was left behind, and memory did not grow.
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
/** Inspections without a fault that came out otherwise than planted are told one by one up to so many. */
const mostTold = 30
let told = 0
/** How long the rig was at work in the last inspection, ms: faults strike within it, and a little beyond. */
let atWorkMs = 600
const station = stations.sealed
const profile = loadProfile('assay-reference')
const random = seededRandom(seed, 77)
const faults = Object.keys(faultNames) as FaultName[]
const leaks = { ports: 0, lamps: 0, moving: 0 }
let stuckLamps = 0
let struckInTime = 0
const unsafeTold: string[] = []
const visits: SoakVisit[] = []
const overheadsMs: number[] = []
const memory: MemorySample[] = []

// One Ctrl-C comes up to three times: from the terminal, from npm and from its script.
const interrupted = new AbortController()
let interruptedAt = 0
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(name, () => {
    if (interrupted.signal.aborted && performance.now() - interruptedAt > 1000) process.exit(130)
    if (interrupted.signal.aborted) return
    interruptedAt = performance.now()
    say('stopping after this inspection; press Ctrl-C again to end at once.')
    interrupted.abort(new Error(name))
  })
}
const say = (line: string) => void process.stdout.write(`${line}\n`)

const scratch = mkdtempSync(join(tmpdir(), 'assay-soak-'))
const before = process.getActiveResourcesInfo()

// Of the inspection under way. Milliseconds in devices and in vision are taken off the whole.
let busyMs = 0
let photographs = 0
let overheadMs = Number.NaN
let startedAt = 0
let struckAt = Number.POSITIVE_INFINITY
/** When the last photograph had been taken. */
let takenAt = 0
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
      camera: {
        ...bound(camera),
        photograph: async (settings, signal) => {
          const photograph = await busy(camera.photograph(settings, signal))
          takenAt = performance.now()
          return photograph
        },
      },
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
    // No program can see a stuck lamp without the camera, so none is to blame.
    if (rig.faults.has('stuck-lamp')) stuckLamps += rig.bench.isDark ? 0 : 1
    else if (!rig.bench.isDark) leaks.lamps++
    if (rig.bench.isMoving) leaks.moving++
  } catch (error) {
    // A rig that cannot be made safe says so; one that says nothing would be a leak.
    if (!(error instanceof RigError)) throw error
    unsafeTold.push(error.code)
  }
  if (rig.bench.cable.isOpen) leaks.ports++
}

interface SoakingVisit extends Visit {
  readonly n: number
  readonly truth: SoakUnit['truth']
  readonly fault: FaultName | null
  /** When the fault has struck. */
  readonly struck: Promise<void>
}

const isOverAfter = ({ fault, verdict }: SoakVisit): boolean => fault !== null || verdict === 'ERROR'

/** The visits that one rig sees: it is closed after a fault, and when it failed by itself. */
async function* visitsOn(rig: VirtualRig, vision: Vision): AsyncGenerator<SoakingVisit> {
  const bench: Bench = { ...timed(rig, vision), profile, captureRetries: 1 }
  for (let isOver = false; !isOver && mayGoOn(); isOver = isOverAfter(visits.at(-1)!)) {
    const { surface, truth, records } = (await units.next()).value
    const n = visits.length
    const fault = n % everyNth === everyNth - 1 ? faults[Math.floor(random.uniform() * faults.length)]! : null
    const delayMs = 1.2 * random.uniform() * atWorkMs
    rig.place(surface)
    startedAt = performance.now()
    struckAt = Number.POSITIVE_INFINITY
    const strike = (name: FaultName): void => {
      struckAt = performance.now()
      rig.faults.inject(name)
    }
    busyMs = 0
    photographs = 0
    overheadMs = Number.NaN
    yield {
      n,
      truth,
      fault,
      struck: fault === null ? Promise.resolve() : pause(delayMs).then(() => strike(fault)),
      station,
      profile,
      photographs: (planned, watch) => {
        photographs += planned.length
        return photographUnit(planned, bench, watch)
      },
      onReadingsWritten: () => {
        overheadMs = (performance.now() - startedAt - busyMs) / photographs
      },
      records: () => records,
      clock: () => new Date().toISOString(),
      rig: rig.identity,
      software: { name: 'assay', version: 'soak', revision: null },
      operator: `soak ${n}`,
      acknowledged: truth.expected.sealed.alarms,
      challenge: crypto.getRandomValues(new Uint8Array(32)),
    }
  }
}

async function tally({ visit: { n, truth, fault, struck }, record }: Inspected<SoakingVisit>): Promise<void> {
  await struck
  // A rig that failed took no last photograph.
  if (fault !== null && (record.verdict === 'ERROR' || struckAt < takenAt)) struckInTime++
  if (fault === null) atWorkMs = takenAt - startedAt
  const started = performance.now()
  writeFileSync(join(scratch, `${String(n).padStart(6, '0')}.json`), serialiseRecord(record), {
    flag: 'wx',
    flush: true,
  })
  if (fault === null && record.verdict !== 'ERROR') overheadsMs.push(overheadMs + performance.now() - started)
  const visit = visitOf(record, { serial: truth.serial, expected: truth.expected.sealed.verdicts, fault })
  visits.push(visit)
  const { serial, expected } = visit
  if (isWrong(visit) || (fault === null && !expected.includes(record.verdict) && ++told <= mostTold)) {
    const what = isWrong(visit) ? 'WRONG' : 'not as planted'
    say(
      `  ${what}: inspection ${n}, unit ${serial}, ${record.verdict} (${record.because}), right is ${expected.join(' or ')}, fault ${fault ?? 'none'}, planted ${truth.defect ?? 'nothing'}`,
    )
  }
}

/** One line every ten inspections: a hundred for a thousand. */
function tellProgress(): void {
  const seconds = (performance.now() - started) / 1000
  const left = ((count - visits.length) * seconds) / visits.length / 60
  const { heldMib, residentMib, childrenMib } = memory.at(-1)!
  say(
    `${visits.length} of ${count} inspections, ${visits.filter(isWrong).length} wrong, ${Math.round(seconds)} s (about ${Math.ceil(left)} min left); MiB: ${heldMib.toFixed(0)} held, ${residentMib.toFixed(0)} resident, ${childrenMib?.toFixed(0) ?? '?'} in its processes`,
  )
}

function mayGoOn(): boolean {
  return visits.length < count && performance.now() < ends && !interrupted.signal.aborted
}

const started = performance.now()
const units = soakUnits(profile, seed)
let stopped: RunStopped | null = null
try {
  await using vision = openVision({ workers: 1 })
  while (mayGoOn()) {
    const rig = await openRig({ kind: 'virtual', seed: seed + visits.length, cameraDeadlineMs: 15_000 })
    try {
      await runInspections({ visits: visitsOn(rig, vision), onRecord: tally })
    } finally {
      await close(rig)
    }
    // A rig that failed is opened anew, as a person would; one that was struck is proved to be left safe.
    if (visits.at(-1)?.fault == null) continue
    memory.push(sampleMemory())
    tellProgress()
  }
} catch (error) {
  if (!(error instanceof RunStopped)) throw error
  stopped = error
} finally {
  await units.return(undefined as never)
  const records = countRecords(scratch, visits)
  // What was ended is gone once the operating system has reaped it.
  for (let left = 50; left > 0 && resourcesLeft('ProcessWrap') > 0; left--) await pause(100)
  rmSync(scratch, { recursive: true })
  const { lines, isClean } = soakReport({
    visits,
    seconds: (performance.now() - started) / 1000,
    records,
    left: { ...leaks, processes: resourcesLeft('ProcessWrap'), threads: resourcesLeft('MessagePort') },
    struckInTime,
    unsafeTold,
    stuckLamps,
    memory,
    overheadsMs,
  })
  for (const line of lines) say(line)
  if (stopped !== null) say(`assay: ${stopped.message}`)
  process.exitCode = stopped?.exitCode ?? (interrupted.signal.aborted ? exitCodes.interrupted : Number(!isClean))
}

function resourcesLeft(kind: string): number {
  const countOf = (resources: readonly string[]) => resources.filter(name => name === kind).length
  return countOf(process.getActiveResourcesInfo()) - countOf(before)
}
