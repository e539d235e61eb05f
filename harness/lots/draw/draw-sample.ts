import { createHash, createHmac } from 'node:crypto'
import type { Random } from '../../core/random.ts'

/*
 * The sample of a lot, in a way that anybody can do again with sha256sum, openssl and sort:
 * 1. Everybody who takes part has committed a seed: the journal has its SHA-256 before a finished unit was seen.
 * 2. When the lot is made, all seeds are told. The key is the SHA-256 of the seeds, one after the other in the order in which
 *    they were committed, as hexadecimal text.
 * 3. Each unit's ticket is HMAC-SHA256 of its serial under the key. The units with the smallest tickets are the sample.
 * One honest seed among them makes the tickets unforeseeable. All tickets have 256 bits, so that every sample is equally likely
 * and no number has to be thrown away; a unit that is taken away or put in changes the place of no other.
 */

/** 128 bits as text: told when the sample is drawn. */
const seedForm = /^[0-9a-f]{32}$/
export const isSeed = (text: string): boolean => seedForm.test(text)

export function freshSeed(random: Random): string {
  return Buffer.from(random.bytes(16)).toString('hex')
}

/** What the journal has of a seed before it is told. */
export const commitmentOf = (seed: string): string => createHash('sha256').update(seed).digest('hex')

/**
 * @param serials of the units that may be drawn, each once, in any order
 * @param seeds in the order in which they were committed
 * @returns the sample in the order of its tickets
 * @throws RangeError when the lot has fewer units, or one twice
 */
export function drawSample(serials: readonly string[], seeds: readonly string[], count: number): readonly string[] {
  if (new Set(serials).size !== serials.length) throw new RangeError('a unit stands twice among those to draw from')
  if (count > serials.length) throw new RangeError(`${count} units cannot be drawn from ${serials.length}`)
  const key = createHash('sha256').update(seeds.join('')).digest('hex')
  const tickets = serials.map(serial => ({ serial, ticket: createHmac('sha256', key).update(serial).digest('hex') }))
  const order = tickets.sort((a, b) => (a.ticket < b.ticket ? -1 : 1))
  return order.slice(0, count).map(({ serial }) => serial)
}

/** Names the units that were drawn from: SHA-256 over their serials, sorted by their bytes, one a line. */
export function populationSha256(serials: readonly string[]): string {
  const sorted = serials.map(serial => Buffer.from(`${serial}\n`)).sort(Buffer.compare)
  return createHash('sha256').update(Buffer.concat(sorted)).digest('hex')
}
