import { describe, expect, test } from 'vitest'
import { photographOf, readingOf, referenceProfile } from '../checks/reference-unit.testing.ts'
import { Secret } from '../core/secret.ts'
import { stationNames } from '../core/vocabulary.ts'
import { stations } from '../inspection/station.ts'
import type { PhotographReading } from '../vision/reading.ts'
import { exposureAlarm, withKeysKept } from './exposure.ts'

const card = {
  address: '1BoatSLRHtKNngkdXEeobR76b53LETtpyT',
  addressText: '1BoatSLRHtKNngkdXEeobR76b53LETtpyT',
  epk: '6PRVWUbkzzsbcVac2qwfssoUJAN1Xhrg6bNk8J7Nzm5H7kxEbn2Nh2ZoGg',
  passphrase: 'AAAABBBBCCCCDDDDEEEEFFFF',
  serialCard: 'BX0000001',
  serialTop: 'BX0000001',
  serialBottom: 'BX0000001',
}
const epk = readingOf('epk-qr', Secret.ofText(card.epk))
const passphrase = readingOf('passphrase', Secret.ofText(card.passphrase))
const codeAt = (station: keyof typeof stations, photograph: PhotographReading) =>
  exposureAlarm(stations[station], referenceProfile, photograph)?.code ?? null

describe('the guard', () => {
  test.each(stationNames)('lets a unit through that shows at %s what it should', station => {
    expect(codeAt(station, photographOf(station, card))).toBeNull()
  })

  test.each([
    ['printed', null, 'both-factors-exposed', 'both-factors-exposed'],
    ['etched', 'both-factors-exposed', null, 'both-factors-exposed'],
    ['sealed', 'epk-exposed', null, 'both-factors-exposed'],
    ['opened', null, null, null],
  ] as const)('at %s says of the EPK %s, of the passphrase %s, of both %s', (station, ofEpk, ofPassphrase, ofBoth) => {
    const show = (over: Parameters<typeof photographOf>[2]) => codeAt(station, photographOf(station, card, over))
    expect(show({ 'epk-qr': epk })).toBe(ofEpk)
    expect(show({ passphrase })).toBe(ofPassphrase)
    expect(show({ 'epk-qr': epk, passphrase })).toBe(ofBoth)
  })

  test('raises the alarm for an EPK beside the card, or on a card that could not be found', () => {
    const beside = { ...photographOf('sealed', card), exposedEpks: [epk.where!] }
    const withoutCard = { ...beside, card: null, marks: [] }
    expect(codeAt('sealed', beside)).toBe('epk-exposed')
    expect(codeAt('sealed', withoutCard)).toBe('epk-exposed')
    expect(codeAt('opened', beside)).toBeNull()
  })

  test('raises the alarm for a passphrase where no mark of it is, and for both', () => {
    const beside = { ...photographOf('sealed', card), exposedPassphrases: [epk.where!] }
    expect(codeAt('sealed', beside)).toBe('passphrase-exposed')
    expect(codeAt('sealed', { ...beside, exposedEpks: [epk.where!] })).toBe('both-factors-exposed')
    expect(codeAt('opened', beside)).toBeNull()
  })

  test('names every place where the key lies open, as symbol and as text', () => {
    const text = {
      ...referenceProfile.marks.find(({ kind }) => kind === 'text')!,
      name: 'epk-text',
      content: 'epk',
      secret: true,
    }
    const profile = {
      ...referenceProfile,
      marks: [...referenceProfile.marks, text as (typeof referenceProfile.marks)[number]],
    }
    const photograph = photographOf('sealed', card, { 'epk-qr': epk })
    const both = { ...photograph, marks: [...photograph.marks, readingOf('epk-text', Secret.ofText(card.epk))] }
    const marks = exposureAlarm(stations.sealed, profile, both)?.marks
    expect([...marks!].sort()).toEqual(['epk-qr', 'epk-text'])
  })

  test('takes a key for one wherever it stands, wrapped already or not', () => {
    const misplaced = photographOf('sealed', card, { 'serial-top': readingOf('serial-top', `key ${card.epk}`) })
    for (const photograph of [misplaced, withKeysKept(misplaced)]) {
      const alarm = exposureAlarm(stations.sealed, referenceProfile, photograph)
      expect(alarm).toMatchObject({ code: 'epk-exposed', marks: ['serial-top'] })
      expect(JSON.stringify(alarm)).not.toContain(card.epk)
    }
  })
})

test('keys are wrapped, at any mark and in any clause, and nothing else is', () => {
  const misplaced = readingOf('address-qr', card.epk, { because: `reads ${card.epk}` })
  const photograph = photographOf('sealed', card, { 'address-qr': misplaced })
  const kept = withKeysKept(photograph)
  expect(JSON.stringify(kept)).not.toContain(card.epk)
  const wrapped = kept.marks.find(({ mark }) => mark === 'address-qr')
  expect(wrapped).toMatchObject({ outcome: 'read', because: '[secret]' })
  expect((wrapped!.text as Secret).exposeText()).toBe(card.epk)
  const others = (reading: PhotographReading) => reading.marks.filter(({ mark }) => mark !== 'address-qr')
  expect(others(kept)).toEqual(others(photograph))
})
