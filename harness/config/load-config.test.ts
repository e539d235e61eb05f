import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { giveAway, hasSecondUser } from '../core/other-user.testing.ts'
import { ConfigError } from './config-error.ts'
import { findConfigFile } from './config-file.ts'
import { type ConfigFlags, loadConfig } from './load-config.ts'
import { settings } from './settings.ts'

let folder: string
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'assay-config-')))
})
afterEach(() => rmSync(folder, { recursive: true }))

function write(name: string, content: string): void {
  writeFileSync(join(folder, name), content)
}

const load = (environment: Record<string, string> = {}, flags: ConfigFlags = {}, cwd = folder) =>
  loadConfig({ cwd, environment, flags })

describe('precedence', () => {
  test('without anything every value is the default', async () => {
    const { config, file, sources } = await load()
    expect(file).toBeNull()
    expect(config).toMatchObject({ product: 'assay-reference', rig: { kind: 'virtual' }, runs: join(folder, 'runs') })
    expect(new Set(Object.values(sources))).toEqual(new Set(['default']))
  })

  test('flag over environment over file over default, for every value by itself', async () => {
    write('assay.config.json', '{"rig":{"seed":2,"name":"bench-2"},"workers":2,"station":"etched"}')
    const environment = { ASSAY_RIG_SEED: '3', ASSAY_WORKERS: '3' }
    const { config, sources } = await load(environment, { workers: '4' })
    expect(config).toMatchObject({
      workers: 4,
      rig: { seed: 3, name: 'bench-2' },
      station: 'etched',
      product: 'assay-reference',
    })
    expect(sources).toMatchObject({
      workers: 'flag',
      'rig.seed': 'environment',
      'rig.name': 'file',
      station: 'file',
      product: 'default',
    })
  })

  test('an empty variable is no value', async () => {
    expect((await load({ ASSAY_STATION: '' })).sources.station).toBe('default')
  })

  test('every setting has a variable that works', async () => {
    const texts: Readonly<Record<string, string>> = {
      station: 'opened',
      'rig.kind': 'virtual',
      'rig.seed': '9',
      workers: '9',
    }
    const environment = Object.fromEntries(settings.map(({ path, environment }) => [environment, texts[path] ?? 'x']))
    expect(new Set(Object.values((await load(environment)).sources))).toEqual(new Set(['environment']))
  })
})

describe('the file', () => {
  test('is TypeScript, loaded as it is', async () => {
    const module = JSON.stringify(join(import.meta.dirname, 'define-config.ts'))
    write(
      'assay.config.ts',
      `import { defineConfig } from ${module}\nexport default defineConfig({ rig: { seed: 7 as number } })`,
    )
    expect((await load()).config.rig.seed).toBe(7)
  })

  test('is JavaScript', async () => {
    write('assay.config.js', 'export default { product: "real" }')
    expect((await load()).config.product).toBe('real')
  })

  test('is found upwards, and relative paths are relative to it', async () => {
    write('assay.config.json', '{"runs":"out","product":"my/card.json"}')
    mkdirSync(join(folder, 'a', 'b'), { recursive: true })
    const { config, file } = await load({}, {}, join(folder, 'a', 'b'))
    expect(file).toBe(join(folder, 'assay.config.json'))
    expect(config).toMatchObject({ runs: join(folder, 'out'), product: join(folder, 'my/card.json') })
  })

  test('has the journal beside it, wherever a person stands', async () => {
    mkdirSync(join(folder, 'a'))
    expect((await load({}, {}, join(folder, 'a'))).config.journal).toBe(join(folder, 'a', 'assay-journal'))
    write('assay.config.json', '{}')
    expect((await load({}, {}, join(folder, 'a'))).config.journal).toBe(join(folder, 'assay-journal'))
    expect((await load({ ASSAY_JOURNAL: 'j' }, {}, join(folder, 'a'))).config.journal).toBe(join(folder, 'a', 'j'))
  })

  test("does not change what a person's relative paths refer to", async () => {
    write('assay.config.json', '{}')
    mkdirSync(join(folder, 'a'))
    expect((await load({ ASSAY_RUNS: 'out' }, {}, join(folder, 'a'))).config.runs).toBe(join(folder, 'a', 'out'))
  })
})

describe('what is refused, with the source, the setting and what is allowed', () => {
  test.each([
    ['an unknown setting', '{"colour":1}', 'colour is not a setting.'],
    ['a misspelt setting', '{"prodcut":"real"}', 'prodcut is not a setting (did you mean product?)'],
    ['a misspelt setting of the rig', '{"rig":{"sead":1}}', 'rig.sead is not a setting (did you mean rig.seed?)'],
    [
      'a misspelt station',
      '{"station":"opend"}',
      'station must be one of printed, etched, sealed, opened (did you mean opened?)',
    ],
    ['a text for a number', '{"workers":"2"}', 'workers must be a number.'],
    ['a fraction', '{"workers":1.5}', 'workers must be a whole number.'],
    ['too few', '{"workers":0}', 'workers must be at least 1.'],
    ['too large', '{"rig":{"seed":4294967296}}', 'rig.seed must be at most 4294967295'],
    ['an empty text', '{"product":""}', 'product must be at least 1 characters long'],
    ['a bad name', '{"rig":{"name":"Bench 2"}}', 'rig.name must be lower-case letters, digits and dashes'],
    ['a number for an object', '{"rig":3}', 'rig must be an object.'],
    ['a list', '[]', 'the configuration must be an object'],
    ['two faults at once', '{"workers":0,"colour":1}', 'workers must be at least 1; colour is not a setting'],
    ['broken JSON', '{', 'cannot be loaded: it is not JSON (line 1, column 2).'],
    ['a passphrase file', 'ABCDE-FGH7J-KLMNP', 'cannot be loaded: it is not JSON (line 1, column 1).'],
    ['what is nested too deep', '['.repeat(20_000), 'it is nested more than 64 levels deep'],
  ])('%s', async (_, content, sentence) => {
    write('assay.config.json', content)
    const error = await load().catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ name: 'ConfigError', exitCode: 2 })
    expect(String(error)).toContain(join(folder, 'assay.config.json'))
    expect(String(error)).toContain(sentence)
  })

  test('a value of the environment and of a flag', async () => {
    await expect(load({ ASSAY_WORKERS: 'many' })).rejects.toThrow('ASSAY_WORKERS: workers must be a number.')
    await expect(load({ ASSAY_WORKERS: ' ' })).rejects.toThrow('ASSAY_WORKERS: workers must be a number')
    await expect(load({}, { 'rig.seed': '-1' })).rejects.toThrow('--rig-seed: rig.seed must be at least 0.')
  })

  test('never what stands in a wrong field, nor in the place of a name', async () => {
    const camera = { driver: 'http', url: 'http://10.0.0.5/shot.jpg' }
    const rigs = (change: object) => ({ rigs: { bench: { kind: 'real', camera: { ...camera, ...change } } } })
    const secret = 'hunter2!x'
    for (const content of [
      rigs({ passwordVariable: secret }),
      rigs({ user: [secret] }),
      rigs({ url: `http://adm:${secret}/a@10.0.0.5/shot.jpg` }),
      rigs({ url: `http://adm:80/${secret}@10.0.0.5/shot.jpg` }),
      rigs({ url: secret }),
      rigs({ driver: secret }),
      rigs({ [secret]: 1 }),
      { rigs: { [secret]: 1 } },
      ...[`adm:${secret}@10.0.0.5`, `10.0.0.5/?key=${secret}`, `10.0.0.5/#${secret}`].map(place => ({
        vault: { folder: 'v', recipients: 'r', server: `https://${place}` },
      })),
      { station: secret },
      { workers: secret },
      { rig: { name: secret } },
      { [secret]: 1 },
    ]) {
      write('assay.config.json', JSON.stringify(content))
      const error = await load().catch((thrown: unknown) => thrown)
      expect(error).toBeInstanceOf(ConfigError)
      expect(String(error)).not.toMatch(/hunter2/)
    }
    rmSync(join(folder, 'assay.config.json'))
    await expect(load({ ASSAY_WORKERS: secret })).rejects.toThrow(/^(?!.*hunter2)/)
  })

  test('a misspelt variable', async () => {
    await expect(load({ ASSAY_STATON: 'etched' })).rejects.toThrow(
      'ASSAY_STATON is not a setting (did you mean ASSAY_STATION?).',
    )
    await expect(load({ ASSAY_DEBUG: '1', ASSAY_SOMETHING_ELSE: '1' })).resolves.toBeDefined()
  })

  test('a script without a default export, and one that throws', async () => {
    write('assay.config.js', 'export const config = {}')
    await expect(load()).rejects.toThrow(/has no default export/)
    rmSync(join(folder, 'assay.config.js'))
    write('assay.config.ts', 'throw new Error("out of cheese")')
    await expect(load()).rejects.toThrow(/assay\.config\.ts cannot be loaded: Error \(line 1, column 7\)\./)
  })

  test.each([
    ['ends the program', 'process.exit(0)', 'it ends the program (process.exit); let it export the settings instead.'],
    ['throws when it is asked', 'export default { get station() { throw new RangeError("x") } }', 'RangeError (line 1'],
    ['exports what runs', 'export default { station: () => "etched" }', 'it exports what is no plain data'],
    ['throws what is no error', 'throw { stack: 7 }', 'thrown object.'],
    ['throws an error without a stack', 'throw Object.assign(new Error("x"), { stack: 7 })', 'Error.'],
  ])('a script that %s, in a sentence', async (_, script, sentence) => {
    write('assay.config.js', script)
    await expect(load()).rejects.toMatchObject({ code: 'config-unreadable' })
    await expect(load()).rejects.toThrow(sentence)
  })

  test('a script that never comes to its end is waited for no longer than 10 s, and leaves nothing changed', async () => {
    write('assay.config.js', 'await new Promise(() => {}); export default {}')
    const before = [process.exit, process.listeners('SIGTERM')]
    vi.useFakeTimers()
    try {
      const refused = expect(load()).rejects.toThrow('it was not there after 10 s.')
      await vi.advanceTimersByTimeAsync(10_000)
      await refused
    } finally {
      vi.useRealTimers()
    }
    expect([process.exit, process.listeners('SIGTERM')]).toEqual(before)
  })

  test('two files in one folder', async () => {
    write('assay.config.js', 'export default {}')
    write('assay.config.json', '{}')
    await expect(load()).rejects.toThrow(/holds assay\.config\.js and assay\.config\.json; keep one/)
  })
})

test('a loaded configuration cannot be changed', async () => {
  const { config } = await load()
  expect(() => Object.assign(config.rig, { seed: 5 })).toThrow(TypeError)
})

test('whatever a file holds, it is loaded or refused in words that name it', async () => {
  const whole = {
    rig: { name: 'bench', seed: 2 },
    station: 'etched',
    rigs: {
      bench: {
        kind: 'real',
        camera: { driver: 'http', url: 'http://u:hidden-word@10.0.0.5/shot.jpg', settings: { exposureMs: 20 } },
        stage: { driver: 'grbl', port: '/dev/ttyX', poses: { inspect: { xMm: -1, yMm: -2, zMm: -3 } } },
        light: { driver: 'wled-http', url: 'http://10.0.0.7', presets: { dome: [{ id: 0, power: 1 }] } },
        steady: { frames: 3 },
      },
    },
  }
  const places: string[] = []
  JSON.stringify(whole, (key, value) => {
    if (key !== '') places.push(key)
    return value
  })
  const strange = fc.constantFrom(null, [], {}, '', -1, 1e308, '\u0000', '__proto__', [null], { __proto__: null })
  const damaged = fc
    .tuple(fc.constantFrom(...places), fc.oneof(fc.jsonValue({ maxDepth: 2 }), strange))
    .map(([place, value]) => {
      // Once: what is put in may hold a key of the same name.
      let isPut = false
      return JSON.stringify(whole, (key, old) => {
        if (isPut || key !== place) return old
        isPut = true
        return value
      })
    })
  const renamed = fc
    .tuple(fc.constantFrom(...places), fc.constantFrom('__proto__', 'constructor', 'toString', 'x', ''))
    .map(([place, name]) => JSON.stringify(whole).replace(`"${place}":`, `"${name}":`))
  await fc.assert(
    fc.asyncProperty(fc.oneof(damaged, renamed, fc.json(), fc.string()), async text => {
      write('assay.config.json', text)
      const refused = await load().then(
        () => null,
        (error: unknown) => error,
      )
      if (refused === null) return
      expect(refused).toBeInstanceOf(ConfigError)
      const { message, code } = refused as ConfigError
      expect(code).toMatch(/^config-/)
      expect(message).toContain(folder)
      expect(message).not.toContain('hidden-word')
      expect(message).not.toMatch(/\[object|undefined/)
    }),
    { numRuns: 600 },
  )
})

describe('products of a workshop', () => {
  test('are files beside the configuration that names them, and none unless it names some', async () => {
    expect((await load()).config.products).toEqual([])
    write('assay.config.json', '{"products":["cards/mine.json"]}')
    expect((await load()).config.products).toEqual([join(folder, 'cards', 'mine.json')])
  })
})

describe('what a workshop accepts at a station', () => {
  test('stands by the name of the station, and nowhere unless somebody said so', async () => {
    expect((await load()).config.stations).toEqual({})
    write('assay.config.json', '{"stations":{"sealed":{"acceptUnproved":["cover-material"]}}}')
    expect((await load()).config.stations).toEqual({ sealed: { acceptUnproved: ['cover-material'] } })
  })

  test.each([
    ['{"stations":{"seald":{}}}', /seald/],
    ['{"stations":{"sealed":{"acceptUnproved":["cover"]}}}', /stations\.sealed\.acceptUnproved\.0/],
    ['{"stations":{"sealed":{"accept":[]}}}', /accept/],
  ])('%s is refused', async (content, says) => {
    write('assay.config.json', content)
    await expect(load()).rejects.toThrow(says)
  })
})

describe('the vault', () => {
  test('stands beside the file, and is none unless somebody said so', async () => {
    expect((await load()).config.vault).toBeNull()
    write('assay.config.json', '{"vault":{"folder":"sealed","recipients":"for-whom.txt"}}')
    const below = join(folder, 'below')
    mkdirSync(below)
    const { config } = await load({}, {}, below)
    expect(config.vault).toEqual({ folder: join(folder, 'sealed'), recipients: join(folder, 'for-whom.txt') })
  })

  test.each([
    ['{"vault":{"folder":"sealed"}}', /vault\.recipients/],
    ['{"vault":{"folder":"sealed","recipients":"x","key":"x"}}', /key/],
    ['{"vault":null}', /vault/],
  ])('%s is refused by its name', async (content, name) => {
    write('assay.config.json', content)
    await expect(load()).rejects.toThrow(name)
  })
})

describe('what others may have put there', () => {
  const search = (from = folder) => findConfigFile(from, join(folder, 'nobody-lives-here'))

  test('the search ends at the home folder and at the root of a repository, and looks at both', async () => {
    const inner = join(folder, 'home', 'work', 'deep')
    mkdirSync(inner, { recursive: true })
    write('assay.config.json', '{}')
    expect(search(inner).file).toBe(join(folder, 'assay.config.json'))
    expect(findConfigFile(inner, join(folder, 'home'))).toEqual({ file: null, passedOver: [] })
    mkdirSync(join(folder, 'home', 'work', '.git'))
    expect(search(inner)).toEqual({ file: null, passedOver: [] })
    write('home/work/assay.config.json', '{}')
    expect(search(inner).file).toBe(join(folder, 'home', 'work', 'assay.config.json'))
  })

  test('nothing is run from a parent folder that everybody may write, and that is said', async () => {
    const inner = join(folder, 'mine')
    mkdirSync(inner)
    write('assay.config.js', `globalThis.ranStrangersCode = true; export default { station: 'etched' }`)
    chmodSync(folder, 0o1777)
    const loaded = await loadConfig({ cwd: inner, environment: {} })
    expect(loaded).toMatchObject({
      file: null,
      sha256: null,
      passedOver: [`${join(folder, 'assay.config.js')} is not used: its folder may be written by other users.`],
    })
    expect(loaded.config.station).toBe('sealed')
    expect('ranStrangersCode' in globalThis).toBe(false)
    await expect(load()).rejects.toMatchObject({ code: 'config-foreign' })
    expect('ranStrangersCode' in globalThis).toBe(false)
  })

  test('a file that everybody may write is refused', async () => {
    write('assay.config.json', '{}')
    chmodSync(join(folder, 'assay.config.json'), 0o666)
    await expect(load()).rejects.toMatchObject({ code: 'config-foreign', exitCode: 2 })
  })

  test('what was found is named with its digest', async () => {
    write('assay.config.json', '{"station":"etched"}')
    const digest = createHash('sha256').update('{"station":"etched"}').digest('hex')
    expect(await load()).toMatchObject({ file: join(folder, 'assay.config.json'), sha256: digest, passedOver: [] })
  })

  test('a device without an end, a pipe and nested brackets are refused at once', async () => {
    const path = join(folder, 'assay.config.json')
    for (const [make, code] of [
      [() => symlinkSync('/dev/zero', path), 'config-unreadable'],
      [() => execFileSync('mkfifo', [path]), 'config-unreadable'],
      [() => writeFileSync(path, '['.repeat(20_000)), 'config-unreadable'],
    ] as const) {
      make()
      const began = performance.now()
      await expect(load()).rejects.toMatchObject({ code, exitCode: 2 })
      expect(performance.now() - began).toBeLessThan(2000)
      rmSync(path)
    }
  })

  test.skipIf(!hasSecondUser)('nothing of another user is run or read, wherever it stands', async () => {
    const inner = join(folder, 'mine')
    mkdirSync(inner)
    for (const name of ['assay.config.js', 'assay.config.ts', 'assay.config.json']) {
      write(name, name.endsWith('json') ? '{}' : 'globalThis.ranStrangersCode = true; export default {}')
      // The file is his, and the folder is one's own.
      giveAway(join(folder, name))
      await expect(load()).rejects.toMatchObject({ code: 'config-foreign' })
      await expect(load({}, {}, inner)).rejects.toMatchObject({ code: 'config-foreign' })
      rmSync(join(folder, name))
      // The folder is his, and a link there leads to a file of one's own.
      giveAway(folder)
      write(`mine/${name}`, '{}')
      symlinkSync(join(inner, name), join(folder, name))
      lchownSync(join(folder, name), 65534, 65534)
      await expect(load()).rejects.toMatchObject({ code: 'config-foreign' })
      chownSync(folder, 0, 0)
      await expect(load()).rejects.toMatchObject({ code: 'config-foreign' })
      rmSync(join(folder, name))
      rmSync(join(inner, name))
      expect('ranStrangersCode' in globalThis).toBe(false)
    }
  })
})
