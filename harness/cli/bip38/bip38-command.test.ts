// @module-tag long
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Writable } from 'node:stream'
import { describe, expect, test } from 'vitest'

const assay = join(import.meta.dirname, '..', '..', '..', 'bin', 'assay.js')

/** The BIP's own vector «MOLON LABE». */
const unit = {
  intermediateCode: 'passphraseaB8feaLQDENqCgr4gKZpmf4VoaT6qdjJNJiv7fsKvjqavcJxvuR1hy25aTu5sX',
  epk: '6PgNBNNzDkKdhkT6uJntUXwwzQV8Rr2tZcbkDcuC9DZRsS6AtHts4Ypo1j',
  confirmationCode: 'cfrm38V8aXBn7JWA1ESmFMUn6erxeBGZGAxJPY4e36S9QWkzZKtaVqLNMgnifETYw7BPwWC9aPD',
  address: '1Jscj8ALrYu2y9TD8NrpvDBugPedmbj4Yh',
  passphrase: 'MOLON LABE',
}
const wif = '5JLdxTtcTHcfYcmJsNVy1v2PMDx432JPoYcBTVVRHpPaxUrdtf8'
const privateKey = '44ea95afbf138356a05ea32110dfd627232d0f2991ad221187be356f19fa8190'

/** Runs `assay` with text on stdin and on file descriptor 3. */
async function run(args: readonly string[], stdin = '', fd3 = '') {
  const child = spawn(process.execPath, [assay, ...args], { stdio: ['pipe', 'pipe', 'pipe', 'pipe'] })
  let [stdout, stderr] = ['', '']
  child.stdout?.on('data', chunk => {
    stdout += chunk
  })
  child.stderr?.on('data', chunk => {
    stderr += chunk
  })
  const third = child.stdio[3] as Writable
  third.on('error', () => {})
  child.stdin?.on('error', () => {})
  third.end(fd3)
  child.stdin?.end(stdin)
  const [code] = await once(child, 'close')
  return {
    code: code as number,
    stdout,
    stderr,
    lines: () =>
      stdout
        .trim()
        .split('\n')
        .map(line => JSON.parse(line)),
  }
}

const request = (...fields: object[]): string => fields.map(field => `${JSON.stringify(field)}\n`).join('')

describe('for other programs', () => {
  test('inspect, errors in their places', async () => {
    const { code, lines } = await run(
      ['bip38', 'inspect', '--json'],
      request(
        { id: 1, code: unit.epk },
        { id: 2, code: `${unit.epk.slice(0, -1)}k` },
        { id: 3 },
        { id: 4, code: unit.address },
      ),
    )
    const fields = {
      lot: 263183,
      sequence: 1,
      ownerEntropy: '4fca5a974040f001',
      addressHash: 'bb458cef',
      compressed: false,
    }
    expect(lines()).toMatchObject([
      { id: 1, kind: 'epk', flags: 4, fields },
      { id: 2, error: { code: 'bad-checksum' } },
      { id: 3, error: { code: 'bad-request' } },
      { id: 4, error: { code: 'wrong-kind' } },
    ])
    expect(code).toBe(2)
  })

  test('intermediate, verify, decrypt without and with the key', async () => {
    const { passphrase, epk, confirmationCode } = unit
    const made = await run(
      ['bip38', 'intermediate', '--json'],
      request({ id: 1, passphrase, ownerSalt: '4fca5a97', lot: 263183, sequence: 1 }),
    )
    expect(made.lines()).toEqual([{ id: 1, intermediateCode: unit.intermediateCode }])
    const verified = await run(['bip38', 'verify', '--json'], request({ id: 1, confirmationCode, passphrase }))
    expect(verified.lines()).toMatchObject([{ id: 1, addresses: { btc_p2pkh: unit.address } }])
    const closed = await run(['bip38', 'decrypt', '--json'], request({ id: 1, epk, passphrase }))
    expect(closed.lines()).toMatchObject([{ id: 1, addresses: { btc_p2pkh: unit.address } }])
    expect(closed.stdout).not.toMatch(new RegExp(`${wif}|${privateKey}`))
    const open = await run(
      ['bip38', 'decrypt', '--json', '--reveal-secrets'],
      request({ id: 1, epk, passphrase }, { id: 2, epk, passphrase: 'x' }),
    )
    expect(open.lines()).toMatchObject([
      { wif, privateKey },
      { id: 2, error: { code: 'wrong-passphrase' } },
    ])
    expect(open.code).toBe(1)
  })

  test('encrypt and generate', async () => {
    const encrypted = await run(
      ['bip38', 'encrypt', '--json'],
      request({ id: 1, wif: '5HtasZ6ofTHP6HCwTqTkLDuLQisYPah7aUnSKfC7h4hMUVw2gi5', passphrase: 'Satoshi' }),
    )
    expect(encrypted.lines()).toEqual([{ id: 1, epk: '6PRNFFkZc2NZ6dJqFfhRoFNMR9Lnyj7dYGrzdgXXVMXcxoKTePPX1dWByq' }])
    const { intermediateCode } = unit
    const generated = await run(
      ['bip38', 'generate', '--json'],
      request({ id: 1, intermediateCode, seedb: '00'.repeat(24), compressed: true }),
    )
    expect(generated.lines()).toMatchObject([
      { id: 1, epk: expect.stringMatching(/^6Po/), publicKey: expect.stringMatching(/^0[23]/) },
    ])
  })

  test('check: the verdict is in the answer and in the exit code', async () => {
    const { passphrase: _, ...without } = unit
    const good = await run(['bip38', 'check', '--json'], request({ id: 1, ...without }))
    expect(good.lines()).toMatchObject([{ id: 1, verdict: 'PASS', addresses: { btc_p2pkh: unit.address } }])
    expect(good.code).toBe(0)
    const bad = await run(
      ['bip38', 'check', '--json'],
      request({ id: 1, ...without, address: '1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMH' }),
    )
    expect(bad.lines()).toMatchObject([{ verdict: 'FAIL' }])
    expect(bad.code).toBe(1)
    expect((await run(['bip38', 'check', '--json'], request({ id: 1, epk: unit.epk }))).code).toBe(4)
  })

  test('an answer comes before the next request is asked', async () => {
    const child = spawn(process.execPath, [assay, 'coins', 'read', '--json'], { stdio: ['pipe', 'pipe', 'inherit'] })
    for (const id of [1, 2, 3]) {
      child.stdin.write(request({ id, address: unit.address }))
      const [answer] = await once(child.stdout, 'data')
      expect(JSON.parse(String(answer))).toMatchObject({ id, key: 'btc_p2pkh', checksum: 'valid' })
    }
    child.stdin.end()
    expect(await once(child, 'close')).toEqual([0, null])
  })

  test('stops quietly and not with 0 when nobody reads the answers any more', async () => {
    const child = spawn(process.execPath, [assay, 'bip38', 'inspect', '--json'], { stdio: 'pipe' })
    let stderr = ''
    child.stderr.on('data', chunk => {
      stderr += chunk
    })
    child.stdin.on('error', () => {})
    child.stdin.end(request({ id: 1, code: unit.address }).repeat(20_000))
    await once(child.stdout, 'data')
    child.stdout.destroy()
    expect(await once(child, 'close')).toEqual([130, null])
    expect(stderr).not.toMatch(/ {4}at |Error/)
  })

  test('no request at all is no answer and no error', async () => {
    expect(await run(['bip38', 'check', '--json'])).toMatchObject({ code: 0, stdout: '', stderr: '' })
  })

  test('coins address', async () => {
    const publicKey = '036a093266f21121b01ced5b6cdfbcf7ffdc0816ed18258a879ae09bde836d8602'
    const { lines } = await run(['coins', 'address', '--json'], request({ id: 'x', publicKey }))
    expect(lines()).toMatchObject([
      { id: 'x', addresses: { ltc: 'LNd2ubARm9uGeRZ3aUNfJQ6UYEWugem5Zf', xrp: 'rhQne4ibgVCDPcitQLP4pPp5Lp9dWb5DtZ' } },
    ])
  })
})

describe('for people', () => {
  test('a secret comes from its own file descriptor, and decrypt shows no key unasked', async () => {
    const { code, stdout } = await run(
      ['bip38', 'decrypt', '--passphrase-fd', '3'],
      `${unit.epk}\n`,
      `${unit.passphrase}\n`,
    )
    expect(code).toBe(0)
    expect(stdout).toContain(unit.address)
    expect(stdout).not.toMatch(new RegExp(`${wif}|${privateKey}|${unit.passphrase}|${unit.epk}`))
  })

  test('a wrong passphrase is one sentence without any of the secrets, and exit code 1', async () => {
    const { code, stdout, stderr } = await run(['bip38', 'decrypt', '--reveal-secrets'], `${unit.epk}\nCANARY\n`)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toBe('assay: The passphrase does not open this encrypted private key.\n')
  })

  test.each([
    [['bip38', 'decrypt', '--passphrase', 'x']],
    [['bip38', 'encrypt', '--wif', 'x']],
    [['bip38', 'verify', unit.confirmationCode, 'MOLON LABE']],
    [['bip38', 'check', '--epk', unit.epk]],
  ])('a secret on the command line is refused (%#)', async args => {
    const { code, stdout } = await run(args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  })

  test('inspect explains a code field by field', async () => {
    const { code, stdout } = await run(['bip38', 'inspect', unit.intermediateCode])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^kind +intermediate code$/m)
    expect(stdout).toMatch(/^lot +263183 /m)
  })

  test('engines names the one in use', async () => {
    const { stdout } = await run(['bip38', 'engines', '--json'])
    const { engines } = JSON.parse(stdout)
    expect(engines.filter(({ chosen }: { chosen: boolean }) => chosen)).toHaveLength(1)
    expect(engines.map(({ engine }: { engine: string }) => engine)).toEqual(['wasm-simd', 'node:crypto', 'scrypt-js'])
  })
})
