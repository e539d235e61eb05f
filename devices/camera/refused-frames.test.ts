import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { DecoderBeside } from '../../harness/imaging/decode-beside.node.ts'
import { cameras } from './cameras.ts'
import { testPicture } from './pictures.testing.ts'
import { RefusedFrames } from './refused-frames.ts'

test('a deadline counts what was refused by reason, the most frequent first, and says nothing of nothing', () => {
  const refused = new RefusedFrames()
  expect(refused.told).toBe('')
  refused.add('is a JPEG that breaks off')
  expect(refused.told).toBe(' One picture came that does not count: 1 is a JPEG that breaks off.')
  for (let i = 0; i < 3; i++) refused.add('equalled the one before')
  expect(refused.told).toBe(
    ' 4 pictures came that do not count: 3 equalled the one before; 1 is a JPEG that breaks off.',
  )
})

test('a folder camera tells at its deadline what came instead of a photograph', { timeout: 20_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'assay-refused-'))
  try {
    const { camera } = await cameras.open({ driver: 'folder', folder, settleMs: 20, deadlineMs: 1500 })
    const taking = camera.photograph().catch((error: unknown) => error)
    await new Promise(resolve => setTimeout(resolve, 200))
    await writeFile(join(folder, 'half.jpg'), (await testPicture(1)).subarray(0, 700))
    await writeFile(join(folder, 'page.png'), '<!DOCTYPE html><title>Sign in</title>')
    await writeFile(join(folder, 'phone.heic'), 'x')
    await mkdir(join(folder, '100CANON'))
    const error = await taking
    expect(error).toMatchObject({ code: 'camera-deadline', exitCode: 3 })
    const { message } = error as Error
    expect(message).toContain('4 pictures came that do not count: ')
    for (const why of ['breaks off', 'is SVG or XML', '.heic', 'folder of its own']) expect(message).toContain(why)
    await camera.close()
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

test('a photograph is decoded at full size: one whose smallest view is whole is refused all the same', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'assay-refused-'))
  try {
    const { camera } = await cameras.open({ driver: 'folder', folder, settleMs: 20, deadlineMs: 5000 })
    const noise = { type: 'gaussian', mean: 128, sigma: 30 } as const
    const good = await sharp({ create: { width: 640, height: 480, channels: 3, background: '#000', noise } })
      .jpeg()
      .toBuffer()
    const at = good.length >> 1
    for (const bytes of [
      Buffer.from(good).fill(0, at, at + 400),
      Buffer.concat([good.subarray(0, at), good.subarray(at + 400)]),
      await sharp(good).webp().toBuffer(),
    ]) {
      const taking = camera.photograph().catch((error: unknown) => error)
      await new Promise(resolve => setTimeout(resolve, 100))
      await writeFile(join(folder, `${bytes.length}.jpg`), bytes)
      expect(await taking).toMatchObject({ code: 'camera-torn', exitCode: 3 })
    }
    await camera.close()
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

test('a photograph that is too hard to decode is given up beside the thread that puts lamps out', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'assay-refused-'))
  try {
    const decoder = new DecoderBeside({ deadlineMs: 1 })
    const { camera } = await cameras.open({ driver: 'folder', folder, settleMs: 20, deadlineMs: 5000 }, { decoder })
    const taking = camera.photograph().catch((error: unknown) => error)
    await writeFile(join(folder, 'one.jpg'), await testPicture(1))
    const error = await taking
    expect(error).toMatchObject({ code: 'camera-torn', exitCode: 3 })
    expect((error as Error).message).toContain('takes more than 0.001 s to decode')
    await camera.close()
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
