import { format, inspect } from 'node:util'
import { describe, expect, test, vi } from 'vitest'
import { Secret } from './secret.ts'

const canary = 'CANARY-4711-PASS'

describe('a secret', () => {
  const secret = Secret.ofText(canary)

  test.each([
    ['template string', `${secret}`],
    ['concatenation', `x${String(secret)}`],
    ['text that a library asks for', secret.toString()],
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

  test('is a copy of the bytes that it was made of', () => {
    const bytes = Buffer.from(canary)
    const own = Secret.ofBytes(bytes)
    bytes.fill(0)
    expect(own.exposeText()).toBe(canary)
  })

  test('compares by content', () => {
    expect(secret.equals(Secret.ofText(canary))).toBe(true)
    expect(secret.equals(Secret.ofText(`${canary}x`))).toBe(false)
    for (let place = 0; place < canary.length; place++) {
      const other = `${canary.slice(0, place)}_${canary.slice(place + 1)}`
      expect([other, secret.equals(Secret.ofText(other))]).toEqual([other, false])
    }
  })

  test('cannot be used after it was wiped', () => {
    const short = Secret.ofText('gone')
    short.dispose()
    expect(() => short.expose()).toThrow(/wiped/)
  })

  test('is overwritten with zeros when it is wiped, not only forgotten', () => {
    const fill = vi.spyOn(Uint8Array.prototype, 'fill')
    Secret.ofText('gone').dispose()
    const wiped = fill.mock.contexts as readonly Uint8Array[]
    fill.mockRestore()
    expect(wiped).toEqual([new Uint8Array(4)])
  })
})
