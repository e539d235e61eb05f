// @module-tag long
import { describe, expect, it } from 'vitest'
import { VirtualLotRandom } from '../../fixtures/virtual-line/virtual-lot-random.ts'
import { killedLots } from './killed-line.testing.ts'

describe('lots whose sites are killed at random instants', () => {
  it('lose, double and halve no unit, and are found sound by the audit', async () => {
    const { kills, killsAtWork, faults } = await killedLots(10, 150, new VirtualLotRandom('kills'))
    expect(faults).toEqual([])
    expect(kills).toBe(10)
    expect(killsAtWork).toBeGreaterThan(2)
  }, 600_000)
})
