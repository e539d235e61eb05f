import { expect, test } from 'vitest'
import { blankReading, photographOf, readingOf, referenceProfile } from '../checks/reference-unit.testing.ts'
import type { Reading } from '../vision/reading.ts'
import { groupByUnit } from './group-by-unit.ts'

const card = {
  address: '1BoatSLRHtKNngkdXEeobR76b53LETtpyT',
  addressText: '1BoatSLRHtKNngkdXEeobR76b53LETtpyT',
  epk: '6PRVWUbkzzsbcVac2qwfssoUJAN1Xhrg6bNk8J7Nzm5H7kxEbn2Nh2ZoGg',
  passphrase: 'AAAABBBBCCCCDDDDEEEEFFFF',
  serialCard: 'BX0000001',
  serialTop: 'BX0000001',
  serialBottom: 'BX0000001',
}
const photograph = (name: string, over: Readonly<Record<string, Reading>> = {}) => ({
  name,
  reading: photographOf('sealed', card, over),
})
const groupsOf = (...photographs: readonly ReturnType<typeof photograph>[]) =>
  groupByUnit(photographs, ({ reading }) => reading, referenceProfile).map(group => group.map(({ name }) => name))

test('photographs that show the same serial on the card are one unit, whatever their stickers say', () => {
  const swapped = { 'address-qr': readingOf('address-qr', '3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy') }
  expect(groupsOf(photograph('a'), photograph('b'), photograph('c', swapped))).toEqual([['a', 'b', 'c']])
})

test('a sticker alone makes no unit of two cards', () => {
  const smudged = photograph('smudged', { 'serial-card': blankReading('serial-card', 'unread', 'smudged') })
  expect(groupsOf(photograph('a'), smudged)).toEqual([['a'], ['smudged']])
  expect(groupsOf(smudged, photograph('a'))).toEqual([['smudged'], ['a']])
  expect(groupsOf(smudged, smudged)).toEqual([['smudged'], ['smudged']])
})

test('loose layers are told by what they show, as there is no card', () => {
  const loose = (name: string) => {
    const reading = {
      ...photographOf('printed', card),
      card: null,
      looseLayers: ['top-layer', 'bottom-layer'] as const,
    }
    return { name, reading }
  }
  expect(groupsOf(loose('a'), loose('b'))).toEqual([['a', 'b']])
})
