// Breaks the code on purpose, one rule at a time, and names what no test notices. Options: --room NAME, --only TEXT, --lanes 2.
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { type Mutant, mutatedSource } from './mutants/mutant.ts'
import { MutantLane } from './mutants/mutant-lane.ts'
import { mutantRooms } from './mutants/mutant-rooms.ts'

const root = join(fileURLToPath(import.meta.url), '..', '..', '..')

/** Of all mutants, in %, at least so many must be noticed. */
const leastKilled = 95

/** A mutant may loop for ever; the slowest tests take a tenth of this on a free core. */
const deadlineS = 300

const { values } = parseArgs({
  options: {
    room: { type: 'string', multiple: true },
    only: { type: 'string' },
    lanes: { type: 'string', default: String(Math.min(availableParallelism(), 4)) },
  },
})

interface Tried {
  readonly room: string
  readonly mutant: Mutant
  readonly killed: boolean
}

const chosen = Object.entries(mutantRooms)
  .filter(([room]) => values.room === undefined || values.room.includes(room))
  .flatMap(([room, mutants]) => mutants.map(mutant => ({ room, mutant })))
  .filter(({ mutant: { file, why } }) => values.only === undefined || `${file}: ${why}`.includes(values.only))

/** Takes the next of `work` in each lane until none is left. */
async function inLanes<Work>(
  lanes: readonly MutantLane[],
  work: readonly Work[],
  take: (lane: MutantLane, one: Work) => Promise<void>,
): Promise<void> {
  const queue = work.values()
  await Promise.all(
    lanes.map(async lane => {
      for (const one of queue) await take(lane, one)
    }),
  )
}

async function main(): Promise<number> {
  const began = performance.now()
  if (chosen.length === 0) throw new Error('no mutant has such a name')
  using lanes = new DisposableStack()
  const names = Array.from({ length: Number(values.lanes) }, (_, i) => `${process.pid}-${i}`)
  const open = names.map(name => lanes.use(new MutantLane(root, name)))
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      lanes.dispose()
      process.exit(130)
    })
  }

  const stale = chosen.flatMap(({ mutant }) => staleness(mutant))
  if (stale.length > 0) {
    process.stdout.write(`These mutants do not fit the code any more; mend the table:\n  ${stale.join('\n  ')}\n`)
    return 1
  }

  const red: string[] = []
  const files = [...new Set(chosen.flatMap(({ mutant }) => mutant.tests))]
  await inLanes(open, files, async (lane, file) => {
    const { passed, failure } = await lane.test([file], deadlineS)
    if (!passed) red.push(`${file}: ${failure}`)
  })
  if (red.length > 0) {
    process.stdout.write(`These tests fail already, without any mutant:\n  ${red.join('\n  ')}\n`)
    return 1
  }

  const tried: Tried[] = []
  await inLanes(open, chosen, async (lane, { room, mutant }) => {
    const { passed, failure, seconds } = await lane.try(mutant, deadlineS)
    tried.push({ room, mutant, killed: !passed })
    const outcome = passed ? 'SURVIVED' : 'killed  '
    const by = passed ? '' : `\n${' '.repeat(18)}by ${failure}`
    process.stdout.write(`${outcome} ${seconds.toFixed(1).padStart(6)} s ${mutant.file}: ${mutant.why}${by}\n`)
  })

  const share = print(tried)
  process.stdout.write(`\n${((performance.now() - began) / 60_000).toFixed(1)} minutes\n`)
  return share >= leastKilled ? 0 : 1
}

function staleness(mutant: Mutant): readonly string[] {
  try {
    mutatedSource(root, mutant)
    return []
  } catch (error) {
    return [(error as Error).message]
  }
}

/** @returns how many of them were killed, % */
function print(tried: readonly Tried[]): number {
  const row = (name: string, some: readonly Tried[]) => {
    const killed = some.filter(one => one.killed).length
    const share = (100 * killed) / some.length
    const figures = [some.length, killed, some.length - killed].map(figure => String(figure).padStart(9))
    process.stdout.write(`${name.padEnd(12)}${figures.join('')}${share.toFixed(1).padStart(9)}\n`)
    return share
  }
  process.stdout.write(`\n${'room'.padEnd(12)}  mutants   killed survived        %\n`)
  for (const room of new Set(tried.map(one => one.room)))
    row(
      room,
      tried.filter(one => one.room === room),
    )
  const share = row('all', tried)
  for (const { mutant } of tried.filter(({ killed }) => !killed))
    process.stdout.write(`survived: ${mutant.file}: ${mutant.why} (${mutant.excuse ?? 'no reason is known'})\n`)
  return share
}

process.exitCode = await main()
