import { generateKeyPairSync, X509Certificate } from 'node:crypto'
import { expect, test } from 'vitest'
import { selfSigned } from './self-signed.ts'

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const from = new Date('2026-11-30T10:00:00Z')
const until = new Date('2026-12-30T10:00:00Z')
const serial = Uint8Array.of(7, 8)

test.each(['192.168.7.20', 'bench-3.local'])(
  'a certificate of a server is valid, at %s alone and for so long',
  server => {
    const read = new X509Certificate(selfSigned(privateKey, { name: 'Assay console', serial, from, until, server }))
    expect(read.verify(publicKey)).toBe(true)
    expect(read.checkPrivateKey(privateKey)).toBe(true)
    expect([read.validFromDate, read.validToDate]).toEqual([from, until])
    expect(read.subject).toBe('CN=Assay console')
    // TLS web server authentication.
    expect(read.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1'])
    const isName = /[a-z]/.test(server)
    expect(isName ? read.checkHost(server) : read.checkIP(server)).toBe(server)
    expect(read.checkIP('192.168.7.21')).toBeUndefined()
    expect(read.checkHost('bench-4.local')).toBeUndefined()
  },
)

test('one that is no server’s names no address', () => {
  const read = new X509Certificate(selfSigned(privateKey, { name: 'a card', serial, from }))
  expect(read.verify(publicKey)).toBe(true)
  expect([read.subjectAltName, read.keyUsage]).toEqual([undefined, undefined])
})
