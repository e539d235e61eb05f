import { cpSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { systemRandom } from '../../core/random.ts'
import { Secret } from '../../core/secret.ts'
import { type Serving, serve } from '../../core/serving.node.ts'
import { SigningKey } from '../signing-key.ts'
import { canaries, evidenceOf, recipients, recovery, token } from './canary-evidence.testing.ts'
import { RemoteVault } from './remote-vault.node.ts'
import { type KeptSeal, sealedIn, sealFiles, verifyVault } from './vault.ts'
import { entryBehind, sealedBodyOf } from './vault-chain.ts'
import { openVaultServer, type VaultServerOptions } from './vault-server.node.ts'
import { sealedPartsOf, writeHeaders, writeMessage } from './vault-wire.ts'

const root = mkdtempSync(join(tmpdir(), 'assay-vault-server-'))
afterAll(() => rmSync(root, { recursive: true }))
let made = 0
const fresh = () => join(root, String(++made))
const open: Serving[] = []
afterEach(async () => {
  for (const one of open.splice(0)) await one[Symbol.asyncDispose]()
})

const newKey = () => new SigningKey(Secret.ofBytes(systemRandom.bytes(32)))
const key = newKey()
const clock = () => new Date()
const options = { recipients, key, clock }

async function served(change: Partial<VaultServerOptions> = {}) {
  const folder = change.folder ?? fresh()
  const log: string[] = []
  const server = await openVaultServer({
    writers: [key.publicKey],
    onSaid: line => void log.push(line),
    ...change,
    folder,
  })
  open.push(server)
  return { folder, log, url: server.url, vault: new RemoteVault(server.url) }
}

/** A served vault of three inspections, and what the journal kept of them. */
async function servedThree() {
  const at = await served()
  const kept: KeptSeal[] = []
  for (const unit of ['BX0000001', 'BX0000002', 'BX0000003']) kept.push(await at.vault.seal(evidenceOf(unit), options))
  return { ...at, kept }
}

/** A request to write as a client makes it; each part may be another. */
async function written(
  url: string,
  change: { signer?: SigningKey; challenge?: string; body?: Uint8Array; unit?: string } = {},
) {
  const { signer = key } = change
  const sealed = await sealFiles(evidenceOf('').files, '2026-11-29T12:00:00.000Z', recipients)
  const of = { ...evidenceOf(change.unit ?? 'BX0000001') }
  const entry = entryBehind(null, sealedBodyOf(change.body ?? sealed, of, recipients), signer, clock())
  const challenge = change.challenge ?? (await (await fetch(new URL('challenge', url), { method: 'POST' })).text())
  const headers = {
    [writeHeaders.entry]: Buffer.from(JSON.stringify(entry)).toString('base64url'),
    [writeHeaders.challenge]: challenge,
    [writeHeaders.proof]: signer.sign(writeMessage(challenge, entry)),
  }
  const send = (body: Uint8Array = change.body ?? sealed, others: object = {}) =>
    fetch(new URL('sealed/', url), { method: 'POST', headers: { ...headers, ...others }, body: Uint8Array.from(body) })
  return { entry, challenge, headers, sealed, send }
}

const filesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map(name => join(folder, name))
    .filter(path => statSync(path).isFile())

describe('a vault on a server', () => {
  it('gives back what was sealed, to the token and to the phrase, is whole, and goes on after a new start', async () => {
    const { folder, vault, kept } = await servedThree()
    for (const opener of [token, recovery]) {
      const files = await vault.open(kept[1]!.id, opener, kept)
      expect(files.map(({ name, bytes }) => [name, Buffer.from(bytes)])).toEqual(
        evidenceOf('').files.map(({ name, bytes }) => [name, Buffer.from(bytes)]),
      )
    }
    expect((await vault.sealed()).map(({ unit }) => unit)).toEqual(['BX0000001', 'BX0000002', 'BX0000003'])
    expect(await vault.verify(kept)).toMatchObject({ faults: [], unkept: [], signers: [key.publicKey] })
    expect(verifyVault(folder, kept)).toMatchObject({ faults: [], strays: [] })
    await open.pop()![Symbol.asyncDispose]()
    const again = await served({ folder })
    await again.vault.seal(evidenceOf('BX0000004'), options)
    expect((await again.vault.verify(kept)).faults).toEqual([])
    await expect(again.vault.open('0'.repeat(16), token, kept)).rejects.toMatchObject({ code: 'evidence-unknown' })
  })

  it('holds session key, salt and ciphertext, ids, digests and signatures, and nothing that was in view, in no file and no log', async () => {
    const { folder, log } = await servedThree()
    const files = filesIn(folder)
    const names = files.map(path => path.slice(folder.length + 1).replace(/^[0-9a-f]{16}\.age$/, 'ID.age'))
    expect([...new Set(names)].sort()).toEqual(['.hold', '.holder.json', 'ID.age', 'chain.jsonl'])
    const entries = sealedIn(folder)
    for (const entry of entries) {
      expect(sealedPartsOf(readFileSync(join(folder, `${entry.id}.age`)), entry)).not.toBeNull()
    }
    const shown = [...files.map(path => readFileSync(path).toString('latin1')), log.join('\n'), ...names]
    for (const text of shown) {
      for (const canary of canaries) {
        for (const form of ['utf8', 'hex', 'base64', 'utf16le'] as const) {
          const part =
            form === 'utf16le' ? Buffer.from(canary, form).toString('latin1') : Buffer.from(canary).toString(form)
          expect(text.includes(part.slice(0, 12))).toBe(false)
        }
      }
    }
    expect(log).toEqual(entries.map(({ id }) => `sealed ${id}`))
  })

  it('loses none of several that seal at once', async () => {
    const { folder, url } = await served()
    const rigs = Array.from({ length: 4 }, () => new RemoteVault(url))
    await Promise.all(rigs.map((rig, i) => rig.seal(evidenceOf(`BX000000${i}`), options)))
    expect(verifyVault(folder)).toMatchObject({ faults: [], strays: [] })
    expect(sealedIn(folder).length).toBe(4)
  })
})

describe('a vault on a server takes', () => {
  it('nothing from a key that is none of its writers, nor without an answer to a fresh challenge', async () => {
    let now = 0
    const { folder, url, log } = await served({ now: () => now })
    const stranger = new RemoteVault(url)
    await expect(stranger.seal(evidenceOf('BX0000001'), { ...options, key: newKey() })).rejects.toMatchObject({
      code: 'vault-refused',
    })
    const foreign = await written(url, { challenge: 'x'.repeat(43) })
    expect((await foreign.send()).status).toBe(401)
    const late = await written(url)
    now += 61_000
    expect((await late.send()).status).toBe(401)
    // Another's signature, over the right challenge.
    const forged = await written(url)
    const proof = newKey().sign(writeMessage(forged.challenge, forged.entry))
    expect((await forged.send(forged.sealed, { [writeHeaders.proof]: proof })).status).toBe(403)
    expect(sealedIn(folder)).toEqual([])
    expect(log.every(line => line.startsWith('refused: '))).toBe(true)
    // The same requests, honestly made.
    expect((await (await written(url)).send()).status).toBe(201)
  })

  it('no request twice, and no file twice', async () => {
    const { folder, url } = await served()
    const once = await written(url)
    expect((await once.send()).status).toBe(201)
    expect((await once.send()).status).toBe(401)
    const { id } = sealedIn(folder)[0]!
    const replayed = await written(url, { body: readFileSync(join(folder, `${id}.age`)) })
    expect((await replayed.send()).status).toBe(409)
    expect(sealedIn(folder).length).toBe(1)
  })

  it('nothing that could be read, is another file than its entry says, or has no end', async () => {
    const { folder, url } = await served()
    const text = Buffer.from(canaries[0]!.repeat(100))
    expect((await (await written(url, { body: text })).send()).status).toBe(400)
    // A stanza that speaks.
    const { sealed } = await written(url)
    const at = Buffer.from(sealed).indexOf('\n-> ') + 1
    const speaking = Buffer.concat([
      sealed.subarray(0, at),
      Buffer.from(`-> ${canaries[0]} here\n\n`),
      sealed.subarray(at),
    ])
    expect((await (await written(url, { body: speaking })).send()).status).toBe(400)
    expect((await (await written(url, { unit: 'x'.repeat(81) })).send()).status).toBe(400)
    const other = Uint8Array.from(sealed)
    other[other.length - 1]! ^= 1
    expect((await (await written(url, { body: sealed })).send(other)).status).toBe(400)
    expect((await (await written(url, { body: sealed })).send(sealed.subarray(1))).status).toBe(400)
    expect(filesIn(folder).filter(path => path.endsWith('.age'))).toEqual([])
  })

  it('no change: there is no other method, no other path, and no way out of its folder', async () => {
    const { folder, url, kept } = await servedThree()
    writeFileSync(join(folder, 'planted.age'), canaries[0]!)
    for (const [method, path, status] of [
      ['PUT', `sealed/${kept[0]!.id}`, 405],
      ['DELETE', `sealed/${kept[0]!.id}`, 405],
      ['DELETE', 'chain', 405],
      ['GET', 'planted.age', 404],
      ['GET', 'sealed/..%2fchain.jsonl', 404],
      ['GET', `sealed/${'0'.repeat(16)}`, 404],
      ['GET', '.holder.json', 404],
    ] as const) {
      expect([path, (await fetch(new URL(path, url), { method })).status]).toEqual([path, status])
    }
    expect(verifyVault(folder, kept).faults).toEqual([])
  })

  it('whatever is said in the headers without falling over', async () => {
    const { url, vault } = await served({ allowed: { atOnce: 10_000, perMinute: 10_000 } })
    const anything = fc.oneof(
      fc.string({ unit: fc.constantFrom(...'{}[]":,az09-_=') }),
      fc.json().map(text => Buffer.from(text).toString('base64url')),
    )
    await fc.assert(
      fc.asyncProperty(anything, anything, anything, async (entry, challenge, proof) => {
        const headers = {
          [writeHeaders.entry]: entry,
          [writeHeaders.challenge]: challenge,
          [writeHeaders.proof]: proof,
        }
        const { status } = await fetch(new URL('sealed/', url), { method: 'POST', headers, body: 'x' })
        expect(status).toBe(400)
      }),
      { numRuns: 60 },
    )
    await vault.seal(evidenceOf('BX0000001'), options)
  })

  it('no more than its share of requests, and nobody who came by another name', async () => {
    let now = 0
    const { url } = await served({ allowed: { atOnce: 3, perMinute: 3 }, now: () => now })
    const asked = async () => (await fetch(new URL('head', url))).status
    expect([await asked(), await asked(), await asked(), await asked()]).toEqual([204, 204, 204, 429])
    now += 60_000
    const { port } = new URL(url)
    const said = await new Promise<string>(resolve => {
      const socket = connect(Number(port), '127.0.0.1', () =>
        socket.write('GET /chain HTTP/1.1\r\nHost: evil.example\r\n\r\n'),
      )
      socket.once('data', text => {
        resolve(String(text))
        socket.destroy()
      })
    })
    expect(said).toMatch(/^HTTP\/1\.1 403 /)
  })

  it('no folder that somebody else writes to', async () => {
    const { folder } = await served()
    await expect(openVaultServer({ folder, writers: [] })).rejects.toMatchObject({ code: 'folder-held' })
  })
})

describe('a server of the vault that is hostile', () => {
  /** The same vault, as a server that lies about it would show it. */
  async function attacked(attack: (folder: string, lines: string[]) => unknown) {
    const { folder, kept } = await servedThree()
    const at = fresh()
    cpSync(folder, at, { recursive: true })
    const chain = join(at, 'chain.jsonl')
    const lines = readFileSync(chain, 'utf8').trimEnd().split('\n')
    const changed = attack(at, lines)
    if (Array.isArray(changed)) writeFileSync(chain, changed.map(line => `${line}\n`).join(''))
    const { vault } = await served({ folder: at })
    return { vault, kept }
  }
  const file = (folder: string, i: number) => join(folder, `${sealedIn(folder)[i]!.id}.age`)

  it.each<[string, (folder: string, lines: string[]) => unknown]>([
    [
      'swaps two files',
      at => {
        const [a, b] = [file(at, 0), file(at, 1)]
        renameSync(a, `${a}.x`)
        renameSync(b, a)
        renameSync(`${a}.x`, b)
      },
    ],
    ['replays a file', at => writeFileSync(file(at, 2), readFileSync(file(at, 0)))],
    ['truncates a file', at => writeFileSync(file(at, 1), readFileSync(file(at, 1)).subarray(0, -16))],
    ['takes a file away', at => rmSync(file(at, 1))],
    ['reorders the chain', (_, [a, b, c]) => [b!, a!, c!]],
    ['replays an entry', (_, [a, b, c]) => [a!, b!, b!, c!]],
    ['edits an entry', (_, [a, b, c]) => [a!, b!.replace('BX0000002', 'BX0000009'), c!]],
    ['goes back to an older state', (_, [a, b]) => [a!, b!]],
    ['has forgotten everything', () => []],
  ])('is found when it %s', async (_, attack) => {
    const { vault, kept } = await attacked(attack)
    const { faults } = await vault.verify(kept)
    expect(faults).not.toEqual([])
    const openings = await Promise.allSettled(kept.map(({ id }) => vault.open(id, recovery, kept)))
    const named = new Set((await vault.sealed()).map(({ id }) => id))
    for (const [i, opening] of openings.entries()) {
      if (opening.status === 'rejected') continue
      // What does open is what was sealed under this name.
      expect(named.has(kept[i]!.id)).toBe(true)
    }
  })

  it('is given no further evidence once it went back', async () => {
    const { folder, vault } = await servedThree()
    const chain = join(folder, 'chain.jsonl')
    const lines = readFileSync(chain, 'utf8').trimEnd().split('\n')
    writeFileSync(chain, `${lines.slice(0, 2).join('\n')}\n`)
    await expect(vault.seal(evidenceOf('BX0000004'), options)).rejects.toMatchObject({ code: 'vault-went-back' })
  })

  it.each<[string, (port: string) => { status?: number; body?: string; location?: string } | null, string]>([
    ['never answers', () => null, 'vault-unreachable'],
    ['leads elsewhere', () => ({ status: 302, location: 'http://127.0.0.1:1/' }), 'vault-unreachable'],
    ['says anything', () => ({ body: '<html>' }), 'chain-broken'],
    ['says no', () => ({ status: 500 }), 'vault-refused'],
    ['tells whoever comes to come again', () => ({ status: 429 }), 'vault-refused'],
  ])('that %s costs an error and no more than its time', async (_, says, code) => {
    const server = createServer((_request, response) => {
      const said = says('')
      if (said === null) return
      response.writeHead(said.status ?? 200, said.location === undefined ? {} : { location: said.location })
      response.end(said.body ?? '')
    })
    const serving = await serve(server, '127.0.0.1', 0)
    open.push(serving)
    const vault = new RemoteVault(serving.url, 500)
    await expect(vault.seal(evidenceOf('BX0000001'), options)).rejects.toMatchObject({ code })
    await expect(vault.verify([])).rejects.toMatchObject({ code })
  })
})
