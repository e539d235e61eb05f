import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { runCommand } from './run-command.testing.ts'

const place = mkdtempSync(join(tmpdir(), 'assay-words-'))
afterAll(() => rmSync(place, { recursive: true, force: true }))

// Of nobody's card.
const groups = ['WK7M', '3QRT', '9XZP', 'B4CD', 'EF2G', 'HJ5K']
const writings = ['-', ' ', '', '. '].flatMap(between => [groups.join(between), groups.join(between).toLowerCase()])
writings.push([...groups.join('')].join(' '), `${groups.slice(0, 3).join('')} ${groups.slice(3).join('')}`)
const units = [{ serial: 'BX0000001' }, { serial: 'BX0000002' }]

it('no reason and no name holds a passphrase of a card, however it is set, and none is repeated', async () => {
  writeFileSync(join(place, 'lot.json'), JSON.stringify({ lot: 'L-1', units }))
  for (const [name, ...by] of [['ann'], ['bob', '--by', 'ann']])
    expect(await runCommand(place, ['people', 'add', name!, '--role', 'quality', ...by])).toMatchObject({ code: 0 })
  for (const [i, text] of writings.entries()) {
    const named = `named-${i}.json`
    writeFileSync(join(place, named), JSON.stringify({ lot: text, units }))
    const out = ['lot', 'take-out', 'lot.json', 'BX0000001', '--as', 'held', '--by', 'ann']
    for (const args of [
      [...out, '--why', `it says ${text} on it`],
      ['people', 'retire', 'bob', '--by', 'ann', '--why', `he read: ${text}`],
      ['people', 'add', text, '--role', 'operator', '--by', 'ann'],
      ['lot', 'commit', text, '--by', 'ann', '--out', 'x.seed'],
      ['lot', 'status', named],
      ['lot', 'close', named, '--shipped', '1', '--out', 'LR', '--by', 'ann'],
    ]) {
      const { code, stdout, stderr } = await runCommand(place, args)
      expect([args, code, stdout, stderr]).toEqual([
        args,
        2,
        '',
        expect.stringContaining('may be a passphrase of a card'),
      ])
      expect(stderr).not.toContain(text)
    }
  }
  const { stdout } = await runCommand(place, ['journal', 'list', '--json'])
  expect(JSON.parse(stdout).entries.map(({ kind }: { kind: string }) => kind)).toEqual([
    'journal-made',
    'person-added',
    'person-added',
  ])
})

it('what people say of cards is none', async () => {
  for (const why of [
    'this card fell from the tray when tom laid it down, BX0000001 to BX0000020',
    'WITH DUST ON IT, LAID IN ONCE MORE',
    'seen 2026-11-30 08:15:00.123Z at bench 12, rig-2, entries 1024, 2048, 4096',
    'laid in twice',
    'scratched through',
    'looked at photographs of rig12 and rig-2 through the glass',
  ])
    expect(
      await runCommand(place, [
        'lot',
        'take-out',
        'lot.json',
        'BX0000001',
        '--as',
        'held',
        '--by',
        'ann',
        '--why',
        why,
      ]),
    ).toMatchObject({ code: 0 })
})
