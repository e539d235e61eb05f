import { describe, expect, it } from 'vitest'
import { Secret } from '../../core/secret.ts'
import { loadProfile } from '../../products/load-profile.ts'
import { mergedCounts, unlikeChance } from './passphrase-counts.ts'
import { PassphraseTally } from './passphrase-tally.ts'

const profile = loadProfile('assay-reference')
const { alphabet, groups, groupLength, separator } = profile.passphrase
const symbols = [...alphabet!]

/** A generator that draws the n-th symbol as told. */
function counted(units: number, draw: (random: () => number, unit: number, place: number) => number) {
  let state = 12345
  const random = () => {
    state = (state * 48271) % 2147483647
    return state / 2147483647
  }
  const tally = PassphraseTally.of(profile)!
  for (let unit = 0; unit < units; unit++) {
    const text = Array.from({ length: groups! }, (_, g) =>
      Array.from(
        { length: groupLength! },
        (__, i) => symbols[Math.floor(draw(random, unit, g * groupLength! + i) * symbols.length)],
      ).join(''),
    ).join(separator ?? '')
    using secret = Secret.ofText(text)
    tally.take(`BX${unit}`, secret)
    // Looked at again, it is the same unit's.
    tally.take(`BX${unit}`, secret)
  }
  return tally.counts
}

describe('passphrase-distribution', () => {
  it.each([20, 200, 2000])('finds nothing in %i passphrases that were drawn by chance', units => {
    const counts = counted(units, random => random())!
    expect(counts).toMatchObject({ units, pairs: (units * (units - 1)) / 2, repeats: 0 })
    expect(counts.symbols.reduce((a, b) => a + b, 0)).toBe(units * groups! * groupLength!)
    expect(unlikeChance(counts)).toEqual([])
  })

  it.each<readonly [string, Parameters<typeof counted>[1], RegExp]>([
    ['draws the low half more often', random => random() ** 1.6, /equally often/],
    ['never draws some symbols', random => random() * 0.8, /equally often/],
    [
      'gives two units the same',
      (random, unit, place) => (unit === 7 || unit === 90 ? ((place * 37) % 31) / 31.5 : random()),
      /1 pairs of 200 units have the same passphrase/,
    ],
    [
      'begins like its clock',
      (random, unit, place) => (place < 4 ? (Math.floor(unit / 20) + 0.5) / 30 : random()),
      /begin with the same 4/,
    ],
  ])('finds a generator that %s', (_, draw, because) => {
    expect(unlikeChance(counted(200, draw)!).join('; ')).toMatch(because)
  })

  it('tells nothing of few units, and adds sessions up', () => {
    expect(counted(7, random => random())).toBeNull()
    const once = counted(100, random => random() ** 1.15)!
    expect(mergedCounts([once, once])).toMatchObject([{ units: 200, pairs: 2 * once.pairs }])
    expect(mergedCounts([])).toEqual([])
  })
})
