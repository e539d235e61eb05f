import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
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
})
