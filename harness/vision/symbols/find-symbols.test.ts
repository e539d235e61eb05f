import { Worker } from 'node:worker_threads'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seeded } from '../../core/seeded.testing.ts'
import type { GreyRaster } from '../../imaging/grey.ts'
import { type Homography, projectQuad } from '../../imaging/homography.ts'
import type { Point, Quad } from '../../imaging/quad.ts'
import { square } from '../../imaging/quad.ts'
import { joined } from './agreement.ts'
import { findSymbols } from './find-symbols.ts'
import type { FoundSymbol } from './found-symbol.ts'
import { formatPlaces } from './function-patterns.ts'
import { readSymbolIn } from './read-symbol-in.ts'
import { encode, payload, placed, renderPlain, renderSymbol } from './synthetic-symbol.testing.ts'
import { readWithWasm } from './zxing-wasm.ts'

// Payloads may look like keys, so texts are compared to true or false: a failing test prints none.
const says = (symbol: FoundSymbol | null | undefined, text: string) =>
  symbol?.bytes != null && Buffer.from(symbol.bytes).toString('latin1') === text

function furthest(found: Quad, truth: Quad): number {
  return Math.max(...found.map(([x, y], i) => Math.hypot(x - truth[i]![0], y - truth[i]![1])))
}

/** Later pictures laid into the first one, at whole pixels. */
function laidInto(width: number, height: number, parts: readonly (readonly [GreyRaster, Point])[]): GreyRaster {
  const data = new Uint8Array(width * height).fill(210)
  for (const [part, [left, top]] of parts) {
    for (let y = 0; y < part.height; y++) {
      data.set(part.data.subarray(y * part.width, (y + 1) * part.width), (top + y) * width + left)
    }
  }
  return { width, height, channels: 1, data }
}

describe('findSymbols', () => {
  it('reads every clean symbol with the first reader alone: any payload, level and module size', async () => {
    const levels = ['M', 'L', 'Q', 'H'] as const
    const missed: string[] = []
    for (let i = 0; i < 72; i++) {
      const { kind, text } = payload(7, i)
      const level = levels[Math.floor(i / 3) % 4]!
      const picture = renderPlain(encode(text, level), 2 + (i % 9))
      const symbols = await findSymbols(picture, { secondReader: false })
      if (symbols.length !== 1 || !says(symbols[0], text)) missed.push(`${kind} ${level} ${i}`)
    }
    expect(missed).toEqual([])
  })

  it('reads with two readers that agree, and says version, level and error correction left', async () => {
    const { text } = payload(3, 1)
    const [symbol, ...others] = await findSymbols(renderPlain(encode(text, 'M'), 6))
    expect(others).toEqual([])
    expect(says(symbol, text)).toBe(true)
    expect(symbol).toMatchObject({
      version: 3,
      errorCorrectionLevel: 'M',
      unusedErrorCorrection: 1,
      readers: ['zxing-js', 'zxing-wasm'],
      mirrored: false,
      disputed: false,
    })
  })

  it('places corners to an eighth of a pixel, clockwise from the symbol’s own top left, at any angle', async () => {
    const { text } = payload(3, 0)
    const modules = encode(text, 'M')
    for (const [i, angleDeg] of [0, 17, 45, 90, 133, 180, 262.5, 351].entries()) {
      const toPixels = placed(modules.size, 5.3, angleDeg, 170.3 + i / 7, 168.8)
      const picture = renderSymbol(modules, {
        width: 340,
        height: 340,
        toPixels,
        blurPx: 0.7,
        noise: 3,
        random: seeded(i),
      })
      const [symbol] = await findSymbols(picture)
      expect(says(symbol, text), `${angleDeg}°`).toBe(true)
      expect(furthest(symbol!.corners, projectQuad(toPixels, square(modules.size))), `${angleDeg}°`).toBeLessThan(0.125)
      expect(symbol!.residualModules).toBeLessThan(0.05)
    }
  })

  it('places corners right although the ink has spread', async () => {
    const modules = encode(payload(3, 0).text, 'M')
    const toPixels = placed(modules.size, 8, 12, 200, 200)
    const options = { width: 400, height: 400, toPixels, blurPx: 1.5 }
    const crisp = renderSymbol(modules, options)
    // A threshold that favours dark after blur is ink that has spread by a fixed distance.
    const spread: GreyRaster = { ...crisp, data: crisp.data.map(level => (level < 185 ? 20 : 235)) }
    const [symbol] = await findSymbols(spread)
    expect(furthest(symbol!.corners, projectQuad(toPixels, square(modules.size)))).toBeLessThan(0.3)
  })

  it('returns all of several symbols in view, each at its own place', async () => {
    const texts = [0, 1, 2].map(i => payload(9, i).text)
    const pictures = texts.map((text, i) => renderPlain(encode(text, 'M'), 4 + i))
    const places: Point[] = [
      [30, 40],
      [350, 25],
      [300, 350],
    ]
    const view = laidInto(
      700,
      700,
      pictures.map((picture, i) => [picture, places[i]!] as const),
    )
    const symbols = await findSymbols(view)
    expect(symbols).toHaveLength(3)
    for (const [i, text] of texts.entries()) {
      const symbol = symbols.find(one => says(one, text))
      expect(symbol?.readers).toHaveLength(2)
      const first = 4 * (4 + i)
      expect(
        Math.hypot(symbol!.corners[0][0] - places[i]![0] - first, symbol!.corners[0][1] - places[i]![1] - first),
      ).toBeLessThan(0.2)
    }
  })

  it('returns a small symbol beside a large one that reads at once', async () => {
    const [large, small] = [0, 1].map(i => payload(12, i).text)
    const view = laidInto(2400, 1600, [
      [renderPlain(encode(large!, 'M'), 18), [200, 200]],
      [renderPlain(encode(small!, 'M'), 2), [2100, 1300]],
    ])
    const symbols = await findSymbols(view)
    expect(symbols).toHaveLength(2)
    for (const text of [large!, small!]) expect(symbols.find(symbol => says(symbol, text))?.readers).toHaveLength(2)
  })

  it('returns two symbols with the same payload as two', async () => {
    const picture = renderPlain(encode(payload(9, 1).text, 'M'), 4)
    const view = laidInto(400, 200, [
      [picture, [0, 10]],
      [picture, [200, 20]],
    ])
    expect(await findSymbols(view)).toHaveLength(2)
  })

  it.each([
    ['35° tilt', 0.026, 0, 0.5, 4, 212, 20],
    ['blur of half a module', 0, 0, 2, 4, 212, 20],
    ['contrast of an eighth', 0, 0, 0.5, 4, 150, 120],
    ['noise of 30 levels', 0, 0, 0.5, 30, 212, 20],
  ])('reads through %s', async (_name, perspective, _unused, blurPx, noise, light, dark) => {
    for (let i = 0; i < 3; i++) {
      const { text } = payload(21, 3 * i)
      const modules = encode(text, 'M')
      const [a, b, c, d, e, f] = placed(modules.size, 4, 40 * i + 10, 100, 100)
      const tilt: Homography = [a, b, c, d, e, f, (perspective * d) / 100, (perspective * e) / 100, 1]
      const toPixels: Homography = perspective === 0 ? [a, b, c, d, e, f, 0, 0, 1] : tilt
      const picture = renderSymbol(modules, {
        width: 210,
        height: 210,
        toPixels,
        light,
        dark,
        blurPx,
        noise,
        random: seeded(i),
      })
      expect((await findSymbols(picture)).some(symbol => says(symbol, text))).toBe(true)
    }
  })

  it('reads a light symbol on a dark ground', async () => {
    const { text } = payload(4, 1)
    const picture = renderPlain(encode(text, 'M'), 5)
    const inverted = { ...picture, data: picture.data.map(level => 255 - level) }
    expect(says((await findSymbols(inverted, { secondReader: false }))[0], text)).toBe(true)
  })

  it('says of a mirrored symbol that it is mirrored', async () => {
    const { text } = payload(4, 1)
    const modules = encode(text, 'M')
    const [a, b, c, d, e, f] = placed(modules.size, 5, 20, 130, 130)
    const toPixels: Homography = [b, a, c, e, d, f, 0, 0, 1]
    const [symbol] = await findSymbols(renderSymbol(modules, { width: 260, height: 260, toPixels }))
    expect(says(symbol, text)).toBe(true)
    expect(symbol).toMatchObject({ mirrored: true, readers: ['zxing-js', 'zxing-wasm'] })
    expect(furthest(symbol!.corners, projectQuad(toPixels, square(modules.size)))).toBeLessThan(0.2)
  })

  it("gives the second reader's corners from the symbol's own top left, seen from behind, too", async () => {
    const modules = encode(payload(4, 1).text, 'M')
    for (const mirrored of [false, true]) {
      const [a, b, c, d, e, f] = placed(modules.size, 5, 20, 130, 130)
      const toPixels: Homography = mirrored ? [b, a, c, e, d, f, 0, 0, 1] : [a, b, c, d, e, f, 0, 0, 1]
      const [seen] = await readWithWasm(renderSymbol(modules, { width: 260, height: 260, toPixels }))
      expect(seen?.mirrored).toBe(mirrored)
      expect(furthest(seen!.corners, projectQuad(toPixels, square(modules.size)))).toBeLessThan(3)
    }
  })

  it('shows where a symbol is that cannot be decoded', async () => {
    const modules = encode(payload(4, 0).text, 'M')
    const random = seeded(8)
    const ruined = { size: modules.size, dark: Uint8Array.from(modules.dark) }
    const format = new Set(
      formatPlaces(33)
        .flat()
        .map(([x, y]) => y * 33 + x),
    )
    // All data scrambled, the patterns left whole.
    for (let y = 9; y < 33; y++) {
      for (let x = 9; x < 24; x++) if (!format.has(y * 33 + x)) ruined.dark[y * 33 + x] = random() < 0.5 ? 1 : 0
    }
    const toPixels = placed(33, 5, 8, 130, 130)
    const symbols = await findSymbols(renderSymbol(ruined, { width: 260, height: 260, toPixels, noise: 3 }))
    expect(symbols).toHaveLength(1)
    expect(symbols[0]).toMatchObject({ bytes: null, readers: [], version: 4, modules: null })
    expect(furthest(symbols[0]!.corners, projectQuad(toPixels, square(33)))).toBeLessThan(0.5)
  })

  it('shows where a symbol is that has lost a finder pattern and too much else', async () => {
    const modules = encode(payload(4, 0).text, 'M')
    for (const [left, top] of [
      [0, 0],
      [22, 0],
      [0, 22],
    ] as const) {
      const torn = { size: 33, dark: Uint8Array.from(modules.dark) }
      for (let y = top; y < top + 11; y++) for (let x = left; x < left + 11; x++) torn.dark[y * 33 + x] = 0
      const random = seeded(left + top)
      for (let y = 12; y < 22; y++) {
        for (let x = 12; x < 22; x++) torn.dark[y * 33 + x] = random() < 0.5 ? 1 : 0
      }
      const toPixels = placed(33, 6, 25, 160, 160)
      const [symbol, ...others] = await findSymbols(renderSymbol(torn, { width: 320, height: 320, toPixels, noise: 3 }))
      expect(others).toEqual([])
      expect(symbol?.bytes === null).toBe(true)
      expect(furthest(symbol!.corners, projectQuad(toPixels, square(33)))).toBeLessThan(1)
    }
  })

  it('reads a symbol that has lost a finder pattern, whichever it is', async () => {
    const { text } = payload(4, 1)
    const modules = encode(text, 'H')
    const far = modules.size - 8
    for (const [left, top] of [
      [0, 0],
      [far, 0],
      [0, far],
    ] as const) {
      const torn = { size: modules.size, dark: Uint8Array.from(modules.dark) }
      for (let y = top; y < top + 8; y++) for (let x = left; x < left + 8; x++) torn.dark[y * modules.size + x] = 0
      const toPixels = placed(modules.size, 6, 200, 160, 160)
      const picture = renderSymbol(torn, { width: 320, height: 320, toPixels, noise: 3 })
      const [symbol, ...others] = await findSymbols(picture, { secondReader: false })
      expect(others).toEqual([])
      expect(says(symbol, text)).toBe(true)
      expect(furthest(symbol!.corners, projectQuad(toPixels, square(modules.size)))).toBeLessThan(1)
    }
  })

  it('reads version 1, which has no alignment pattern, at a tilt of 60°', async () => {
    const text = 'VERSION 1'
    const modules = encode(text, 'M')
    expect(modules.version).toBe(1)
    const [a, b, c, d, e, f] = placed(21, 10, 70, 0, 0)
    const w = Math.sin(Math.PI / 3) / (2.2 * 21 * 10)
    const along = Math.cos(Math.PI / 3)
    const third = [w * d, w * e, 1 + w * f] as const
    const toPixels: Homography = [
      a + 200 * third[0], b + 200 * third[1], c + 200 * third[2],
      along * d + 200 * third[0], along * e + 200 * third[1], along * f + 200 * third[2],
      ...third,
    ] // biome-ignore format: three rows of a matrix
    const picture = renderSymbol(modules, { width: 400, height: 400, toPixels, blurPx: 0.7, noise: 3 })
    const symbols = await findSymbols(picture, { secondReader: false })
    expect(symbols.map(symbol => says(symbol, text))).toEqual([true])
  })

  it('reads a symbol within a symbol and the one around it, and lets neither stand in for the other', async () => {
    const [outer, inner] = [payload(4, 2).text, 'within']
    const around = encode(outer, 'H')
    const picture = renderPlain(around, 8)
    const middle = renderPlain(encode(inner, 'L'), 3, 1)
    const from = Math.round((picture.width - middle.width) / 2)
    for (let y = 0; y < middle.height; y++) {
      const row = middle.data.subarray(y * middle.width, (y + 1) * middle.width)
      picture.data.set(row, (from + y) * picture.width + from)
    }
    for (const secondReader of [false, true]) {
      const symbols = await findSymbols(picture, { secondReader })
      const read = [outer, inner].map(text => symbols.filter(symbol => says(symbol, text)).length)
      expect(read).toEqual([1, 1])
      expect(symbols.some(({ disputed }) => disputed)).toBe(false)
    }
  })

  it('finds nothing in pictures without a symbol, and never text', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(1_000_000),
        fc.integer({ min: 64, max: 150 }),
        fc.integer({ min: 1, max: 9 }),
        async (seed, side, block) => {
          const random = seeded(seed)
          const cells = Array.from({ length: 150 * 150 }, () => random() * 255)
          const data = Uint8Array.from(
            { length: side * side },
            (_, i) => cells[Math.floor(Math.floor(i / side) / block) * 150 + Math.floor((i % side) / block)]!,
          )
          const symbols = await findSymbols({ width: side, height: side, channels: 1, data })
          expect(symbols.filter(symbol => symbol.bytes !== null)).toEqual([])
        },
      ),
      { numRuns: 12 },
    )
    expect(await findSymbols({ width: 90, height: 90, channels: 3, data: new Uint8Array(24_300).fill(180) })).toEqual(
      [],
    )
  })

  it('stops between stages when told to', async () => {
    const reason = new Error('enough')
    const blank: GreyRaster = { width: 1200, height: 900, channels: 1, data: new Uint8Array(1_080_000).fill(90) }
    await expect(findSymbols(blank, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    const controller = new AbortController()
    setTimeout(() => controller.abort(reason), 1)
    await expect(findSymbols(blank, { signal: controller.signal })).rejects.toBe(reason)
  })

  it('works in a worker thread', async () => {
    const { text } = payload(4, 1)
    const module = new URL('./find-symbols.ts', import.meta.url).href
    const worker = new Worker(
      `const { parentPort, workerData } = require('node:worker_threads')
       import(workerData.module).then(async ({ findSymbols }) => parentPort.postMessage(await findSymbols(workerData.picture)))`,
      { eval: true, workerData: { module, picture: renderPlain(encode(text, 'M'), 5) } },
    )
    const [symbol] = await new Promise<FoundSymbol[]>((resolve, reject) =>
      worker.once('message', resolve).once('error', reject),
    )
    expect(says(symbol, text)).toBe(true)
    expect(symbol?.readers).toEqual(['zxing-js', 'zxing-wasm'])
    await worker.terminate()
  })
})

describe('agreement', () => {
  it('holds on equal bytes and version; otherwise nothing has been read', async () => {
    const { text } = payload(4, 1)
    const picture = renderPlain(encode(text, 'M'), 5)
    const [alone] = await findSymbols(picture, { secondReader: false })
    const [seen] = await readWithWasm(picture)
    expect(alone?.readers).toEqual(['zxing-js'])
    expect(joined(alone!, seen!).readers).toEqual(['zxing-js', 'zxing-wasm'])

    const otherBytes = Uint8Array.from(seen!.bytes!)
    otherBytes[3]! ^= 1
    for (const disagreeing of [
      { ...seen!, bytes: otherBytes },
      { ...seen!, bytes: seen!.bytes!.subarray(1) },
      { ...seen!, version: 4 },
    ]) {
      expect(joined(alone!, disagreeing)).toMatchObject({ bytes: null, modules: null, readers: [], disputed: true })
    }
    expect(joined(alone!, { ...seen!, bytes: null })).toBe(alone)
  })
})

describe('readSymbolIn', () => {
  it('reads the symbol of a patch at a known module size even when its finder patterns are gone', async () => {
    const { text } = payload(4, 1)
    const modules = encode(text, 'H')
    const torn = { size: modules.size, dark: Uint8Array.from(modules.dark) }
    for (const [left, top] of [
      [0, 0],
      [modules.size - 7, 0],
      [0, modules.size - 7],
    ] as const) {
      for (let y = top + 1; y < top + 6; y++)
        for (let x = left + 1; x < left + 6; x++) torn.dark[y * modules.size + x] = 0
    }
    const patch = renderPlain(torn, 8)
    const symbol = await readSymbolIn(patch, { modulePx: 8, secondReader: false })
    expect(says(symbol, text)).toBe(true)
    expect(
      furthest(symbol!.corners, [
        [32, 32],
        [32 + 8 * modules.size, 32],
        [32 + 8 * modules.size, 32 + 8 * modules.size],
        [32, 32 + 8 * modules.size],
      ]),
    ).toBeLessThan(0.5)
  })

  it('reads nothing when two symbols are in the patch', async () => {
    const pictures = [0, 1].map(i => renderPlain(encode(payload(9, i).text, 'M'), 4))
    const view = laidInto(400, 200, [
      [pictures[0]!, [0, 10]],
      [pictures[1]!, [200, 20]],
    ])
    expect(await readSymbolIn(view)).toBeNull()
  })
})
