import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { checkLotFile } from './lot-report.ts'

const folder = mkdtempSync(join(tmpdir(), 'assay-lot-'))
afterAll(() => rmSync(folder, { recursive: true }))

const good = { serial: 'FG9943191', address: '14gfWyRtFZWzW17pE4x7tqRKSM1KKtrmKb' }
const check = (content: string, options: { product?: string; json?: boolean } = {}) => {
  const file = join(folder, 'lot.json')
  writeFileSync(file, content)
  const lines: string[] = []
  const exitCode = checkLotFile(file, options, line => lines.push(line))
  return { exitCode, said: lines.join('\n').replaceAll(file, 'lot.json') }
}

test('says of a sound file how many units it has, and what is known of them', () => {
  const { exitCode, said } = check(JSON.stringify({ lot: 'spring', units: [good, { serial: 'QR8797086', box: 1 }] }))
  expect(exitCode).toBe(0)
  expect(said).toContain('lot.json: sound. 2 units of the lot spring.')
  expect(said).toMatch(/serial +of 2\n +address +of 1/)
  expect(said).toContain('fields that Assay does not know were not read: box')
})

test('never calls a file sound that holds secrets, whatever its records say', () => {
  const units = [{ ...good, passphrase: 'SRS6-PYKP-SPYS-LKNH-AR3P-FQ' }]
  const { exitCode, said } = check(JSON.stringify({ units }))
  expect(exitCode).toBe(2)
  expect(said).toContain('lot.json: not sound, because it holds secrets')
  expect(said).not.toContain('SRS6')
  expect(JSON.parse(check(JSON.stringify({ units }), { json: true }).said)).toMatchObject({ sound: false, units: 1 })
})

test.each(['passphrase_line_1', 'passphraseLine12', 'wif2'])(
  'names the secret field %s, so that it can be removed',
  field => {
    const { said } = check(JSON.stringify({ units: [{ ...good, [field]: 'x' }] }))
    expect(said).toContain(`unit FG9943191: the field «${field}» is secret`)
  },
)

test('tells a column or a field whose name cannot be shown by its place', () => {
  const header = 'serial;PIN;Private Key (hex);Box No. 7;Passwort'
  const { exitCode, said } = check(`${header}\nFG9943191;1234;;3;`)
  expect(exitCode).toBe(2)
  expect(said).toContain('the table: the field «column 3» is secret')
  expect(said).toContain('the table: the field «Passwort» is secret')
  expect(said).toContain('fields that Assay does not know were not read: column 2, column 4.')
  const [wif] = ['L5NEfkzovP7e437Ls6MVaaArBZHXWVi4iaUbUMf1dQNWnjh2BHaN']
  const { said: ofJson } = check(JSON.stringify([{ ...good, 'Box No. 7': wif, PIN: 'x' }]))
  expect(ofJson).toContain('unit FG9943191: the field «field 3» is secret')
  expect(ofJson).toContain('not read: field 4.')
})

test('names every field that holds a part of a key', () => {
  const epk = '6PnZaGufX2oQQ3DKxcXNmsF5fucvgGm8eVocJXvTQPDHVvxdJTyH2yqSkf'
  for (const cuts of [[29], [20, 40], [4, 8]]) {
    const parts = [0, ...cuts].map((from, i) => epk.slice(from, cuts[i]))
    const fields = Object.fromEntries(parts.map((part, i) => [`part${'abc'[i]}`, part]))
    const { exitCode, said } = check(JSON.stringify([{ ...good, ...fields }]), { product: 'real' })
    expect(exitCode).toBe(2)
    for (const name of Object.keys(fields)) expect(said).toContain(`the field «${name}» is secret`)
  }
})

test('finds a passphrase in the two names of a lot', () => {
  const [first, second] = ['SRS6-PYKP-SPYS', 'MKNH-AR3P-FQ7T']
  const lotOf = (lot: string, own: string) => check(JSON.stringify({ lot, units: [{ ...good, lot: own }] }), reference)
  const { exitCode, said } = lotOf(first, second)
  expect(exitCode).toBe(2)
  expect(said).toMatch(/unit FG9943191: the field «lot» is secret.*\n.*the lot: the field «lot» is secret/)
  expect(said).not.toMatch(/SRS6|MKNH/)
  expect([lotOf(first, first).exitCode, lotOf('virtual-31', 'L-0042').exitCode]).toEqual([0, 0])
})
const reference = { product: 'assay-reference' }

test('finds a passphrase and a key in fields that it does not know, and takes digests for none', () => {
  const passphrase = ['SRS6', 'PYKP', 'SPYS', 'MKNH', 'AR3P', 'FQ7T'].join('-')
  for (const note of [passphrase, passphrase.replaceAll('-', ''), `nsec1${'q'.repeat(58)}`]) {
    const { exitCode, said } = check(JSON.stringify({ units: [{ ...good, note }] }), { product: 'assay-reference' })
    expect([exitCode, said]).toEqual([2, expect.stringContaining('unit FG9943191: the field «note» is secret')])
    expect(said).not.toContain(note)
  }
  expect(check(JSON.stringify({ sha256: 'ab'.repeat(32), units: [{ ...good, note: 'cd'.repeat(32) }] })).exitCode).toBe(
    0,
  )
})

test.each(['real', 'pure', 'pro', 'block', 'assay-reference'])(
  'takes no words and numbers of a lot of %s that stand beside each other for a secret',
  product => {
    const words = { batch: 'B-2026', machine7: 'laser-3', remark: 'checked', place: 'bench 4', by: 'ann', room: 12 }
    for (const name of ['virtual-31', 'L-0042', 'pilot2026', 'lot-12-of-40'])
      for (const text of [
        JSON.stringify({ format: 'assay-lot-1', lot: name, product, ...words, units: [good] }),
        JSON.stringify({ lot: name, units: [{ ...good, ...words }] }),
      ])
        expect(check(text, { product }).said).not.toMatch(/secret|key or a passphrase/)
  },
)

test('finds a passphrase in pieces, in whatever fields and however deep, and no box numbers', () => {
  const groups = ['SRS6', 'PYKP', 'SPYS', 'MKNH', 'AR3P', 'FQ7T']
  const lines = [groups.slice(0, 3).join('-'), groups.slice(3).join('-')]
  const inColumns = Object.fromEntries(groups.map((group, i) => [`g${i}`, group]))
  for (const [other, fields] of [
    [{ note: [...groups.join('')] }, ['note']],
    [{ note: groups }, ['note']],
    [{ note: [[...groups[0]!], groups.slice(1)] }, ['note']],
    [{ box: 7, line1: lines[0], line2: lines[1], ok: 'yes' }, ['line1', 'line2']],
    [{ etch: { a: lines[0], b: lines[1] } }, ['etch.a', 'etch.b']],
    [inColumns, Object.keys(inColumns)],
  ] as const) {
    const { exitCode, said } = check(JSON.stringify({ units: [{ ...good, ...other }] }), { product: 'assay-reference' })
    expect([exitCode, ...[...said.matchAll(/the field «(.*?)» is secret/g)].map(([, field]) => field)]).toEqual([
      2,
      ...fields,
    ])
    expect(said).not.toMatch(/SRS6|FQ7T/)
  }
  for (const other of [
    { codes: [...groups.join('-')].map(sign => sign.charCodeAt(0)) },
    Object.fromEntries(groups.map(group => [group, 1])),
    { a: { line: lines[0] }, box: 7, z: { line: lines[1] } },
    { g: { 1: groups[0], x: 2, 2: groups[1], y: 2, 3: groups[2] }, h: groups.slice(3) },
    { meta: { [`L${'5NEfkzovP7e437Ls6MVaaArBZ'}`]: 'HXWVi4iaUbUMf1dQNWnjh2BHaN' } },
    { x: `{"pp":"${groups.join('\\u002d')}"}` },
    { x: [...groups.join('')].map(sign => sign.charCodeAt(0)).join(' ') },
    { x: groups.join('&#45;') },
  ]) {
    for (const text of [
      JSON.stringify({ units: [{ ...good, ...other }] }),
      JSON.stringify({ ...other, units: [good] }),
    ]) {
      const { exitCode, said } = check(text, { product: 'assay-reference' })
      expect([text, exitCode]).toEqual([text, 2])
      expect(said).not.toMatch(/SRS6|FQ7T|HXWV/)
    }
  }
  const table = `serial;line1;line2\n${good.serial};${lines.join(';')}\n`
  expect(check(table, { product: 'assay-reference' }).exitCode).toBe(2)
  const header = check(`serial;address;${lines.join(';')}\n${good.serial};${good.address};;\n`, {
    product: 'assay-reference',
  })
  expect([header.exitCode, header.said]).toEqual([2, expect.not.stringMatching(/SRS6|FQ7T/)])
  expect(header.said).toContain('address          of 1')
  const plain = { box: 'B12', made: '2026-11-30', by: 'ann', boxes: ['A1', 'A2', 'A3'], from: 'SHENZHEN', shift: 2 }
  expect(check(JSON.stringify({ units: [{ ...good, ...plain }] }), { product: 'assay-reference' }).exitCode).toBe(0)
})

test('lists every fault with unit and field', () => {
  const units = [{ ...good, publicKey: 'zz' }, { serial: 'QR8797086', address: '-', adress: 'x' }, { serial: 'BX1' }]
  const { exitCode, said } = check(JSON.stringify(units), { product: 'assay-reference' })
  expect(exitCode).toBe(2)
  expect(said.split('\n').map(line => line.split(': ').slice(0, 2).join(': '))).toEqual([
    'lot.json: 4 faults',
    '  unit FG9943191, field «publicKey»: is no public key',
    '  unit QR8797086, field «address»: is a placeholder; leave out what is not known',
    '  unit QR8797086, field «adress»: is not a field of a unit (did you mean address?)',
    '  unit 3, field «serial»: is no serial of assay-reference, which looks like BX2409708',
  ])
})

test('says once what is wrong with many units alike', () => {
  const units = ['FG9943191', 'QR8797086', 'AA0000001'].map(serial => ({ serial, adress: 'x' }))
  expect(check(JSON.stringify(units)).said.split('\n')).toEqual([
    'lot.json: 3 faults',
    '  unit FG9943191, field «adress»: is not a field of a unit (did you mean address?), and so with 2 more',
  ])
})

test('is one JSON document where a program asks, and proves every record however many there are', () => {
  const many = Array.from({ length: 600 }, (_, i) => ({ serial: `AA${String(i).padStart(7, '0')}` }))
  const { exitCode, said } = check(JSON.stringify([...many, { ...good, address: `${good.address.slice(0, -1)}1` }]), {
    json: true,
  })
  expect(exitCode).toBe(2)
  const fault = { unit: 'unit FG9943191', field: 'address', because: expect.stringContaining('checksum') }
  expect(JSON.parse(said)).toEqual({ file: 'lot.json', sound: false, faults: [fault], warnings: [] })
  expect(JSON.parse(check(JSON.stringify([good]), { json: true }).said)).toMatchObject({ sound: true, units: 1 })
})

test('a file that is not there is told so', () => {
  expect(() => checkLotFile(join(folder, 'none.json'), {}, () => {})).toThrow('cannot be read (it does not exist)')
})
