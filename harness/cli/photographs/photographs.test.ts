// @module-tag long
import { createHash } from 'node:crypto'
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openRig } from '../../../devices/rig.ts'
import { VirtualLine } from '../../../fixtures/virtual-line/virtual-line.ts'
import { Secret } from '../../core/secret.ts'
import { loadProfile } from '../../products/load-profile.ts'
import { type InspectionRecord, parseRecord } from '../../record/inspection-record.ts'
import { type Look, openVision, type Vision } from '../../vision/pool/vision.ts'
import { InterruptedError } from '../interruption.ts'
import { type InspectCommandOptions, inspectPhotographs } from './inspect-photographs.ts'
import type { InspectionDocument, PhotographDocument } from './photograph-document.ts'
import { type ReadCommandOptions, readPhotographs } from './read-photographs.ts'

const product = 'assay-reference'
let folder: string
let serials: readonly string[]
let secrets: readonly string[]
let records: string
const at = (name: string) => join(folder, name)

/** Real eyes that look at the same picture only once, and always cut crops: these tests share few photographs. */
const eyes = openVision({ workers: 1 })
const looks = new Map<string, Promise<Look>>()
const remembering: Vision = {
  ...eyes,
  async look(source, profile, { name, signal, revealSecrets = false } = {}) {
    if (!(source instanceof Uint8Array)) throw new TypeError('commands hand over the bytes of files')
    const key = `${createHash('sha256').update(source).digest('hex')} ${revealSecrets}`
    const known = looks.get(key) ?? eyes.look(source, profile, { name, signal, revealSecrets })
    looks.set(key, known)
    const { reading, ...rest } = await known
    // Whoever was given secrets wipes them.
    const marks = reading.marks.map(mark => ({
      ...mark,
      text: mark.text instanceof Secret ? Secret.ofBytes(mark.text.expose()) : mark.text,
    }))
    return { ...rest, reading: { ...reading, marks } }
  },
  // Commands close their eyes; these stay open for the next one.
  [Symbol.asyncDispose]: async () => {},
}

/** Two good units: the first sealed and opened, the second sealed; and files that are no use. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-photographs-'))
  const profile = loadProfile(product)
  await using line = await VirtualLine.make({ profile, seed: 11, count: 2, share: 0 })
  await using rig = await openRig({ kind: 'virtual', seed: 11, size: { width: 1500, height: 1000 } })
  records = at('lot.json')
  await writeFile(records, line.records)
  serials = line.truth.map(({ serial }) => serial)
  secrets = line.lot.units.flatMap(({ secrets: { passphrase, epk } }) => [passphrase.exposeText(), epk.exposeText()])
  await rig.light.set('dome')
  await rig.stage.goTo('inspect')
  const shoot = async (name: string, index: number | null, state: 'sealed' | 'opened') => {
    rig.place(index === null ? null : await line.card(index, state))
    await writeFile(at(name), (await rig.camera.photograph()).bytes)
  }
  await shoot('first.jpg', 0, 'sealed')
  await shoot('second.jpg', 1, 'sealed')
  await shoot('opened.jpg', 0, 'opened')
  await shoot('empty-nest.jpg', null, 'sealed')
  await writeFile(at('letter.jpg'), 'Dear Sir or Madam')
  await writeFile(at('cut.jpg'), (await readFile(at('first.jpg'))).subarray(0, 40_000))
  await sharp({ create: { width: 1, height: 1, channels: 3, background: '#888' } })
    .png()
    .toFile(at('one-pixel.png'))
  await writeFile(at('huge.png'), promisedPng(20_000, 10_000))
})

afterAll(async () => {
  await eyes[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

/** A PNG that promises so many pixels and holds none. */
function promisedPng(width: number, height: number): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
    length.writeUInt32BE(data.length)
    sum.writeUInt32BE(crc32(body))
    return Buffer.concat([length, body, sum])
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 2, 0, 0, 0], 8)
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', Buffer.alloc(8)),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function output() {
  const printed: string[] = []
  const told: string[] = []
  return {
    printed,
    told,
    colours: false,
    columns: null,
    print: (line: string) => void printed.push(line),
    tell: (line: string) => void told.push(line),
  }
}

async function read(names: readonly string[], options: Partial<ReadCommandOptions> = {}) {
  const out = output()
  const code = await readPhotographs(
    names.map(at),
    { product, json: true, ...options },
    out,
    new AbortController().signal,
  )
  const documents = options.json === false ? [] : out.printed.map(line => JSON.parse(line) as PhotographDocument)
  return { code, documents, ...out }
}

async function inspect(
  names: readonly string[],
  options: Partial<InspectCommandOptions> = {},
  signal = new AbortController().signal,
  vision = remembering,
) {
  const out = output()
  const all = { product, station: 'sealed', records, json: true, ...options }
  const clock = () => '2026-11-21T00:00:00.000Z'
  const code = await inspectPhotographs(names.map(at), all, out, signal, clock, () => vision)
  const documents = all.json ? out.printed.map(line => JSON.parse(line) as InspectionDocument) : []
  return { code, documents, ...out }
}

/** In the order in which they were written. */
async function recordsIn(out: string): Promise<InspectionRecord[]> {
  const names = (await readdir(join(out, 'records'))).sort()
  return await Promise.all(names.map(async name => parseRecord(await readFile(join(out, 'records', name), 'utf8'))))
}

function expectNoSecrets(text: string): void {
  for (const secret of secrets) {
    expect(text.includes(secret)).toBe(false)
    expect(text.includes(secret.replace(/(.{4})(?=.)/g, '$1-'))).toBe(false)
  }
}

describe('assay read', () => {
  test('says what is on each photograph, in order, one document a line', async () => {
    const { code, documents, told } = await read(['first.jpg', 'second.jpg'], { state: 'sealed' })
    expect(told).toEqual([])
    expect(documents.map(({ photo }) => photo)).toEqual([at('first.jpg'), at('second.jpg')])
    for (const [i, { card, marks, error }] of documents.entries()) {
      expect(error).toBeUndefined()
      expect(card?.corners).toHaveLength(4)
      expect(card?.pixelsPerMm).toBeGreaterThan(5)
      expect(marks['serial-card']).toMatchObject({ outcome: 'read', text: serials[i] })
      expect(marks['address-qr']?.corners).toHaveLength(4)
      expect(marks['epk-qr']).toMatchObject({ outcome: 'concealed', text: null })
      expect(marks['scratch-off']).toMatchObject({ outcome: 'whole', text: null })
    }
    // What is seen knows no limit.
    expect(documents[0]?.measurements.filter(one => 'limits' in one)).toEqual([])
    expect([0, 4]).toContain(code)
  })

  test('keeps secrets back unless they are asked for, and says so when they are shown', async () => {
    const hidden = await read(['opened.jpg'])
    expect(hidden.documents[0]?.marks['epk-qr']).toMatchObject({ outcome: 'read', text: null })
    expectNoSecrets([...hidden.printed, ...hidden.told].join('\n'))
    const shown = await read(['opened.jpg'], { revealSecrets: true })
    expect(secrets).toContain(shown.documents[0]?.marks['epk-qr']?.text)
    expect(shown.told).toEqual(['assay: secrets are shown in clear, because --reveal-secrets was given.'])
  })

  test('the table for people keeps them back as well', async () => {
    const { printed } = await read(['opened.jpg'], { json: false })
    expect(printed.join('\n')).toMatch(/epk-qr +read +\[secret\]/)
    expectNoSecrets(printed.join('\n'))
  })
})

describe('photographs that are no use', () => {
  const bad = ['letter.jpg', 'cut.jpg', 'one-pixel.png', 'huge.png', 'missing.jpg', '.']

  test('each gives one clear sentence, and the others are still read', async () => {
    const { code, documents, told } = await read([...bad, 'first.jpg'])
    expect(documents.map(({ error }) => error?.code)).toEqual([
      'picture-not-a-picture',
      'picture-truncated',
      'picture-too-small',
      'picture-too-large',
      'picture-missing',
      'picture-is-a-folder',
      undefined,
    ])
    expect(told).toHaveLength(bad.length)
    for (const [i, sentence] of told.entries()) expect(sentence).toBe(`assay: ${documents[i]?.error?.message}`)
    expect(documents.at(-1)?.marks['serial-card']?.text).toBe(serials[0])
    expect(code).toBe(2)
  })

  test('each is an ERROR of its own in an inspection, which exits with 2 even when the others pass', async () => {
    const { code, documents } = await inspect([...bad, 'first.jpg'])
    expect(documents.map(({ verdict }) => verdict).slice(0, -1)).toEqual(bad.map(() => 'ERROR'))
    expect(documents.at(-1)?.unit).toBe(serials[0])
    expect(code).toBe(2)
  })

  test('no card in view is one sentence and inconclusive', async () => {
    const seen = await read(['empty-nest.jpg'])
    expect(seen.documents[0]).toMatchObject({ card: null, error: { code: 'no-card' } })
    expect(seen.told).toHaveLength(1)
    expect(seen.code).toBe(4)
    const judged = await inspect(['empty-nest.jpg'])
    expect(judged.documents[0]).toMatchObject({ verdict: 'INCONCLUSIVE', unit: null })
    expect(judged.code).toBe(4)
  })
})

describe('assay inspect', () => {
  test('finds the unit by what was read, not by the name of the file', async () => {
    await copyFile(at('second.jpg'), at(`${serials[0]}.jpg`))
    const { documents } = await inspect([`${serials[0]}.jpg`, 'first.jpg'])
    expect(documents[1]?.unit).toBe(serials[0])
    expect(documents[0]?.unit).toBe(serials[1])
    expect(documents[0]?.verdict).not.toBe('FAIL')
    expect(documents[0]).toMatchObject({ station: 'sealed', alarm: null })
    for (const finding of documents[0]!.findings) expect(Object.keys(finding)).toEqual(['check', 'verdict', 'because'])
  })

  test('a unit of another lot fails', async () => {
    const { units } = JSON.parse(await readFile(records, 'utf8')) as { units: unknown[] }
    await writeFile(at('other-lot.json'), JSON.stringify({ units: units.slice(1) }))
    const { code, documents } = await inspect(['first.jpg'], { records: at('other-lot.json') })
    expect(documents[0]).toMatchObject({ verdict: 'FAIL', unit: null })
    expect(code).toBe(1)
  })

  test('an open EPK at the sealed station stops the run, and what follows says that it was not judged', async () => {
    const out = at('stopped')
    const { code, documents, told } = await inspect(['first.jpg', 'opened.jpg', 'second.jpg'], { out })
    expect(documents.map(({ photo }) => photo)).toEqual([at('first.jpg'), at('opened.jpg'), at('second.jpg')])
    expect(documents[1]).toMatchObject({ verdict: 'FAIL', alarm: { code: 'both-factors-exposed' } })
    expect(documents[2]).toMatchObject({ verdict: 'ERROR', error: { code: 'run-stopped' } })
    expect(told.join('\n')).toMatch(/ALARM/)
    expect(code).toBe(5)
    const kept = await recordsIn(out)
    expect(kept.map(({ alarm }) => alarm?.acknowledged)).toEqual([undefined, false])
  })

  test('an interruption loses nothing: the photograph under way is an ERROR, once, and what follows says so', async () => {
    const controller = new AbortController()
    const interrupting: Vision = {
      ...remembering,
      look(source, profile, options) {
        if (options?.name !== at('second.jpg')) return remembering.look(source, profile, options)
        controller.abort(new InterruptedError('interrupted by Ctrl-C'))
        return Promise.reject(controller.signal.reason)
      },
    }
    const names = ['opened.jpg', 'second.jpg', 'first.jpg']
    const out = at('interrupted')
    const judged = await inspect(names, { station: 'opened', out }, controller.signal, interrupting)
    expect(judged.code).toBe(130)
    expect(await readFile(join(out, 'junit.xml'), 'utf8')).toMatch(
      /<testsuites [^>]*tests="3" failures="0" errors="[23]"/,
    )
    expect(judged.documents.map(({ photo }) => photo)).toEqual(names.map(at))
    for (const document of judged.documents.slice(1))
      expect(document).toMatchObject({ verdict: 'ERROR', error: { code: 'run-stopped' } })
  })

  test('--together makes one inspection of the photographs of one unit', async () => {
    const { documents } = await inspect(['first.jpg', 'second.jpg', 'first.jpg'], {
      together: true,
      out: at('together'),
    })
    expect(documents).toHaveLength(3)
    expect((await readdir(at('together/records'))).length).toBe(2)
  })

  test.each([true, false])(
    'the same picture twice counts once, and no second verdict is shown (--together: %s)',
    async together => {
      // The same pixels in another file: PNG keeps them.
      await sharp(await readFile(at('first.jpg')))
        .png()
        .toFile(at('copy.png'))
      const out = at(`copies-${together}`)
      const { documents } = await inspect(['first.jpg', 'copy.png', 'first.jpg'], { together, out })
      expect(documents.map(({ photo }) => photo)).toEqual(['first.jpg', 'copy.png', 'first.jpg'].map(at))
      expect(documents.map(({ verdict, copyOf }) => [verdict === null, copyOf])).toEqual([
        [false, undefined],
        [true, at('first.jpg')],
        [true, at('first.jpg')],
      ])
      const records = await recordsIn(out)
      expect(records).toHaveLength(1)
      expect(records[0]!.photographs).toHaveLength(1)
    },
  )

  test('a picture that differs in one place where nothing is measured is another one, and judged by itself', async () => {
    const patch = { create: { width: 40, height: 40, channels: 3 as const, background: '#a00' } }
    await sharp(await readFile(at('first.jpg')))
      .composite([{ input: patch, left: 4, top: 4 }])
      .png()
      .toFile(at('touched.png'))
    const out = at('touched')
    const { documents } = await inspect(['first.jpg', 'touched.png'], { out })
    expect(documents).toHaveLength(2)
    expect(await recordsIn(out)).toHaveLength(2)
  })

  test('--out writes records, report and JUnit, and no secret', async () => {
    const { code } = await inspect(['opened.jpg'], { station: 'opened', out: at('out') })
    expect([0, 4]).toContain(code)
    const names = ['report.html', 'junit.xml', join('records', `0001-${serials[0]}.json`)]
    for (const name of names) expectNoSecrets(await readFile(at(join('out', name)), 'utf8'))
  })

  test('records that cannot be used end the command before anything is judged', async () => {
    await writeFile(at('broken.json'), '{')
    await expect(inspect(['first.jpg'], { records: at('broken.json') })).rejects.toMatchObject({
      code: 'lot-not-json',
      exitCode: 2,
    })
    await expect(inspect(['first.jpg'], { records: at('nowhere.json') })).rejects.toMatchObject({
      code: 'records-unreadable',
    })
    await expect(inspect(['first.jpg'], { station: 'dock' })).rejects.toMatchObject({ code: 'unknown-station' })
    await expect(inspect([])).rejects.toMatchObject({ code: 'no-photographs' })
    await expect(inspect(['first.jpg'], { acceptUnproved: ['cover-materal'] })).rejects.toMatchObject({
      code: 'unknown-proof',
      exitCode: 2,
      message: expect.stringMatching(/cover-materal.*did you mean cover-material.*cover-material and faint-marks/),
    })
  })

  test('what is wrong with a record, or with the product of a lot, ends the command and is never said of a unit', async () => {
    const { units, ...head } = JSON.parse(await readFile(records, 'utf8')) as { units: Record<string, string>[] }
    const spoiled = (change: object) => ({
      ...head,
      units: units.map((unit, i) => (i === 0 ? unit : { ...unit, ...change })),
    })
    for (const [lot, because] of [
      [spoiled({ publicKey: 'zz' }), 'field «publicKey»: is no public key'],
      [spoiled({ confirmationCode: units[1]!['confirmationCode']!.slice(0, -1) }), 'field «confirmationCode»'],
      [{ ...head, units, product: 'real' }, 'says real, but the lot is judged as assay-reference'],
    ] as const) {
      await writeFile(at('spoiled.json'), JSON.stringify(lot))
      const judged = inspect(['first.jpg'], { records: at('spoiled.json') })
      await expect(judged).rejects.toMatchObject({
        name: 'LotFileError',
        exitCode: 2,
        message: expect.stringContaining(because),
      })
    }
  })

  test('a record of a large lot that is not sound is the record of its own photograph alone', async () => {
    const { units } = JSON.parse(await readFile(records, 'utf8')) as { units: Record<string, string>[] }
    const many = Array.from({ length: 600 }, (_, i) => ({ serial: `ZZ${String(i).padStart(7, '0')}` }))
    const address = units[0]!['address']!
    const unsound = { ...units[0], address: `${address.slice(0, -2)}${address.at(-1)}${address.at(-2)}` }
    await writeFile(at('large.json'), JSON.stringify([unsound, ...units.slice(1), ...many]))
    const { code, documents } = await inspect(['first.jpg'], { records: at('large.json') })
    expect(code).toBe(2)
    expect(documents[0]).toMatchObject({ verdict: 'ERROR', because: expect.stringContaining('field «address»') })
  })

  test('a product with a limit that no measurement has is refused before anything is looked at', async () => {
    const profile = { ...loadProfile(product), limits: { 'placment-shfit': { min: null, max: 0.4 } } }
    await writeFile(at('limits.json'), JSON.stringify(profile))
    await expect(inspect(['first.jpg'], { product: at('limits.json') })).rejects.toMatchObject({
      code: 'profile-faulty',
      exitCode: 2,
      message: expect.stringContaining('did you mean placement-shift?'),
    })
  })

  test('results that cannot be written are an error, not a silence', async () => {
    await mkdir(at('blocked'))
    await writeFile(at('blocked/records'), '')
    await expect(inspect(['first.jpg'], { out: at('blocked') })).rejects.toMatchObject({ code: 'results-unwritable' })
  })
})
