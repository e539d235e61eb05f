import type { Bytes } from '../bytes.ts'

/*
 * As much of the WebAssembly binary format (W3C core specification 2, chapter 5) as one numeric kernel needs: one imported memory,
 * functions of i32 parameters without results, i32 and v128 locals, loops.
 */

/** Unsigned LEB128. */
const unsigned = (value: number): number[] =>
  value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(Math.floor(value / 128))]

/** Signed LEB128 of an i32. */
function signed(value: number): number[] {
  const low = value & 0x7f
  const rest = value >> 7
  const done = (rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0)
  return done ? [low] : [low | 0x80, ...signed(rest)]
}

const vector = (items: readonly (readonly number[])[]): number[] => [...unsigned(items.length), ...items.flat()]
const text = (name: string): number[] => [...unsigned(name.length), ...new TextEncoder().encode(name)]
const section = (id: number, content: readonly number[]): number[] => [id, ...unsigned(content.length), ...content]

const types = { i32: 0x7f, v128: 0x7b } as const
type ValueType = keyof typeof types

/** A local variable or parameter of a function being written. */
export interface Local {
  readonly index: number
  readonly type: ValueType
}

/** Instructions without immediates that the kernel uses. */
const plain = {
  'i32.add': [0x6a],
  'i32.sub': [0x6b],
  'i32.and': [0x71],
  'i32.shl': [0x74],
  'i32.ne': [0x47],
  'v128.xor': [0xfd, 0x51],
  'i32x4.add': [0xfd, 0xae, 0x01],
  'i32x4.shl': [0xfd, 0xab, 0x01],
  'i32x4.shr_u': [0xfd, 0xad, 0x01],
} as const

/** Writes one function's body, instruction by instruction, in stack order. */
export class FunctionWriter {
  readonly name: string
  readonly parameters: readonly Local[]
  readonly #locals: Local[] = []
  readonly #code: number[] = []

  constructor(name: string, parameterCount: number) {
    this.name = name
    this.parameters = Array.from({ length: parameterCount }, (_, index) => ({ index, type: 'i32' as const }))
  }

  local(type: ValueType): Local {
    const local = { index: this.parameters.length + this.#locals.length, type }
    this.#locals.push(local)
    return local
  }

  get(local: Local): this {
    return this.#write(0x20, ...unsigned(local.index))
  }

  set(local: Local): this {
    return this.#write(0x21, ...unsigned(local.index))
  }

  tee(local: Local): this {
    return this.#write(0x22, ...unsigned(local.index))
  }

  constant(value: number): this {
    return this.#write(0x41, ...signed(value))
  }

  /** Adds a constant to the i32 on the stack. */
  plus(value: number): this {
    return this.constant(value).op('i32.add')
  }

  op(name: keyof typeof plain): this {
    return this.#write(...plain[name])
  }

  /** Loads 16 bytes from the address on the stack plus `offset`; addresses are multiples of 16. */
  load(offset: number): this {
    return this.#write(0xfd, 0x00, 4, ...unsigned(offset))
  }

  store(offset: number): this {
    return this.#write(0xfd, 0x0b, 4, ...unsigned(offset))
  }

  /** Loads an i32 from the address on the stack plus `offset`. */
  loadWord(offset: number): this {
    return this.#write(0x28, 2, ...unsigned(offset))
  }

  /** Reorders the four words of the vector on the stack: word i becomes the old word `order[i]`. */
  shuffleWords(local: Local, order: readonly [number, number, number, number]): this {
    const bytes = order.flatMap(word => [0, 1, 2, 3].map(byte => word * 4 + byte))
    return this.get(local)
      .get(local)
      .#write(0xfd, 0x0d, ...bytes)
  }

  /** Repeats `body` while it leaves a value other than 0 on the stack. */
  loop(body: () => void): this {
    this.#write(0x03, 0x40)
    body()
    return this.#write(0x0d, 0, 0x0b)
  }

  /** @internal */
  type(): number[] {
    return [0x60, ...vector(this.parameters.map(({ type }) => [types[type]])), 0]
  }

  /** @internal */
  body(): number[] {
    const locals = vector(this.#locals.map(({ type }) => [1, types[type]]))
    const content = [...locals, ...this.#code, 0x0b]
    return [...unsigned(content.length), ...content]
  }

  #write(...bytes: number[]): this {
    for (const byte of bytes) this.#code.push(byte)
    return this
  }
}

/** A module that exports `functions` by name, over a memory of any size that it imports as `host.memory`. */
export function emitModule(functions: readonly FunctionWriter[]): Bytes {
  const exports = functions.map(({ name }, index) => [...text(name), 0x00, ...unsigned(index)])
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, vector(functions.map(writer => writer.type()))),
    ...section(2, vector([[...text('host'), ...text('memory'), 0x02, 0x00, 0]])),
    ...section(3, vector(functions.map((_, index) => unsigned(index)))),
    ...section(7, vector(exports)),
    ...section(10, vector(functions.map(writer => writer.body()))),
  ])
}
