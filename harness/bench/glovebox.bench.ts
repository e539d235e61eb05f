/**
 * What the glovebox costs: a unit that is read, judged and sealed with it and without, and `assay inspect` of one photograph. The two take
 * turns, and what counts is the median of their differences, pair by pair. `--rounds N`; `--before CHECKOUT` takes another checkout's
 * `assay inspect` in turn, too. Limits: 150 ms a unit, 200 ms a command. Processor time is of all processes together (Linux): on a busy
 * machine it tells more than the clock.
 */
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { openRig } from '../../devices/rig.ts'
import { VirtualLine } from '../../fixtures/virtual-line/virtual-line.ts'
import { readLotFile } from '../checks/lot/read-lot-file.ts'
import { systemRandom } from '../core/random.ts'
import { newRecoveryPhrase, recoveryIdentity, recoveryRecipient } from '../custody/vault/recovery-phrase.ts'
import { parseRecipients } from '../custody/vault/seal.ts'
import { sealFiles } from '../custody/vault/vault.ts'
import { type Glovebox, openGlovebox } from '../inspection/glovebox/glovebox.ts'
import { takenOf } from '../inspection/photograph-unit.ts'
import { runInspections } from '../inspection/run.ts'
import { stations } from '../inspection/station.ts'
import { loadProfile } from '../products/load-profile.ts'
import { openVision, type Vision } from '../vision/pool/vision.ts'

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '9' }, before: { type: 'string' } } })
const rounds = Number(values.rounds)
const [unitLimitMs, commandLimitMs] = [150, 200]

const root = fileURLToPath(new URL('../..', import.meta.url))
const profile = loadProfile('assay-reference')
const folder = mkdtempSync(join(tmpdir(), 'assay-glovebox-bench-'))

async function openedCard(): Promise<{ readonly photograph: Uint8Array; readonly records: string }> {
  await using line = await VirtualLine.make({ profile, seed: 17, count: 1, share: 0 })
  await using rig = await openRig({ kind: 'virtual', seed: 17 })
  await rig.stage.goTo('inspect')
  await rig.light.set('dome')
  rig.place(await line.card(0, 'opened'))
  return { photograph: Uint8Array.from((await rig.camera.photograph()).bytes), records: line.records }
}

const { photograph, records } = await openedCard()
const { lot } = readLotFile(Buffer.from(records))
const texts = await Promise.all(
  [0, 1].map(async () => {
    using phrase = newRecoveryPhrase(systemRandom)
    using identity = await recoveryIdentity(phrase)
    return await recoveryRecipient(identity)
  }),
)
const recipients = parseRecipients(texts)

/** What one look cost, ms. */
interface Cost {
  readonly clockMs: number
  readonly processorMs: number
}

/** Linux' clock ticks of processes are hundredths of a second everywhere. */
const TICK_MS = 10

/** Processor time of this process and of all that it started and that still runs. */
function processorMs(pid: number | string = 'self'): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    // utime, stime, and those of children that ended (proc(5)).
    const own = ticks.slice(11, 15).reduce((sum, text) => sum + Number(text), 0) * TICK_MS
    const children = readdirSync(`/proc/${pid}/task`).flatMap(task =>
      readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean),
    )
    return children.reduce((sum, child) => sum + processorMs(child), own)
  } catch {
    return 0
  }
}

/** One unit, from the photograph to its record and its sealed evidence. */
async function unit(vision: Vision, glovebox: Glovebox | null): Promise<Cost> {
  const spent = processorMs()
  const began = performance.now()
  await runInspections({
    visits: [
      {
        station: stations.opened,
        profile,
        photographs: [
          { ...takenOf(vision.look(photograph, profile)), picture: async () => Uint8Array.from(photograph) },
        ],
        records: () => lot,
        clock: () => new Date().toISOString(),
        rig: null,
        software: { name: 'assay', version: 'bench', revision: null },
      },
    ],
    glovebox,
    evidence: async evidence =>
      void (await (glovebox?.seal(evidence, texts) ?? sealFiles(evidence.files, evidence.started, recipients))),
    onRecord: ({ record }) => {
      if (record.verdict !== 'PASS') throw new Error(`the unit is ${record.verdict}: ${record.because}`)
    },
  })
  return { clockMs: performance.now() - began, processorMs: processorMs() - spent }
}

/** `assay inspect` of the photograph in a folder of its own, by a checkout. */
async function command(checkout: string, name: string, ...more: readonly string[]): Promise<Cost> {
  const here = join(folder, name)
  mkdirSync(here, { recursive: true })
  writeFileSync(join(here, 'lot.json'), records)
  writeFileSync(join(here, 'card.jpg'), photograph)
  const args = ['inspect', 'card.jpg', '-p', 'assay-reference', '-s', 'opened', '-r', 'lot.json', '--json', ...more]
  const spent = processorMs()
  const began = performance.now()
  const code = await new Promise<number | null>(done => {
    const child = spawn(process.execPath, [join(checkout, 'bin', 'assay.js'), ...args], {
      cwd: here,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, NODE_COMPILE_CACHE: join(folder, `compiled-${name}`) },
    })
    let said = ''
    child.stderr.on('data', text => (said += text))
    child.on('close', ended => {
      if (ended !== 0) process.stderr.write(said)
      done(ended)
    })
  })
  if (code !== 0) throw new Error(`${name} ended with ${code}`)
  return { clockMs: performance.now() - began, processorMs: processorMs() - spent }
}

const median = (times: readonly number[]) => times.toSorted((a, b) => a - b)[times.length >> 1]!

/** Takes them in turn, the first of each pair alternately. @returns median of how much later the first of them is, ms */
async function compare(what: string, later: () => Promise<Cost>, sooner: () => Promise<Cost>): Promise<number> {
  // Once unmeasured: programs are compiled, processes started.
  await later()
  await sooner()
  const pairs: (readonly [Cost, Cost])[] = []
  for (let round = 0; round < rounds; round++) {
    if (round % 2 === 0) pairs.push([await later(), await sooner()])
    else {
      const first = await sooner()
      pairs.push([await later(), first])
    }
  }
  process.stdout.write(`${what}\n`)
  for (const [name, of] of [
    ['clock', ({ clockMs }: Cost) => clockMs],
    ['processor', ({ processorMs: ms }: Cost) => ms],
  ] as const) {
    const [a, b] = [pairs.map(([one]) => of(one)), pairs.map(([, one]) => of(one))]
    const more = pairs.map(([one, other]) => of(one) - of(other)).toSorted((x, y) => x - y)
    const ms = (value: number) => `${value.toFixed(0)} ms`
    process.stdout.write(
      `  ${name.padEnd(9)} ${ms(median(a))} and ${ms(median(b))}; more by ${ms(median(more))} (median of ${rounds} pairs, ${ms(more[0]!)} to ${ms(more.at(-1)!)})\n`,
    )
  }
  return median(pairs.map(([one, other]) => one.clockMs - other.clockMs))
}

try {
  await using glovebox = openGlovebox()
  await using inside = openVision({ workers: 1, keeper: glovebox })
  await using open = openVision({ workers: 1 })
  const unitMs = await compare(
    'a unit, with and without',
    () => unit(inside, glovebox),
    () => unit(open, null),
  )
  // With --reveal-secrets a command does without.
  const commandMs = await compare(
    'assay inspect, with and without',
    () => command(root, 'inside'),
    () => command(root, 'open', '--reveal-secrets'),
  )
  const before = values.before
  const beforeMs =
    before === undefined
      ? 0
      : await compare(
          `assay inspect, here and in ${before}`,
          () => command(root, 'inside'),
          () => command(resolve(before), 'before'),
        )
  process.exitCode = unitMs < unitLimitMs && Math.max(commandMs, beforeMs) < commandLimitMs ? 0 : 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}
