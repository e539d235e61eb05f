/**
 * Makes the journal of a good lot, closes it, signs and verifies the release, each in a process of its own, and says how long each
 * took, how much processor time and how much memory at most; then how long Chromium takes to show the report. Arguments: units
 * (10,000 where none is given), and a folder in which the lot stays: it is not made again there.
 */

import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { chromium } from 'playwright'
import { findChromium } from '../../devices/camera/chromium/find-chromium.ts'
import { systemRandom } from '../core/random.ts'
import { Secret } from '../core/secret.ts'
import type { Said } from '../custody/journal/entry.ts'
import { openJournal } from '../custody/journal/journal-folder.ts'
import { makePersonKey, readPersonKey } from '../custody/person-key.ts'
import type { SigningKey } from '../custody/signing-key.ts'
import { madeAddress, madeExpiry, madeIdentity, madeLot, signedByMade } from '../lots/release/made-lot.testing.ts'
import { sha256Of } from '../lots/release/release-record.ts'
import type { InspectionRecord } from '../record/inspection-record.ts'

const passphrase = 'correct horse battery staple'

const assay = join(import.meta.dirname, '..', '..', 'bin', 'assay.js')
/** Every process says at its end how much memory it took at most, kB, and how much processor time, µs. */
const tellUsage =
  'data:text/javascript,process.on("exit",()=>{const u=process.resourceUsage();process.stderr.write("\\nmost "+u.maxRSS+" cpu "+(u.userCPUTime+u.systemCPUTime)+"\\n")})'

await bench(Number(process.argv[2] ?? 10000), process.argv[3])

async function bench(units: number, stays?: string): Promise<void> {
  const place = stays ?? mkdtempSync(join(tmpdir(), 'assay-lot-release-'))
  try {
    if (!existsSync(join(place, 'shipped'))) writeFileSync(join(place, 'shipped'), String(await made(place, units)))
    const shipped = readFileSync(join(place, 'shipped'), 'utf8')
    rmSync(join(place, 'LR'), { recursive: true, force: true })
    const run = (...args: string[]) => {
      const asked = args[1] === 'sign' ? ['--passphrase-fd', '3'] : []
      const given = openSync(join(place, 'passphrase'), 'r')
      const started = performance.now()
      const { status, stderr } = spawnSync(process.execPath, ['--import', tellUsage, assay, ...args, ...asked], {
        cwd: place,
        stdio: ['ignore', 'ignore', 'pipe', given],
        encoding: 'utf8',
      })
      const seconds = ((performance.now() - started) / 1000).toFixed(1)
      const usage = [...stderr.matchAll(/^most (\d+) cpu (\d+)$/gm)].map(
        ([, kb, us]) => [Number(kb), Number(us)] as const,
      )
      const most = Math.max(...usage.map(([kb]) => kb)) / 1024
      const processor = usage.reduce((sum, [, us]) => sum + us, 0) / 1e6
      process.stdout.write(
        `${args.slice(0, 2).join(' ')}: exit code ${status}, ${seconds} s, ${processor.toFixed(1)} s of processor time, at most ${Math.round(most)} MB\n`,
      )
    }
    run('lot', 'close', 'lot.json', '--shipped', shipped, '--out', 'LR', '--by', 'ann')
    run('lot', 'sign', 'LR', '--no-pdf', '--as', 'inspector', '--by', 'ann', '--key', 'ann.key')
    run('lot', 'sign', 'LR', '--no-pdf', '--as', 'releaser', '--by', 'rita', '--key', 'rita.key')
    run('lot', 'verify', 'LR')
    run('lot', 'verify', 'LR', '--journal', 'assay-journal')
    await show(join(place, 'LR', 'report.html'))
  } finally {
    if (stays === undefined) rmSync(place, { recursive: true, force: true })
  }
}

/** How long Chromium takes from the address to the first picture of the whole page. */
async function show(report: string): Promise<void> {
  const browser = await chromium.launch({
    executablePath: await findChromium(undefined, chromium.executablePath()),
    args: ['--no-sandbox'],
  })
  try {
    for (const javaScriptEnabled of [false, true]) {
      const page = await (await browser.newContext({ javaScriptEnabled })).newPage()
      const started = performance.now()
      await page.goto(pathToFileURL(report).href, { waitUntil: 'load' })
      await page.screenshot()
      const seconds = ((performance.now() - started) / 1000).toFixed(2)
      process.stdout.write(
        `report.html, ${(statSync(report).size / 2 ** 20).toFixed(1)} MB, in Chromium${javaScriptEnabled ? '' : ' without scripts'}: ${seconds} s\n`,
      )
    }
  } finally {
    await browser.close()
  }
}

/** A good lot's file, keys and journal. @returns how many units ship */
async function made(place: string, units: number): Promise<number> {
  const base = madeIdentity(units)
  const file = JSON.stringify({
    lot: base.lot,
    product: 'assay-reference',
    units: base.serials.map(serial => ({ serial, address: madeAddress(serial) })),
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

/** A real record has two dozen measurements and more, a third of them with limits; it is made when it is journaled. */
function asLongAsReal(said: Said, number: number): Said {
  if (said.kind !== 'inspection' && said.kind !== 'golden-card') return said
  const { record, ...facts } = said.facts as { record: InspectionRecord }
  const spread = (i: number) => Math.round(1000 * (1 + Math.sin(7 * number + i))) / 1000
  const more = [
    ...['placement-x', 'placement-y', 'module-sharpness', 'module-glare'].map(name => ({ name, unit: 'mm' as const })),
    ...['text-sharpness', 'text-contrast', 'text-height'].map(name => ({ name, unit: 'ratio' as const })),
  ]
  const unlimited = Array.from({ length: 14 }, (_, i) => {
    const { name, unit } = more[i % more.length]!
    return { name, of: `mark-${i}`, value: spread(i), unit, limits: null, verdict: null }
  })
  const limited = Array.from({ length: 8 }, (_, i) => {
    const value = spread(i) / 4
    const verdict = record.station === 'etched' || record.station === 'sealed' ? ('PASS' as const) : null
    return {
      name: 'placement-shift',
      of: `mark-${i}`,
      value,
      unit: 'mm' as const,
      limits: { min: null, max: 1 },
      verdict,
    }
  })
  const measurements = [...record.measurements, ...limited, ...unlimited]
  const at = new Date().toISOString()
  const photographs = record.photographs.map(one => ({ ...one, takenAt: at }))
  const rig = { ...record.rig, calibrationExpiresAt: madeExpiry(at) }
  const times = { started: at, ended: at, photographs, rig }
  return { ...said, facts: { ...facts, record: { ...record, measurements, ...times } } }
}
