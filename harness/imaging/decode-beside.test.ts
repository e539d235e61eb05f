import sharp from 'sharp'
import { beforeAll, describe, expect, it } from 'vitest'
import { decodePicture } from './decode.node.ts'
import { DecoderBeside } from './decode-beside.node.ts'
import { PictureError } from './picture-error.ts'

const noise = { type: 'gaussian', mean: 128, sigma: 30 } as const
const pictureOf = async (side: number) =>
  await sharp({ create: { width: side, height: side, channels: 3, background: '#000', noise } })
    .jpeg()
    .toBuffer()

let small: Buffer
let large: Buffer
beforeAll(async () => {
  small = await pictureOf(100)
  // Quickly made, and more than 200 MiB when it is decoded.
  large = await sharp({ create: { width: 6000, height: 6000, channels: 3, background: '#777' } })
    .jpeg()
    .toBuffer()
})

describe('a picture that is decoded in a process of its own', () => {
  it('is the same, and refused with the same code and sentence', async () => {
    const beside = new DecoderBeside()
    expect(await beside.decode(small, { name: 'it' })).toEqual(await decodePicture(small, { name: 'it' }))
    for (const bytes of [small.subarray(0, 700), Buffer.from('no picture'), await pictureOf(32)]) {
      const refused = await decodePicture(bytes, { name: 'it' }).catch((error: unknown) => error)
      expect(refused).toBeInstanceOf(PictureError)
      const { code, message } = refused as PictureError
      await expect(beside.decode(bytes, { name: 'it' })).rejects.toMatchObject({ name: 'PictureError', code, message })
      await expect(beside.examine(bytes, { name: 'it' })).rejects.toMatchObject({ code, message })
    }
    expect(await beside.examine(small)).toBeUndefined()
  })

  it.each([
    ['time', { deadlineMs: 20 }, /^it takes more than 0\.02 s to decode: /],
    ['memory', { limitMiB: 150 }, /^it takes more than 150 MiB of memory to decode: /],
  ])('is given up where it takes too much %s, and the next one is decoded', async (_, limits, sentence) => {
    const beside = new DecoderBeside(limits)
    const refused = await beside.examine(large, { name: 'it' }).catch((error: unknown) => error)
    expect(refused).toMatchObject({ code: 'picture-too-hard', message: expect.stringMatching(sentence) })
    if ('deadlineMs' in limits) return
    expect(await beside.decode(await pictureOf(64))).toMatchObject({ width: 64 })
  })

  it('takes next to nothing of the thread that asks, which puts lamps out', async () => {
    const beside = new DecoderBeside()
    await beside.examine(small)
    const ownMs = async (work: () => Promise<unknown>) => {
      const before = process.threadCpuUsage()
      await work()
      const { user, system } = process.threadCpuUsage(before)
      return (user + system) / 1000
    }
    const bytes = await pictureOf(1500)
    const there = await ownMs(() => beside.examine(bytes))
    expect(there).toBeLessThan((await ownMs(() => decodePicture(bytes))) / 2)
  })

  it('is given up at once by who asked for it, and the next one is decoded', async () => {
    const beside = new DecoderBeside()
    await beside.examine(small)
    const ends = new AbortController()
    const decoding = beside.decode(large, { signal: ends.signal })
    ends.abort(new Error('Ctrl-C'))
    await expect(decoding).rejects.toThrow('Ctrl-C')
    await expect(beside.decode(small, { signal: ends.signal })).rejects.toThrow('Ctrl-C')
    expect(await beside.decode(small)).toMatchObject({ width: 100 })
  })
})
