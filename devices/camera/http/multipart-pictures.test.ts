import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { RigError } from '../../rig-error.ts'
import { testPicture } from '../pictures.testing.ts'
import { MultipartPictures } from './multipart-pictures.ts'

let pictures: readonly Buffer[] = []
beforeAll(async () => {
  pictures = await Promise.all(([0, 1, 0, 1] as const).map(async shown => Buffer.from(await testPicture(shown))))
})

const maxBytes = 20_000
const parserFor = (contentType: string): MultipartPictures => new MultipartPictures({ contentType, maxBytes })

/** Feeds in chunks whose sizes come round and round; the most that was held meanwhile. */
function feed(parser: MultipartPictures, stream: Buffer, sizes: readonly number[]): { got: Buffer[]; held: number } {
  const got: Buffer[] = []
  let held = 0
  for (let at = 0, turn = 0; at < stream.length; turn++) {
    const size = sizes[turn % sizes.length]!
    for (const { bytes } of parser.push(stream.subarray(at, at + size), 0)) got.push(Buffer.from(bytes))
    held = Math.max(held, parser.held)
    at += size
  }
  return { got, held }
}

/** How a camera may write a part; each has been seen in the wild. */
interface Manner {
  readonly head: string
  readonly delimiter: string
  readonly length: 'right' | 'none' | 'short' | 'long' | 'zero'
  readonly lineEnd: string
  readonly breakAfter: boolean
}

function part(jpeg: Buffer, { delimiter, length, lineEnd, breakAfter }: Omit<Manner, 'head'>): Buffer {
  const stated = { right: jpeg.length, none: null, short: jpeg.length - 9, long: jpeg.length + 40, zero: 0 }[length]
  const lines = [
    delimiter,
    'Content-Type: image/jpeg',
    ...(stated === null ? [] : [`Content-Length: ${stated}`]),
    '',
    '',
  ]
  return Buffer.concat([Buffer.from(lines.join(lineEnd)), jpeg, Buffer.from(breakAfter ? lineEnd : '')])
}

const manner: fc.Arbitrary<Manner> = fc
  .record({
    announced: fc.constantFrom(
      { head: 'multipart/x-mixed-replace; boundary=frame', delimiter: '--frame' },
      { head: 'multipart/x-mixed-replace;boundary="frame"', delimiter: '--frame' },
      { head: 'multipart/x-mixed-replace; boundary="frame', delimiter: '--frame' },
      { head: 'multipart/x-mixed-replace; boundary=--frame', delimiter: '--frame' },
      { head: 'multipart/x-mixed-replace; boundary=--frame', delimiter: '----frame' },
      { head: 'multipart/x-mixed-replace; boundary=other', delimiter: '--frame' },
      { head: 'multipart/x-mixed-replace', delimiter: '--frame' },
      { head: 'multipart/x-mixed-replace; boundary=frame', delimiter: 'frame' },
    ),
    length: fc.constantFrom('right', 'none', 'short', 'long', 'zero' as const),
    lineEnd: fc.constantFrom('\r\n', '\n'),
    breakAfter: fc.boolean(),
  })
  .map(({ announced, ...rest }) => ({ ...announced, ...rest }))

/** Anything but a line of its own that could be taken for a delimiter. */
const junk = fc
  .oneof(
    fc.constant(''),
    fc.constant('\r\n\r\n'),
    fc.stringMatching(/^[a-z\r\n ]{0,60}$/),
    fc.constant('\0'.repeat(30)),
  )
  .map(text => (text === '' || text.endsWith('\n') ? text : `${text}\r\n`))

describe('a stream of pictures', () => {
  test('is cut into its pictures however the camera writes it and the network chops it', () => {
    fc.assert(
      fc.property(
        manner,
        fc.array(fc.record({ which: fc.nat(3), after: junk }), { minLength: 1, maxLength: 4 }),
        fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 5 }),
        (how, parts, sizes) => {
          const sent = parts.map(({ which }) => pictures[which]!)
          const stream = Buffer.concat([
            ...parts.flatMap(({ after }, i) => [part(sent[i]!, how), Buffer.from(after, 'latin1')]),
            // What tells the last part's end where no length does.
            Buffer.from(`${how.lineEnd}${how.delimiter}${how.lineEnd}`),
          ])
          const { got, held } = feed(parserFor(how.head), stream, sizes)
          expect(got.map(jpeg => jpeg.toString('hex'))).toEqual(sent.map(jpeg => jpeg.toString('hex')))
          expect(held).toBeLessThanOrEqual(maxBytes + 65_536)
        },
      ),
      { numRuns: 300 },
    )
  })

  test('byte by byte', () => {
    const how = { delimiter: '--b', length: 'none', lineEnd: '\r\n', breakAfter: true } as const
    const stream = Buffer.concat([part(pictures[0]!, how), part(pictures[1]!, how)])
    const { got } = feed(parserFor('multipart/x-mixed-replace; boundary=b'), stream, [1])
    expect(got).toEqual(pictures.slice(0, 2))
  })

  test('of a camera that does not end it gives each picture when its last byte is in', () => {
    const parser = parserFor('multipart/x-mixed-replace; boundary=b')
    for (const length of ['right', 'none', 'short'] as const) {
      const whole = part(pictures[2]!, { delimiter: '--b', length, lineEnd: '\r\n', breakAfter: false })
      expect(parser.push(whole.subarray(0, -1), 1)).toEqual([])
      expect(parser.push(whole.subarray(-1), 2)).toMatchObject([{ beganAt: 1 }])
      parser.push(Buffer.from('\r\n'), 3)
    }
  })

  test('drops a part that was cut short and goes on with the next', () => {
    const how = { delimiter: '--b', length: 'right', lineEnd: '\r\n', breakAfter: true } as const
    const half = part(pictures[0]!, how)
    const stream = Buffer.concat([half.subarray(0, half.length - 300), Buffer.from('\r\n'), part(pictures[1]!, how)])
    const parser = parserFor('multipart/x-mixed-replace; boundary=b')
    expect(feed(parser, stream, [500]).got).toEqual([pictures[1]])
    expect(parser.dropped).toBe(1)
  })

  test('ends where the camera says so', () => {
    const parser = parserFor('multipart/x-mixed-replace; boundary=b')
    parser.push(Buffer.from('--b--\r\n--b\r\n'), 0)
    expect(parser.ended).toBe(true)
    expect(parser.held).toBeLessThan(10)
  })

  test.each([
    ['a head without end', `--b\r\n${'X-Junk: 1\r\n'.repeat(100)}`],
    ['a head line without end', `--b\r\nX-Junk: ${'1'.repeat(5000)}`],
    ['no parts', 'all work and no play\r\n'.repeat(2000)],
    ['no lines', 'x'.repeat(40_000)],
    ['a picture without end', `--b\r\n\r\n\xff\xd8${'x'.repeat(90_000)}`],
    ['a length beyond all measure', `--b\r\nContent-Length: 999999999999\r\n\r\n\xff\xd8${'x'.repeat(90_000)}`],
  ])('of %s is given up with one sentence, and holds little', (_what, text) => {
    const parser = parserFor('multipart/x-mixed-replace; boundary=b')
    let held = 0
    const push = (): void => {
      for (let at = 0; at < text.length; at += 777) {
        parser.push(Buffer.from(text.slice(at, at + 777), 'latin1'), 0)
        held = Math.max(held, parser.held)
      }
    }
    expect(push).toThrow(expect.objectContaining({ code: 'http-answer', exitCode: 3 }))
    expect(held).toBeLessThanOrEqual(maxBytes + 777)
  })

  test('of anything at all ends, throws nothing but its own error, and stays small', () => {
    const token = fc.oneof(
      fc.uint8Array({ maxLength: 200 }).map(bytes => Buffer.from(bytes)),
      fc
        .constantFrom(
          '--b\r\n',
          '--b',
          '\r\n',
          '\n',
          '--',
          'Content-Length: 40\r\n',
          'Content-Length: -1\r\n',
          '\xff\xd8\xff',
          '\xff\xd9',
        )
        .map(text => Buffer.from(text, 'latin1')),
      fc.nat(3).map(which => pictures[which]!.subarray(0, 700)),
    )
    fc.assert(
      fc.property(
        fc.array(token, { maxLength: 60 }),
        fc.constantFrom('multipart/x-mixed-replace; boundary=b', 'multipart/x-mixed-replace', '', 'x; boundary='),
        fc.array(fc.integer({ min: 1, max: 999 }), { minLength: 1, maxLength: 4 }),
        (tokens, contentType, sizes) => {
          try {
            const { held } = feed(parserFor(contentType), Buffer.concat(tokens), sizes)
            expect(held).toBeLessThanOrEqual(maxBytes + 999)
          } catch (error) {
            expect(error).toBeInstanceOf(RigError)
          }
        },
      ),
      { numRuns: 500 },
    )
  })
})
