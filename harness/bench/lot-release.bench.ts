/**
 * Makes the journal of a good lot, closes it, signs and verifies the release, each in a process of its own, and says how long each
 * took and how much memory at most. Argument: units (10,000 where none is given).
 */

import { spawnSync } from 'node:child_process'
import { mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemRandom } from '../core/random.ts'
import { Secret } from '../core/secret.ts'
import type { Said } from '../custody/journal/entry.ts'
import { openJournal } from '../custody/journal/journal-folder.ts'
import { makePersonKey, readPersonKey } from '../custody/person-key.ts'
import type { SigningKey } from '../custody/signing-key.ts'
import { madeIdentity, madeLot, signedByMade } from '../lots/release/made-lot.testing.ts'
import { sha256Of } from '../lots/release/release-record.ts'

const passphrase = 'correct horse battery staple'

const assay = join(import.meta.dirname, '..', '..', 'bin', 'assay.js')
/** Every process says at its end how much memory it took at most. */
const tellMemory =
  'data:text/javascript,process.on("exit",()=>process.stderr.write("\\nmost "+process.resourceUsage().maxRSS+"\\n"))'

await bench(Number(process.argv[2] ?? 10000))

async function bench(units: number): Promise<void> {
  const place = mkdtempSync(join(tmpdir(), 'assay-lot-release-'))
  try {
    const shipped = await made(place, units)
    const run = (...args: string[]) => {
      const asked = args[1] === 'sign' ? ['--passphrase-fd', '3'] : []
      const given = openSync(join(place, 'passphrase'), 'r')
      const started = performance.now()
      const { status, stderr } = spawnSync(process.execPath, ['--import', tellMemory, assay, ...args, ...asked], {
        cwd: place,
        stdio: ['ignore', 'ignore', 'pipe', given],
        encoding: 'utf8',
      })
      const seconds = ((performance.now() - started) / 1000).toFixed(1)
      const most = Math.max(...[...stderr.matchAll(/^most (\d+)$/gm)].map(([, kb]) => Number(kb)))
      process.stdout.write(
        `${args.slice(0, 2).join(' ')}: exit code ${status}, ${seconds} s, at most ${Math.round(most / 1024)} MB\n`,
      )
    }
    run('lot', 'close', 'lot.json', '--shipped', String(shipped), '--out', 'LR', '--by', 'ann')
    run('lot', 'sign', 'LR', '--no-pdf', '--as', 'inspector', '--by', 'ann', '--key', 'ann.key')
    run('lot', 'sign', 'LR', '--no-pdf', '--as', 'releaser', '--by', 'rita', '--key', 'rita.key')
    run('lot', 'verify', 'LR')
    run('lot', 'verify', 'LR', '--journal', 'assay-journal')
  } finally {
    rmSync(place, { recursive: true, force: true })
  }
}

/** A good lot's file, keys and journal. @returns how many units ship */
async function made(place: string, units: number): Promise<number> {
  const base = madeIdentity(units)
  const file = JSON.stringify({
    lot: base.lot,
    product: 'assay-reference',
    units: base.serials.map(serial => ({ serial })),
  })
  writeFileSync(join(place, 'lot.json'), file)
  writeFileSync(join(place, 'passphrase'), passphrase)
  const keys: Record<string, SigningKey> = {}
  for (const name of ['ann', 'rita']) {
    const path = join(place, `${name}.key`)
    using secret = Secret.ofText(passphrase)
    await makePersonKey(path, name, secret, systemRandom)
    keys[name] = await readPersonKey(path).open(secret)
  }
  await using journal = await openJournal(join(place, 'assay-journal'), {
    clock: () => new Date(),
    password: () => Promise.reject(new Error('no password')),
  })
  const started = performance.now()
  let [entries, opened] = [0, 0]
  for (const said of madeLot({ ...base, recordsSha256: sha256Of(file) }, keys)) {
    await journal.append(signedByMade(asLongAsReal(said, entries++), keys))
    if (said.kind === 'unit-destroyed') opened++
  }
  const seconds = ((performance.now() - started) / 1000).toFixed(0)
  process.stdout.write(`${units} units: ${entries} entries of the journal, made in ${seconds} s\n`)
  return units - opened
}

/** A real record has a dozen readings and two dozen measurements, a third of them with limits. */
function asLongAsReal(said: Said, number: number): Said {
  if (said.kind !== 'inspection') return said
  const { record, ...facts } = said.facts as { record: { readings: unknown[] } }
  const measurements = Array.from({ length: 24 }, (_, i) => ({
    name: `measure-${i}`,
    of: 'card',
    value: Math.round(1000 * (1 + Math.sin(7 * number + i))) / 1000,
    unit: 'mm',
    limits: i < 8 ? { min: null, max: 3 } : null,
    verdict: i < 8 ? 'PASS' : null,
  }))
  const readings = Array.from({ length: 12 }, () => record.readings[0])
  return { ...said, facts: { ...facts, record: { ...record, measurements, readings } } }
}
