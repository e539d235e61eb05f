import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'playwright/test'
import { Secret } from '../harness/core/secret.ts'
import { SealedStore } from '../harness/custody/sealed-store.ts'
import { openKey, SealedKey } from '../harness/custody/store-key.ts'
import { LeakScan } from '../harness/guard/leaks/leak-scan.node.ts'
import type { KnownSecret } from '../harness/guard/leaks/secret-encodings.node.ts'
import { LineSettings } from '../harness/line/line-settings.ts'
import { airGap } from '../harness/line/separation/air-gap.ts'
import { launchSite } from '../harness/line/separation/launch-site.ts'
import { unpackUnitOfA } from '../harness/line/site-a/unit-of-a.ts'
import { unpackUnitOfB } from '../harness/line/site-b/unit-of-b.ts'

// The two sites as two people would run them, by the command line, in folders of their own. Afterwards every byte that
// either left behind, and every byte that crossed, is searched for what belongs to the other.

const assay = fileURLToPath(new URL('../bin/assay.js', import.meta.url))
const passwords = { a: 'the first of two passwords', b: 'the other one of the two' }
const operators = { a: 'ann', b: 'bob' }
const lot = 'virtual-canary'

let folder: string
/** Everything that was printed on a terminal. */
let screens = ''

test.describe.configure({ mode: 'serial', timeout: 300_000 })
test.beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-two-sites-'))
  mkdirSync(join(folder, 'courier'))
  mkdirSync(join(folder, 'temporary'))
})
test.afterAll(() => rmSync(folder, { recursive: true, force: true }))

function run(args: readonly string[], input: string): Promise<{ exitCode: number; output: string }> {
  return new Promise(resolve => {
    const env = { ...process.env, TMPDIR: join(folder, 'temporary') }
    const child = execFile(
      process.execPath,
      [assay, 'line', ...args],
      { cwd: folder, env },
      (error, stdout, stderr) => {
        const exitCode = error === null ? 0 : typeof error.code === 'number' ? error.code : -1
        screens += stdout + stderr
        resolve({ exitCode, output: stdout + stderr })
      },
    )
    child.stdin?.end(input)
  })
}

/** A command of a site, which must succeed. */
async function at(
  site: 'a' | 'b',
  command: readonly string[],
  more: readonly string[] = [],
  input = '',
): Promise<string> {
  const { exitCode, output } = await run(
    [...command, '--site', site, '--operator', operators[site], ...more],
    `${passwords[site]}\n${input}`,
  )
  expect(exitCode, output).toBe(0)
  return output
}

const ofLot = (...more: string[]) => ['--lot', lot, ...more]
const courier = (name: string) => join(folder, 'courier', name)

/** The courier takes a file from one site's outbox: that is all that ever leaves a site. */
function carry(site: string, name: string): string {
  writeFileSync(courier(name), readFileSync(join(folder, site, 'out', name)))
  return courier(name)
}

async function secretsOf(site: 'a' | 'b', where: string = site): Promise<KnownSecret[]> {
  const own = join(folder, where, 'lots', lot)
  const label = `site ${site.toUpperCase()}, lot ${lot}`
  const sealed = SealedKey.parse(JSON.parse(readFileSync(join(own, 'store.key'), 'utf8')))
  using key = await openKey(sealed, Secret.ofText(passwords[site]), label)
  using store = new SealedStore({
    path: join(own, 'units.store'),
    key,
    label,
    random: { bytes: length => new Uint8Array(length) },
  })
  const secrets: KnownSecret[] = [{ name: `key of the store of site ${site}`, bytes: key.expose() }]
  for (const record of store.records()) {
    const text = site === 'a' ? unpackUnitOfA(record).passphrase!.exposeText() : unpackUnitOfB(record).epk.exposeText()
    const groups = site === 'a' ? text.match(/.{4}/g)! : []
    secrets.push({ name: `${site === 'a' ? 'passphrase' : 'EPK'} of ${label}`, bytes: Buffer.from(text), groups })
  }
  return secrets
}

/**
 * The private keys that nobody on the line may ever have: worked out here, where both halves were taken from the stores,
 * in a process of its own.
 */
async function privateKeys(secrets: Readonly<Record<'a' | 'b', readonly KnownSecret[]>>): Promise<KnownSecret[]> {
  const texts = (site: 'a' | 'b', what: string) =>
    secrets[site].filter(({ name }) => name.startsWith(what)).map(({ bytes }) => Buffer.from(bytes).toString())
  const passphrases = texts('a', 'passphrase')
  const lines = texts('b', 'EPK').map((epk, i) => JSON.stringify({ id: i, epk, passphrase: passphrases[i] }))
  const opened = await new Promise<string>((resolve, reject) => {
    const args = [assay, 'bip38', 'decrypt', '--json', '--reveal-secrets']
    execFile(process.execPath, args, { cwd: tmpdir() }, (error, stdout) =>
      error ? reject(error) : resolve(stdout),
    ).stdin?.end(`${lines.join('\n')}\n`)
  })
  return opened
    .trim()
    .split('\n')
    .flatMap(line => {
      const { id, privateKey, wif } = JSON.parse(line) as { id: number; privateKey: string; wif: string }
      return [
        { name: `private key ${id}`, bytes: Buffer.from(privateKey, 'hex') },
        { name: `WIF ${id}`, bytes: Buffer.from(wif) },
      ]
    })
}

const leaksIn = (secrets: readonly KnownSecret[], where: string) =>
  new LeakScan(secrets).folder(join(folder, where)).leaks

test('two sites make a lot, and neither leaves a byte of its secrets anywhere', async () => {
  const print = (card: string) =>
    (JSON.parse(card.slice(card.indexOf('{'), card.lastIndexOf('}') + 1)) as { fingerprint: string }).fingerprint
  const fingerprints = {
    a: print(await at('a', ['new', 'a'], ['--json'])),
    b: print(await at('b', ['new', 'b'], ['--json'])),
  }
  await at('a', ['trust', 'a'], ['--card', 'b/site.json', '--fingerprint', fingerprints.b])
  await at('b', ['trust', 'b'], ['--card', 'a/site.json', '--fingerprint', fingerprints.a])

  await at('a', ['a', 'begin'], ofLot('--count', '2', '--seal', 'S-1'))
  const request = carry('a', `${lot}.a-to-b.json`)
  const rolls = shuffled('123456'.repeat(20))
  await at(
    'b',
    ['b', 'make'],
    ofLot('--from', request, '--dice', '--seal-in', 'S-1', '--seal-out', 'S-2', '--drive', 'D-1'),
    `${rolls}\n`,
  )
  const answer = carry('b', `${lot}.b-to-a.json`)
  const received = await at('a', ['a', 'receive'], ofLot('--from', answer, '--seal', 'S-2'))
  expect(received).toContain('2 of 2 units verified')
  await at('a', ['a', 'record'], ofLot())
  await at('b', ['b', 'record'], ofLot())

  const secrets = { a: await secretsOf('a'), b: await secretsOf('b') }
  expect(secrets.a).toHaveLength(3)
  const keys = await privateKeys(secrets)
  expect(keys).toHaveLength(4)
  const all = [...secrets.a, ...secrets.b, ...keys, { name: 'dice', bytes: Buffer.from(rolls) }]
  all.push(...Object.values(passwords).map(password => ({ name: 'password', bytes: Buffer.from(password) })))
  for (const where of ['a', 'b', 'courier', 'temporary']) expect(leaksIn(all, where), where).toEqual([])
  expect(new LeakScan(all).bytes(Buffer.from(screens), 'screens').leaks).toEqual([])

  const audit = await run(['audit', 'a', 'b'], '')
  expect(audit.exitCode, audit.output).toBe(0)
  const alone = await run(['audit', 'a'], '')
  expect(alone.exitCode, alone.output).toBe(4)
  expect(alone.output).toContain('NOT COMPARED')
  if (airGap().state === 'enforced') expect(audit.output).not.toContain('air gap')
  else expect(audit.output).toContain('the air gap was not enforced')
})

test('a spool in memory holds the secret for the machine; one on a drive is refused', async () => {
  const secrets = await secretsOf('b')
  const onDrive = await run(
    ['b', 'print', '--site', 'b', '--operator', 'bob', ...ofLot('--spool', join(folder, 'spool'))],
    `${passwords.b}\n`,
  )
  // Where temporary folders are in memory themselves, there is no drive to refuse.
  test.skip(onDrive.exitCode === 0, 'the temporary folder is in memory')
  expect(onDrive.output).toContain('is not in memory')
  expect(leaksIn(secrets, 'spool')).toEqual([])
  expect(leaksIn(secrets, 'b')).toEqual([])
})

test('a leaky site is found', async () => {
  const leaky = join(folder, 'leaky')
  const launch = (command: string, options: object) =>
    launchSite({
      site: 'A',
      folder: leaky,
      command,
      operator: 'ann',
      password: Secret.ofText(passwords.a),
      options: { ...options },
      program: new URL('./leaky-site.ts', import.meta.url),
    })
  const settings = LineSettings.parse({ courier: 'electronic' })
  const product = readFileSync(new URL('../harness/products/shipped/assay-reference.json', import.meta.url), 'utf8')
  await launch('new', {})
  const card = readFileSync(join(folder, 'b', 'site.json'), 'utf8')
  await launch('trust', { card, fingerprint: (JSON.parse(card) as { fingerprint: string }).fingerprint })
  await launch('begin', { lot, product, count: 1, settings, denomination: null, customerCodes: null, seal: null })
  const leaks = leaksIn(await secretsOf('a', 'leaky'), 'leaky')
  expect(leaks.map(({ where }) => where)).toContain('leaky/debug.log')
  // What it hands to the courier is sound all the same: nothing else fits into a manifest.
  expect(leaks.filter(({ where }) => where.includes('a-to-b'))).toEqual([])
})

test('a site that is asked for what it may not give refuses, with nothing changed', async () => {
  const before = readFileSync(join(folder, 'b', 'lots', lot, 'ledger.ndjson'))
  for (const [args, sentence] of [
    [['b', 'erase', '--site', 'b', '--operator', 'bob', ...ofLot()], 'comes before «erasing»'],
    [['b', 'mark', 'applied', '--site', 'b', '--operator', 'ann', ...ofLot()], 'ann has worked on the lot'],
    [['a', 'record', '--site', 'b', '--operator', 'bob', ...ofLot()], 'is site B, and this is work of site A'],
  ] as const) {
    const { exitCode, output } = await run(args, `${passwords.b}\n`)
    expect(exitCode, output).toBe(2)
    expect(output).toContain(sentence)
  }
  const wrong = await run(['b', 'record', '--site', 'b', '--operator', 'bob', ...ofLot()], 'not the password at all\n')
  expect(wrong.output).toContain('does not open')
  expect(readFileSync(join(folder, 'b', 'lots', lot, 'ledger.ndjson'))).toEqual(before)
})

/** Rolls without a pattern, from the system's randomness. */
function shuffled(rolls: string): string {
  return [...rolls]
    .map(roll => [crypto.getRandomValues(new Uint32Array(1))[0]!, roll] as const)
    .sort(([x], [y]) => x - y)
    .map(([, roll]) => roll)
    .join('')
}
