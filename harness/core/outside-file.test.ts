import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  globSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { giveAway, hasSecondUser, within } from './other-user.testing.ts'
import {
  createOutside,
  type OutsideFileError,
  readOutside,
  readOutsideLater,
  replaceOutside,
  useFolder,
} from './outside-file.node.ts'
import { privateRunFolder } from './run-folder.node.ts'

let folder: string
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'assay-outside-')))
})
afterEach(() => rmSync(folder, { recursive: true }))

const at = (name: string) => join(folder, name)
const modeOf = (path: string) => statSync(path).mode & 0o7777
const refusal = async (path: string, kind: Parameters<typeof readOutside>[1] = 'profile') => {
  const [now, later] = [
    within(() => readOutside(path, kind)) as OutsideFileError,
    await readOutsideLater(path, kind).catch((error: OutsideFileError) => error),
  ]
  expect(later).toMatchObject({ code: now.code, clause: now.clause })
  return now.why
}

test('whatever else opens files opens what comes with Assay, what is its own, or what the system tells', () => {
  const root = join(import.meta.dirname, '..', '..')
  const opening =
    /\b(?:readFileSync|readFile|createReadStream|writeFileSync|writeFile|createWriteStream|chmodSync|chmod)\(/
  const others = globSync('{harness,devices,fixtures,reports}/**/*.ts', { cwd: root })
    .filter(file => !/\.(?:test|testing|bench)\.ts$|^harness.bench./.test(file))
    .filter(file => opening.test(readFileSync(join(root, file), 'utf8')))
  expect(others.sort()).toEqual(
    [
      // Ships with Assay, beside the source.
      'devices/camera/chromium/find-chromium.ts',
      'harness/cli/line/line-commands.ts',
      'harness/cli/version.ts',
      'harness/console/console-page.ts',
      'harness/customer/customer-page.node.ts',
      'harness/customer/photograph/reader-parts.node.ts',
      'harness/products/load-profile.ts',
      'harness/vision/symbols/zxing-wasm.node.ts',
      'harness/vision/text/network-files.node.ts',
      'harness/vision/text/ocv/common-faces.node.ts',
      // The system's own word.
      'devices/wire/serial-list.ts',
      'harness/core/memory-watch.node.ts',
      'harness/core/used-up.node.ts',
      // A descriptor that was handed in.
      'harness/cli/bip38/secret-input.ts',
      'harness/cli/custody/known-secrets.ts',
      'harness/cli/product-teach.ts',
      // New files (`wx`), for nobody else's eyes.
      'harness/cli/rig/session-file.ts',
      'harness/cli/rig/shoot.ts',
      // New files (`wx`) in a new folder.
      'harness/cli/lot/release-folder.ts',
      // Folders that custody made, keeps to its user, and proves by seals and signatures.
      'harness/line/site-a/etch.ts',
      'harness/line/site/lot-desk.ts',
      'harness/line/site/lot-manifests.ts',
      'harness/line/site/site-identity.ts',
      'harness/line/site/spool.ts',
      // A demonstration in a temporary folder of its own.
      'harness/cli/line/line-demo.ts',
      'harness/core/outside-file.node.ts',
    ].sort(),
  )
})

describe('reading', () => {
  test('a file, through a link of one’s own too', async () => {
    writeFileSync(at('a'), 'text')
    symlinkSync(at('a'), at('link'))
    expect(readOutside(at('a'), 'lot', 'own').toString()).toBe('text')
    expect(readOutside(at('link'), 'lot', 'own').toString()).toBe('text')
    expect((await readOutsideLater(at('link'), 'lot', 'own')).toString()).toBe('text')
  })

  test('never waits for a pipe, nor for a link to one', async () => {
    execFileSync('mkfifo', [at('pipe')])
    symlinkSync(at('pipe'), at('link'))
    expect(await refusal(at('pipe'))).toBe('special')
    expect(await refusal(at('link'))).toBe('special')
  })

  test('never reads a device without an end', async () => {
    symlinkSync('/dev/zero', at('zero'))
    const before = process.memoryUsage().rss
    for (const kind of ['configuration', 'font', 'lot', 'picture'] as const) {
      expect(await refusal('/dev/zero', kind)).toBe('special')
      expect(await refusal(at('zero'), kind)).toBe('special')
    }
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * 1024 * 1024)
  })

  test('a folder, a socket and nothing are told apart', async () => {
    const server = createServer().listen(at('socket'))
    mkdirSync(at('folder'))
    expect(await refusal(at('folder'))).toBe('folder')
    expect(await refusal(at('socket'))).toBe('special')
    expect(await refusal(at('nothing'))).toBe('missing')
    expect(await refusal(at('nothing/below'))).toBe('missing')
    server.close()
  })

  test('what is larger than its kind is not read; a file that tells no size is', async () => {
    writeFileSync(at('large'), '')
    truncateSync(at('large'), 40 * 1024 * 1024)
    expect(await refusal(at('large'), 'profile')).toBe('too-large')
    expect(readOutside('/proc/self/status', 'note').toString()).toContain('Pid:')
  })

  test('what others may write is not taken for one’s own', () => {
    writeFileSync(at('shared'), '')
    chmodSync(at('shared'), 0o666)
    expect(within(() => readOutside(at('shared'), 'configuration', 'own'))).toMatchObject({ why: 'foreign' })
    expect(readOutside(at('shared'), 'lot').length).toBe(0)
  })
})

describe('writing', () => {
  test('a link that lies there is neither followed nor written through, and no mode is changed', () => {
    writeFileSync(at('victim'), 'private', { mode: 0o600 })
    symlinkSync(at('victim'), at('out'))
    expect(createOutside(at('out'), 'new')).toBe(false)
    replaceOutside(at('out'), 'new', 0o666)
    expect(readFileSync(at('out'), 'utf8')).toBe('new')
    expect(readFileSync(at('victim'), 'utf8')).toBe('private')
    expect(modeOf(at('victim'))).toBe(0o600)
    expect(readdirSync(folder).sort()).toEqual(['out', 'victim'])
  })

  test('is for nobody else’s eyes unless said so, and leaves what is there', () => {
    expect(createOutside(at('out'), 'first')).toBe(true)
    expect(modeOf(at('out'))).toBe(0o600)
    expect(createOutside(at('out'), 'second')).toBe(false)
    expect(readFileSync(at('out'), 'utf8')).toBe('first')
  })
})

describe('folders', () => {
  test('one that is made is private; one that is there keeps its mode', () => {
    useFolder(at('new'))
    expect(modeOf(at('new'))).toBe(0o700)
    chmodSync(folder, 0o755)
    useFolder(folder)
    expect(modeOf(folder)).toBe(0o755)
  })

  test('where everybody may take away what others put there, nothing is put', () => {
    mkdirSync(at('open'))
    chmodSync(at('open'), 0o777)
    expect(within(() => useFolder(at('open')))).toMatchObject({ why: 'foreign' })
    expect(modeOf(at('open'))).toBe(0o777)
    chmodSync(at('open'), 0o1777)
    useFolder(at('open'))
  })

  test('while programs run they meet in the folder that the system made for the user, else in one of his number', () => {
    chmodSync(folder, 0o700)
    expect(privateRunFolder({ XDG_RUNTIME_DIR: folder })).toBe(join(folder, 'assay'))
    const own = join(tmpdir(), `assay-${process.geteuid?.()}`)
    chmodSync(folder, 0o777)
    expect(privateRunFolder({ XDG_RUNTIME_DIR: folder })).toBe(own)
    expect(privateRunFolder({ XDG_RUNTIME_DIR: 'relative' })).toBe(own)
    expect(privateRunFolder({})).toBe(own)
  })
})

describe.skipIf(!hasSecondUser)('another user of the machine', () => {
  test('no link of his is followed', async () => {
    writeFileSync(at('victim'), 'private')
    symlinkSync(at('victim'), at('link'))
    lchownSync(at('link'), 65534, 65534)
    expect(await refusal(at('link'))).toBe('foreign')
  })

  test('his file may be looked at, and is never one’s own', () => {
    writeFileSync(at('his'), 'x')
    giveAway(at('his'))
    expect(readOutside(at('his'), 'lot').toString()).toBe('x')
    expect(within(() => readOutside(at('his'), 'configuration', 'own'))).toMatchObject({
      why: 'foreign',
      clause: 'belongs to another user',
    })
  })

  test('his folder is not used', () => {
    mkdirSync(at('his'))
    giveAway(at('his'))
    expect(within(() => useFolder(at('his')))).toMatchObject({ why: 'foreign' })
    symlinkSync(folder, at('link'))
    lchownSync(at('link'), 65534, 65534)
    expect(within(() => useFolder(at('link')))).toMatchObject({ why: 'foreign' })
    expect(existsSync(at('his'))).toBe(true)
  })
})

test.skipIf(process.platform !== 'linux')('a file whose name is not UTF-8 is told to be renamed', () => {
  writeFileSync(Buffer.concat([Buffer.from(at('bad')), Buffer.of(0xff)]), 'x')
  const [name] = readdirSync(folder)
  expect(() => readOutside(at(name!), 'note')).toThrow('which is not UTF-8: rename the file')
  expect(() => readOutside(at('none'), 'note')).toThrow('does not exist')
})
