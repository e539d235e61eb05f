import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { Secret } from '../../harness/core/secret.ts'
import { pause } from '../deadline.ts'
import { SerialCable } from '../virtual/serial-binding.ts'
import { isKeyLike } from './key-like.ts'
import { ScanFramer } from './scan-framer.ts'
import type { OpenedScanner } from './scanner.ts'
import { scanners } from './scanners.ts'
import type { SerialScannerConfig } from './serial-scanner.ts'

const endings: (() => unknown)[] = []
afterEach(async () => {
  for (const end of endings.splice(0)) await end()
})

/** Not a real key: it has the shape of one. */
const keyShaped = `6Pn${'J'.repeat(55)}`

async function scannerOn(
  config: Partial<SerialScannerConfig> = {},
  receive: (text: string, send: (text: string) => void) => void = () => {},
): Promise<OpenedScanner & { send(text: string): void; cable: SerialCable }> {
  const send = (text: string): void => cable.send(Buffer.from(text, 'latin1'))
  const cable: SerialCable = new SerialCable('test:scanner', {
    opened: () => {},
    closed: () => {},
    receive: bytes => receive(Buffer.from(bytes).toString('latin1'), send),
  })
  const opened = await scanners.open({ driver: 'serial', port: cable.path, ...config }, { ports: () => cable.makeLine })
  endings.push(() => opened.close())
  return { ...opened, send, cable }
}

describe('a serial scanner', () => {
  const framings: readonly [Partial<SerialScannerConfig>, string][] = [
    [{}, 'AA007448\r'],
    [{}, '\r\nAA007448\r\n'],
    [{}, 'AA007448\n'],
    [{ suffix: '\t' }, 'AA007448\t'],
    [{ suffix: '\u0003', prefix: '\u0004' }, '\u0004AA007448\u0003'],
    [{ suffix: 'none', idleMs: 20 }, 'AA007448'],
    [{ prefix: ']Q1' }, ']Q1AA007448\r'],
    [{ prefix: '\u0002', suffix: '\u0003' }, '\u0002AA007448\u0003\r\n'],
  ]
  test.each(framings)('reads a code framed as %j', async (config, sent) => {
    const { scanner, send } = await scannerOn(config)
    const scan = scanner.scan(500)
    await pause(5)
    for (const part of [sent.slice(0, 3), sent.slice(3)]) {
      send(part)
      await pause(2)
    }
    expect(await scan).toEqual({ payload: 'AA007448', prefix: config.prefix ?? '' })
  })

  test('takes off STX and the AIM identifier, each code its own, and what is left of a line end', async () => {
    const { scanner, send } = await scannerOn({ prefix: '\u0002', suffix: '\u0003', aim: true })
    for (const identifier of [']Q1', ']C0', ']d2']) {
      const scan = scanner.scan(500)
      await pause(5)
      send(`\u0002${identifier}AA007448\u0003\r\n`)
      expect(await scan).toEqual({ payload: 'AA007448', prefix: `\u0002${identifier}` })
    }
  })

  test('a pause inside of a code does not make two where silence ends it', async () => {
    const { scanner, send } = await scannerOn({ suffix: 'none', idleMs: 20 })
    const first = scanner.scan(500)
    await pause(5)
    send('AA00')
    await first
    const second = scanner.scan(120)
    await pause(5)
    send('7448')
    await expect(second).rejects.toMatchObject({ code: 'scan-deadline' })
    await pause(310)
    const third = scanner.scan(500)
    send('AA007448')
    expect((await third).payload).toBe('AA007448')
  })

  test('bytes that nobody came to read are no silence', async () => {
    const { scanner, send } = await scannerOn({ suffix: 'none', idleMs: 30 })
    const scan = scanner.scan(2000)
    await pause(5)
    send('AA00')
    const until = performance.now() + 60
    while (performance.now() < until);
    send('7448')
    expect((await scan).payload).toBe('AA007448')
  })

  test('the rest of a key whose scan was given up is no code', async () => {
    const { scanner, send } = await scannerOn()
    const given = scanner.scan(60)
    await pause(5)
    send(keyShaped.slice(0, 46))
    await expect(given).rejects.toMatchObject({ code: 'scan-deadline' })
    const next = scanner.scan(150)
    await pause(5)
    send(`${keyShaped.slice(46)}\r`)
    await expect(next).rejects.toMatchObject({ code: 'scan-deadline' })
  })

  test('gives no code that was scanned before it was asked, nor the rest of one', async () => {
    const { scanner, send } = await scannerOn()
    send('OLD1\rOLD')
    await pause(5)
    const scan = scanner.scan(500)
    await pause(5)
    send('2\rNEW\r')
    expect((await scan).payload).toBe('NEW')
  })

  test('hands out what may be a key as a secret, whatever is printed of it', async () => {
    const { scanner, send } = await scannerOn()
    const scan = scanner.scan(500)
    await pause(5)
    send(`${keyShaped}\r`)
    const { payload } = await scan
    expect(payload).toBeInstanceOf(Secret)
    expect((payload as Secret).exposeText()).toBe(keyShaped)
    expect(JSON.stringify(await scan)).not.toContain('6Pn')
  })

  test('takes every payload for a secret when told to', async () => {
    const { scanner, send } = await scannerOn({ secret: 'all' })
    const scan = scanner.scan(500)
    await pause(5)
    send('AA007448\r')
    expect((await scan).payload).toBeInstanceOf(Secret)
  })

  test('is triggered, its acknowledgement is no code, and the trigger ends on every way out', async () => {
    const heard: string[] = []
    const { scanner, send } = await scannerOn({ trigger: { on: '\u0016T\r', off: '\u0016U\r' } }, text =>
      heard.push(text),
    )
    const scan = scanner.scan(500)
    await pause(10)
    send('\u0006')
    await pause(5)
    send('AA007448\r')
    expect((await scan).payload).toBe('AA007448')
    expect(heard.join('')).toBe('\u0016T\r\u0016U\r')
    await expect(scanner.scan(20)).rejects.toMatchObject({ code: 'scan-deadline' })
    await expect(scanner.scan(500, AbortSignal.timeout(10))).rejects.toThrow()
    await pause(5)
    expect(heard.join('')).toBe('\u0016T\r\u0016U\r'.repeat(3))
  })

  test('says that an end is missing, how much came, and not what', async () => {
    const { scanner, send } = await scannerOn()
    const scan = scanner.scan(60)
    await pause(5)
    send(keyShaped)
    const error = await scan.catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'scan-deadline', message: expect.stringContaining('58 bytes and no end') })
    expect(String(error)).not.toContain('6Pn')
    // What comes at once is its rest.
    await pause(310)
    const next = scanner.scan(500)
    await pause(5)
    send('AA007448\r')
    expect((await next).payload).toBe('AA007448')
  })

  test.each([
    ['noise', '\u00ff\u0000\u00fe\u0001\r', {}, 'no text'],
    ['a code without its prefix', 'AA007448\r', { prefix: ']Q1' }, 'without its prefix'],
    ['a code without an identifier', 'AA007448\r', { aim: true }, 'without an AIM identifier'],
    ['an endless code', 'x'.repeat(20_000).concat('\r'), {}, 'more than a code can hold'],
  ])('refuses %s', async (_what, sent, config, sentence) => {
    const { scanner, send } = await scannerOn(config)
    const scan = scanner.scan(500)
    await pause(5)
    send(sent)
    await expect(scan).rejects.toMatchObject({
      code: 'scan-noise',
      message: expect.stringContaining(sentence),
      exitCode: 3,
    })
  })

  test('scans asked for together come one after the other', async () => {
    const { scanner, send } = await scannerOn()
    const both = Promise.all([scanner.scan(500), scanner.scan(500)])
    await pause(5)
    send('ONE\r')
    await pause(5)
    send('TWO\r')
    expect((await both).map(scan => scan.payload)).toEqual(['ONE', 'TWO'])
  })

  test('a pulled plug and a closed port end the scan; closing twice is fine', async () => {
    const { scanner, cable } = await scannerOn()
    const scan = scanner.scan(1000)
    await pause(5)
    cable.pull()
    await expect(scan).rejects.toMatchObject({ code: 'port-lost' })
    const { scanner: other, close } = await scannerOn()
    const running = other.scan(1000)
    running.catch(() => {})
    await close()
    await close()
    await expect(running).rejects.toMatchObject({ code: 'port-closed' })
    await expect(other.scan(10)).rejects.toMatchObject({ code: 'port-closed' })
  })
})

describe('framing', () => {
  const code = fc.string({ minLength: 1, maxLength: 40, unit: fc.constantFrom(...'ABC123-]~') })

  test('finds every code however the stream is cut into pieces', () => {
    const suffixes = fc.constantFrom('any', '\t', '\r\n', '@@!')
    fc.assert(
      fc.property(
        fc.array(code, { maxLength: 6 }),
        suffixes,
        fc.array(fc.integer({ min: 1, max: 9 })),
        (codes, suffix, cuts) => {
          const stream = Buffer.from(codes.map(one => one + (suffix === 'any' ? '\r\n' : suffix)).join(''))
          const framer = new ScanFramer(suffix)
          const found: string[] = []
          for (let from = 0, i = 0; from < stream.length; i++) {
            const length = cuts[i % cuts.length] ?? 5
            for (const { bytes } of framer.push(stream.subarray(from, from + length), i))
              found.push(Buffer.from(bytes).toString())
            from += length
          }
          expect(found).toEqual(codes)
          expect(framer.pending).toBe(0)
        },
      ),
    )
  })

  test('whatever bytes come, no frame is longer than a code and nothing is kept after it', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 9000 }), { maxLength: 4 }), pieces => {
        const framer = new ScanFramer('any')
        for (const piece of pieces) {
          for (const frame of framer.push(piece, 0)) {
            expect(frame.bytes.length).toBeLessThanOrEqual(8192)
            if (frame.overlong) expect(frame.bytes.length).toBe(0)
          }
        }
        framer.clear()
        expect(framer.silence()).toBeNull()
      }),
      { numRuns: 40 },
    )
  })
})

describe('what may be a key', () => {
  const base58 = fc.constantFrom(...'123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz')

  test('an encrypted or a plain private key is one, also with a character damaged and text around it', () => {
    const key = fc.tuple(
      fc.constantFrom('6P', '5', 'K', 'L', 'xprv'),
      fc.string({ unit: base58, minLength: 50, maxLength: 56 }),
    )
    fc.assert(
      fc.property(
        key,
        fc.nat(40),
        base58,
        fc.constantFrom('', 'bitcoin:', 'https://x.example/?k='),
        ([head, tail], at, other, before) => {
          const text = head + tail
          expect(isKeyLike(before + text.slice(0, at) + other + text.slice(at + 1))).toBe(true)
        },
      ),
    )
  })

  test('half of a key is one, whichever half, and a passphrase without its dashes', () => {
    const key = fc.string({ unit: base58, minLength: 51, maxLength: 58 })
    const letters = fc.string({ unit: fc.constantFrom(...'ABCDEFGHJKLMNPQRSTUVWXYZ'), minLength: 16, maxLength: 32 })
    fc.assert(
      fc.property(key, fc.integer({ min: 16, max: 35 }), fc.boolean(), letters, (text, at, isFirst, passphrase) => {
        expect(isKeyLike(isFirst ? text.slice(0, at) : text.slice(at))).toBe(true)
        expect(isKeyLike(passphrase)).toBe(true)
      }),
    )
  })

  test.each([
    ['5Kb8kLf9zgWQnogidDA76MzPL6TsZZY', true],
    ['3kLf9zgWQnogidDA76MzPL6TsZZY36hWXM', true],
    ['AAAABBBBCCCCDDDDEEEEFFFF', true],
    ['0x52908400098527886e0F7030069857D2E4169EE7', true],
    [']Q1AA007448', false],
    ['https://maker.example/c/AA007448', false],
    ['00340123450000000018', false],
    ['S6c56bnXQiBjk9mqSYE7ykVQ7NzrRy', true],
    ['ABCD-EFGH-JKLM-NPQR-STUV', true],
    ['e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', true],
    ['abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about', true],
    ['nsec1vl029mgpspedva04g90vltkh6fvh240zqtv9k0t9af8935ke9laqsnlfe5', true],
    ['AA007448', false],
    ['1PMycacnJaSqwwJqjawXBErnLsZ7RkXUAs', false],
    ['bitcoin:bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq', false],
    ['0x52908400098527886E0F7030069857D2E4169EE7', false],
    ['passphrasepxFy57B9v8HtUsszJYKReoNDV6VHjUSGt8EVJmux9n1J3Ltf1gRxyDGXqnf9qm', false],
    ['cfrm38VUcTAVyZBUZLBQBbYEaVyJkqYGTAmv9pXdtSFXYGC1RDf3rVqdQvGwFX8Tuq8iZ7Z6Kxq', false],
  ])('is told of every text (%#)', (text, expected) => {
    expect(isKeyLike(text)).toBe(expected)
  })
})
