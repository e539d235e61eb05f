// @module-tag long
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { failing } from '../../lots/release/made-lot.testing.ts'
import { commandsIn, guided, run, seen } from './release-place.testing.ts'

const page = readFileSync(join(import.meta.dirname, '..', '..', '..', 'docs', 'sign-off.md'), 'utf8')
const places: string[] = []
afterAll(() => {
  for (const one of places) rmSync(one, { recursive: true, force: true })
})

it('the guide to sign-off has a way out of what goes wrong, whose commands work as they stand there, but for numbers of entries', async () => {
  const { place, ended } = await guided(page, args => args[1] !== 'status')
  places.push(place)
  expect(ended.map(({ code }) => code)).toEqual(ended.map(() => 0))
  const cases = commandsIn(page, 'shell').map(([, ...args]) => args)
  const named = cases.map(args =>
    args.filter(word => /^(?:lot|journal|take-out|dispose|explain|decoy|BX\d+)$/.test(word)).join(' '),
  )
  expect(named).toEqual([
    'lot take-out BX0000001',
    'journal dispose BX0000002',
    'lot explain',
    'lot decoy BX0000009',
    'lot take-out BX0000009',
    'lot explain',
  ])
  const [scrap, again, why, decoy, gone, pieces] = cases
  const works = async (args: readonly string[]) =>
    expect([args.join(' '), await run(place, args)]).toEqual([
      args.join(' '),
      expect.objectContaining({ code: 0, stderr: '' }),
    ])
  /** The number of the last entry of this kind about the unit, in the place of the guide's. */
  const numbered = async (args: readonly string[], is: (entry: Entry) => boolean) => {
    const { stdout } = await run(place, ['journal', 'list', '--json'])
    const { index } = (JSON.parse(stdout).entries as Entry[]).findLast(is)!
    return args.map(word => (word === '17' ? `${index}` : word))
  }
  await works(decoy!)
  // A disappointing day: one has a stain, one lies open, and the decoy falls down before it comes to where it is bad.
  await seen(place, ['printed', 'etched', 'sealed'], (unit, station) => {
    if (station !== 'sealed') return {}
    const now = new Date().toISOString()
    const failed = { started: now, ended: now, photographs: [], readings: [] }
    if (unit === 'BX0000001') return { ...failing('sealed', 'nothing-else'), ...failed }
    if (unit === 'BX0000002') return { ...failing('sealed', 'concealed'), ...failed }
    return unit === 'BX0000009' ? null : {}
  })
  await works(scrap!)
  await works(again!)
  await seen(place, ['sealed'], unit => (unit === 'BX0000002' ? {} : null))
  await works(await numbered(why!, ({ unit, facts }) => unit === 'BX0000002' && facts.record?.verdict === 'FAIL'))
  await works(gone!)
  await works(await numbered(pieces!, ({ kind }) => kind === 'lot-unit-out'))
  const after = commandsIn(page, 'sh').map(([, ...args]) => args)
  await works(after.find(([, name]) => name === 'draw')!)
  await seen(place, ['opened'])
  const close = after.find(([, name]) => name === 'close')!.map(word => (word === '14' ? '12' : word))
  expect(await run(place, close)).toMatchObject({ code: 0, stdout: expect.stringMatching(/^RELEASED {2}lot L-0042/) })
  const report = readFileSync(join(place, 'LR-0042', 'report.html'), 'utf8')
  for (const said of [
    'A failure that was inspected again (BX0000002 at sealed in entry',
    'A decoy that was lost before it tried a rig (BX0000009 at sealed in entry',
    'was explained by quinn: the pieces lie before me',
  ])
    expect(report).toContain(said)
})

interface Entry {
  readonly index: number
  readonly kind: string
  readonly unit: string | null
  readonly facts: { readonly record?: { readonly verdict: string } }
}
