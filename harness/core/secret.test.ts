import { format, inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { Secret } from './secret.ts'

const canary = 'CANARY-4711-PASS'

describe('a secret', () => {
  const secret = Secret.ofText(canary)

  test.each([
    ['template string', `${secret}`],
    ['concatenation', `x${String(secret)}`],
    ['JSON', JSON.stringify({ secret, list: [secret] })],
    ['inspect', inspect({ deep: { secret } }, { depth: 9, showHidden: true })],
    ['console format', format('%s %o %O %j', secret, secret, secret, secret)],
    ['error message', String(new Error(`bad ${secret}`, { cause: secret }).message)],
    ['spread', JSON.stringify({ ...secret })],
    ['entries', JSON.stringify(Object.entries(secret))],
  ])('does not show in a %s', (_place, shown) => {
    expect(shown).not.toContain(canary)
    expect(shown).not.toContain(Buffer.from(canary).toString('hex'))
    expect(shown).not.toContain([...Buffer.from(canary)].join(','))
  })

  test('gives its bytes only on request, as a copy', () => {
    const bytes = secret.expose()
    bytes.fill(0)
    expect(secret.exposeText()).toBe(canary)
  })

  test('compares by content', () => {
    expect(secret.equals(Secret.ofText(canary))).toBe(true)
    expect(secret.equals(Secret.ofText(`${canary}x`))).toBe(false)
    expect(secret.equals(Secret.ofText('CANARY-4711-PASs'))).toBe(false)
  })

  test('cannot be used after it was wiped', () => {
    const short = Secret.ofText('gone')
    short.dispose()
    expect(() => short.expose()).toThrow(/wiped/)
  })
})
