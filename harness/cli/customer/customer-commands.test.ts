// @module-tag long
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'

const assay = join(import.meta.dirname, '..', '..', '..', 'bin', 'assay.js')
const folder = mkdtempSync(join(tmpdir(), 'assay-customer-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const run = (...args: string[]) =>
  spawnSync(process.execPath, [assay, 'customer', ...args], { cwd: folder, encoding: 'utf8' })

test('builds the page, with products of one’s own, and says its digest', () => {
  const { status, stdout } = run('build', '--product', 'assay-reference', 'real')
  expect(status).toBe(0)
  expect(stdout).toMatch(/^card\.html: \d+ kB, SHA-256 [0-9a-f]{64}\n$/)
  const html = readFileSync(join(folder, 'card.html'), 'utf8')
  expect(html.indexOf('"name":"assay-reference"')).toBeLessThan(html.indexOf('"name":"real"'))
})

test.each([
  ['a product that is none', ['build', '--product', 'nonesuch'], /There is no product «nonesuch»/],
  [
    'a place that is none',
    ['build', '--out', 'nowhere/card.html'],
    /nowhere\/card\.html cannot be written: its folder is not there/,
  ],
  ['no list', ['serve'], /--records/],
  ['a list that is not there', ['serve', '--records', 'nowhere.json'], /nowhere\.json/],
  ['a port that is none', ['serve', '--records', 'x', '--port', '70000'], /whole number from 0 to 65535/],
])('%s is told in a sentence', (_, args, sentence) => {
  const { status, stderr, stdout } = run(...args)
  expect(status).toBe(2)
  expect(stderr).toMatch(sentence)
  expect(stdout).toBe('')
})

test('a list in which a secret stands is not served', () => {
  const secret = 'ABCD-EFGH-JKLM-NPQR-STUV'
  writeFileSync(join(folder, 'secret.json'), JSON.stringify({ units: [{ serial: 'A', passphrase: secret }] }))
  const { status, stderr } = run('serve', '--records', 'secret.json')
  expect(status).toBe(2)
  expect(stderr).toContain('secret.json is not served')
  expect(stderr).not.toContain(secret)
})

test.each([
  ['a passphrase in a remark', { remark: 'QK7R-9XMB-T3ZD-W8HF-P2VN' }, 'unit AB123456: the field «remark»'],
  [
    'an address that is not its code’s',
    { address: '1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMH' },
    'unit AB123456, field «address»: is not the one that the confirmationCode beside it was made for',
  ],
])('a list with %s is not served, and unit and field are named', (_, fields, sentence) => {
  const confirmationCode = 'cfrm38VXJ22tKoLqTmChreQrd2MEY5Z6qRwGbkxTFnKbHm2ex73kBbm8Ssh6TQoFTKVzL6dNoCS'
  const units = [{ serial: 'AB123456', confirmationCode, ...fields }]
  writeFileSync(join(folder, 'wrong.json'), JSON.stringify({ product: 'real', units }))
  const { status, stderr } = run('serve', '--records', 'wrong.json')
  expect(status).toBe(2)
  expect(stderr).toContain(sentence)
  expect(stderr).not.toContain('QK7R')
})

test('a list of a product that the page does not offer is not served', () => {
  writeFileSync(join(folder, 'own.json'), JSON.stringify({ units: [{ serial: 'AB123456', product: 'My-Own' }] }))
  const { status, stderr } = run('serve', '--records', 'own.json')
  expect(status).toBe(2)
  expect(stderr).toContain('own.json is not served: it has cards of the product «my-own»')
  expect(stderr).toContain('--product')
})

test('serves until it is interrupted', async () => {
  writeFileSync(
    join(folder, 'cards.json'),
    JSON.stringify({ product: 'assay-reference', units: [{ serial: 'AB123456' }] }),
  )
  const child = spawn(process.execPath, [assay, 'customer', 'serve', '--records', 'cards.json', '--port', '0'], {
    cwd: folder,
  })
  const ended = new Promise(resolve => child.once('close', resolve))
  const said = await new Promise<string>(resolve => child.stdout.once('data', chunk => resolve(String(chunk))))
  const [url] = /http:\S+/.exec(said)!
  expect(await (await fetch(`${url}cards/AB123456`)).json()).toEqual({ serial: 'AB123456', product: 'assay-reference' })
  // What its foot asks the owner to compare.
  const html = await (await fetch(url)).text()
  expect(said).toContain(`(SHA-256 ${createHash('sha256').update(html).digest('hex')};`)
  // A shipped product of a list is offered, though no maker sells it.
  expect(html).toContain('"name":"assay-reference"')
  child.kill('SIGINT')
  expect(await ended).toBe(130)
})
