import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Said } from '../../custody/journal/entry.ts'
import { openJournal } from '../../custody/journal/journal-folder.ts'
import { failing, inspection, madeDraw, madeIdentity, madePlan } from '../../lots/release/made-lot.testing.ts'
import { loadProfile } from '../../products/load-profile.ts'
import { runCommand } from '../run-command.testing.ts'

let place: string
beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), 'assay-plan-'))
})
afterAll(() => rmSync(place, { recursive: true, force: true }))

const plan = (lot: string, product: string, ...more: string[]) => {
  const asked = ['--units', '20', '--at-most', '30', '--confidence', '90', '--decoys', 'none', '--by', 'ann']
  return runCommand(place, ['lot', 'plan', '--lot', lot, '--product', product, ...asked, ...more])
}

it('writes down by which profile the lot is judged, and whether its passphrases need be counted', async () => {
  expect(await runCommand(place, ['people', 'add', 'ann', '--role', 'quality'])).toMatchObject({ code: 0 })
  const { code, stdout } = await plan('L-1', 'assay-reference', '--json')
  expect(code).toBe(0)
  expect(JSON.parse(stdout).profile).toEqual(JSON.parse(JSON.stringify(loadProfile('assay-reference'))))
  expect(JSON.parse(stdout)).not.toHaveProperty('passphrasesUncounted')
  expect((await plan('L-2', 'assay-reference', '--passphrases-uncounted')).stdout).toContain(
    'Nobody need count its passphrases against chance; the release will say so.',
  )
})

it('tells a profile of one’s own that is called as one that comes with Assay', async () => {
  const { $schema: _, appearance: __, ...shipped } = JSON.parse(JSON.stringify(loadProfile('assay-reference')))
  const lax = { ...shipped, sticker: { ...shipped.sticker, toleranceMm: 20 } }
  writeFileSync(join(place, 'lax.json'), JSON.stringify(lax))
  expect((await plan('L-4', 'lax.json')).stdout).toContain(
    'assay-reference is a profile of your own here, not the one of that name that comes with Assay; the release will say so.',
  )
  expect(JSON.parse((await plan('L-5', 'lax.json', '--json')).stdout).namesake).toBe(true)
  writeFileSync(join(place, 'named.json'), JSON.stringify({ ...lax, name: 'lax' }))
  const named = (await plan('L-6', 'named.json', '--json')).stdout
  for (const its of [named, (await plan('L-7', 'assay-reference', '--json')).stdout])
    expect(JSON.parse(its)).not.toHaveProperty('namesake')
})

it('plans nothing by a profile that the journal cannot hold: no lot of it could ever be released', async () => {
  const { $schema: _, appearance: __, ...profile } = JSON.parse(JSON.stringify(loadProfile('assay-reference')))
  writeFileSync(join(place, 'own.json'), JSON.stringify({ ...profile, name: 'own', title: 'a1'.repeat(32) }))
  const { code, stdout, stderr } = await plan('L-3', 'own.json')
  expect([code, stdout]).toEqual([2, ''])
  expect(stderr).toContain(
    'The journal cannot hold the profile of own as it is: something in it looks like a secret (profile.title).',
  )
  expect((await runCommand(place, ['journal', 'list'])).stdout).not.toContain('L-3')
})

it('asks for tightened inspection after refused lots, whatever their plan was and whether somebody closed them or not', async () => {
  const byTable = async (there: string) => {
    const args = ['--product', 'assay-reference', '--units', '500', '--level', 'II', '--aql', '1.0', '--decoys', 'none']
    return await runCommand(there, ['lot', 'plan', '--lot', 'L-9', ...args, '--destructive', '--by', 'ann'])
  }
  const closed = (lot: string): Said => ({
    kind: 'lot-closed',
    who: 'ann',
    facts: { lot, decision: 'REJECTED', manifestSha256: 'e'.repeat(64), size: 9, root: 'f'.repeat(64) },
  })
  const of = (name: string) => madeIdentity(20, name)
  const opened = (name: string, bad: number) => {
    const draw = madeDraw(of(name), 6)
    const looks = draw.facts.sample.map((unit, i) =>
      inspection(of(name), unit, 'opened', i < bad ? failing('opened', 'decryption') : {}),
    )
    return [madePlan(of(name)), draw, ...looks]
  }
  for (const [said, isRefused] of [
    [[madePlan(of('A-1')), closed('A-1'), madePlan(of('A-2')), closed('A-2')], true],
    [[...opened('A-1', 1), madePlan(of('A-2')), closed('A-2')], true],
    [[...opened('A-1', 0), madePlan(of('A-2')), closed('A-2')], false],
  ] as const) {
    const there = mkdtempSync(join(place, 'at-'))
    await runCommand(there, ['people', 'add', 'ann', '--role', 'quality'])
    {
      await using journal = await openJournal(join(there, 'assay-journal'), {
        clock: () => new Date(),
        password: () => Promise.reject(new Error('no password')),
      })
      for (const one of said) await journal.append(one)
    }
    const { code, stderr } = await byTable(there)
    expect([code, stderr]).toEqual(
      isRefused
        ? [
            2,
            expect.stringContaining(
              'After the 2 lots of assay-reference that this journal accepted by a table, or refused, inspection is tightened',
            ),
          ]
        : [0, ''],
    )
  }
})
