import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { readLotFile } from '../harness/checks/lot/read-lot-file.ts'
import { readConfigFile } from '../harness/config/config-file.ts'
import { AssayError } from '../harness/core/assay-error.ts'
import { decodeText } from '../harness/core/decode-text.ts'
import { parseJson } from '../harness/core/parse-json.ts'
import { peakMemoryMiB } from '../harness/core/peak-memory.testing.ts'
import { seeded } from '../harness/core/seeded.testing.ts'
import { decodePicture } from '../harness/imaging/decode.node.ts'
import { parseAppearance } from '../harness/products/appearance.ts'
import { readFontFile } from '../harness/products/font.node.ts'
import { parseFont, shippedFonts } from '../harness/products/font.ts'
import { loadProfile, parseProfile } from '../harness/products/load-profile.ts'
import { parseValue } from './camera/gphoto2-values.ts'
import { parseChallenges } from './camera/http/authorization.ts'
import { MultipartPictures } from './camera/http/multipart-pictures.ts'
import { examinePicture } from './camera/picture-file.ts'
import { parseControls } from './camera/v4l2-controls.ts'
import { describeFirmware, parseSettings } from './grbl/firmware.ts'
import { parseStatus } from './grbl/status.ts'
import { Moonraker } from './klipper/moonraker.ts'
import { gpiosetVersion, whyEnded } from './light/relay/gpio-relay.ts'
import { readWledAnswer } from './light/wled/wled-state.ts'
import { documentReaders, type OutsideReader } from './outside-documents.testing.ts'
import { parseCalibration } from './rig/calibration/calibration.ts'
import { readHello, readReply } from './rig/daemon/wire.ts'
import { leaseOwner, takeLease } from './rig/lease.ts'
import { ScanFramer } from './scanner/scan-framer.ts'
import { parseTlvs } from './token/piv/tlv.ts'
import { httpSender, type SendHttp, wholeBody } from './wire/http.ts'
import { LineCutter } from './wire/line-cutter.ts'
import { parseCapture } from './wire/wire-event.ts'

/*
 * Every reader of what comes from outside, each given thousands of spoiled and of outright hostile inputs. Runs as a process of its
 * own (`node outside-readers.testing.ts NAME SEED RUNS`), so that time and memory are its own, and tells what it took.
 */

/** Made where readers are tried out, and not where their names are asked for. */
let folder = ''
const textOf = (bytes: Uint8Array) => decodeText(bytes) ?? Buffer.from(bytes).toString('latin1')
const written = (name: string, bytes: Uint8Array): string => {
  const path = join(folder, name)
  writeFileSync(path, bytes)
  return path
}

const picture = sharp({
  create: { width: 96, height: 80, channels: 3, background: '#777', noise: { type: 'gaussian', mean: 120, sigma: 30 } },
})
const shipped = new URL('../harness/products/shipped/', import.meta.url)
const session = new URL('./grbl/sessions/grbl-1.1h.jsonl', import.meta.url)
const utf8 = (text: string) => Buffer.from(text)
const json = (value: unknown) => utf8(JSON.stringify(value))

const pictures = (sample: () => Promise<Buffer>): OutsideReader => ({
  sample,
  read: async bytes => {
    examinePicture(bytes)
    await decodePicture(bytes)
  },
})

export const readers: Readonly<Record<string, OutsideReader>> = {
  ...documentReaders,
  configuration: {
    sample: () =>
      json({ station: 'etched', rigs: { b: { kind: 'real', camera: { driver: 'http', url: 'http://h/' } } } }),
    read: bytes => readConfigFile(written('assay.config.json', bytes)),
  },
  profile: {
    sample: () => readFileSync(new URL('assay-reference.json', shipped)),
    read: bytes => parseProfile(textOf(bytes), 'the profile'),
  },
  appearance: {
    sample: () =>
      json({ format: 'assay-appearance-1', product: 'x', geometrySha256: 'a'.repeat(64), rig: null, lights: {} }),
    read: bytes => parseAppearance(textOf(bytes), 'the appearance'),
  },
  font: {
    sample: () => readFontFile(shippedFonts.print),
    read: bytes => parseFont(bytes, 'the font').setLine('AB12', { x: 0, y: 0 }, 'left', 3),
  },
  'lot file': {
    sample: () =>
      json({
        format: 'assay-lot-1',
        lot: '7',
        product: 'assay-reference',
        units: [{ serial: 'AB123456', publicKey: '02'.repeat(33) }],
      }),
    read: bytes => readLotFile(bytes, 'the lot', { profile: loadProfile('assay-reference') }),
  },
  'lot table': {
    sample: () => utf8('serial;address;lot\nAB123456;bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4;7\n'.repeat(20)),
    read: bytes => readLotFile(bytes, 'the lot'),
  },
  jpeg: pictures(() => picture.clone().jpeg().toBuffer()),
  'progressive jpeg': pictures(() => picture.clone().jpeg({ progressive: true }).toBuffer()),
  png: pictures(() => picture.clone().png().toBuffer()),
  webp: pictures(() => picture.clone().webp().toBuffer()),
  tiff: pictures(() =>
    picture.clone().tiff({ compression: 'lzw', tile: true, tileWidth: 32, tileHeight: 32 }).toBuffer(),
  ),
  'video over HTTP': {
    sample: async () => {
      const jpeg = await picture.clone().jpeg().toBuffer()
      const part = [
        utf8(`--b\r\nContent-Type: image/jpeg\r\nContent-Length: ${jpeg.length}\r\n\r\n`),
        jpeg,
        utf8('\r\n'),
      ]
      return Buffer.concat([...part, ...part])
    },
    read: bytes => {
      const parts = new MultipartPictures({ contentType: 'multipart/x-mixed-replace; boundary=b', maxBytes: 1 << 24 })
      for (let at = 0; at < bytes.length; at += 4096) parts.push(bytes.subarray(at, at + 4096), at)
    },
  },
  'heads of HTTP': {
    sample: () => utf8('Digest realm="a, b", nonce="n", qop="auth", algorithm=SHA-256, Basic realm="c"'),
    read: bytes => {
      // No head is longer: the wire gives it up.
      const text = textOf(bytes.subarray(0, 32 * 1024))
      parseChallenges(text)
      new MultipartPictures({ contentType: text, maxBytes: 1 << 20 })
    },
  },
  'answers of a daemon': {
    sample: () => json({ state: { pose: 'inspect', preset: 'dark' }, result: null }),
    read: bytes => [readReply(textOf(bytes)), readHello(textOf(bytes))],
  },
  'answers of WLED': {
    sample: () =>
      json({
        state: { on: true, bri: 128, seg: [{ id: 0, on: true, bri: 255, col: [[255, 255, 255]] }] },
        info: { ver: '1' },
      }),
    read: bytes => readWledAnswer(parsed(bytes)),
  },
  'lines of a controller': {
    sample: () =>
      utf8(
        '<Idle|MPos:0.000,0.000,0.000|FS:0,0|Pn:PXYZRHS|WCO:1,2,3|Ov:100,100,100|A:SF>\r\n[VER:1.1h.20190830:]\r\n$0=10\r\nok\r\n',
      ),
    read: bytes => {
      const lines = new LineCutter().push(bytes)
      for (const line of lines) parseStatus(line)
      parseSettings(lines)
      describeFirmware(lines, lines[0] ?? '')
    },
  },
  'lines of WLED': {
    sample: () => utf8('{"state":{"on":true,"bri":128,"seg":[]},"info":{"ver":"1"}}\r\n'),
    read: bytes => {
      for (const line of new LineCutter(64 * 1024).push(bytes))
        if (line.includes('{')) readWledAnswer(parseJson(line.slice(line.indexOf('{'))))
    },
  },
  'words of gpioset': {
    sample: () => utf8('gpioset (libgpiod) v2.1.3\ngpioset: unable to request lines: Device or resource busy\n'),
    read: bytes => [gpiosetVersion(bytes), whyEnded(textOf(bytes).slice(-500))],
  },
  'answers of a card': {
    sample: () => utf8('S\u0082\u0000\u0006p\u0004abcd'),
    read: bytes => parseTlvs(bytes.subarray(0, longestAnswer)),
  },
  'answers of Klipper': {
    sample: () => json({ result: { state: 'ready', state_message: 'Printer is ready', status: { led: { on: 1 } } } }),
    read: async bytes => {
      const http: SendHttp = async () => ({ status: 200, headers: {}, body: once(bytes), leave: () => {} })
      const klipper = new Moonraker({ url: 'http://10.0.0.7:7125' }, http)
      await Promise.allSettled([klipper.info(), klipper.objects(['led'])]).then(refuseDefects)
    },
  },
  'replies over HTTP': {
    sample: () => utf8('HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello'),
    read: async bytes => {
      const server = createServer(socket => {
        // Its client goes away when it has heard enough.
        socket.on('error', () => {})
        socket.resume().end(bytes)
      })
      await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
      const { port } = server.address() as { readonly port: number }
      try {
        const url = new URL(`http://127.0.0.1:${port}/`)
        const answer = await httpSender()(
          { method: 'GET', url, headers: {}, silenceMs: 500 },
          new AbortController().signal,
        )
        await wholeBody(answer.body, 1 << 20)
      } finally {
        server.close()
      }
    },
  },
  'codes of a scanner': {
    sample: () => utf8('AB123456\rbc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4\r'),
    read: bytes => new ScanFramer('\r').push(bytes, 0),
  },
  'words of camera programs': {
    sample: () =>
      utf8('brightness 0x00980900 (int) : min=-64 max=64 step=1 default=0 value=0\nCurrent: 1/125\nChoice: 0 1/250\n'),
    read: bytes => [parseControls(textOf(bytes)), parseValue(textOf(bytes))],
  },
  'session of a rig': {
    sample: () => readFileSync(session),
    read: bytes => parseCapture(textOf(bytes), 'the session'),
  },
  calibration: {
    sample: () =>
      json({
        format: 'assay-calibration-1',
        id: 'a'.repeat(64),
        rig: 'b',
        dots: Array.from({ length: 50 }, (_, i) => i),
      }),
    read: bytes => parseCalibration(textOf(bytes), 'the calibration'),
  },
  'lease file': {
    sample: () => json({ owner: 'it', pid: 1, host: 'h', device: 'd', since: '2026', heartbeat: '2026' }),
    read: async bytes => {
      const lease = await takeLease(['d'], { folder })
      try {
        writeFileSync(join(folder, ownerFileOfD), bytes)
        leaseOwner('d', folder)
      } finally {
        lease.release()
      }
    },
  },
}

/** Leases are named by the sha256 of their device. */
const ownerFileOfD = `18ac3e7343f016890c510e93f9352611.${process.geteuid?.() ?? 0}.json`

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

function refuseDefects(all: readonly PromiseSettledResult<unknown>[]): void {
  for (const one of all) if (one.status === 'rejected') throw one.reason
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(textOf(bytes))
  } catch {
    return null
  }
}

/** Of a card: extended length, and its two bytes of status. */
const longestAnswer = 0x10000 + 2
const longBytes = 2_000_000
/** What no spoiling by chance would come to. */
const hostile: readonly (() => Uint8Array)[] = [
  () => new Uint8Array(0),
  () => utf8('['.repeat(20_000)),
  () => utf8('{"a":'.repeat(20_000)),
  () => utf8('"'.repeat(longBytes)),
  () => utf8(`{"units":[${'{},'.repeat(200_000)}{}]}`),
  () => utf8(`{${Array.from({ length: 100_000 }, (_, i) => `"k${i}":${i}`).join(',')}}`),
  () => utf8('{"__proto__":{"x":1},"constructor":{"prototype":{"x":1}}}'),
  () => utf8(`[${'1e999999,'.repeat(100_000)}0]`),
  () => utf8(' '.repeat(longBytes)),
  () => utf8('a,'.repeat(longBytes / 2)),
  () => utf8('a=b;'.repeat(longBytes / 4)),
  () => utf8('\\'.repeat(longBytes)),
  () => utf8('<'.repeat(longBytes)),
  () => utf8('|'.repeat(longBytes)),
  () => utf8('--b\r\n'.repeat(longBytes / 5)),
  () => utf8('x: y\r\n'.repeat(longBytes / 6)),
  () => utf8('1'.repeat(longBytes)),
  () => new Uint8Array(longBytes).fill(0xff),
  () => new Uint8Array(longBytes),
  () => Uint8Array.from({ length: longBytes }, (_, i) => (i * 7919) & 0xff),
]

/** A sample with a few of its bytes, numbers or pieces changed. */
function spoiled(sample: Uint8Array, random: () => number): Uint8Array {
  let bytes = Buffer.from(sample)
  const below = (most: number) => Math.floor(random() * most)
  for (let steps = 1 + below(4); steps > 0; steps--) {
    const at = below(bytes.length + 1)
    const length = below(Math.min(64, bytes.length - at) + 1)
    const piece = bytes.subarray(at, at + length)
    const kinds = [
      () => (bytes = bytes.subarray(0, at)),
      () => void (at < bytes.length && bytes.writeUInt8(below(256), at)),
      () => void (at + 4 <= bytes.length && bytes.writeUInt32BE(below(2) * 0xffffffff, at)),
      () => void (at + 2 <= bytes.length && bytes.writeUInt16BE([0, 0xffff, 0x7fff, 40_000][below(4)]!, at)),
      () => void piece.fill([0, 0xff, 0x30, 0x22][below(4)]!),
      () => (bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)])),
      () =>
        (bytes = Buffer.concat([
          bytes.subarray(0, at),
          ...Array.from({ length: 1 + below(200) }, () => piece),
          bytes.subarray(at),
        ])),
      () =>
        (bytes = Buffer.concat([
          bytes.subarray(0, at),
          utf8(['-1', '1e308', 'null', '[]', '"', '\u0000', '\n', '{'][below(8)]!),
          bytes.subarray(at),
        ])),
    ]
    kinds[below(kinds.length)]!()
    bytes = Buffer.from(bytes)
  }
  return bytes
}

/** What a reader took for all its inputs. */
export interface Reading {
  readonly runs: number
  readonly slowestMs: number
  readonly mostMiB: number
  /** Errors that say nothing to a person, each once. */
  readonly defects: readonly string[]
}

async function tryOut(name: string, seed: number, runs: number): Promise<Reading> {
  const { sample, read } = readers[name]!
  const good = await sample()
  const random = seeded(seed)
  const defects = new Set<string>()
  let slowestMs = 0
  const inputs = function* () {
    yield good
    for (const make of hostile) yield make()
    for (let i = 0; i < runs; i++) yield spoiled(good, random)
  }
  let count = 0
  for (const input of inputs()) {
    count++
    const began = process.cpuUsage()
    try {
      await read(input)
    } catch (error) {
      if (!(error instanceof AssayError))
        defects.add(error instanceof Error ? (error.stack ?? error.name).slice(0, 600) : String(error))
    }
    // Processor time, which a busy machine does not stretch; whoever waits for ever meets the test's own deadline.
    const { user, system } = process.cpuUsage(began)
    slowestMs = Math.max(slowestMs, (user + system) / 1000)
  }
  return { runs: count, slowestMs, mostMiB: peakMemoryMiB(), defects: [...defects].slice(0, 5) }
}

if (process.argv[2] !== undefined && process.argv[1] === import.meta.filename) {
  const [name, seed, runs] = process.argv.slice(2)
  folder = mkdtempSync(join(tmpdir(), 'assay-readers-'))
  try {
    process.stdout.write(JSON.stringify(await tryOut(name!, Number(seed), Number(runs))))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
