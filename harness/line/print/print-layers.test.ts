import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inflateSync } from 'node:zlib'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { paperUnit } from '../../../fixtures/virtual-line/paper-unit.testing.ts'
import { VirtualLotRandom } from '../../../fixtures/virtual-line/virtual-lot-random.ts'
import { Secret } from '../../core/secret.ts'
import { decodePicture } from '../../imaging/decode.node.ts'
import type { Raster } from '../../imaging/raster.ts'
import { loadProfile, shippedProfiles } from '../../products/load-profile.ts'
import type { ProductProfile } from '../../products/profile.ts'
import { findSymbols } from '../../vision/symbols/find-symbols.ts'
import { scale } from './affine.ts'
import { OutlineRaster } from './coverage.ts'
import { type PrintedLayers, printLayers, type UnitToPrint, wipePrintedLayers } from './print-layers.ts'

const reference = loadProfile('assay-reference')
const pt = 72 / 25.4

function unitOf(profile: ProductProfile, seed = 'print'): UnitToPrint {
  const { record, secrets } = paperUnit(profile, new VirtualLotRandom(seed))
  return { serial: record.serial, address: record.address, epk: secrets.epk }
}

/** What both readers read in a picture; a secret is compared here and never shown. */
async function readsBoth(picture: Raster, text: string | Secret): Promise<boolean> {
  const [symbol, ...others] = await findSymbols(picture)
  if (symbol?.bytes == null || others.length > 0 || symbol.readers.length !== 2) return false
  return Secret.ofBytes(symbol.bytes).equals(text instanceof Secret ? text : Secret.ofText(text))
}

interface Page {
  readonly width: number
  readonly height: number
  readonly boxes: Readonly<Record<string, readonly number[]>>
  /** Filled areas in order: colour (CMYK, 0…1) and path, points from the top left. */
  readonly fills: readonly {
    readonly cmyk: readonly number[]
    readonly path: readonly (readonly (readonly [number, number])[])[]
  }[]
}

/** Every object's text and, where it has one, its inflated stream. */
function objectsOf(pdf: Uint8Array): Map<string, { head: string; stream: string | null }> {
  const file = Buffer.from(pdf).toString('latin1')
  const objects = new Map<string, { head: string; stream: string | null }>()
  for (const [, id, body] of file.matchAll(/(\d+) 0 obj\n([\s\S]*?)\nendobj/g)) {
    const [, head, raw] = /^([\s\S]*?)\nstream\n([\s\S]*)\nendstream/.exec(body!) ?? [null, body!, null]
    const bytes = raw == null ? null : Buffer.from(raw, 'latin1')
    const stream = bytes === null ? null : head!.includes('/FlateDecode') ? inflateSync(bytes) : bytes
    objects.set(id!, { head: head!, stream: stream?.toString('latin1') ?? null })
  }
  return objects
}

/** The drawing of each page, read from the file as a renderer reads it: paths and fills, texts left out. */
function pagesOf(pdf: Uint8Array): Page[] {
  const objects = objectsOf(pdf)
  const pages = [...objects.values()].filter(({ head }) => /\/Type \/Page\n/.test(head))
  return pages.map(({ head }) => {
    const box = (name: string) =>
      /\[([^\]]*)\]/
        .exec(head.slice(head.indexOf(`/${name}`)))![1]!
        .split(' ')
        .map(Number)
    const boxes = Object.fromEntries(['MediaBox', 'TrimBox', 'BleedBox'].map(name => [name, box(name)]))
    const content = objects.get(/\/Contents (\d+)/.exec(head)![1]!)!.stream!
    return { width: boxes['MediaBox']![2]!, height: boxes['MediaBox']![3]!, boxes, fills: fillsOf(content) }
  })
}

function fillsOf(content: string): Page['fills'] {
  const fills: { cmyk: number[]; path: [number, number][][] }[] = []
  let path: [number, number][][] = []
  let cmyk: number[] = []
  for (const line of content.replace(/BT[\s\S]*?ET/g, '').split('\n')) {
    const words = line.trim().split(/\s+/)
    const operator = words.pop()
    const [a = 0, b = 0, c = 0, d = 0] = words.map(Number)
    if (operator === 'm') path.push([[a, b]])
    else if (operator === 'l') path.at(-1)!.push([a, b])
    else if (operator === 're')
      path.push([
        [a, b],
        [a + c, b],
        [a + c, b + d],
        [a, b + d],
      ])
    else if (operator === 'scn') cmyk = [a, b, c, d]
    else if (operator === 'f') {
      fills.push({ cmyk, path })
      path = []
    } else if (operator === 'c' || operator === 'f*' || operator === 'S') throw new Error(`unexpected ${operator}`)
  }
  expect(path).toEqual([])
  return fills
}

/** The page as grey pixels, 12 a mm. */
function rendered({ width, height, fills }: Page): Raster {
  const perMm = 12
  const [w, h] = [Math.round((width / pt) * perMm), Math.round((height / pt) * perMm)]
  const data = new Uint8Array(w * h).fill(255)
  for (const { cmyk, path } of fills) {
    const raster = new OutlineRaster(scale(perMm / pt))
    for (const outline of path) raster.polygon(outline)
    const { left, top, width: across, alpha } = raster.finish(w, h)
    const [c, m, y, k] = cmyk as [number, number, number, number]
    const level = 255 * (1 - k) * (1 - (0.3 * c + 0.59 * m + 0.11 * y))
    for (const [i, covered] of alpha.entries()) {
      const at = (top + Math.floor(i / across)) * w + left + (i % across)
      data[at] = data[at]! + ((level - data[at]!) * covered) / 255
    }
  }
  return { width: w, height: h, channels: 1, data }
}

const exposed = (secret: Secret) => secret.expose()

async function print(
  profile = reference,
  unit = unitOf(profile),
): Promise<{ unit: UnitToPrint; printed: PrintedLayers }> {
  return { unit, printed: await printLayers(profile, unit) }
}

describe('the PDF', () => {
  it.each(shippedProfiles().map(profile => [profile.name, profile] as const))(
    'of %s shows both QR codes to both readers, drawn from its own paths',
    async (_, profile) => {
      const { unit, printed } = await print(profile)
      const [top, bottom, ...more] = pagesOf(exposed(printed.pdf))
      expect(more).toEqual([])
      expect(await readsBoth(rendered(top!), unit.address)).toBe(true)
      expect(await readsBoth(rendered(bottom!), unit.epk)).toBe(true)
    },
  )

  it('gives trim, bleed and media boxes that lie within each other, the trim in the layer’s size', async () => {
    const { printed } = await print()
    for (const { boxes } of pagesOf(exposed(printed.pdf))) {
      const [media, trim, bleed] = ['MediaBox', 'TrimBox', 'BleedBox'].map(name => boxes[name]!)
      const { width, height } = reference.sticker!.rect
      expect((trim![2]! - trim![0]!) / pt).toBeCloseTo(width, 3)
      expect((trim![3]! - trim![1]!) / pt).toBeCloseTo(height, 3)
      for (const i of [0, 1]) expect((trim![i]! - bleed![i]!) / pt).toBeCloseTo(2, 3)
      for (const i of [2, 3]) expect((bleed![i]! - trim![i]!) / pt).toBeCloseTo(2, 3)
      for (const i of [0, 1]) expect(bleed![i]!).toBeGreaterThan(media![i]!)
      for (const i of [2, 3]) expect(bleed![i]!).toBeLessThan(media![i]!)
    }
  })

  it('prints yellow over the whole bleed of the bottom layer, nothing on the top one, and black of one ink', async () => {
    const { printed } = await print()
    const [top, bottom] = pagesOf(exposed(printed.pdf))
    const black = ({ cmyk }: Page['fills'][number]) => cmyk.join() === '0,0,0,1'
    expect(top!.fills.every(black)).toBe(true)
    const [yellow, ...others] = bottom!.fills.filter(fill => !black(fill))
    expect(others).toEqual([])
    const xs = yellow!.path.flat().map(([x]) => x)
    const ys = yellow!.path.flat().map(([, y]) => bottom!.height - y)
    const box = [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)]
    for (const [i, edge] of box.entries()) expect(edge).toBeCloseTo(bottom!.boxes['BleedBox']![i]!, 2)
    const [c, m, y] = yellow!.cmyk
    expect(y! > 0.5 && m! < y! / 2 && c! < m!).toBe(true)
  })

  it('has its cut marks outside the bleed, in the prolongation of the trim', async () => {
    const { printed } = await print()
    for (const { fills, boxes, height } of pagesOf(exposed(printed.pdf))) {
      const marks = fills.filter(({ path }) => path.length === 1 && path[0]!.length === 4).map(({ path }) => path[0]!)
      const [left, bottom, right, top] = boxes['BleedBox']!
      const thin = marks.filter(points => {
        const [across, up] = [0, 1].map(i => Math.max(...points.map(p => p[i]!)) - Math.min(...points.map(p => p[i]!)))
        return Math.min(across!, up!) < 0.3
      })
      expect(thin).toHaveLength(8)
      for (const points of thin) {
        for (const [x, fromTop] of points) {
          const y = height - fromTop
          expect(x <= left! || x >= right! || y <= bottom! || y >= top!).toBe(true)
        }
        const middle = [0, 1].map(i => points.reduce((sum, point) => sum + point[i]! / 4, 0)) as [number, number]
        const trim = boxes['TrimBox']!
        const near = (value: number, edges: readonly number[]) => edges.some(edge => Math.abs(value - edge) < 0.01)
        expect(near(middle[0], [trim[0]!, trim[2]!]) || near(height - middle[1], [trim[1]!, trim[3]!])).toBe(true)
      }
    }
  })

  it('holds the EPK in no text, no title and no metadata', async () => {
    const { unit, printed } = await print()
    const pdf = exposed(printed.pdf)
    const epk = unit.epk.exposeText()
    const hidden = [epk, Buffer.from(epk, 'utf16le').swap16().toString('latin1'), Buffer.from(epk).toString('hex')]
    const texts = [Buffer.from(pdf).toString('latin1')]
    for (const { head, stream } of objectsOf(pdf).values()) texts.push(head, stream ?? '')
    for (const secret of hidden)
      expect(texts.some(text => text.toLowerCase().includes(secret.toLowerCase()))).toBe(false)
    expect(texts.join('\n')).toContain(`Sticker layers of ${unit.serial}`)
  })

  it('is the same for the same unit, and no other', async () => {
    const [one, again, other] = [await print(), await print(), await print(reference, unitOf(reference, 'other'))]
    expect(one.printed.pdf.equals(again.printed.pdf)).toBe(true)
    for (const i of [0, 1] as const) expect(one.printed.layers[i].png.equals(again.printed.layers[i].png)).toBe(true)
    expect(one.printed.pdf.equals(other.printed.pdf)).toBe(false)
  })
})

describe('the PDF in poppler', () => {
  const has = (() => {
    try {
      execFileSync('pdftoppm', ['-v'], { stdio: 'ignore' })
      return true
    } catch {
      return false
    }
  })()

  it.skipIf(!has)('renders to both QR codes, and gives serial and address back as text, and no other', async () => {
    const { unit, printed } = await print()
    const folder = mkdtempSync(join(tmpdir(), 'assay-print-'))
    try {
      const file = join(folder, 'layers.pdf')
      writeFileSync(file, exposed(printed.pdf))
      const page = async (number: number) =>
        decodePicture(
          execFileSync('pdftoppm', ['-r', '300', '-png', '-f', String(number), '-l', String(number), file], {
            maxBuffer: 1e8,
          }),
        )
      expect(await readsBoth(await page(1), unit.address)).toBe(true)
      expect(await readsBoth(await page(2), unit.epk)).toBe(true)
      const text = (number: string) =>
        execFileSync('pdftotext', ['-f', number, '-l', number, '-raw', file, '-'], { encoding: 'utf8' })
          .split(/\s+/)
          .filter(word => word !== '')
          .join(' ')
      const { serial, address } = unit
      const lines = [address.slice(0, 12), address.slice(12, 24), address.slice(24)].join(' ')
      expect(text('1')).toBe(`${lines} ${serial} ${serial} top`)
      expect(text('2')).toBe(`${serial} ${serial} bottom`)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})

describe('the bitmaps', () => {
  it('are the whole sheet in printer dots, bilevel, say their resolution, and show both QR codes to both readers', async () => {
    const { unit, printed } = await print()
    for (const [i, { png }] of printed.layers.entries()) {
      const picture = await decodePicture(exposed(png))
      expect([picture.width, picture.height]).toEqual([44, 52].map(mm => Math.round((mm * 600) / 25.4)))
      expect((await sharp(exposed(png)).metadata()).density).toBe(600)
      const colours = new Set<number>()
      for (let at = 0; at < picture.data.length; at += 3) {
        colours.add((picture.data[at]! << 16) | (picture.data[at + 1]! << 8) | picture.data[at + 2]!)
      }
      expect([...colours].sort()).toEqual(i === 0 ? [0, 0xffffff] : [0, 0xf2c230, 0xffffff].sort())
      expect(await readsBoth(picture, i === 0 ? unit.address : unit.epk)).toBe(true)
    }
  })

  it('can still be read from the coarsest printer that is let through', async () => {
    const unit = unitOf(reference)
    // 24 mm of 33 modules at 5.6 dots/mm: 4.07 dots a module.
    const { layers } = await printLayers(reference, unit, { dotsPerMm: 5.6 })
    expect(await readsBoth(await decodePicture(exposed(layers[1].png)), unit.epk)).toBe(true)
  })
})

describe('what cannot be printed', () => {
  const failing = (profile: ProductProfile, over: Partial<UnitToPrint> = {}, dotsPerMm = 600 / 25.4) =>
    printLayers(profile, { ...unitOf(reference), ...over }, { dotsPerMm })

  it('is a module narrower than four dots, with the numbers', async () => {
    const refused = failing(reference, {}, 5.4)
    await expect(refused).rejects.toMatchObject({ code: 'print-resolution' })
    await expect(refused).rejects.toThrow(/epk-qr.*33 modules on 24 mm.*0\.727 mm.*3\.9 dots.*at least 4.*140 dpi/)
    for (const dots of [0, -1, Number.NaN, 1e9]) {
      await expect(failing(reference, {}, dots)).rejects.toMatchObject({ code: 'print-resolution' })
    }
  })

  it('is a product without sticker', async () => {
    const marks = reference.marks.filter(({ on }) => on === 'card')
    await expect(failing({ ...reference, sticker: null, marks })).rejects.toMatchObject({
      code: 'print-without-sticker',
    })
  })

  it('is a layer without a serial', async () => {
    const marks = reference.marks.filter(({ name }) => name !== 'serial-bottom')
    const refused = failing({ ...reference, marks })
    await expect(refused).rejects.toMatchObject({ code: 'print-without-serial' })
    await expect(refused).rejects.toThrow(/bottom-layer/)
  })

  it('is a text that is wider than its layer', async () => {
    await expect(failing(reference, { serial: 'BX2409708BX2409708BX2409708' })).rejects.toMatchObject({
      code: 'print-outside-layer',
    })
  })
})

it('one layer never shows what the other one holds, and nothing is left after wiping', async () => {
  const { unit, printed } = await print()
  expect(await readsBoth(await decodePicture(exposed(printed.layers[0].png)), unit.epk)).toBe(false)
  expect(JSON.stringify(printed)).toBe(
    '{"pdf":"[secret]","layers":[{"name":"top","png":"[secret]"},{"name":"bottom","png":"[secret]"}]}',
  )
  wipePrintedLayers(printed)
  expect(() => printed.pdf.expose()).toThrow()
  for (const { png } of printed.layers) expect(() => png.expose()).toThrow()
  expect(unit.epk.length).toBe(58)
})
