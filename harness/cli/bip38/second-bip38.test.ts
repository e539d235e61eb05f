// @module-tag long
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { base58Check, base58Payload, encryptKey, makeUnit } from './second-bip38.testing.ts'

/*
 * `assay bip38 … --json` against a second BIP38, over random units. `ASSAY_FUZZ_UNITS=200` for a long run (about a second
 * of processor time a unit), `ASSAY_FUZZ_SEED` to repeat one.
 */
const count = Number(process.env['ASSAY_FUZZ_UNITS'] ?? 1)
const seed = Number(process.env['ASSAY_FUZZ_SEED'] ?? Date.now() % 2 ** 31)
const timeout = 60_000 + count * 10_000

type Answer = Record<string, unknown>

const assay = join(import.meta.dirname, '..', '..', '..', 'bin', 'assay.js')

/** One process, one request a line; the answers in order, each with its request's id. */
async function ask(command: string, requests: readonly object[]): Promise<Answer[]> {
  const stdout = await new Promise<string>((resolve, reject) => {
    const args = [assay, 'bip38', command, '--json', ...(command === 'decrypt' ? ['--reveal-secrets'] : [])]
    const child = execFile(process.execPath, args, { maxBuffer: 2 ** 28 }, (error, out, err) =>
      error !== null && out === '' ? reject(new Error(err)) : resolve(out),
    )
    child.stdin?.end(requests.map((request, id) => `${JSON.stringify({ id, ...request })}\n`).join(''))
  })
  const answers = stdout
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as Answer)
  expect(answers.map(({ id }) => id)).toEqual(requests.map((_, id) => id))
  return answers
}

const errorOf = (answer: Answer): unknown => (answer['error'] as { code?: unknown } | undefined)?.code

const passphrase = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.string({ unit: 'binary', maxLength: 20 }),
  // The BIP's own, and what it is before NFC.
  fc.constantFrom(
    '',
    '\u03d2\u0301\u0000\u{10400}\u{1f4a9}',
    '\u03d3\u0000\u{10400}\u{1f4a9}',
    'a\u0000b',
    'Cafe\u0301',
  ),
)
const hex = (length: number) =>
  fc
    .tuple(fc.uint8Array({ minLength: length, maxLength: length }), fc.oneof(fc.constant(0), fc.nat(length)))
    .map(([bytes, zeros]) => Buffer.from(bytes.fill(0, 0, zeros)).toString('hex'))
const owner = fc.oneof(
  fc.record({ passphrase, ownerSalt: hex(8) }),
  fc.record({
    passphrase,
    ownerSalt: hex(4),
    lot: fc.oneof(fc.constantFrom(0, 1, 99_999, 100_000, 1_048_575), fc.nat(1_048_575)),
    sequence: fc.oneof(fc.constantFrom(0, 1, 4095), fc.nat(4095)),
  }),
)
/** Which payload byte is changed, and by what. */
const tampering = fc.record({ at: fc.nat(1000), by: fc.integer({ min: 1, max: 255 }) })
const unit = fc.record({
  owner,
  seedb: hex(24),
  compressed: fc.boolean(),
  spoil: fc.record({ epk: tampering, confirmationCode: tampering }),
})

function tamper(code: string, { at, by }: { at: number; by: number }): string {
  const payload = base58Payload(code)
  payload[at % payload.length]! ^= by
  return base58Check(payload)
}

describe(`a second BIP38 agrees (ASSAY_FUZZ_SEED=${seed})`, () => {
  test(`over ${count} units made by EC multiplication`, { timeout }, async () => {
    const cases = fc.sample(unit, { numRuns: count, seed }).map(each => ({
      ...each,
      made: makeUnit(each.owner, Buffer.from(each.seedb, 'hex'), each.compressed),
    }))

    const intermediates = await ask(
      'intermediate',
      cases.map(({ owner }) => owner),
    )
    expect(intermediates).toEqual(cases.map(({ made }, id) => ({ id, intermediateCode: made.intermediateCode })))

    const generated = await ask(
      'generate',
      cases.map(({ made, seedb, compressed }) => ({ intermediateCode: made.intermediateCode, seedb, compressed })),
    )
    expect(generated).toEqual(
      cases.map(({ made: { epk, confirmationCode, publicKey, address } }, id) => ({
        id,
        epk,
        confirmationCode,
        publicKey,
        address,
      })),
    )

    const inspected = await ask(
      'inspect',
      cases.map(({ made }) => ({ code: made.epk })),
    )
    expect(inspected).toMatchObject(
      cases.map(({ owner, compressed }) => {
        const { lot = null, sequence = null } = owner as { lot?: number; sequence?: number }
        return {
          kind: 'epk',
          flags: (compressed ? 0x20 : 0) | (lot === null ? 0 : 4),
          fields: { lot, sequence, compressed, ownerSalt: owner.ownerSalt },
        }
      }),
    )

    const verified = await ask(
      'verify',
      cases.map(({ made, owner }) => ({ confirmationCode: made.confirmationCode, passphrase: owner.passphrase })),
    )
    expect(verified).toMatchObject(
      cases.map(({ made }) => ({ publicKey: made.publicKey, addresses: { btc_p2pkh: made.address } })),
    )

    const decrypted = await ask(
      'decrypt',
      cases.map(({ made, owner }) => ({ epk: made.epk, passphrase: owner.passphrase })),
    )
    expect(decrypted).toMatchObject(
      cases.map(({ made: { privateKey, wif, publicKey, address } }) => ({
        privateKey,
        wif,
        publicKey,
        addresses: { btc_p2pkh: address },
      })),
    )

    const checked = await ask(
      'check',
      cases.map(({ made: { intermediateCode, epk, confirmationCode, address }, owner }) => ({
        intermediateCode,
        epk,
        confirmationCode,
        address,
        passphrase: owner.passphrase,
      })),
    )
    expect(checked).toMatchObject(cases.map(({ made }) => ({ verdict: 'PASS', publicKey: made.publicKey })))
  })

  test(`that nothing of ${count} units opens with another passphrase or a changed byte`, { timeout }, async () => {
    const cases = fc.sample(unit, { numRuns: count, seed: seed + 1 }).map(each => ({
      ...each,
      made: makeUnit(each.owner, Buffer.from(each.seedb, 'hex'), each.compressed),
    }))
    const wrong = (text: string): string => `${text}x`
    const decrypts = cases.flatMap(({ made, owner, spoil }) => [
      { epk: made.epk, passphrase: wrong(owner.passphrase) },
      { epk: tamper(made.epk, spoil.epk), passphrase: owner.passphrase },
    ])
    const typed = /^(?:wrong-passphrase|wrong-kind|wrong-length|reserved-bits|not-a-point)$/
    const refused = await ask('decrypt', decrypts)
    refused.forEach((answer, i) => {
      expect(answer).toEqual({ id: i, error: { code: expect.stringMatching(typed), message: expect.any(String) } })
      if (i % 2 === 0) expect(errorOf(answer)).toBe('wrong-passphrase')
    })

    const verifies = cases.flatMap(({ made, owner, spoil }) => [
      { confirmationCode: made.confirmationCode, passphrase: wrong(owner.passphrase) },
      { confirmationCode: tamper(made.confirmationCode, spoil.confirmationCode), passphrase: owner.passphrase },
    ])
    for (const answer of await ask('verify', verifies)) expect(errorOf(answer)).toMatch(typed)

    const checks = cases.flatMap(({ made: { intermediateCode, epk, confirmationCode, address }, owner, spoil }) => [
      { intermediateCode, epk, confirmationCode, address, passphrase: wrong(owner.passphrase) },
      { intermediateCode, epk: tamper(epk, spoil.epk), confirmationCode, address },
      { intermediateCode, epk, confirmationCode: tamper(confirmationCode, spoil.confirmationCode), address },
      { intermediateCode: tamper(intermediateCode, spoil.epk), epk, confirmationCode, address },
    ])
    for (const answer of await ask('check', checks)) expect(answer).toMatchObject({ verdict: 'FAIL' })
  })

  test(`over ${count} private keys without EC multiplication`, { timeout }, async () => {
    const keys = fc.record({ key: hex(32), compressed: fc.boolean(), passphrase })
    const isKey = ({ key }: { key: string }): boolean => /[1-9a-f]/.test(key) && !key.startsWith('ffffffff')
    const cases = fc.sample(keys.filter(isKey), { numRuns: count, seed: seed + 2 }).map(each => ({
      ...each,
      made: encryptKey(Buffer.from(each.key, 'hex'), each.compressed, each.passphrase),
    }))
    const encrypted = await ask(
      'encrypt',
      cases.map(({ key, compressed, passphrase, made }, i) =>
        i % 2 === 0 ? { privateKey: key, compressed, passphrase } : { wif: made.wif, compressed, passphrase },
      ),
    )
    expect(encrypted).toEqual(cases.map(({ made }, id) => ({ id, epk: made.epk })))
    const decrypted = await ask(
      'decrypt',
      cases.flatMap(({ made: { epk }, passphrase }) => [
        { epk, passphrase },
        { epk, passphrase: `${passphrase}x` },
      ]),
    )
    cases.forEach(({ made: { privateKey, wif, publicKey } }, i) => {
      expect(decrypted[2 * i]).toMatchObject({ privateKey, wif, publicKey })
      expect(errorOf(decrypted[2 * i + 1]!)).toBe('wrong-passphrase')
    })
  })
})
