import { createHash, scryptSync } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { toHex } from '../bytes.ts'
import { availableEngines, chooseEngine, measureEngines } from './choice.ts'
import { heavy, light, type ScryptEngine } from './engine.ts'
import { enginePool } from './engine-pool.ts'
import { LanePool } from './lane-pool.ts'
import { startInlineRunner } from './lane-worker.ts'
import { referenceEngine } from './reference.ts'
import { emitKernel } from './salsa-kernel.ts'
import { wasmEngine } from './wasm-engine.ts'

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)

describe.each(availableEngines().map(engine => ({ engine, name: engine.name })))('the engine $name', ({ engine }) => {
  // RFC 7914 §12; its last vector needs 1 GiB.
  test.each([
    [
      '',
      '',
      16,
      1,
      1,
      '77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906',
    ],
    [
      'password',
      'NaCl',
      1024,
      8,
      16,
      'fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b3731622eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640',
    ],
    [
      'pleaseletmein',
      'SodiumChloride',
      16384,
      8,
      1,
      '7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887',
    ],
  ])('computes RFC 7914: %j, %j, N=%i r=%i p=%i', async (password, salt, N, r, p, expected) => {
    expect(toHex(await engine.derive(utf8(password), utf8(salt), { N, r, p, dkLen: 64 }))).toBe(expected)
  })

  test('computes what OpenSSL computes, for any password and salt', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 80 }), fc.uint8Array({ maxLength: 12 }), async (password, salt) => {
        const parameters = { N: 1024, r: 8, p: 4, dkLen: 32 }
        const derived = await engine.derive(password, salt, parameters)
        expect(toHex(derived)).toBe(scryptSync(password, salt, 32, { ...parameters, maxmem: 2 ** 26 }).toString('hex'))
      }),
      { numRuns: 5 },
    )
  })

  test('is stopped by its signal, before and while it works', async () => {
    const stopped = new Error('stopped')
    await expect(
      engine.derive(utf8('x'), utf8('y'), { ...heavy, dkLen: 32 }, { signal: AbortSignal.abort(stopped) }),
    ).rejects.toBe(stopped)
    const controller = new AbortController()
    const running = engine.derive(utf8('x'), utf8('y'), { ...heavy, dkLen: 32 }, { signal: controller.signal })
    setTimeout(() => controller.abort(stopped), 20)
    await expect(running).rejects.toBe(stopped)
  })

  test('tells its progress, never backwards, up to 1', async () => {
    const told: number[] = []
    await engine.derive(
      utf8('x'),
      utf8('y'),
      { N: 4096, r: 8, p: 8, dkLen: 32 },
      { onProgress: done => told.push(done) },
    )
    expect(told.at(-1)).toBe(1)
    expect(told).toEqual(told.toSorted((a, b) => a - b))
    if (engine.name !== 'node:crypto') expect(told.length).toBeGreaterThan(4)
  })
})

describe('the kernel', () => {
  const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

  test('is emitted as the same bytes everywhere: a changed kernel is a reviewed change', () => {
    expect(sha256(emitKernel({ r: 8, lanes: 4 }))).toMatchInlineSnapshot(
      `"1d2840b8fbc77a37d9bd939f6bfd421cdf2bfb9a43dc963a75c9e62b853c35d9"`,
    )
    expect(sha256(emitKernel({ r: 8, lanes: 2 }))).toMatchInlineSnapshot(
      `"f8802ae96eee8add6bf23bceeca02f0e6a9e2e45d4c6a828d58b75b1dfce43b8"`,
    )
  })

  test('asks of its host nothing but memory', () => {
    const module = new WebAssembly.Module(emitKernel({ r: 8, lanes: 4 }))
    expect(WebAssembly.Module.imports(module)).toEqual([{ module: 'host', name: 'memory', kind: 'memory' }])
    expect(WebAssembly.Module.exports(module).map(({ name }) => name)).toEqual(['fill', 'mix'])
  })

  test.each([1, 2, 4, 8])('gives the same with %i lanes interleaved', async lanes => {
    const parameters = { N: 1024, r: 8, p: 8, dkLen: 64 }
    const derived = await wasmEngine({ lanes, threads: 1 })!.derive(utf8('pw'), utf8('salt'), parameters)
    expect(toHex(derived)).toBe(scryptSync('pw', 'salt', 64, { ...parameters, maxmem: 2 ** 26 }).toString('hex'))
  })

  test('gives the same on this thread, where no worker can be started, and lets others have their turn', async () => {
    const shape = { r: 8, lanes: 2 }
    const module = new WebAssembly.Module(emitKernel(shape))
    const words = () => Uint32Array.from({ length: 512 }, (_, i) => i * 2654435761)
    const pool = new LanePool(module, shape, 1)
    let turns = 0
    const ticking = setInterval(() => turns++, 1)
    const inline = await startInlineRunner(module, shape).run(words(), 16384)
    clearInterval(ticking)
    expect(inline).toEqual(await pool.run(words(), 16384))
    expect(turns).toBeGreaterThan(0)
    pool.close()
  })
})

describe('a pool of workers', () => {
  const shape = { r: 8, lanes: 2 }
  const module = new WebAssembly.Module(emitKernel(shape))
  const words = () => new Uint32Array(512)

  test('goes on after a job was stopped, and never begins one that was stopped while it waited', async () => {
    const pool = new LanePool(module, shape, 1)
    const [first, second] = [new AbortController(), new AbortController()]
    const running = pool.run(words(), 16384, first.signal)
    const waiting = pool.run(words(), 16384, second.signal)
    const last = pool.run(words(), 1024)
    second.abort(new Error('second'))
    first.abort(new Error('first'))
    await expect(running).rejects.toThrow('first')
    await expect(waiting).rejects.toThrow('second')
    expect(await last).toHaveLength(512)
    pool.close()
  })
})

describe('without workers', () => {
  test('the kernel starts none, gives the same, and stops within a slice', async () => {
    const engine = wasmEngine({ threads: 0 })!
    const started = vi.spyOn(process.getBuiltinModule('node:worker_threads'), 'Worker')
    const stop = new AbortController()
    const stopped = engine.derive(utf8('pw'), utf8('salt'), { ...heavy, dkLen: 32 }, { signal: stop.signal })
    const derived = engine.derive(utf8('pw'), utf8('salt'), { ...heavy, dkLen: 32 })
    setTimeout(() => stop.abort(new Error('stopped')), 5)
    await expect(stopped).rejects.toThrow('stopped')
    expect(toHex(await derived)).toBe(scryptSync('pw', 'salt', 32, { ...heavy, maxmem: 2 ** 28 }).toString('hex'))
    expect(started).not.toHaveBeenCalled()
    await wasmEngine({ threads: 1 })!.derive(utf8('pw'), utf8('salt'), { ...heavy, dkLen: 32 })
    expect(started).toHaveBeenCalled()
    started.mockRestore()
  })
})

describe('a pool of engines', () => {
  /** An engine whose derivations end when they are told to. */
  function slow(name: string): ScryptEngine & { readonly asked: string[]; end(): void } {
    const asked: string[] = []
    const ends: (() => void)[] = []
    return {
      name,
      asked,
      end: () => ends.shift()!(),
      derive: password =>
        new Promise(resolve => {
          asked.push(new TextDecoder().decode(password))
          ends.push(() => resolve(Uint8Array.from(password)))
        }),
    }
  }
  const parameters = { ...heavy, dkLen: 32 }
  const settled = () => new Promise(resolve => setImmediate(resolve))

  test('gives each derivation to the first that is free, and lets the others wait', async () => {
    const [fast, slower] = [slow('fast'), slow('slower')]
    const pool = enginePool([fast, slower])
    const derived = ['a', 'b', 'c', 'd'].map(password => pool.derive(utf8(password), utf8(''), parameters))
    await settled()
    expect([fast.asked, slower.asked]).toEqual([['a'], ['b']])
    fast.end()
    await settled()
    fast.end()
    await settled()
    expect([fast.asked, slower.asked]).toEqual([['a', 'c', 'd'], ['b']])
    fast.end()
    slower.end()
    expect((await Promise.all(derived)).map(bytes => new TextDecoder().decode(bytes))).toEqual(['a', 'b', 'c', 'd'])
    // Both are free again: the faster one is asked first.
    void pool.derive(utf8('e'), utf8(''), parameters)
    await settled()
    expect(fast.asked.at(-1)).toBe('e')
  })

  test('goes on after one failed, and begins none that was stopped while it waited', async () => {
    const broken: ScryptEngine = { name: 'broken', derive: () => Promise.reject(new Error('broken')) }
    const pool = enginePool([broken])
    const stop = new AbortController()
    const first = pool.derive(utf8('a'), utf8(''), parameters)
    const second = pool.derive(utf8('b'), utf8(''), parameters, { signal: stop.signal })
    stop.abort(new Error('stopped'))
    await expect(first).rejects.toThrow('broken')
    await expect(second).rejects.toThrow('stopped')
    await expect(pool.derive(utf8('c'), utf8(''), parameters)).rejects.toThrow('broken')
  })

  test('answers small derivations at once', async () => {
    const busy = slow('busy')
    const pool = enginePool([busy])
    void pool.derive(utf8('heavy'), utf8(''), parameters)
    const quick = pool.derive(utf8('light'), utf8(''), light)
    await settled()
    expect(busy.asked.toSorted()).toEqual(['heavy', 'light'])
    busy.end()
    busy.end()
    await quick
  })
})

describe('the choice of an engine', () => {
  test('is made once, among engines that agree, and is not scrypt-js where there is a faster one', async () => {
    const chosen = await chooseEngine()
    expect(await chooseEngine()).toBe(chosen)
    expect(chosen).not.toBe(referenceEngine)
  })

  test('refuses an engine that computes something else', async () => {
    const wrong = { ...referenceEngine, name: 'wrong', derive: async () => new Uint8Array(32) }
    await expect(measureEngines([wasmEngine()!, wrong])).rejects.toMatchObject({ code: 'engine-failed' })
  })
})
