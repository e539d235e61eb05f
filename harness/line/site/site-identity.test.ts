import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { QuickLine } from '../quick-line.testing.ts'
import type { SiteCard } from './site-identity.ts'

const code = (error: unknown) => (error as { code?: string }).code

/** Two lines whose sites do not know each other yet. */
let line: QuickLine
let other: QuickLine
let cards: Record<'A' | 'B', SiteCard>
let others: Record<'A' | 'B', SiteCard>
beforeEach(async () => {
  line = new QuickLine()
  other = new QuickLine()
  const of = async (one: QuickLine) => ({
    A: (await one.run('A', 'new')) as SiteCard,
    B: (await one.run('B', 'new')) as SiteCard,
  })
  cards = await of(line)
  // Its own randomness: the virtual one of both lines is the same.
  const random = { bytes: (length: number) => globalThis.crypto.getRandomValues(new Uint8Array(length)) }
  others = {
    A: (await other.run('A', 'new', {}, { random })) as SiteCard,
    B: (await other.run('B', 'new', {}, { random })) as SiteCard,
  }
})
afterEach(() => {
  line[Symbol.dispose]()
  other[Symbol.dispose]()
})

const trust = (card: SiteCard, fingerprint = card.fingerprint) =>
  line.run('A', 'trust', { card: JSON.stringify(card), fingerprint }).then(() => 'trusted', code)

it('a site keeps its key: it is made once', async () => {
  const key = readFileSync(join(line.site('A'), 'site.key'))
  expect(await line.run('A', 'new').catch(code)).toBe('site-exists')
  expect(readFileSync(join(line.site('A'), 'site.key'))).toEqual(key)
})

it('a site is no other one, whoever comes with its folder', async () => {
  const record = { lot: 'virtual-1', release: false }
  const inFolderOfA = { folder: line.site('A'), password: line.passwords.A }
  expect(await line.run('B', 'record', record, inFolderOfA).catch(code)).toBe('site-other')
  // Another site A's card beside this one's key.
  writeFileSync(join(line.site('A'), 'site.json'), JSON.stringify(others.A))
  expect(await line.run('A', 'record', record).catch(code)).toBe('site-other')
})

it('the other site is one site B, by the fingerprint that was read aloud, and stays it', async () => {
  expect(await trust(others.A)).toBe('peer-same-site')
  expect(await trust({ ...cards.A, site: 'B' })).toBe('peer-same-site')
  expect(await trust(cards.B, others.B.fingerprint)).toBe('fingerprint-unlike')
  expect(await trust({ ...cards.B, publicKey: others.B.publicKey }, cards.B.fingerprint)).toBe('card-unreadable')
  expect(await trust({ ...cards.B, fingerprint: others.B.fingerprint })).toBe('card-unreadable')
  expect(await trust(cards.B)).toBe('trusted')
  expect(await trust(cards.B)).toBe('trusted')
  expect(await trust(others.B)).toBe('peer-exists')
})
