import { request } from 'node:https'
import { networkInterfaces } from 'node:os'
import { connect, type PeerCertificate, type TLSSocket } from 'node:tls'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type ConsoleServer, openConsoleServer } from '../../console/console-server.ts'
import { type QuickBench, quickBench, until } from '../../console/quick-bench.testing.ts'
import { addressOnNetwork, certificateFor } from './network-door.ts'

let quick: QuickBench
let server: ConsoleServer
beforeEach(async () => {
  quick = await quickBench()
  // This machine alone, at another port: the door is the same.
  const address = '127.0.0.1'
  server = await openConsoleServer({ ...quick, network: { address, port: 0, ...certificateFor(address, new Date()) } })
})
afterEach(async () => {
  await server[Symbol.asyncDispose]()
  await quick[Symbol.asyncDispose]()
})

interface Answered {
  readonly status: number | undefined
  readonly body: string
  readonly certificate: PeerCertificate
}

const ask = async (url: string, headers: Record<string, string> = {}, body?: string): Promise<Answered> =>
  await new Promise((resolve, reject) => {
    const asking = request(
      url,
      { rejectUnauthorized: false, headers, ...(body && { method: 'POST' }) },
      async answer => {
        const certificate = (answer.socket as TLSSocket).getPeerCertificate()
        const chunks = await Array.fromAsync(answer as AsyncIterable<Buffer>)
        resolve({ status: answer.statusCode, body: Buffer.concat(chunks).toString(), certificate })
      },
    )
    asking.on('error', reject)
    asking.end(body)
  })

test('the same bench is there by TLS, with the certificate that the screen names', async () => {
  const { url, fingerprint } = server.network!
  expect(url).toMatch(/^https:\/\/127\.0\.0\.1:\d+\/[0-9a-f]{32}\/$/)
  expect(new URL(url).pathname).toBe(new URL(server.url).pathname)
  const page = await ask(url)
  expect(page.status).toBe(200)
  expect(page.body).toContain('<title>Assay console</title>')
  expect(page.certificate.fingerprint256).toBe(fingerprint)
  expect(page.certificate.subjectaltname).toBe('IP Address:127.0.0.1')
  const headers = { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() }
  expect((await ask(`${url}actions`, headers, '{"do":"begin"}')).body).toBe('{"refused":null}')
  await until(quick.bench, ({ phase }) => phase === 'asked')
})

test('nothing is answered there without the path, under another name, to another page, or in clear', async () => {
  const { url } = server.network!
  const { origin, port } = new URL(url)
  expect((await ask(origin)).status).toBe(404)
  for (const host of ['evil.example', 'localhost', `127.0.0.1.evil.example:${port}`])
    expect((await ask(url, { host })).status).toBe(403)
  for (const origin of ['https://evil.example', `http://127.0.0.1:${port}`, 'null'])
    expect((await ask(`${url}state`, { origin })).status).toBe(403)
  expect((await ask(`${url}state`, { origin })).status).toBe(200)
  await expect(fetch(url.replace('https:', 'http:'))).rejects.toThrow()
})

test('old TLS is not spoken', async () => {
  const { port } = new URL(server.network!.url)
  const spoken = await new Promise(resolve => {
    const socket = connect({
      port: Number(port),
      host: '127.0.0.1',
      rejectUnauthorized: false,
      maxVersion: 'TLSv1.1',
      minVersion: 'TLSv1',
    })
    socket.on('secureConnect', () => resolve(socket.getProtocol())).on('error', () => resolve(null))
  })
  expect(spoken).toBeNull()
})

test('an address of another machine is refused, with those that this one has', () => {
  const own = Object.values(networkInterfaces()).flatMap(one => one ?? [])
  const there = own.flatMap(({ family, internal, address }) => (family === 'IPv4' && !internal ? [address] : []))
  for (const asked of ['203.0.113.7', 'nowhere', '0.0.0.0', '127.0.0.1'])
    expect(() => addressOnNetwork(asked)).toThrow(`${asked} is no IPv4 address of this machine`)
  for (const address of there) expect(addressOnNetwork(address)).toBe(address)
  if (there.length === 1) expect(addressOnNetwork(true)).toBe(there[0])
  else expect(() => addressOnNetwork(true)).toThrow('Name one: --network ADDRESS.')
})
