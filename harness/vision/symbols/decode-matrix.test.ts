import fc from 'fast-check'
import QRCode from 'qrcode'
import { describe, expect, it } from 'vitest'
import { seeded } from '../../core/seeded.testing.ts'
import { blockSizes, dataModules, placementOrder } from './codeword-places.ts'
import { decodeMatrix } from './decode-matrix.ts'
import { formatOf, type Level, layOut } from './function-patterns.ts'
import { bitMatrixOf, type ModuleMatrix, transpose } from './module-matrix.ts'
import { payloadOf } from './payload.ts'
import { encode } from './synthetic-symbol.testing.ts'

const levels: readonly Level[] = ['L', 'M', 'Q', 'H']
const bytesOf = (text: string) => new TextEncoder().encode(text)

function ofVersion(version: number, level: Level, mask: number): ModuleMatrix {
  const created = QRCode.create([{ data: bytesOf('x'), mode: 'byte' }], {
    version,
    errorCorrectionLevel: level,
    maskPattern: mask,
  } as never)
  return { size: created.modules.size, dark: Uint8Array.from(created.modules.data) }
}

describe('layOut', () => {
  it('agrees with another encoder on every fixed module of all versions, levels and masks', () => {
    for (let version = 1; version <= 40; version++) {
      const level = levels[version % 4]!
      const mask = version % 8
      const whole = ofVersion(version, level, mask)
      const { size, roles, dark } = layOut(version, level, mask)
      expect(size).toBe(whole.size)
      const wrong = roles.filter((role, i) => role !== 'data' && dark[i] !== whole.dark[i]).length
      expect([version, wrong]).toEqual([version, 0])
      expect(formatOf(whole)).toEqual({ level, mask })
      const bits = 8 * blockSizes(version, level).reduce((sum, { data, correction }) => sum + data + correction, 0)
      // What is left over after the last codeword are the remainder bits: 0, 3, 4 or 7 (ISO/IEC 18004:2015 table 1).
      expect([0, 3, 4, 7]).toContain(roles.filter(role => role === 'data').length - bits)
    }
  })
})

describe('decodeMatrix', () => {
  it('returns the bytes, version, level, mask and the very modules of another encoder', () => {
    for (let version = 1; version <= 40; version += 3) {
      for (const level of levels) {
        const mask = (version + levels.indexOf(level)) % 8
        const modules = ofVersion(version, level, mask)
        const decoded = decodeMatrix(bitMatrixOf(modules))
        expect(decoded).toMatchObject({ version, level, mask, mirrored: false, unusedErrorCorrection: 1 })
        expect(decoded?.bytes).toEqual(bytesOf('x'))
        expect(decoded?.modules).toEqual(modules)
      }
    }
  })

  it('mends up to half the correction codewords of a block, says how much it took, and refuses one more', () => {
    fc.assert(
      fc.property(fc.nat(1_000_000), fc.constantFrom(...levels), fc.nat(40), (seed, level, extra) => {
        const text = String(seed).padStart(40, '7')
        const modules = encode(text, level)
        const layout = layOut(modules.version, level, formatOf(modules)!.mask)
        const order = placementOrder(blockSizes(modules.version, level))
        const places = dataModules(layout)
        const { correction } = blockSizes(modules.version, level)[0]!
        const capacity = Math.floor(correction / 2)
        const errors = Math.min(extra % (capacity + 2), capacity + 1)
        const random = seeded(seed)
        const ofFirstBlock = order.flatMap(({ block }, n) => (block === 0 ? [n] : [])).sort(() => random() - 0.5)
        const seen = { size: modules.size, dark: Uint8Array.from(modules.dark) }
        for (const n of ofFirstBlock.slice(0, errors)) seen.dark[places[8 * n + Math.floor(8 * random())]!]! ^= 1
        const decoded = decodeMatrix(bitMatrixOf(seen))
        if (errors > capacity) return decoded === null || decoded.bytes.join() === bytesOf(text).join()
        expect(decoded?.bytes).toEqual(bytesOf(text))
        // Version 3-L keeps one of its fifteen correction codewords back.
        const available = modules.version === 3 && level === 'L' ? correction - 1 : correction
        expect(decoded?.unusedErrorCorrection).toBeCloseTo(1 - (2 * errors) / available, 9)
        expect(decoded?.modules.dark).toEqual(modules.dark)
        return true
      }),
      { numRuns: 60 },
    )
  })

  it('never reads other bytes from a symbol with errors beyond mending', () => {
    fc.assert(
      fc.property(fc.nat(1_000_000), fc.integer({ min: 30, max: 400 }), (seed, flips) => {
        const text = '1BoatSLRHtKNngkdXEeobR76b53LETtpyT'
        const modules = encode(text, 'M')
        const random = seeded(seed)
        const seen = { size: modules.size, dark: Uint8Array.from(modules.dark) }
        for (let i = 0; i < flips; i++) seen.dark[Math.floor(random() * seen.dark.length)]! ^= 1
        const decoded = decodeMatrix(bitMatrixOf(seen))
        return decoded === null || new TextDecoder().decode(decoded.bytes) === text
      }),
      { numRuns: 150 },
    )
  })

  it('reads a symbol seen from behind, and turns it right', () => {
    const modules = encode('mirror', 'Q')
    const { size, dark } = modules
    const decoded = decodeMatrix(bitMatrixOf(transpose({ size, dark })))
    expect(decoded?.mirrored).toBe(true)
    expect(decoded?.bytes).toEqual(bytesOf('mirror'))
    expect(decoded?.modules).toEqual({ size, dark })
  })
})

describe('payloadOf', () => {
  const bits = (text: string) => {
    const padded = text.replaceAll(' ', '').padEnd(Math.ceil(text.replaceAll(' ', '').length / 8) * 8, '0')
    return Uint8Array.from(padded.match(/.{8}/g) ?? [], byte => Number.parseInt(byte, 2))
  }

  it('reads the examples of the standard', () => {
    // ISO/IEC 18004:2015 7.4.3: numeric 01234567, version 1.
    expect(payloadOf(bits('0001 0000001000 0000001100 0101011001 1000011 0000'), 1)).toEqual(bytesOf('01234567'))
    // 7.4.4: alphanumeric AC-42, version 1.
    expect(payloadOf(bits('0010 000000101 00111001110 11100111001 000010 0000'), 1)).toEqual(bytesOf('AC-42'))
    // 7.4.6: kanji U+70B9 U+8317, Shift JIS 935F E4AA.
    expect(payloadOf(bits('1000 00000010 0110110011111 1101010101010 0000'), 1)).toEqual(
      Uint8Array.of(0x93, 0x5f, 0xe4, 0xaa),
    )
  })

  it('joins segments of several modes and passes over ECI and structured append', () => {
    expect(
      payloadOf(bits('0111 00011010 0011 00010010 10101010 0010 000000001 001010 0100 00000001 01100001 0000'), 1),
    ).toEqual(bytesOf('Aa'))
  })

  it('refuses segments that promise more than there is, and modes that do not exist', () => {
    expect(payloadOf(bits('0100 11111111 01100001'), 1)).toBeNull()
    expect(payloadOf(bits('1111 0000'), 1)).toBeNull()
    expect(payloadOf(bits('0001 0000000011 1111111111 0000'), 1)).toBeNull()
  })

  it('agrees with another encoder on any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 300 }), fc.constantFrom(...levels), (data, level) => {
        const { modules } = QRCode.create([{ data, mode: 'byte' }], { errorCorrectionLevel: level })
        const decoded = decodeMatrix(bitMatrixOf({ size: modules.size, dark: Uint8Array.from(modules.data) }))
        expect(decoded?.bytes).toEqual(data)
      }),
      { numRuns: 40 },
    )
  })
})
