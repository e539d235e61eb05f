import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'playwright/test'
import { create } from 'qrcode'
import sharp from 'sharp'
import { openRig } from '../devices/rig.ts'
import { VirtualLine } from '../fixtures/virtual-line/virtual-line.ts'
import { LeakScan } from '../harness/guard/leaks/leak-scan.node.ts'
import { PictureScan } from '../harness/guard/leaks/picture-scan.node.ts'
import { encodings, type KnownSecret } from '../harness/guard/leaks/secret-encodings.node.ts'
import { loadProfile } from '../harness/products/load-profile.ts'
import { openVision, type PictureSearch, type Vision } from '../harness/vision/pool/vision.ts'
import { brightestIn, NEARLY_BLACK } from './report-figures.ts'
import { secretsOfLot } from './unit-secrets.ts'

// The search for secrets that were left behind (secrets.spec.ts) proves something only if it finds those that were.

const profile = loadProfile('assay-reference')
const seed = 6
let secrets: readonly KnownSecret[]
let scan: LeakScan
let vision: Vision & PictureSearch
let pictures: PictureScan

test.beforeAll(async () => {
  secrets = await secretsOfLot(profile, seed, 1)
  scan = new LeakScan(secrets)
  vision = openVision({ workers: 1 })
  pictures = new PictureScan(scan, vision, { profile })
})

test.afterAll(() => vision?.[Symbol.asyncDispose]())

/** A symbol with `scale` px a module and its quiet zone. */
async function symbolPng(text: string, scale: number): Promise<Buffer> {
  const { size, data } = create([{ data: new TextEncoder().encode(text), mode: 'byte' }], {
    errorCorrectionLevel: 'M',
  }).modules
  const raw = Buffer.from([...data].map(dark => (dark ? 0 : 255)))
  const scaled = { width: size * scale, height: size * scale, kernel: 'nearest' as const }
  const border = { top: 4, bottom: 4, left: 4, right: 4, background: '#fff' }
  const small = await sharp(raw, { raw: { width: size, height: size, channels: 1 } })
    .png()
    .toBuffer()
  const large = await sharp(small).resize(scaled).png().toBuffer()
  return sharp(large)
    .extend({ ...border, top: 4 * scale, bottom: 4 * scale, left: 4 * scale, right: 4 * scale })
    .png()
    .toBuffer()
}

test.describe('the search finds', () => {
  for (const [encoding, encode] of Object.entries(encodings)) {
    test(`every secret, ${encoding}`, () => {
      for (const { name, bytes } of secrets) {
        const planted = Buffer.concat([
          Buffer.from('log: '),
          Buffer.from(encode(Buffer.from(bytes))),
          Buffer.from('; end'),
        ])
        expect(scan.bytes(planted, 'canary').leaks, name).not.toEqual([])
      }
    })
  }

  test('a secret in a base32 text, wherever it begins', () => {
    const base32 = encodings['base32, alignment 1']!
    for (const { name, bytes } of secrets) {
      for (const before of ['', 'a', 'ab', 'abc', 'abcd', 'abcde']) {
        const planted = base32(Buffer.concat([Buffer.from(before), bytes, Buffer.from('zz')]))
        for (const text of [String(planted), String(planted).toLowerCase()])
          expect(scan.bytes(Buffer.from(`x="${text}"`), 'canary').leaks, name).not.toEqual([])
      }
    }
  })

  test('a secret in a base64 text, wherever it begins', () => {
    for (const { name, bytes } of secrets) {
      for (const before of ['', 'a', 'ab', 'abc']) {
        const planted = Buffer.concat([Buffer.from(before), bytes, Buffer.from('zz')]).toString('base64')
        expect(scan.bytes(Buffer.from(`x="${planted}"`), 'canary').leaks, name).not.toEqual([])
        const lines = planted.replaceAll(/(.{8})/g, '$1\n')
        expect(scan.bytes(Buffer.from(lines), 'canary').leaks, name).not.toEqual([])
      }
    }
  })

  test('a secret in packed files', () => {
    for (const { name, bytes } of secrets) {
      const packed = gzipSync(Buffer.concat([Buffer.alloc(3000, 'abc'), bytes]))
      expect(
        scan.bytes(Buffer.concat([Buffer.from('head'), packed, Buffer.from('tail')]), 'canary').leaks,
        name,
      ).not.toEqual([])
      const twice = Buffer.from(`{"data":"${gzipSync(packed).toString('base64')}"}`)
      expect(scan.bytes(twice, 'canary').leaks, name).not.toEqual([])
    }
  })

  test('a part of a passphrase', () => {
    const groups = secrets[0]!.groups!
    expect(groups).toHaveLength(6)
    for (const [i, group] of groups.entries()) {
      expect(scan.bytes(Buffer.from(`line 2 of 2: ${group} was read`), 'canary').leaks).not.toEqual([])
      const two = groups.slice(i, i + 2)
      if (two.length === 2)
        expect(scan.bytes(Buffer.from(`xx${two.join('').toLowerCase()}xx`), 'canary').leaks).not.toEqual([])
    }
  })

  test("a secret in a file's name", () => {
    const here = mkdtempSync(join(tmpdir(), 'assay-canary-'))
    writeFileSync(join(here, `${new TextDecoder().decode(secrets[0]!.bytes)}.txt`), '')
    try {
      expect(scan.folder(here).leaks).not.toEqual([])
    } finally {
      rmSync(here, { recursive: true })
    }
  })

  test('an EPK in a picture, at any size and inside of a page', async () => {
    const epk = new TextDecoder().decode(secrets.find(({ name }) => name.startsWith('EPK'))!.bytes)
    for (const scale of [2, 5, 12]) {
      const png = await symbolPng(epk, scale)
      const jpeg = await sharp(png).jpeg({ quality: 70 }).toBuffer()
      const page = Buffer.from(`<img src="data:image/jpeg;base64,${jpeg.toString('base64')}">`)
      for (const left of [png, page]) {
        const scanned = scan.bytes(left, 'canary')
        expect(scanned.leaks).toEqual([])
        expect((await pictures.allLeaksIn(scanned)).leaks.map(({ what }) => what)).toContain('symbol: a private key')
      }
    }
  })

  test("a secret in a picture's metadata", async () => {
    const secret = new TextDecoder().decode(secrets[0]!.bytes)
    const blank = sharp({ create: { width: 40, height: 40, channels: 3, background: '#999' } })
    for (const format of ['jpeg', 'png', 'webp'] as const) {
      const picture = await blank
        .clone()
        .withExif({ IFD0: { ImageDescription: secret } })
        .toFormat(format)
        .toBuffer()
      expect((await pictures.allLeaksIn(scan.bytes(picture, 'canary'))).leaks, format).not.toEqual([])
    }
  })

  test('secrets in crops that were not blacked out', async () => {
    await using line = await VirtualLine.make({ profile, seed, count: 1, share: 0 })
    await using rig = await openRig({ kind: 'virtual', seed })
    await rig.stage.goTo('inspect')
    await rig.light.set('dome')
    for (const [state, marks] of [
      ['etched', ['passphrase']],
      ['opened', ['passphrase', 'epk-qr']],
    ] as const) {
      rig.place(await line.card(0, state))
      const { bytes: photograph } = await rig.camera.photograph()
      const { crops } = await vision.look(photograph, profile, { revealSecrets: true })
      const front = Buffer.from(crops.find(({ of }) => of === 'card')!.bytes)
      const found = (await pictures.allLeaksIn(scan.bytes(front, 'canary'))).leaks.map(({ what }) => what)
      for (const mark of marks) {
        expect(found).toContain(`the ${mark} can be read`)
        expect(await brightestIn(profile, mark, { caption: '', jpeg: front }, 0)).toBeGreaterThan(NEARLY_BLACK)
      }
    }
  })
})
