import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Bip38Error } from '../../bip38/index.ts'
import { exitCodes } from '../../core/assay-error.ts'
import { type Answer, answerLines, type Request, RequestError, splitLines } from './ndjson.ts'

async function* inChunks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)

async function answersTo(text: string, handle: (request: Request) => Promise<Answer>, chunk = 7) {
  const lines: unknown[] = []
  const options = { signal: new AbortController().signal, concurrency: 4 }
  const print = async (line: string) => void lines.push(JSON.parse(line))
  const exitCode = await answerLines(inChunks(utf8(text), chunk), handle, print, options)
  return { lines, exitCode }
}

const echo = async (request: Request): Promise<Answer> => ({ body: { echo: request['value'] ?? null } })

describe('the line protocol', () => {
  test('answers every line with one, in order, whichever is done first, and gives back each id', async () => {
    const slowFirst = async (request: Request): Promise<Answer> => {
      await new Promise(resolve => setTimeout(resolve, request['id'] === 'a' ? 20 : 0))
      return { body: { done: true } }
    }
    const { lines, exitCode } = await answersTo('{"id":"a"}\n{"id":2}\r\n\n{"id":{"x":[1]}}\n{}', slowFirst)
    expect(lines).toEqual([
      { id: 'a', done: true },
      { id: 2, done: true },
      { id: { x: [1] }, done: true },
      { id: null, done: true },
    ])
    expect(exitCode).toBe(0)
  })

  test('answers what cannot be understood with an error in its place, and goes on', async () => {
    const { lines, exitCode } = await answersTo('not json\n[1]\n"x"\nnull\n{"id":5,"value":1}\n', echo)
    const refused = { id: null, error: { code: 'bad-request', message: expect.any(String) } }
    expect(lines).toEqual([refused, refused, refused, refused, { id: 5, echo: 1 }])
    expect(exitCode).toBe(exitCodes.usage)
  })

  test('goes on after an id that is nested deeper than can be written again', async () => {
    const deep = `{"id":${'['.repeat(100_000)}${']'.repeat(100_000)}}\n{"id":2,"value":3}\n`
    const { lines, exitCode } = await answersTo(deep, echo, 4096)
    expect(lines).toEqual([
      { id: null, error: { code: 'bad-request', message: expect.stringContaining('deep') } },
      { id: 2, echo: 3 },
    ])
    expect(exitCode).toBe(exitCodes.usage)
  })

  test('leaves out blank lines only: a byte that is no white space of JSON has its answer', async () => {
    const options = { signal: new AbortController().signal, concurrency: 1 }
    const lines: string[] = []
    const input = inChunks(Uint8Array.of(0x20, 0x09, 0x0d, 0x0a, 0x0a, 0xa0, 0x0a, 0x0c, 0x0a), 3)
    await answerLines(input, echo, async line => void lines.push(line), options)
    expect(lines.map(line => JSON.parse(line).error.code)).toEqual(['bad-request', 'bad-request'])
  })

  test('never quotes a line in an error: it may hold a secret', async () => {
    const { lines } = await answersTo('{"passphrase": "CANARY-4711" oops\n', echo)
    expect(JSON.stringify(lines)).not.toContain('CANARY')
  })

  test.each([
    [new Bip38Error('wrong-passphrase', 'no'), exitCodes.failed],
    [new Bip38Error('bad-checksum', 'no'), exitCodes.usage],
    [new Bip38Error('engine-failed', 'no'), exitCodes.environment],
    [new RequestError('bad-request', 'no'), exitCodes.usage],
  ])('an answer that is the error %s gives exit code %i', async (error, code) => {
    const refuse = async (): Promise<Answer> => {
      throw error
    }
    const { lines, exitCode } = await answersTo('{"id":1}', refuse)
    expect(lines).toEqual([{ id: 1, error: { code: error.code, message: 'no' } }])
    expect(exitCode).toBe(code)
  })

  test('does not hide a defect of ours as an answer', async () => {
    const broken = async (): Promise<Answer> => {
      throw new TypeError('defect')
    }
    await expect(answersTo('{}', broken)).rejects.toThrow('defect')
  })
})

describe('lines', () => {
  test('end at the line feed alone, wherever the chunks are cut', async () => {
    const text = fc.array(
      fc.string({ unit: fc.constantFrom('a', '"', '\u2028', '\u0085', 'é', '💩', '\t'), minLength: 1, maxLength: 12 }),
      { maxLength: 8 },
    )
    await fc.assert(
      fc.asyncProperty(text, fc.integer({ min: 1, max: 9 }), async (lines, chunk) => {
        const read = await Array.fromAsync(splitLines(inChunks(utf8(lines.join('\n')), chunk)))
        const expected = lines.filter(line => !/^[ \t\r]*$/.test(line))
        expect(read.map(line => Buffer.from(line as Uint8Array).toString())).toEqual(expected)
      }),
    )
  })

  test('of gigabytes are refused before they are kept, and the next line is read', async () => {
    const long = (async function* () {
      for (let i = 0; i < 40; i++) yield new Uint8Array(64 * 1024).fill(0x61)
      yield utf8('\n{"id":1}\n')
    })()
    const read = await Array.fromAsync(splitLines(long))
    expect(read[0]).toBe('too-long')
    expect(Buffer.from(read[1] as Uint8Array).toString()).toBe('{"id":1}')
    expect(read).toHaveLength(2)
  })

  test('of any bytes get exactly one answer each, and never stop the conversation', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), fc.integer({ min: 1, max: 64 }), async (bytes, chunk) => {
        const lines = (await Array.fromAsync(splitLines(inChunks(bytes, chunk)))).length
        let answers = 0
        const options = { signal: new AbortController().signal, concurrency: 2 }
        await answerLines(inChunks(bytes, chunk), echo, async () => void answers++, options)
        expect(answers).toBe(lines)
      }),
      { numRuns: 200 },
    )
  })
})
