// @module-tag long
import { spawnSync } from 'node:child_process'
import { globSync, readFileSync, statSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { encode, payload, renderPlain } from '../vision/symbols/synthetic-symbol.testing.ts'
import { readPictures } from './qr-reading.ts'

const [epk, address] = [payload(1, 0).text, payload(1, 1).text]
let folder: string
let withEpk: string
let withAddress: string
let blank: string

async function draw(name: string, text: string | null): Promise<string> {
  const { width, height, data } = text
    ? renderPlain(encode(text, 'M'), 5)
    : { width: 100, height: 100, data: new Uint8Array(10_000).fill(200) }
  const path = join(folder, name)
  await sharp(data, { raw: { width, height, channels: 1 } })
    .png()
    .toFile(path)
  return path
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-qr-'))
  withEpk = await draw('one.png', epk)
  withAddress = await draw('two.png', address)
  blank = await draw('three.png', null)
})
afterAll(() => rm(folder, { recursive: true }))

async function run(pictures: string[], options = {}) {
  const lines: string[] = []
  const exitCode = await readPictures(pictures, options, line => lines.push(line))
  return { exitCode, lines }
}

describe('assay qr', () => {
  it('prints one JSON line a picture with text, bytes, corners, version, level and readers', async () => {
    const { exitCode, lines } = await run([withAddress], { json: true })
    expect(exitCode).toBe(0)
    expect(lines).toHaveLength(1)
    const line = JSON.parse(lines[0]!)
    expect(line).toMatchObject({ photo: withAddress, width: 185, height: 185 })
    expect(line.symbols).toEqual([
      {
        text: address,
        bytes: Buffer.from(address).toString('hex'),
        secret: false,
        corners: expect.any(Array),
        version: 3,
        level: 'M',
        readers: ['zxing-js', 'zxing-wasm'],
        unusedErrorCorrection: 1,
      },
    ])
    expect(line.symbols[0].corners).toHaveLength(4)
  })

  it('keeps a payload that looks like an EPK to itself unless told to reveal it', async () => {
    const hidden = await run([withEpk], { json: true })
    const plain = await run([withEpk])
    for (const { exitCode, lines } of [hidden, plain]) {
      expect(exitCode).toBe(0)
      expect(lines.join().includes(epk)).toBe(false)
      expect(lines.join().includes(Buffer.from(epk).toString('hex'))).toBe(false)
    }
    expect(JSON.parse(hidden.lines[0]!).symbols[0]).toMatchObject({ text: null, bytes: null, secret: true, version: 4 })

    const revealed = await run([withEpk], { json: true, revealSecrets: true })
    expect(JSON.parse(revealed.lines[0]!).symbols[0].text === epk).toBe(true)
  })

  it('says of a picture without a symbol that nothing was read, which is not a pass', async () => {
    const { exitCode, lines } = await run([withAddress, blank], { json: true })
    expect(exitCode).toBe(4)
    expect(JSON.parse(lines[1]!)).toEqual({ photo: blank, width: 100, height: 100, symbols: [] })
  })

  it('goes on after a file that is no picture', async () => {
    const notes = join(folder, 'notes.txt')
    await writeFile(notes, 'no picture')
    const { exitCode, lines } = await run([notes, join(folder, 'gone.jpg'), folder, withAddress], { json: true })
    expect(exitCode).toBe(2)
    expect(lines.map(line => JSON.parse(line).error?.code ?? 'read')).toEqual([
      'picture-not-a-picture',
      'picture-missing',
      'picture-is-a-folder',
      'read',
    ])
  })

  it('obeys at once in the middle of a picture that takes long, and gives this process nothing to do for it', async () => {
    const large = join(folder, 'large.png')
    await sharp({ create: { width: 7000, height: 7000, channels: 3, background: '#888' } })
      .png()
      .toFile(large)
    const began = process.cpuUsage()
    const controller = new AbortController()
    setTimeout(() => controller.abort(new Error('received SIGTERM')), 300)
    const lines: string[] = []
    await expect(readPictures([large, large], {}, line => lines.push(line), controller.signal)).rejects.toThrow(
      'SIGTERM',
    )
    const { user, system } = process.cpuUsage(began)
    expect((user + system) / 1000).toBeLessThan(2000)
    expect(lines).toEqual([])
  })

  it('keeps nothing of what it read beside its own compiled source', async () => {
    const bench = join(folder, 'bench')
    await mkdir(bench)
    const program = fileURLToPath(new URL('../../bin/assay.js', import.meta.url))
    const { stdout } = spawnSync(process.execPath, [program, 'qr', withEpk, '--reveal-secrets'], {
      cwd: bench,
      env: { ...process.env, NODE_COMPILE_CACHE: join(folder, 'compiled') },
      encoding: 'utf8',
    })
    expect(stdout.includes(epk)).toBe(true)
    const kept = globSync('**/*', { cwd: join(folder, 'compiled') })
      .map(file => join(folder, 'compiled', file))
      .filter(file => statSync(file).isFile())
    // Of the command, and of the process that read the picture.
    expect(kept.length).toBeGreaterThan(100)
    const holds = (file: string) =>
      ['latin1', 'utf16le'].some(kind => readFileSync(file).includes(Buffer.from(epk, kind as 'latin1')))
    expect(kept.filter(holds)).toEqual([])
  })
})
