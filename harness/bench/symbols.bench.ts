import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import sharp from 'sharp'
import { seeded } from '../core/seeded.testing.ts'
import { decodePicture } from '../imaging/decode.node.ts'
import { type GreyRaster, toGrey } from '../imaging/grey.ts'
import type { Point } from '../imaging/quad.ts'
import { findSymbols } from '../vision/symbols/find-symbols.ts'
import { encode, payload, placed, renderPlain, renderSymbol } from '../vision/symbols/synthetic-symbol.testing.ts'
import { readWithWasm } from '../vision/symbols/zxing-wasm.ts'

// QR symbols: how many are read, and at what cost, beside the stock readers in one interleaved run. Cost is processor time
// of all threads (median, 95th percentile, worst), which a busy machine does not stretch; decoding the file is not in it.
//
// node harness/bench/symbols.bench.ts [--clean N] [--sweep N] [--sizes N] [--photos] [--folder DIR]... [--each]
// --folder: pictures of one symbol each beside a .txt of what it says (as in zxing's own samples), sub-folders apart.

const { values: args } = parseArgs({
  options: {
    clean: { type: 'string', default: '1000' },
    sweep: { type: 'string', default: '0' },
    sizes: { type: 'string', default: '6' },
    folder: { type: 'string', multiple: true, default: [] },
    photos: { type: 'boolean', default: true },
    each: { type: 'boolean', default: false },
  },
  allowNegative: true,
})

type Reader = (picture: GreyRaster) => Promise<string[]>

const library = createRequire(import.meta.url)('@zxing/library') as typeof import('@zxing/library')
const textOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1')
const read = async (picture: GreyRaster, options = {}) =>
  (await findSymbols(picture, options)).flatMap(({ bytes, readers }) =>
    bytes ? [{ text: textOf(bytes), readers }] : [],
  )

const readers: Readonly<Record<string, Reader>> = {
  'Assay, both readers': async picture => (await read(picture)).map(({ text }) => text),
  'Assay, both agree': async picture =>
    (await read(picture)).filter(symbol => symbol.readers.length === 2).map(({ text }) => text),
  'Assay, zxing-js only': async picture => (await read(picture, { secondReader: false })).map(({ text }) => text),
  '@zxing/library stock': async ({ width, height, data }) => {
    const { BinaryBitmap, DecodeHintType, HybridBinarizer, QRCodeReader, RGBLuminanceSource } = library
    const source = new RGBLuminanceSource(new Uint8ClampedArray(data), width, height)
    try {
      const bitmap = new BinaryBitmap(new HybridBinarizer(source))
      return [new QRCodeReader().decode(bitmap, new Map([[DecodeHintType.TRY_HARDER, true]])).getText()]
    } catch {
      return []
    }
  },
  'zxing-wasm plain': async picture =>
    (await readWithWasm(picture)).flatMap(({ bytes }) => (bytes ? [textOf(bytes)] : [])),
}

class Tally {
  read = 0
  wrong = 0
  readonly ms: number[] = []
  readonly missed: string[] = []

  row(name: string, of: number): string {
    const sorted = this.ms.toSorted((a, b) => a - b)
    const at = (share: number) =>
      (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0).toFixed(0)
    const rate = `${this.read} of ${of}`
    return `${name.padEnd(24)}${rate.padStart(14)}${String(this.wrong).padStart(8)}${at(0.5).padStart(10)}${at(0.95).padStart(8)}${at(1).padStart(8)}`
  }
}

const heading = `${'reader'.padEnd(24)}${'read'.padStart(14)}${'wrong'.padStart(8)}${'CPU ms'.padStart(10)}${'p95'.padStart(8)}${'worst'.padStart(8)}`

async function compare(
  pictures: Iterable<Shown> | AsyncIterable<Shown>,
  names: readonly string[] = Object.keys(readers),
): Promise<void> {
  const { tallies, count } = await measure(pictures, names)
  console.log(heading)
  for (const [name, tally] of tallies) {
    console.log(tally.row(name, count))
    if (args.each && tally.missed.length > 0) console.log(`  missed: ${tally.missed.join(' ')}`)
  }
}

/** Runs all readers over all pictures, the order of the readers changing from picture to picture. */
async function measure(
  pictures: Iterable<Shown> | AsyncIterable<Shown>,
  names: readonly string[],
): Promise<{ readonly tallies: ReadonlyMap<string, Tally>; readonly count: number }> {
  const tallies = new Map(names.map(name => [name, new Tally()]))
  let count = 0
  for await (const { picture, name, expected, others } of pictures) {
    for (let i = 0; i < names.length; i++) {
      const reader = names[(i + count) % names.length]!
      const tally = tallies.get(reader)!
      const before = process.cpuUsage()
      const texts = await readers[reader]!(picture)
      const { user, system } = process.cpuUsage(before)
      tally.ms.push((user + system) / 1000)
      if (texts.some(text => says(text, expected))) tally.read++
      else tally.missed.push(name)
      tally.wrong += texts.filter(text => !says(text, expected) && !others?.includes(text)).length
    }
    count++
  }
  return { tallies, count }
}

/** One row a size: what each reader read, and its processor ms, median and worst. */
async function compareSizes(folder: string, count: number): Promise<void> {
  const names = ['Assay, both readers', 'Assay, zxing-js only', '@zxing/library stock', 'zxing-wasm plain']
  console.log(`\nNominal photographs at other sizes: read, wrong, processor ms (median / worst)`)
  console.log(`${'megapixels'.padEnd(12)}${names.map(name => name.padStart(30)).join('')}`)
  for (const megapixels of [0.5, 1, 2, 4, 8, 12]) {
    const { tallies, count: shown } = await measure(atSize(folder, megapixels, count), names)
    const cells = [...tallies.values()].map(({ read: n, wrong, ms }) => {
      const sorted = ms.toSorted((a, b) => a - b)
      const cost = `${sorted[sorted.length >> 1]?.toFixed(0)} / ${sorted.at(-1)?.toFixed(0)}`
      return `${n} of ${shown}, ${wrong}, ${cost}`.padStart(30)
    })
    console.log(`${String(megapixels).padEnd(12)}${cells.join('')}`)
  }
}

/** Symbols give bytes, a truth file gives text: bytes say a text when one of the usual character sets makes it of them. */
function says(text: string, expected: string): boolean {
  if (text === expected) return true
  const bytes = Buffer.from(text.replaceAll('\r\n', '\n'), 'latin1')
  return ['utf-8', 'shift_jis', 'gb18030'].some(
    set => new TextDecoder(set).decode(bytes) === expected.replaceAll('\r\n', '\n'),
  )
}

interface Shown {
  readonly name: string
  readonly picture: GreyRaster
  readonly expected: string
  readonly others?: readonly string[]
}

const levels = ['M', 'L', 'Q', 'H'] as const

function* cleanRenders(count: number): Generator<Shown> {
  for (let i = 0; i < count; i++) {
    const { kind, text } = payload(7, i)
    const level = levels[Math.floor(i / 3) % 4]!
    const modulePx = 2 + (i % 9)
    yield {
      name: `${kind}-${level}-${modulePx}px-${i}`,
      picture: renderPlain(encode(text, level), modulePx),
      expected: text,
    }
  }
}

/** Conditions of a rig gone wrong: one at a time, at random angles and sub-pixel places. */
const conditions: readonly (readonly [
  string,
  { modulePx: number; blur?: number; noise?: number; light?: number; dark?: number; tiltDeg?: number },
])[] = [
  ['1.5 px/module', { modulePx: 1.5 }],
  ['2 px/module', { modulePx: 2 }],
  ['2.5 px/module', { modulePx: 2.5 }],
  ['3 px/module', { modulePx: 3 }],
  ['4 px/module', { modulePx: 4 }],
  ['8 px/module', { modulePx: 8 }],
  ['16 px/module', { modulePx: 16 }],
  ['blur 0.5 module at 4 px', { modulePx: 4, blur: 0.5 }],
  ['blur 0.5 module at 8 px', { modulePx: 8, blur: 0.5 }],
  ['noise 20 at 4 px', { modulePx: 4, noise: 20 }],
  ['noise 40 at 4 px', { modulePx: 4, noise: 40 }],
  ['contrast 0.12 at 4 px', { modulePx: 4, light: 150, dark: 120 }],
  ['contrast 0.06 at 4 px', { modulePx: 4, light: 142, dark: 127 }],
  ['tilt 35° at 5 px', { modulePx: 5, tiltDeg: 35 }],
  ['tilt 50° at 5 px', { modulePx: 5, tiltDeg: 50 }],
  ['tilt 60° at 5 px', { modulePx: 5, tiltDeg: 60 }],
]

function* swept(count: number, [name, condition]: (typeof conditions)[number]): Generator<Shown> {
  const { modulePx, blur, noise = 4, light = 212, dark = 20, tiltDeg = 0 } = condition
  for (let i = 0; i < count; i++) {
    const random = seeded(1000 + i)
    const { text } = payload(11, 3 * i)
    const modules = encode(text, 'M')
    const side = Math.ceil((modules.size + 10) * modulePx * 1.3)
    const centre: Point = [side / 2 + random(), side / 2 + random()]
    const flat = placed(modules.size, modulePx, 360 * random(), 0, 0)
    // A pinhole at 2.2 times the symbol's side above the middle of the tilted plane.
    const focal = 2.2 * modules.size * modulePx
    const cos = Math.cos((tiltDeg * Math.PI) / 180)
    const sin = Math.sin((tiltDeg * Math.PI) / 180)
    const [a, b, c, d, e, f] = flat
    const w = [(sin / focal) * d, (sin / focal) * e, 1 + (sin / focal) * f] as const
    const picture = renderSymbol(modules, {
      width: side,
      height: side,
      toPixels: [
        a + centre[0] * w[0],
        b + centre[0] * w[1],
        c + centre[0] * w[2],
        cos * d + centre[1] * w[0],
        cos * e + centre[1] * w[1],
        cos * f + centre[1] * w[2],
        ...w,
      ],
      light,
      dark,
      noise,
      random,
      blurPx: blur === undefined ? 0.5 : blur * modulePx,
      oversampling: 3,
    })
    yield { name: `${name}-${i}`, picture, expected: text }
  }
}

interface IndexedPhoto {
  readonly file: string
  readonly defect: string | null
  readonly adverse?: readonly string[]
  readonly expected: { readonly qr: string | null; readonly extraQr: string | null }
  readonly fields: Readonly<Record<string, readonly Point[]>>
}

async function* photographs(folder: string, wanted: (photo: IndexedPhoto) => boolean): AsyncGenerator<Shown> {
  const { images } = JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8')) as { images: IndexedPhoto[] }
  for (const photo of images) {
    const { qr, extraQr } = photo.expected
    if (qr === null || !wanted(photo)) continue
    const picture = toGrey(await decodePicture(readFileSync(join(folder, photo.file))))
    yield { name: photo.file, picture, expected: qr, ...(extraQr ? { others: [extraQr] } : {}) }
  }
}

/** How far the corners that were found lie from the true ones, px. */
async function corners(folder: string): Promise<void> {
  const { images } = JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8')) as { images: IndexedPhoto[] }
  const distances: number[] = []
  for (const photo of images) {
    const truth = photo.fields['qr']
    if (!truth || photo.expected.qr === null) continue
    const symbols = await findSymbols(toGrey(await decodePicture(readFileSync(join(folder, photo.file)))))
    const symbol = symbols.find(({ bytes }) => bytes && textOf(bytes) === photo.expected.qr)
    symbol?.corners.forEach(([x, y], i) => {
      distances.push(Math.hypot(x - truth[i]![0], y - truth[i]![1]))
    })
  }
  distances.sort((a, b) => a - b)
  const at = (share: number) =>
    distances[Math.min(distances.length - 1, Math.floor(share * distances.length))]?.toFixed(2)
  console.log(
    `corners: ${distances.length}, distance from the truth median ${at(0.5)} px, p95 ${at(0.95)} px, worst ${at(1)} px`,
  )
}

/** Pictures beside their text, in this folder alone. */
async function* labelled(folder: string): AsyncGenerator<Shown> {
  for (const file of readdirSync(folder).sort()) {
    const truth = join(folder, file.replace(/\.[a-z]+$/i, '.txt'))
    if (!/\.(png|jpe?g|webp|tiff?)$/i.test(file) || !existsSync(truth)) continue
    const picture = toGrey(await decodePicture(readFileSync(join(folder, file)), { minSidePx: 21 }))
    yield { name: file, picture, expected: readFileSync(truth, 'utf8') }
  }
}

/** Folders with pictures in them, this one first. */
function foldersIn(folder: string): string[] {
  const inner = readdirSync(folder, { withFileTypes: true }).filter(entry => entry.isDirectory())
  return [folder, ...inner.flatMap(({ name }) => foldersIn(join(folder, name)))]
}

/** The nominal photographs at another number of megapixels. */
async function* atSize(folder: string, megapixels: number, count: number): AsyncGenerator<Shown> {
  let given = 0
  for await (const shown of photographs(folder, ({ defect, adverse }) => defect === null && adverse?.length === 0)) {
    if (given++ === count) return
    const { width, height, data } = shown.picture
    const factor = Math.sqrt((megapixels * 1e6) / (width * height))
    const resized = await sharp(data, { raw: { width, height, channels: 1 } })
      .resize(Math.round(width * factor), Math.round(height * factor), { fit: 'fill' })
      .toColourspace('b-w')
      .raw()
      .toBuffer({ resolveWithObject: true })
    const { info } = resized
    const bytes = new Uint8Array(resized.data.buffer, resized.data.byteOffset, resized.data.byteLength)
    yield { ...shown, picture: { width: info.width, height: info.height, channels: 1, data: bytes } }
  }
}

// One reading before the clock runs: modules load, wasm compiles, the first stages are optimised.
for (const { picture } of cleanRenders(12)) for (const reader of Object.values(readers)) await reader(picture)

if (Number(args.clean) > 0) {
  console.log(`\nClean renders: EPK, address and confirmation code, levels L to H, 2 to 10 px a module`)
  await compare(cleanRenders(Number(args.clean)))
}
if (Number(args.sweep) > 0) {
  for (const condition of conditions) {
    console.log(`\nSynthetic EPK, version 4-M: ${condition[0]}`)
    await compare(swept(Number(args.sweep), condition), [
      'Assay, both readers',
      'Assay, zxing-js only',
      '@zxing/library stock',
      'zxing-wasm plain',
    ])
  }
}
for (const root of args.folder) {
  for (const folder of foldersIn(root)) {
    if (!readdirSync(folder).some(file => file.endsWith('.txt'))) continue
    console.log(`\n${folder}`)
    await compare(labelled(folder))
  }
}
if (args.photos) {
  const folder = process.env['ASSAY_PHOTOS'] ?? '../shared/photos'
  if (!existsSync(join(folder, 'index.json'))) {
    console.log(`\nNo photographs at ${folder}: set ASSAY_PHOTOS. Photographs were not measured.`)
  } else {
    const isDamaged = (photo: IndexedPhoto) => photo.defect === 'qr-void'
    console.log('\nPhotographs, symbol undamaged')
    await compare(photographs(folder, photo => !isDamaged(photo)))
    console.log('\nPhotographs, symbol damaged on purpose')
    await compare(photographs(folder, isDamaged))
    await corners(folder)
    if (Number(args.sizes) > 0) await compareSizes(folder, Number(args.sizes))
  }
}
