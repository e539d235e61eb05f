import { expect, test } from 'vitest'
import { useModule } from './shared-engine.ts'

/** A module that exports a function, which gives a number. */
const gives = (number: number) =>
  new Uint8Array([
    ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 127, 3, 2, 1, 0, 7, 5, 1, 1, 102, 0, 0, 10, 6, 1, 4, 0, 65],
    number,
    11,
  ])

test('who instantiates the bytes that stand for a module gets that module, and others their own', async () => {
  const { instantiate } = WebAssembly
  try {
    const shared = await WebAssembly.compile(gives(7))
    const standIn = new ArrayBuffer(8)
    useModule(standIn, shared)
    const given = async (source: BufferSource) => {
      const { module, instance } = await WebAssembly.instantiate(source)
      return [module === shared, (instance.exports['f'] as () => number)()]
    }
    expect(await given(standIn)).toEqual([true, 7])
    expect(await given(new Uint8Array(standIn))).toEqual([true, 7])
    expect(await given(gives(9))).toEqual([false, 9])
  } finally {
    Object.assign(WebAssembly, { instantiate })
  }
})
