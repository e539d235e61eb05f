import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, expect, it } from 'vitest'
import type { Verdict } from '../../core/vocabulary.ts'
import type { Said } from '../../custody/journal/entry.ts'
import { openJournal } from '../../custody/journal/journal-folder.ts'
import { failing, inspection, madeIdentity } from '../../lots/release/made-lot.testing.ts'
import { sha256Of } from '../../lots/release/release-record.ts'
import { runCommand } from '../run-command.testing.ts'

const identity = madeIdentity(3)
const records = JSON.stringify({ lot: identity.lot, units: identity.serials.map(serial => ({ serial })) })
const lot = { ...identity, recordsSha256: sha256Of(records) }
const [decoy, ...others] = lot.serials as [string, ...string[]]

const folder = mkdtempSync(join(tmpdir(), 'assay-decoy-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let place: string
beforeEach(async () => {
  place = mkdtempSync(join(folder, 'at-'))
  writeFileSync(join(place, 'lot.json'), records)
  expect(await runCommand(place, ['people', 'add', 'ann', '--role', 'quality'])).toMatchObject({ code: 0 })
})

const announced = (station: string, unit = decoy) =>
  runCommand(place, ['lot', 'decoy', 'lot.json', unit, '--station', station, '--by', 'ann'])
const status = (...more: string[]) => runCommand(place, ['lot', 'status', 'lot.json', ...more])

async function append(...all: Said[]): Promise<void> {
  await using journal = await openJournal(join(place, 'assay-journal'), {
    clock: () => new Date(),
    password: () => Promise.reject(new Error('no password')),
  })
  for (const said of all) await journal.append(said)
}
const seen = (unit: string, station: 'printed' | 'sealed', verdict: Verdict = 'PASS') =>
  inspection(lot, unit, station, verdict === 'PASS' ? {} : failing(station, 'nothing-else'))

it('a card that is a decoy at one station already is taken for none at another, and who asks is told what to do', async () => {
  expect(await announced('printed')).toMatchObject({ code: 0, stderr: '' })
  expect(await announced('sealed')).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringMatching(/is a decoy at printed already \(entry 2\).*name another card for sealed\. Nothing/),
  })
  expect(await announced('printed')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('nothing is left to say'),
  })
  expect(await announced('sealed', others[0])).toMatchObject({ code: 0, stderr: '' })
})

it('the status of a lot counts a decoy by whether it was refused where it is bad, and says so', async () => {
  await announced('sealed')
  const rest = others.flatMap(unit => [seen(unit, 'printed'), seen(unit, 'sealed')])
  await append(...rest, seen(decoy, 'printed', 'FAIL'))
  expect(await status()).toMatchObject({ code: 4, stdout: expect.stringContaining('it was not refused there yet') })
  // Twice: it goes through every session.
  await append(seen(decoy, 'sealed', 'FAIL'), seen(decoy, 'sealed', 'FAIL'))
  const { code, stdout } = await status()
  expect([code, stdout]).toEqual([
    0,
    expect.stringContaining(`${decoy} is a decoy, known to be bad at sealed: it was refused`),
  ])
  expect(stdout).not.toContain('one card or photograph twice')
  // Its stations count the others alone.
  const all = `${others.length} of ${others.length} seen: ${others.length} passed, 0 failed`
  for (const station of ['printed', 'sealed']) expect(stdout).toContain(`${station}: ${all}`)
  for (const station of ['printed', 'sealed']) expect(await status('--station', station)).toMatchObject({ code: 0 })
  expect(JSON.parse((await status('--json')).stdout)).toMatchObject({
    verdict: 'PASS',
    decoys: [{ unit: decoy, station: 'sealed' }],
  })
  await append(seen(decoy, 'sealed'))
  expect(await status()).toMatchObject({ code: 1, stdout: expect.stringContaining('it was PASSED there') })
})

it('a unit that somebody calls a decoy who is not of quality, or once it was seen, counts as any other', async () => {
  const said = (who: string): Said => ({
    kind: 'lot-decoy',
    who,
    facts: { lot: lot.lot, unit: decoy, station: 'sealed' },
  })
  const all = others.map(unit => seen(unit, 'sealed'))
  await append(said('tom'), ...all, seen(decoy, 'sealed', 'FAIL'), said('ann'))
  const { code, stdout } = await status()
  expect([code, stdout]).toEqual([1, expect.not.stringContaining('decoy')])
})
