import { generateKeyPairSync, randomBytes, X509Certificate } from 'node:crypto'
import { networkInterfaces } from 'node:os'
import { selfSigned } from '../../../devices/token/piv/self-signed.ts'
import type { NetworkDoor } from '../../console/console-server.ts'
import { AssayError } from '../../core/assay-error.ts'

const validDays = 30

/** A certificate of its own for an address: new at each start, and its key is nowhere but in this process. */
export function certificateFor(address: string, now: Date): Omit<NetworkDoor, 'address' | 'port'> {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  // A phone's clock may be a little behind.
  const from = new Date(now.getTime() - 3_600_000)
  const until = new Date(now.getTime() + validDays * 86_400_000)
  const der = selfSigned(privateKey, { name: 'Assay console', serial: randomBytes(15), from, until, server: address })
  const certificate = new X509Certificate(der)
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    cert: certificate.toString(),
    fingerprint: certificate.fingerprint256,
  }
}

/**
 * The address of this machine that is meant: the one that was named, or the only one there is.
 * @param asked true: whichever
 * @throws AssayError `address-unknown`, with those that there are
 */
export function addressOnNetwork(asked: string | true): string {
  const all = Object.values(networkInterfaces()).flatMap(one => one ?? [])
  const there = all.flatMap(({ family, internal, address }) => (family === 'IPv4' && !internal ? [address] : []))
  const [only, ...more] = there
  if (asked === true && only !== undefined && more.length === 0) return only
  if (asked !== true && there.includes(asked)) return asked
  const are = there.length === 0 ? 'it has none on a network' : `it has ${there.join(', ')}`
  const what =
    asked === true
      ? 'Which address of this machine others are to use has to be said'
      : `${asked} is no IPv4 address of this machine`
  throw new AssayError('address-unknown', `${what}: ${are}. Name one: --network ADDRESS.`)
}
