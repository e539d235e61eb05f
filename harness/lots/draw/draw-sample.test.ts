import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { looksSecret } from '../../core/looks-secret.ts'
import { systemRandom } from '../../core/random.ts'
import { commitmentOf, drawSample, freshSeed, isSeed, populationSha256 } from './draw-sample.ts'

const serials = Array.from({ length: 40 }, (_, i) => `BX${String(i + 1).padStart(7, '0')}`)
const seeds = ['00112233445566778899aabbccddeeff', 'ffeeddccbbaa99887766554433221100']

test('the same seeds draw the same units, whatever the order of the file', () => {
  const sample = drawSample(serials, seeds, 5)
  expect(new Set(sample).size).toBe(5)
  expect(drawSample(serials.toReversed(), seeds, 5)).toEqual(sample)
  expect(drawSample(serials, seeds.toReversed(), 5)).not.toEqual(sample)
  expect(populationSha256(serials.toReversed())).toBe(populationSha256(serials))
})

test('anybody draws it again with sha256sum, openssl and sort', () => {
  const script = `
    key=$(printf %s ${seeds.join(' ')} | sha256sum | cut -d' ' -f1)
    for serial in ${serials.join(' ')}; do
      printf '%s %s\\n' "$(printf %s "$serial" | openssl dgst -sha256 -hmac "$key" | sed 's/.* //')" "$serial"
    done | sort | head -n 5 | cut -d' ' -f2`
  const drawn = execFileSync('bash', ['-c', script], { encoding: 'utf8' }).trim().split('\n')
  expect(drawn).toEqual(drawSample(serials, seeds, 5))
  const population = execFileSync('bash', ['-c', `printf '%s\\n' ${serials.join(' ')} | LC_ALL=C sort | sha256sum`])
  expect(population.toString().slice(0, 64)).toBe(populationSha256(serials))
  const commitment = execFileSync('bash', ['-c', `printf %s ${seeds[0]} | sha256sum`], { encoding: 'utf8' })
  expect(commitment.slice(0, 64)).toBe(commitmentOf(seeds[0]!))
})

test('each unit is drawn as often as any other', () => {
  const times = new Map<string, number>()
  const rounds = 2000
  for (let round = 0; round < rounds; round++) {
    for (const unit of drawSample(serials, [round.toString(16).padStart(32, '0')], 8))
      times.set(unit, (times.get(unit) ?? 0) + 1)
  }
  const expected = (rounds * 8) / serials.length
  const chiSquare = serials.reduce((sum, unit) => sum + ((times.get(unit) ?? 0) - expected) ** 2 / expected, 0)
  // 39 degrees of freedom: 1 in 10,000 lies above 80.1; the seeds are fixed, so this cannot fail by chance.
  expect(chiSquare).toBeLessThan(80)
})

test('a unit that is taken away changes the place of no other', () => {
  fc.assert(
    fc.property(fc.nat(serials.length - 1), fc.integer({ min: 1, max: 20 }), (gone, count) => {
      const all = drawSample(serials, seeds, serials.length)
      const without = serials.filter(serial => serial !== serials[gone])
      const left = all.filter(serial => serial !== serials[gone])
      expect(drawSample(without, seeds, count)).toEqual(left.slice(0, count))
    }),
  )
})

test('a unit twice, or more than there are, is refused', () => {
  expect(() => drawSample(['A', 'A'], seeds, 1)).toThrow('twice')
  expect(() => drawSample(['A', 'B'], seeds, 3)).toThrow('3 units cannot be drawn from 2')
})

test('a seed may stand in a journal', () => {
  for (let i = 0; i < 50; i++) {
    const seed = freshSeed(systemRandom)
    expect(isSeed(seed)).toBe(true)
    expect(looksSecret(seed)).toBe(false)
  }
  expect(isSeed('short')).toBe(false)
})
