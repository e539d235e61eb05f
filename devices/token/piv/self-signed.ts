import { createPublicKey, type KeyObject, sign } from 'node:crypto'
import { isIPv4 } from 'node:net'
import { tlv } from './tlv.ts'

export interface SelfSigned {
  /** Of whoever has the key, and of whoever signs: the same. */
  readonly name: string
  readonly serial: Uint8Array
  readonly from: Date
  /** Default: 2049, the last year that its form can tell. */
  readonly until?: Date
  /** The address that a server shows it at: a name, or an IPv4 address. Default: it is no server's. */
  readonly server?: string
}

const oid = (hex: string) => tlv(0x06, Buffer.from(hex, 'hex'))
const sequence = (...parts: readonly Uint8Array[]) => tlv(0x30, ...parts)
/** sha256WithRSAEncryption, and its parameters: none. */
const algorithm = sequence(oid('2a864886f70d01010b'), tlv(0x05))

/** An X.509 certificate (RFC 5280, DER) of an RSA key, which the key signs itself. */
export function selfSigned(key: KeyObject, { name, serial, from, until, server }: SelfSigned): Uint8Array {
  const commonName = sequence(oid('550403'), tlv(0x0c, Buffer.from(name)))
  const subject = sequence(tlv(0x31, commonName))
  const valid = sequence(utcTime(from), utcTime(until ?? new Date('2049-12-31T23:59:59Z')))
  const positive = Uint8Array.of(0x01, ...serial)
  const spki = createPublicKey(key).export({ type: 'spki', format: 'der' })
  const body = sequence(
    tlv(0xa0, tlv(0x02, Uint8Array.of(2))),
    tlv(0x02, positive),
    algorithm,
    subject,
    valid,
    subject,
    spki,
    ...(server === undefined ? [] : [tlv(0xa3, sequence(...extensionsOf(server)))]),
  )
  return sequence(body, algorithm, tlv(0x03, Uint8Array.of(0), sign('sha256', body, key)))
}

/** What browsers ask of a server's certificate: at which address it is (subjectAltName), and that it is a server's (extKeyUsage). */
function extensionsOf(server: string): Uint8Array[] {
  const address = isIPv4(server)
    ? tlv(0x87, Uint8Array.from(server.split('.'), Number))
    : tlv(0x82, Buffer.from(server, 'ascii'))
  const extension = (id: string, value: Uint8Array) => sequence(oid(id), tlv(0x04, value))
  return [extension('551d11', sequence(address)), extension('551d25', sequence(oid('2b06010505070301')))]
}

const utcTime = (date: Date) => tlv(0x17, Buffer.from(`${date.toISOString().slice(2, 19).replaceAll(/[-:T]/g, '')}Z`))
