import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

// The demo over many seeds: verdicts right, false passes and seconds of each.
// npm run bench -- demo-seeds [-- --from 1 --to 20 --units 8]

const { values } = parseArgs({
  options: {
    from: { type: 'string', default: '1' },
    to: { type: 'string', default: '20' },
    units: { type: 'string', default: '8' },
  },
})
const program = fileURLToPath(new URL('../../bin/assay.js', import.meta.url))
const runs = mkdtempSync(join(tmpdir(), 'assay-demo-seeds-'))
process.on('exit', () => rmSync(runs, { recursive: true, force: true }))
process.on('SIGINT', () => process.exit(130))

interface Outcome {
  readonly right: number
  readonly falsePass: number
  readonly visits: readonly {
    readonly unit: string
    readonly station: string
    readonly verdict: string
    readonly because: string
    readonly defect: string | null
    readonly right: boolean
  }[]
}

/** null: the demo broke off, as on a machine that is too busy for the deadlines of the virtual camera. */
async function demo(seed: number): Promise<Outcome | null> {
  const args = [program, 'demo', '--seed', String(seed), '--units', values.units, '--runs', runs, '--json']
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let remarks = ''
  child.stderr.on('data', part => {
    remarks = (remarks + part).slice(-400)
  })
  let said = ''
  for await (const part of child.stdout) said += part
  if (said === '') {
    console.log(`seed ${seed}: no result: ${remarks.trim().split('\n').at(-1)}`)
    return null
  }
  return JSON.parse(said) as Outcome
}

const seconds: number[] = []
let right = 0
let inspections = 0
let falsePasses = 0
let wholeSeeds = 0
let brokenOff = 0
for (let seed = Number(values.from); seed <= Number(values.to); seed++) {
  const started = performance.now()
  const outcome = await demo(seed)
  if (outcome === null) {
    brokenOff++
    continue
  }
  seconds.push((performance.now() - started) / 1000)
  right += outcome.right
  inspections += outcome.visits.length
  falsePasses += outcome.falsePass
  if (outcome.right === outcome.visits.length) wholeSeeds++
  const line = `seed ${seed}: ${outcome.right} of ${outcome.visits.length} right, ${outcome.falsePass} false PASS, ${seconds.at(-1)!.toFixed(0)} s`
  const wrong = outcome.visits
    .filter(visit => !visit.right)
    .map(
      visit => `  ${visit.unit} ${visit.station} ${visit.verdict} (${visit.defect ?? 'good unit'}): ${visit.because}`,
    )
  console.log([line, ...wrong].join('\n'))
}
seconds.sort((a, b) => a - b)
console.log(
  `\n${wholeSeeds} of ${seconds.length} seeds all right, ${brokenOff} broke off; ${right} of ${inspections} verdicts right, ${falsePasses} false PASS; median ${seconds[seconds.length >> 1]?.toFixed(0)} s, worst ${seconds.at(-1)?.toFixed(0)} s`,
)
