import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Authorization, parseChallenges } from './authorization.ts'

const responseIn = (header: string | null): string | undefined => /response="(\w+)"/.exec(header ?? '')?.[1]

describe('digest access', () => {
  const nonce = '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v'
  const cnonce = 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ'
  const rfc7616 = `realm="http-auth@example.org", qop="auth, auth-int", nonce="${nonce}", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"`

  test.each([
    ['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
    ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
  ])('answers as RFC 7616, section 3.9.1, with %s', (algorithm, response) => {
    const authorization = new Authorization(
      { user: 'Mufasa', password: 'Circle of Life' },
      { mayBeClear: false, clientNonce: () => cnonce },
    )
    expect(authorization.header('GET', '/dir/index.html')).toBeNull()
    expect(authorization.accept(`Digest ${rfc7616}, algorithm=${algorithm}`)).toBe(true)
    const header = authorization.header('GET', '/dir/index.html')
    expect(responseIn(header)).toBe(response)
    expect(header).toContain('nc=00000001')
    expect(authorization.header('GET', '/dir/index.html')).toContain('nc=00000002')
  })

  test('answers as RFC 2617, section 3.5', () => {
    const authorization = new Authorization(
      { user: 'Mufasa', password: 'Circle Of Life' },
      { mayBeClear: false, clientNonce: () => '0a4f113b' },
    )
    authorization.accept(
      'Digest realm="testrealm@host.com", qop="auth,auth-int", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c403ebaf9f0171e9517f40e41"',
    )
    expect(responseIn(authorization.header('GET', '/dir/index.html'))).toBe('6629fae49393a05397450978507c4ef1')
  })

  test('answers a server of before qop as RFC 2069', () => {
    const authorization = new Authorization({ user: 'Mufasa', password: 'CircleOfLife' }, { mayBeClear: true })
    authorization.accept(
      'Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c403ebaf9f0171e9517f40e41"',
    )
    const header = authorization.header('GET', '/dir/index.html')
    // Errata 749 of RFC 2069.
    expect(responseIn(header)).toBe('1949323746fe6a43ef61f9606e7febea')
    expect(header).not.toContain('qop')
  })

  test('takes the strongest that is offered, and basic only where nothing else is', () => {
    const authorization = new Authorization({ user: 'u', password: 'p' }, { mayBeClear: true })
    authorization.accept(`Basic realm="a", Digest ${rfc7616}, algorithm=MD5, Digest ${rfc7616}, algorithm=SHA-256`)
    expect(authorization.header('GET', '/')).toContain('algorithm=SHA-256')
    const plain = new Authorization({ user: 'Aladdin', password: 'open sesame' }, { mayBeClear: true })
    plain.accept('Basic realm="WallyWorld"')
    expect(plain.header('GET', '/')).toBe('Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==')
  })

  test('asks once more after a stale nonce, and never again after a refusal', () => {
    const authorization = new Authorization({ user: 'u', password: 'p' }, { mayBeClear: true })
    expect(authorization.accept(`Digest ${rfc7616}`)).toBe(true)
    authorization.header('GET', '/')
    expect(authorization.accept(`Digest ${rfc7616}, stale=TRUE`)).toBe(true)
    authorization.header('GET', '/')
    expect(authorization.accept(`Digest ${rfc7616}`)).toBe(false)
    expect(new Authorization({ user: 'u', password: 'p' }, { mayBeClear: true }).accept('Negotiate abc==')).toBe(false)
  })
})

test('challenges are read whatever is quoted and however they are joined', () => {
  const read = (text: string): unknown =>
    parseChallenges(text).map(each => [each.scheme, Object.fromEntries(each.parameters)])
  expect(read('Basic realm="a, b=\\"c\\"" , Digest realm=x,nonce = "n" ,stale=true')).toEqual([
    ['basic', { realm: 'a, b="c"' }],
    ['digest', { realm: 'x', nonce: 'n', stale: 'true' }],
  ])
  expect(read('')).toEqual([])
  expect(read('Digest realm="never closed')).toEqual([['digest', { realm: 'never closed' }]])
})

test('whatever a server asks with, it is answered in one line that shows no password, or not at all', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      'Digest ',
      'Basic ',
      'Negotiate ',
      'realm="',
      '"',
      ',',
      '=',
      'nonce=',
      'qop="auth-int,auth"',
      'qop=auth-int',
      'algorithm=SHA-256-sess',
      'algorithm=__proto__',
      'stale=true',
      'opaque="\\',
      ' ',
    ),
    fc.string({ maxLength: 8 }),
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 14 }), pieces => {
      const authorization = new Authorization({ user: 'bench', password: 'hidden-word' }, { mayBeClear: true })
      const mayHelp = authorization.accept(pieces.join(''))
      const header = authorization.header('GET', '/shot.jpg')
      expect(header !== null).toBe(mayHelp)
      if (header === null) return
      expect(header).toMatch(/^(?:Basic [\w+/=]+|Digest username="bench", .*response="[0-9a-f]{32,64}".*)$/s)
      expect(header).not.toContain('hidden-word')
      // The same again is a refusal.
      if (!/stale/i.test(pieces.join(''))) expect(authorization.accept(pieces.join(''))).toBe(false)
    }),
    { numRuns: 1000 },
  )
})

test('a list of ten thousand challenges is read at once', () => {
  const started = performance.now()
  parseChallenges('Digest realm="a\\"'.repeat(10_000))
  parseChallenges(`Digest ${'a=b '.repeat(10_000)}`)
  parseChallenges(`Digest realm="${'\\'.repeat(32_000)}`)
  parseChallenges(' '.repeat(32_000))
  expect(performance.now() - started).toBeLessThan(500)
})
