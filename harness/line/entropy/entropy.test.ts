import { createHash, createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { VirtualLotRandom } from '../../../fixtures/virtual-line/virtual-lot-random.ts'
import type { Random } from '../../core/random.ts'
import { systemRandom } from '../../core/random.ts'
import { darkNoise } from './dark-noise.ts'
import { HealthTests, mostCommonValueBits, proportionCutoff, repetitionCutoff } from './health-tests.ts'
import { lengthPrefixed, splitLengthPrefixed } from './length-prefixed.ts'
import { MixedRandom, mix, type Purpose } from './mixed-random.ts'
import { DiceRolls, PhysicalSource } from './physical-source.ts'

const purpose: Purpose = { site: 'B', lotNumber: 7, sequence: 3, purpose: 'seedb', serial: 'BX2409708' }
const bytes = (...values: number[]) => Uint8Array.from(values)

describe('the cutoffs of SP 800-90B', () => {
  // Computed apart from this code, with exact binomial sums.
  it.each([
    [-20, 1, 1024, 21, 589],
    [-20, 1, 512, 21, 311],
    [-20, 0.5, 1024, 41, 793],
    [-20, 2, 512, 11, 177],
    [-20, 2.326, 512, 10, 148],
    [-20, 4, 512, 6, 62],
    [-20, 8, 512, 4, 13],
    [-30, 1, 1024, 31, 609],
    [-30, 1, 512, 31, 325],
    [-30, 2, 512, 16, 190],
    [-30, 2.326, 512, 14, 161],
    [-30, 8, 512, 5, 16],
    [-40, 1, 1024, 41, 625],
    [-40, 1, 512, 41, 336],
  ])('α 2^%i, H %d, window %i: %i repetitions, %i in the window', (alpha, bits, window, repetitions, proportion) => {
    expect(repetitionCutoff(bits, alpha)).toBe(repetitions)
    expect(proportionCutoff(bits, alpha, window)).toBe(proportion)
  })
})

describe('the health tests', () => {
  it('stop a stuck source at the cutoff, and not a sample before', () => {
    const tests = new HealthTests({ entropyBits: 4, isBinary: false, alphaLog2: -20 })
    expect(tests.take(bytes(1, 2, 9, 9, 9, 9, 9))).toBeNull()
    expect(tests.take(bytes(9))).toBe('repetition')
  })

  it('stop a source that prefers one value without ever repeating it', () => {
    const tests = new HealthTests({ entropyBits: 4, isBinary: false, alphaLog2: -20 })
    // Every second sample is 7: the window's first, so 62 of them are enough.
    const samples = Uint8Array.from({ length: 512 }, (_, i) => (i % 2 === 0 ? 7 : i % 251))
    expect(tests.take(samples)).toBe('proportion')
  })

  it('find a coin of 80 to 20 in most first windows, and no fair one', () => {
    const toss = (random: Random, share: number) => random.bytes(1024).map(byte => (byte < 256 * share ? 1 : 0))
    const caught = (share: number) => {
      let count = 0
      for (let seed = 0; seed < 60; seed++) {
        const tests = new HealthTests({ entropyBits: 1, isBinary: true, alphaLog2: -20 })
        if (tests.take(toss(new VirtualLotRandom(`coin ${seed}`), share)) !== null) count++
      }
      return count
    }
    expect(caught(0.8)).toBeGreaterThan(40)
    expect(caught(0.5)).toBe(0)
  })

  it('leave a perfect source alone for a million samples', () => {
    const random = new VirtualLotRandom('a million')
    const tests = new HealthTests({ entropyBits: 8, isBinary: false, alphaLog2: -40 })
    for (let i = 0; i < 20; i++) expect(tests.take(random.bytes(50_000))).toBeNull()
  })

  it('measure what a source is worth', () => {
    expect(mostCommonValueBits(new Uint8Array(100))).toBeCloseTo(0, 9)
    const fair = Uint8Array.from({ length: 6000 }, (_, i) => i % 6)
    expect(mostCommonValueBits(fair)).toBeGreaterThan(2.45)
    expect(mostCommonValueBits(fair)).toBeLessThan(Math.log2(6))
  })
})

describe('mixing', () => {
  const csprng = new Uint8Array(32).fill(1)
  const dice = new Uint8Array(50).fill(2)

  it('is HKDF-SHA256 as RFC 5869 has it', () => {
    // Extract and expand by hand, from HMAC alone.
    const extract = (key: Uint8Array, data: Uint8Array) => createHmac('sha256', key).update(data).digest()
    const material = lengthPrefixed([csprng, dice])
    const ownSalt = expectedSalt('B', 7, 3)
    const prk = extract(ownSalt, material)
    const info = lengthPrefixed([Buffer.from('seedb'), Buffer.from('BX2409708')])
    const okm = extract(prk, Buffer.concat([info, bytes(1)])).subarray(0, 24)
    expect(Buffer.from(mix([csprng, dice], purpose, 24))).toEqual(okm)
  })

  it('depends on every source, on its place, and on what the bytes are for', () => {
    const outcomes = [
      mix([csprng, dice], purpose, 24),
      mix([new Uint8Array(32), dice], purpose, 24),
      mix([csprng, new Uint8Array(50)], purpose, 24),
      mix([dice, csprng], purpose, 24),
      mix([csprng], purpose, 24),
      // A byte that moves from one source to the next.
      mix([new Uint8Array(31).fill(1), Uint8Array.from([1, ...dice])], purpose, 24),
      mix([csprng, dice], { ...purpose, site: 'A' }, 24),
      mix([csprng, dice], { ...purpose, lotNumber: 8 }, 24),
      mix([csprng, dice], { ...purpose, sequence: 4 }, 24),
      mix([csprng, dice], { ...purpose, serial: 'BX2409709' }, 24),
      mix([csprng, dice], { ...purpose, purpose: 'seed', serial: 'bBX2409708' }, 24),
    ]
    expect(new Set(outcomes.map(outcome => Buffer.from(outcome).toString('hex'))).size).toBe(outcomes.length)
  })

  it('has lists of parts that are told apart', () => {
    const parts = fc.array(fc.uint8Array({ maxLength: 12 }), { maxLength: 5 })
    fc.assert(
      fc.property(parts, list => {
        expect(splitLengthPrefixed(lengthPrefixed(list))).toEqual(list.map(part => part.slice()))
      }),
    )
    expect(() => splitLengthPrefixed(bytes(0, 0, 0, 2, 1))).toThrow(RangeError)
    expect(() => splitLengthPrefixed(bytes(0, 0))).toThrow(RangeError)
  })

  it('stops when the operating system’s source is stuck', () => {
    expect(() => new MixedRandom({ bytes: length => new Uint8Array(length) }, [])).toThrow(/do not use this computer/)
  })

  it('draws anew for every key', () => {
    const mixed = new MixedRandom(systemRandom, [])
    expect(mixed.bytes(24, purpose)).not.toEqual(mixed.bytes(24, purpose))
  })
})

describe('a physical source', () => {
  const good = new VirtualLotRandom('device')
  const read = (count: number) => good.bytes(count)

  it('gives 128 bits a key at its cautious claim', () => {
    const source = new PhysicalSource('device', '/dev/hwrng', read)
    expect(source.draw()).toHaveLength(32)
    expect(source.statement).toEqual({ source: 'device', bits: 128, drawn: 'every-unit' })
  })

  it('is credited with what is measured, where that is less than its claim', () => {
    // 5 values: 2.3 bits at most, where a device may claim 4.
    const five = (count: number) => good.bytes(count).map(byte => byte % 5)
    expect(() => new PhysicalSource('device', 'five', five)).toThrow(/far too often/)
    const half = (count: number) => good.bytes(count).map(byte => byte & 15)
    expect(new PhysicalSource('device', 'half', half).draw().length).toBeGreaterThan(32)
  })

  it.each<[string, (count: number) => Uint8Array, RegExp]>([
    ['is stuck', count => new Uint8Array(count).fill(7), /repeats one value/],
    ['is a camera that sees the same picture twice', count => new Uint8Array(count), /repeats one value/],
    ['ends', () => new Uint8Array(100), /gave 100 of 1024/],
    [
      'is gone',
      () => {
        throw new Error('EIO')
      },
      /cannot be read/,
    ],
  ])('stops the line when it %s', (_, broken, sentence) => {
    expect(() => new PhysicalSource('camera', 'It', broken)).toThrow(sentence)
  })

  it('stops the line when it counts, at any step, or plays a stretch again and again', () => {
    for (const step of [1, 7, 255]) {
      let drawn = 0
      const counted = (count: number) => Uint8Array.from({ length: count }, () => (drawn++ * step) & 255)
      expect(() => new PhysicalSource('device', 'It', counted)).toThrow(/again and again, or counts/)
    }
    const stretch = good.bytes(500)
    let played = 0
    const replayed = (count: number) => Uint8Array.from({ length: count }, () => stretch[played++ % 500]!)
    expect(() => new PhysicalSource('device', 'It', replayed)).toThrow(/again and again/)
    const bits = good.bytes(499).map(byte => byte & 1)
    const frames = (count: number) => Uint8Array.from({ length: count }, () => bits[played++ % 499]!)
    expect(() => new PhysicalSource('camera', 'It', frames)).toThrow(/again and again/)
  })

  it('stops the line when it begins to count later, by what was really drawn', () => {
    let counts = -1
    const read = (count: number) =>
      counts < 0 ? good.bytes(count) : Uint8Array.from({ length: count }, () => counts++ & 255)
    const source = new PhysicalSource('device', 'It', read)
    for (let unit = 0; unit < 100; unit++) source.draw()
    counts = 0
    expect(() => {
      for (let unit = 0; unit < 64; unit++) source.draw()
    }).toThrow(/It gives the same values again and again, or counts/)
  })

  it('goes on for ten thousand units while it is well', () => {
    const source = new PhysicalSource('device', 'It', read)
    for (let unit = 0; unit < 10_000; unit++) expect(source.draw()).toHaveLength(32)
  })

  it('stops the line when it falls ill later', () => {
    let healthy = true
    const source = new PhysicalSource('device', 'It', count => (healthy ? good.bytes(count) : new Uint8Array(count)))
    source.draw()
    healthy = false
    expect(() => source.draw()).toThrow(/It repeats one value/)
  })

  it('is content with a camera of 60 to 40 at its claim of half a bit, and not with 95 to 5', () => {
    const biased = (share: number) => (count: number) => good.bytes(count).map(byte => (byte < 256 * share ? 1 : 0))
    expect(new PhysicalSource('camera', 'camera', biased(0.6)).draw().length).toBe(256)
    expect(() => new PhysicalSource('camera', 'camera', biased(0.95))).toThrow(/repeats one value|far too often/)
  })
})

describe('a camera in the dark', () => {
  const frame = (seed: string) => {
    const noise = new VirtualLotRandom(seed)
    // A fixed pattern that every frame shows, and a little noise on top.
    const data = noise.bytes(700 * 500).map((byte, i) => ((i * 31) % 90) + (byte % 5))
    return { width: 700, height: 500, channels: 1 as const, data }
  }
  const source = (samples: Uint8Array) => {
    let used = 0
    return new PhysicalSource('camera', 'The camera', count => {
      used += count
      return samples.slice(used - count, used)
    })
  }

  it('gives its noise, and nothing of what it shows every time', () => {
    const samples = darkNoise(frame('one'), frame('two'))
    expect(samples).toHaveLength(100 * 72)
    const ones = samples.reduce((sum, sample) => sum + sample, 0) / samples.length
    expect(ones).toBeGreaterThan(0.4)
    expect(ones).toBeLessThan(0.6)
    expect(source(samples).draw()).toHaveLength(256)
  })

  it('that is stuck, covered or replayed stops the line', () => {
    expect(() => source(darkNoise(frame('one'), frame('one')))).toThrow(/repeats one value/)
    expect(() => darkNoise(frame('one'), { ...frame('two'), width: 500, height: 700 })).toThrow(RangeError)
  })
})

describe('dice', () => {
  const roll = (count: number, seed = 'dice') => new VirtualLotRandom(seed).bytes(count).map(byte => 0x31 + (byte % 6))

  it('are taken when about a hundred are rolled, however they are typed', () => {
    const rolls = roll(110)
    const typed = Buffer.from(
      Buffer.from(rolls)
        .toString()
        .replaceAll(/(.{5})/g, '$1 \n'),
    )
    const dice = new DiceRolls(typed)
    expect(dice.draw()).toEqual(rolls)
    expect(dice.statement).toEqual({ source: 'dice', bits: Math.floor(dice.bits), drawn: 'once' })
  })

  it.each<[string, Uint8Array, RegExp]>([
    ['too few', roll(40), /40 rolls are credited with \d+ bits of at least 128/],
    ['one face all the time', new Uint8Array(110).fill(0x33), /repeats one value/],
    ['not fair', Uint8Array.from({ length: 180 }, (_, i) => 0x31 + (i % 3)), /further from fair/],
    ['rolled from one to six and again', Buffer.from('123456'.repeat(18)), /again and again, or counts/],
    [
      'one stretch of rolls, typed again',
      Buffer.concat([roll(52, 'once'), roll(52, 'once'), roll(52, 'once')]),
      /again and again/,
    ],
    ['no dice', Buffer.from('1234567'.repeat(20)), /digits 1 to 6/],
    ['zeros', Buffer.from('0123'.repeat(30)), /digits 1 to 6/],
  ])('are refused when they are %s', (_, rolls, sentence) => {
    expect(() => new DiceRolls(rolls)).toThrow(sentence)
  })
})

function expectedSalt(site: string, lot: number, sequence: number): Buffer {
  const numbers = Buffer.alloc(8)
  numbers.writeUInt32BE(lot, 0)
  numbers.writeUInt32BE(sequence, 4)
  return createHash('sha256')
    .update(Buffer.concat([Buffer.from(`assay/entropy/v1${site}`), numbers]))
    .digest()
}
