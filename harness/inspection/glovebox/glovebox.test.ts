// @module-tag long
import { type ChildProcess, spawn } from 'node:child_process'
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { openRig } from '../../../devices/rig.ts'
import { VirtualLine } from '../../../fixtures/virtual-line/virtual-line.ts'
import { readLotFile } from '../../checks/lot/read-lot-file.ts'
import { AssayError } from '../../core/assay-error.ts'
import { systemRandom } from '../../core/random.ts'
import type { Secret } from '../../core/secret.ts'
import { workerEnvironment, workerFlags } from '../../core/worker-process.node.ts'
import { newRecoveryPhrase, recoveryIdentity, recoveryRecipient } from '../../custody/vault/recovery-phrase.ts'
import { openSealed } from '../../custody/vault/seal.ts'
import { unpackTar } from '../../custody/vault/tar.ts'
import { loadProfile } from '../../products/load-profile.ts'
import { displayPassphrase } from '../../products/text-setting.ts'
import type { LotFile } from '../../products/unit-record.ts'
import { type InspectionRecord, parseRecord } from '../../record/inspection-record.ts'
import { openVision, type Vision } from '../../vision/pool/vision.ts'
import type { PhotographReading } from '../../vision/reading.ts'
import type { InspectionEvidence } from '../evidence.ts'
import { fileSeen, takenOf } from '../photograph-unit.ts'
import { type Inspected, type Run, runInspections, type Visit } from '../run.ts'
import { stations } from '../station.ts'
import { type Glovebox, openGlovebox } from './glovebox.ts'

const profile = loadProfile('assay-reference')
const folder = mkdtempSync(join(tmpdir(), 'assay-glovebox-'))
const parent = fileURLToPath(new URL('./glovebox-parent.testing.ts', import.meta.url))
const processes: ChildProcess[] = []

/** What nobody but the glovebox may have: as printed and as typed. */
let secrets: readonly string[]
let lot: LotFile
let photograph: Buffer
const recoveries = [
  await recoveryIdentity(newRecoveryPhrase(systemRandom)),
  await recoveryIdentity(newRecoveryPhrase(systemRandom)),
]

beforeAll(async () => {
  await using line = await VirtualLine.make({ profile, seed: 17, count: 1, share: 0 })
  await using rig = await openRig({ kind: 'virtual', seed: 17, size: { width: 1500, height: 1000 } })
  await rig.stage.goTo('inspect')
  await rig.light.set('dome')
  rig.place(await line.card(0, 'opened'))
  photograph = Buffer.from((await rig.camera.photograph()).bytes)
  const { passphrase, epk } = line.lot.units[0]!.secrets
  const typed = passphrase.exposeText()
  secrets = [...new Set([typed, displayPassphrase(profile, typed), epk.exposeText()])]
  lot = readLotFile(line.records).lot
  for (const name of ['open', 'inside']) {
    mkdirSync(join(folder, name))
    writeFileSync(join(folder, name, 'photograph.jpg'), photograph)
    writeFileSync(join(folder, name, 'lot.json'), line.records)
    writeFileSync(
      join(folder, name, 'recipients.txt'),
      (await Promise.all(recoveries.map(recoveryRecipient))).join('\n'),
    )
  }
}, 120_000)
afterAll(() => {
  for (const child of processes) child.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

/** Inspects, and says what the process that did has in its memory afterwards. */
async function inspectedBy(how: 'open' | 'inside') {
  const child = spawn(process.execPath, [parent, join(folder, how), how], { stdio: ['pipe', 'pipe', 'inherit'] })
  processes.push(child)
  const said = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', text => resolve(String(text)))
    child.once('exit', () => reject(new Error('it ended')))
  })
  const copies = copiesIn(child.pid!)
  const [record, sealed] = ['record.json', 'evidence.age'].map(name => readFileSync(join(folder, how, name)))
  child.kill('SIGKILL')
  return { said, copies, record: parseRecord(record!.toString()), sealed: sealed! }
}

/** How often the secrets stand in the memory of a process, in one byte a letter or two. */
function copiesIn(pid: number): number {
  const wanted = secrets.flatMap(text => [Buffer.from(text), Buffer.from(text, 'utf16le')])
  const memory = openSync(`/proc/${pid}/mem`, 'r')
  let copies = 0
  try {
    for (const line of readFileSync(`/proc/${pid}/maps`, 'utf8').split('\n')) {
      const [, from, to] = /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line) ?? []
      if (from === undefined || to === undefined) continue
      const [begin, end] = [Number.parseInt(from, 16), Number.parseInt(to, 16)]
      for (let at = begin; at < end; at += 2 ** 24) {
        const part = Buffer.alloc(Math.min(2 ** 24 + 256, end - at))
        try {
          readSync(memory, part, 0, part.length, at)
        } catch {
          continue
        }
        for (const one of wanted) for (let i = part.indexOf(one); i >= 0; i = part.indexOf(one, i + 1)) copies++
      }
    }
  } finally {
    closeSync(memory)
  }
  return copies
}

/** Process ids of this process's gloveboxes. */
function gloveboxes(): readonly number[] {
  const children = readdirSync('/proc/self/task').flatMap(thread =>
    readFileSync(`/proc/self/task/${thread}/children`, 'utf8').trim().split(' '),
  )
  const runs = (pid: string) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('glovebox-process')
  return children.filter(pid => pid !== '' && runs(pid)).map(Number)
}

const sameButTimes = ({ ended: _, started: __, ...record }: InspectionRecord) => record

describe.skipIf(process.platform !== 'linux')('the process that inspects an opened unit', () => {
  it('has no copy of a secret where there is a glovebox, and says and seals the same', {
    timeout: 240_000,
  }, async () => {
    const open = await inspectedBy('open')
    // What is looked for can be found.
    expect(open.copies).toBeGreaterThan(0)
    const inside = await inspectedBy('inside')
    expect(inside.copies).toBe(0)
    expect(JSON.parse(inside.said)).toEqual([])
    expect(inside.record.verdict).toBe('PASS')
    expect(sameButTimes(inside.record)).toEqual(sameButTimes(open.record))
    const filesOf = async ({ sealed }: typeof open) => {
      const files = unpackTar(await openSealed(sealed, recoveries[1]!))
      return Object.fromEntries(files.map(({ name, bytes }) => [name, Buffer.from(bytes)]))
    }
    const [outside, within] = [await filesOf(open), await filesOf(inside)]
    expect(Object.keys(within)).toEqual(['photograph-1.jpg', 'readings.json', 'record.json'])
    expect(within['photograph-1.jpg']).toEqual(photograph)
    expect(within['readings.json']!.toString()).toContain(JSON.stringify(secrets.at(-1)))
    const readings = (files: typeof within) => JSON.parse(files['readings.json']!.toString())
    expect(readings(within)).toEqual(readings(outside))
  })
})

describe('what is judged in a glovebox', () => {
  const clock = () => '2026-11-29T12:00:00.000Z'
  let vision: Vision
  let box: Glovebox
  let seen: PhotographReading
  beforeAll(async () => {
    box = openGlovebox()
    vision = openVision({ workers: 1, keeper: box })
    seen = await vision.read(photograph, profile)
  }, 120_000)
  afterAll(async () => {
    await vision?.[Symbol.asyncDispose]()
    await box?.[Symbol.asyncDispose]()
  })

  async function inspect(
    glovebox: Glovebox | null,
    { evidence, ...change }: Partial<Visit> & Pick<Run<Visit>, 'evidence'> = {},
    reading = seen,
    signal?: AbortSignal,
  ) {
    const inspected: Inspected[] = []
    const look = Promise.resolve({ reading, crops: [] })
    const visit: Visit = {
      station: stations.opened,
      profile,
      photographs: [{ ...takenOf(look), picture: async () => Uint8Array.from(photograph) }],
      records: () => lot,
      clock,
      rig: null,
      software: { name: 'assay', version: 'test', revision: null },
      challenge: new Uint8Array(32),
      ...change,
    }
    await runInspections({
      visits: [visit],
      glovebox,
      evidence,
      signal,
      onRecord: one => void inspected.push(one),
    }).catch(() => {})
    return inspected[0]!.record
  }

  it('comes as a reading without its secrets and their look-alikes', () => {
    const passphrase = seen.marks.find(({ mark }) => mark === 'passphrase')!
    expect(passphrase.outcome).toBe('read')
    expect((passphrase.text as Secret).exposeText()).toBe('\0')
    expect(seen.marks.every(({ alternatives }) => alternatives === null)).toBe(true)
    expect(Buffer.from(seen.sealed!).includes(secrets[0]!)).toBe(false)
  })

  it('is judged nowhere else: without its glovebox there is an ERROR', async () => {
    expect(await inspect(null)).toMatchObject({ verdict: 'ERROR', error: { code: 'internal' } })
    await using other = openGlovebox()
    expect(await inspect(other)).toMatchObject({ verdict: 'ERROR', error: { code: 'reading-unopened' } })
  })

  it('asks for records once they are wanted, and hears what is wrong with them', async () => {
    const order: string[] = []
    const passed = await inspect(box, {
      onReadingsWritten: () => void order.push('written'),
      records: () => {
        order.push('records')
        return lot
      },
    })
    expect([passed.verdict, passed.unit, ...order]).toEqual(['PASS', lot.units[0]!.serial, 'written', 'records'])
    const records = () => Promise.reject(new AssayError('lot-broken', 'The lot is broken.'))
    expect(await inspect(box, { records })).toMatchObject({ verdict: 'ERROR', error: { code: 'lot-broken' } })
    // The next lot is another one, also after the same.
    expect((await inspect(box)).verdict).toBe('PASS')
    const strangers = { ...lot, units: [] }
    expect((await inspect(box, { records: () => strangers })).unit).toBe(null)
  })

  it('stops the run at an alarm', async () => {
    const look = Promise.resolve({ reading: seen, crops: [] })
    const otherProduct = 'this looks like another'
    const photographs = [takenOf(look, reading => ({ ...fileSeen(reading), otherProduct }))]
    const record = await inspect(box, { station: stations.sealed, photographs })
    expect(record.alarm).toMatchObject({ code: 'both-factors-exposed', acknowledged: false })
    // What the eyes saw besides is told behind it, though all else that they read is sealed.
    expect(record.because).toBe(`${record.alarm!.because} This looks like another.`)
  })

  it('is an ERROR when the process is lost, and the next one is judged', { timeout: 60_000 }, async () => {
    const others = gloveboxes()
    await using dying = openGlovebox()
    await using eyes = openVision({ workers: 1, keeper: dying })
    const own = await eyes.read(photograph, profile)
    const records = () => {
      for (const pid of gloveboxes()) if (!others.includes(pid)) process.kill(pid, 'SIGABRT')
      return new Promise<never>(() => {})
    }
    expect(await inspect(dying, { records }, own)).toMatchObject({
      verdict: 'ERROR',
      error: { code: 'glovebox-crashed' },
    })
    // What was read is gone with it. What was photographed is not.
    const sealed: InspectionEvidence[] = []
    const again = await inspect(dying, { evidence: async one => void sealed.push(one) }, own)
    expect(again).toMatchObject({ verdict: 'ERROR', error: { code: 'reading-unopened' } })
    const recipients = await Promise.all(recoveries.map(recoveryRecipient))
    const files = unpackTar(await openSealed(await dying.seal(sealed[0]!, recipients), recoveries[0]!))
    expect(Buffer.from(files[0]!.bytes)).toEqual(photograph)
    expect((await inspect(dying, {}, await eyes.read(photograph, profile))).verdict).toBe('PASS')
  })

  it('is an ERROR when it does not come to its end', { timeout: 60_000 }, async () => {
    await using slow = openGlovebox({ deadlineMs: 8000 })
    await using eyes = openVision({ workers: 1, keeper: slow })
    const records = () => new Promise<never>(() => {})
    const late = await inspect(slow, { records }, await eyes.read(photograph, profile))
    expect(late).toMatchObject({ verdict: 'ERROR', error: { code: 'glovebox-deadline' } })
  })

  it('is never judged by another lot: records that could not be handed in are not there the next time either', async () => {
    expect((await inspect(box)).verdict).toBe('PASS')
    // A lot that cannot be sent, of no unit.
    const strangers = { ...lot, units: [], more: () => {} } as LotFile
    for (let times = 0; times < 2; times++) {
      expect(await inspect(box, { records: () => strangers })).toMatchObject({ verdict: 'ERROR', unit: null })
    }
    expect((await inspect(box)).verdict).toBe('PASS')
  })

  it('is given to no process that does not come to life, and waits for none for ever', {
    timeout: 30_000,
  }, async () => {
    const others = gloveboxes()
    await using stuck = openGlovebox({ deadlineMs: 1000 })
    for (const pid of gloveboxes()) if (!others.includes(pid)) process.kill(pid, 'SIGSTOP')
    await expect(stuck.key()).rejects.toMatchObject({ code: 'glovebox-deadline' })
  })

  it('is in no process that a debugger opens, by a signal or by what a shell asks of every Node', async () => {
    vi.stubEnv('NODE_OPTIONS', '--heapsnapshot-near-heap-limit=1 --inspect=0')
    try {
      expect(workerEnvironment()['NODE_OPTIONS']).toBeUndefined()
    } finally {
      vi.unstubAllEnvs()
    }
    const says = (flags: readonly string[]) =>
      new Promise<string>(resolve => {
        const child = spawn(process.execPath, [...flags, '-e', 'console.log(1); setTimeout(() => {}, 3000)'])
        let said = ''
        child.stdout.once('data', () => child.kill('SIGUSR1'))
        child.stderr.on('data', text => {
          said += text
          child.kill('SIGKILL')
        })
        child.on('close', () => resolve(said))
      })
    expect(await says([])).toMatch(/Debugger listening/)
    expect(await says(workerFlags)).toBe('')
  })

  it('is an ERROR when somebody stops it', async () => {
    const stop = new AbortController()
    const records = () => {
      stop.abort(new Error('enough'))
      return lot
    }
    expect(await inspect(box, { records }, seen, stop.signal)).toMatchObject({ verdict: 'ERROR' })
  })
})
