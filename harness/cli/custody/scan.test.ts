// @module-tag long
import { spawn } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { create } from 'qrcode'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { drawLine } from '../../vision/text/synthetic-line.testing.ts'
import { main } from '../main.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-scan-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const root = join(import.meta.dirname, '..', '..', '..')
const page = readFileSync(join(root, 'docs', 'custody-scan.md'), 'utf8')

// Nobody's: a vector of BIP38, and a passphrase that was made up.
const epk = '6PRVWUbkzzsbcVac2qwfssoUJAN1Xhrg6bNk8J7Nzm5H7kxEbn2Nh2ZoGg'
const passphrase = '3515-H0EP-J513-IUL6-0K5Y'

let places = 0
function place(files: Readonly<Record<string, string | Uint8Array>>): string {
  const here = join(folder, String(++places))
  mkdirSync(here)
  for (const [name, content] of Object.entries(files)) writeFileSync(join(here, name), content)
  return here
}

async function run(args: readonly string[], controller = new AbortController()) {
  const said = { stdout: '', stderr: '' }
  const spies = (['stdout', 'stderr'] as const).map(stream =>
    vi.spyOn(process[stream], 'write').mockImplementation(text => {
      said[stream] += text
      return true
    }),
  )
  try {
    const code = await main(['custody', 'scan', ...args], controller, line => process.stderr.write(`${line}\n`))
    return { code, ...said }
  } finally {
    for (const spy of spies) spy.mockRestore()
  }
}

async function symbolPicture(text: string): Promise<Buffer> {
  const { size, data } = create([{ data: new TextEncoder().encode(text), mode: 'byte' }], {
    errorCorrectionLevel: 'M',
  }).modules
  const grey = Buffer.from([...data].map(dark => (dark ? 0 : 255)))
  const small = await sharp(grey, { raw: { width: size, height: size, channels: 1 } })
    .png()
    .toBuffer()
  const large = await sharp(small)
    .resize({ width: size * 5, kernel: 'nearest' })
    .png()
    .toBuffer()
  return await sharp(large).extend({ top: 60, bottom: 60, left: 60, right: 60, background: '#fff' }).jpeg().toBuffer()
}

async function linePicture(text: string): Promise<Buffer> {
  const { raster } = await drawLine({ text })
  const { width, height, data } = raster
  return await sharp(data, { raw: { width, height, channels: 1 } })
    .png()
    .toBuffer()
}

describe('assay custody scan', () => {
  it('says where, what and how much was read, shows nothing of it, and ends with 5', async () => {
    const here = place({ 'a.log': `x ${epk}\n`, 'b.gz': gzipSync(passphrase), 'c.txt': 'nothing' })
    const { code, stdout, stderr } = await run([here])
    expect(code).toBe(5)
    expect(stdout).toContain(`LEAK: ${here}/a.log at 2: the encrypted private key\n`)
    expect(stdout).toContain(`LEAK: ${here}/b.gz › gzip at 0 at 0: the passphrase\n`)
    expect(stdout).toMatch(/^3 files \(0\.0 MB\) and 0 images were read; 2 findings, 0 not looked into\.$/m)
    for (const secret of [epk, passphrase]) expect(stdout + stderr).not.toContain(secret.slice(0, 8))
  })

  it('ends with 0 where nothing is, and says what it did not look into, in JSON too', async () => {
    const here = place({
      'a.txt': 'nothing',
      'b.age': 'age-encryption.org/v1\n',
      'c.png': '\x89PNG\r\n\x1a\n no picture',
    })
    writeFileSync(join(here, 'c.png'), Buffer.from('\x89PNG\r\n\x1a\n no picture', 'latin1'))
    symlinkSync('/etc', join(here, 'link'))
    const { code, stdout } = await run([here, '--json'])
    expect([code, JSON.parse(stdout)]).toMatchObject([
      0,
      { findings: [], files: 3, images: 0, notLookedInto: [{ where: `${here}/b.age` }, {}, { where: `${here}/link` }] },
    ])
  })

  it.skipIf(process.platform === 'win32')('goes on past a folder too deep', async () => {
    const here = place({ 'z.log': `x ${epk}\n` })
    const before = process.cwd()
    process.chdir(here)
    try {
      for (let i = 0; i < 22; i++) {
        mkdirSync('d'.repeat(200))
        process.chdir('d'.repeat(200))
      }
    } finally {
      process.chdir(before)
    }
    const { code, stdout } = await run([here])
    expect([code, stdout]).toEqual([5, expect.stringMatching(/not looked into: .*it lies too deep/)])
    expect(stdout).toContain('z.log at 2: the encrypted private key')
    expect(stdout).toMatch(/1 files .* 1 findings, 1 not/)
  })

  it.skipIf(process.platform !== 'linux')('reads a file whose name is no UTF-8', async () => {
    const here = place({})
    const folder = Buffer.concat([Buffer.from(`${here}/`), Buffer.from('d\xe9', 'latin1')])
    mkdirSync(folder)
    writeFileSync(Buffer.concat([folder, Buffer.from('/caf\xe9.txt', 'latin1')]), `x ${epk}\n`)
    const { code, stdout } = await run([here])
    expect([code, stdout]).toEqual([5, expect.stringMatching(/caf\ufffd\.txt at 2: the encrypted private key/)])
  })

  it('finds a secret in the name of an empty folder, and in where a link leads', async () => {
    const here = place({})
    mkdirSync(join(here, `${passphrase}.d`))
    symlinkSync(`/nowhere/${epk}`, join(here, 'link'))
    const { code, stdout } = await run([here])
    expect(code).toBe(5)
    expect(stdout).toMatch(/LEAK: the name of .*\[secret\].*: the passphrase/)
    expect(stdout).toMatch(/LEAK: where .*link leads.*: the encrypted private key/)
    expect(stdout).not.toMatch(/6PRV|3515/)
  })

  it('ends a log with the whole count', async () => {
    const here = place({ 'a.txt': 'nothing', 'b.txt': epk, 'c.txt': 'nothing' })
    const { stderr } = await run([here])
    expect(stderr.trim().split('\n').at(-1)).toMatch(/^assay: 3 files .* read, 1 findings$/)
  })

  it('never shows a name that is a secret', async () => {
    const here = place({ [`${passphrase}.txt`]: epk })
    const { code, stdout, stderr } = await run([here])
    expect(code).toBe(5)
    expect(stdout).toContain(`LEAK: the name of ${here}/[secret]`)
    expect(stdout + stderr).not.toContain('3515')
    const missing = await run([join(here, `${passphrase}.png`)])
    expect([missing.code, missing.stderr]).toEqual([2, expect.stringMatching(/\[secret\] is not there/)])
    expect(missing.stdout + missing.stderr).not.toContain('3515')
  })

  it('looks for what is known: from a file for nobody else’s eyes, or a descriptor; in every form, and by parts', async () => {
    const known = join(folder, 'known.txt')
    writeFileSync(known, 'not a key at all\nH0EP-J513-IUL6\n', { mode: 0o600 })
    const here = place({
      'a.txt': Buffer.from('so it is: not a key at all', 'utf16le'),
      'b.txt': 'the group J513 was read',
      'c.txt': 'H0EPJ513IUL6',
    })
    const { code, stdout } = await run([here, '--known', known])
    expect(code).toBe(5)
    expect(stdout).toMatch(/a\.txt: known secret 1 \(UTF-16LE\)/)
    expect(stdout).toMatch(/b\.txt: group 2 of the known secret 2/)
    expect(stdout).toMatch(/c\.txt: known secret 2 \(plain\)/)
    expect(await run([here, '--known-fd', String(openSync(known, 'r'))])).toMatchObject({ code: 5, stdout })
    expect(await run([here])).toMatchObject({ code: 0 })
    chmodSync(known, 0o644)
    expect(await run([here, '--known', known])).toMatchObject({ code: 2, stderr: expect.stringMatching(/chmod 600/) })
    chmodSync(known, 0o600)
    for (const [text, why] of [
      ['', /one a line/],
      ['short\n', /line 1 has fewer/],
    ] as const) {
      writeFileSync(known, text)
      const refused = await run([here, '--known', known])
      expect([refused.code, refused.stderr]).toEqual([2, expect.stringMatching(why)])
      expect(refused.stderr).not.toContain('short\n')
    }
  })

  it('reads symbols in images, cut off, inside of other files and in small', { timeout: 60_000 }, async () => {
    const picture = await symbolPicture(epk)
    const html = `<img src="data:image/jpeg;base64,${picture.toString('base64')}">`
    const here = place({
      'a.jpg': picture,
      'b.html': html,
      'c.bin': Buffer.concat([Buffer.alloc(900, 7), picture.subarray(0, -40)]),
    })
    writeFileSync(
      join(here, 'd.png'),
      await sharp({ create: { width: 90, height: 90, channels: 3, background: '#888' } })
        .png()
        .toBuffer(),
    )
    // Black on nothing, and white on nothing.
    const mask = await sharp(picture).greyscale().negate().raw().toBuffer({ resolveWithObject: true })
    const { width, height } = mask.info
    for (const [name, tone] of [
      ['e.png', 0],
      ['f.webp', 255],
    ] as const) {
      const colour = sharp({ create: { width, height, channels: 3, background: { r: tone, g: tone, b: tone } } })
      const alpha = { raw: { width, height, channels: 1 as const } }
      await colour.joinChannel(mask.data, alpha).toFile(join(here, name))
    }
    const { code, stdout } = await run([here, '--json'])
    const { findings, images } = JSON.parse(stdout)
    expect([code, images]).toEqual([5, 6])
    const places = findings.map(({ where }: { where: string }) => where)
    for (const name of ['a.jpg', 'b.html', 'c.bin', 'e.png', 'f.webp']) expect(places.join('\n')).toContain(name)
    expect(stdout).not.toContain(epk.slice(0, 8))
  })

  it('reads a lone line of text in an image where it is asked to', { timeout: 120_000 }, async () => {
    const here = place({ 'crop.png': await linePicture(passphrase), 'words.png': await linePicture('NOTHING HERE') })
    expect(await run([here])).toMatchObject({ code: 0, stdout: expect.stringMatching(/add --texts/) })
    const { code, stdout } = await run([here, '--texts'])
    expect([code, stdout]).toEqual([5, expect.stringMatching(/crop\.png: text at -?\d+, -?\d+: the passphrase/)])
    expect(stdout).not.toMatch(/words\.png|3515/)
  })

  it('is interrupted by Ctrl-C, and ends with 130', { timeout: 60_000 }, async () => {
    const here = place(Object.fromEntries(Array.from({ length: 400 }, (_, i) => [`${i}.txt`, 'x'.repeat(200_000)])))
    const child = spawn(process.execPath, [join(root, 'bin', 'assay.js'), 'custody', 'scan', here], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    child.stderr.once('data', () => child.kill('SIGINT'))
    const code = await new Promise(resolve => child.once('exit', resolve))
    expect(code).toBe(130)
  })

  it('does what its guide says', { timeout: 60_000 }, async () => {
    const here = place({ 'lot-secrets.txt': `${passphrase}\n` })
    chmodSync(join(here, 'lot-secrets.txt'), 0o600)
    for (const name of ['runs', 'reports']) mkdirSync(join(here, name))
    writeFileSync(join(here, 'runs', 'log.txt'), 'nothing')
    const before = process.cwd()
    process.chdir(here)
    try {
      const commands = [...page.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block]) => block!.trim().split('\n'))
      expect(commands.length).toBeGreaterThan(3)
      for (const command of commands) {
        const [, , , ...args] = command.split(' ')
        expect([command, (await run(args)).code]).toEqual([command, 0])
      }
    } finally {
      process.chdir(before)
    }
  })
})
