import { createHash } from 'node:crypto'
import sharp from 'sharp'
import { looksSecret } from '../core/looks-secret.ts'
import type { Raster } from '../imaging/raster.ts'
import type { ProductProfile } from '../products/profile.ts'
import type { Vision } from '../vision/pool/vision.ts'
import { findSymbols } from '../vision/symbols/find-symbols.ts'
import type { FoundPicture, Leak, LeakScan, Scanned } from './leak-scan.testing.ts'

/** Pictures smaller than this show a mark, not a card. */
const SMALLEST_CARD_PX = 400

/** Looks at pictures as somebody would who wants the secrets: reads every symbol, every text, and the metadata. */
export class PictureScan {
  readonly #scan: LeakScan
  readonly #vision: Vision
  readonly #profile: ProductProfile
  /** What was found in a picture that stands in several files. */
  readonly #known = new Map<string, Promise<readonly string[] | null>>()

  constructor(scan: LeakScan, vision: Vision, profile: ProductProfile) {
    this.#scan = scan
    this.#vision = vision
    this.#profile = profile
  }

  /** @returns null for bytes that only begin like a picture */
  async leaksIn({ where, bytes }: FoundPicture): Promise<Leak[] | null> {
    const id = createHash('sha256').update(bytes).digest('hex')
    const looking = this.#known.get(id) ?? this.#lookAt(bytes)
    this.#known.set(id, looking)
    return (await looking)?.map(what => ({ where, what })) ?? null
  }

  async #lookAt(bytes: Buffer): Promise<string[] | null> {
    const raster = await decoded(bytes)
    if (raster === null) return null
    const found = new Set([...(await this.#metadata(bytes)), ...(await this.#symbols(raster))])
    if (Math.max(raster.width, raster.height) >= SMALLEST_CARD_PX) {
      for (const what of await this.#readAsPhotograph(raster)) found.add(what)
    }
    return [...found]
  }

  /** Everything in what was scanned, its pictures looked at; and how many pictures there were. */
  async allLeaksIn({ leaks, pictures }: Scanned): Promise<{ leaks: Leak[]; looked: number }> {
    const looked = (await Promise.all(pictures.map(picture => this.leaksIn(picture)))).filter(found => found !== null)
    return { leaks: [...leaks, ...looked.flat()], looked: looked.length }
  }

  async #metadata(bytes: Buffer): Promise<string[]> {
    const { exif, icc, iptc, xmp, tifftagPhotoshop, comments } = await sharp(bytes).metadata()
    const parts = [exif, icc, iptc, xmp, tifftagPhotoshop].filter(part => part !== undefined)
    const texts = (comments ?? []).map(({ text }) => Buffer.from(text))
    return [...parts, ...texts].flatMap(part => this.#scan.bytes(part, '').leaks.map(({ what }) => `metadata: ${what}`))
  }

  /** At the picture's own size and enlarged; smaller ones are among the reader's own stages. */
  async #symbols(raster: Raster): Promise<string[]> {
    const small = Math.max(raster.width, raster.height) < SMALLEST_CARD_PX
    const views = small ? [raster, await enlarged(raster)] : [raster]
    const symbols = (await Promise.all(views.map(view => findSymbols(view)))).flat()
    return symbols.flatMap(({ bytes }) => {
      if (bytes === null) return []
      const traces = [...this.#scan.tracesIn(Buffer.from(bytes))].map(what => `symbol: ${what}`)
      return looksSecret(bytes) ? [...traces, 'symbol: a private key'] : traces
    })
  }

  /** With all that `assay read` has, and a border, as a card that fills the picture has no edges to be found by. */
  async #readAsPhotograph({ width, height, channels, data }: Raster): Promise<string[]> {
    const border = Math.round(width / 12)
    const bytes = await sharp(data, { raw: { width, height, channels } })
      .extend({ top: border, bottom: border, left: border, right: border, background: '#404040' })
      .png()
      .toBuffer()
    const reading = await this.#vision.read(bytes, this.#profile)
    const secret = this.#profile.marks.filter(mark => mark.secret).map(({ name }) => name)
    const read = reading.marks.filter(({ mark, outcome }) => secret.includes(mark) && outcome === 'read')
    const found = read.map(({ mark }) => `the ${mark} can be read`)
    return [...found, ...(reading.exposed ?? []).map(({ kind }) => `${kind} can be read`)]
  }
}

async function decoded(bytes: Buffer): Promise<Raster | null> {
  try {
    const { data, info } = await sharp(bytes)
      .toColourspace('srgb')
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true })
    const { width, height } = info
    return { width, height, channels: info.channels === 1 ? 1 : 3, data }
  } catch {
    return null
  }
}

async function enlarged({ width, height, channels, data }: Raster): Promise<Raster> {
  const twice = { width: 2 * width, height: 2 * height }
  const larger = await sharp(data, { raw: { width, height, channels } })
    .resize({ ...twice, fit: 'fill' })
    .raw()
    .toBuffer()
  return { ...twice, channels, data: larger }
}
