// @module-tag long
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { exitCodes } from '../core/assay-error.ts'
import { shippedFonts } from '../products/font.ts'
import { drawLine } from '../vision/text/synthetic-line.testing.ts'
import { readCrops } from './text-reading.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-text-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function crop(text: string): Promise<string> {
  const { raster } = await drawLine({ text })
  const file = join(folder, `${text.length}-${text.charCodeAt(0)}.png`)
  const raw = { width: raster.width, height: raster.height, channels: raster.channels }
  await sharp(raster.data, { raw }).toFile(file)
  return file
}

test('every picture gives one JSON line, a bad one among them too', async () => {
  const lines: string[] = []
  const options = { alphabet: 'A-Z0-9', pattern: 'AA9{7}', made: 'etched', json: true }
  const crops = [await crop('BX2409708'), join(folder, 'missing.png'), await crop('X')]
  const exitCode = await readCrops(crops, options, line => lines.push(line))
  expect(exitCode).toBe(exitCodes.usage)
  const [read, missing, unread] = lines.map(line => JSON.parse(line))
  expect(read).toMatchObject({ outcome: 'read', text: 'BX2409708', secret: false })
  expect(read.characters).toHaveLength(9)
  expect(read.characters[0]).toMatchObject({ symbol: 'B', box: [expect.any(Number), 0, 0, 0].fill(expect.any(Number)) })
  expect(missing).toMatchObject({ error: { code: 'picture-missing' } })
  expect(unread).toMatchObject({ outcome: 'unread', text: null })
})

test('an unread line alone is inconclusive, and a wrong option is a usage error', async () => {
  const one = [await crop('X')]
  const options = { alphabet: 'A-Z0-9', pattern: 'AA9{7}', made: 'etched' }
  expect(await readCrops(one, options, () => {})).toBe(exitCodes.inconclusive)
  await expect(readCrops(one, { ...options, made: 'painted' }, () => {})).rejects.toThrow(/printed or etched/)
})

test('a font that is named tells 0 from O; one that cannot be opened is a usage error', async () => {
  const alphabet = { alphabet: 'A-Z0-9', pattern: '*{6}', made: 'etched', json: true }
  const said = async (options: typeof alphabet & { readonly font?: string }) => {
    const lines: string[] = []
    await readCrops([await crop('0OI1OK')], options, line => lines.push(line))
    return JSON.parse(lines[0]!)
  }
  const guessed = await said(alphabet)
  expect(guessed).toMatchObject({ outcome: 'unread', text: null, because: expect.stringMatching(/--font/) })
  const known = await said({ ...alphabet, font: shippedFonts.etching })
  expect(known).toMatchObject({ outcome: 'read', text: '0OI1OK', readers: expect.arrayContaining(['ocv']) })
  await expect(said({ ...alphabet, font: join(folder, 'missing.otf') })).rejects.toThrow(/font .* cannot be used/)
})
