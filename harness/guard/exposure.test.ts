import { describe, expect, test } from 'vitest'
import { photographOf, readingOf, referenceProfile } from '../checks/reference-unit.testing.ts'
import { Secret } from '../core/secret.ts'
import { type SecretKind, secretKinds, secretTitles, stationNames } from '../core/vocabulary.ts'
import { stations } from '../inspection/station.ts'
import { withKeysKept } from '../vision/kept-keys.ts'
import type { PhotographReading } from '../vision/reading.ts'
import { exposureAlarm } from './exposure.ts'

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
    ['sealed', 'epk-exposed', 'passphrase-exposed', 'both-factors-exposed'],
    ['opened', null, null, null],
  ] as const)('at %s says of the EPK %s, of the passphrase %s, of both %s', (station, ofEpk, ofPassphrase, ofBoth) => {
    const show = (over: Parameters<typeof photographOf>[2]) => codeAt(station, photographOf(station, card, over))
    expect(show({ 'epk-qr': epk })).toBe(ofEpk)
    expect(show({ passphrase })).toBe(ofPassphrase)
    expect(show({ 'epk-qr': epk, passphrase })).toBe(ofBoth)
  })

  test('raises the alarm for an EPK beside the card, or on a card that could not be found', () => {
    const beside = { ...photographOf('sealed', card), exposed: [{ kind: 'epk' as const, where: epk.where! }] }
    const withoutCard = { ...beside, card: null, marks: [] }
    expect(codeAt('sealed', beside)).toBe('epk-exposed')
    expect(codeAt('sealed', withoutCard)).toBe('epk-exposed')
    expect(codeAt('opened', beside)).toBeNull()
  })

  test('raises the alarm for a passphrase where no mark of it is, and for both', () => {
    const [passphrase, key] = (['passphrase', 'epk'] as const).map(kind => ({ kind, where: epk.where! }))
    const beside = { ...photographOf('sealed', card), exposed: [passphrase!] }
    expect(codeAt('sealed', beside)).toBe('passphrase-exposed')
    expect(codeAt('sealed', { ...beside, exposed: [passphrase!, key!] })).toBe('both-factors-exposed')
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
    for (const photograph of [misplaced, withKeysKept(referenceProfile, misplaced)]) {
      const alarm = exposureAlarm(stations.sealed, referenceProfile, photograph)
      expect(alarm).toMatchObject({ code: 'epk-exposed', marks: ['serial-top'] })
      expect(JSON.stringify(alarm)).not.toContain(card.epk)
    }
  })
})

describe('whatever secret lies in the photograph', () => {
  const where = epk.where!
  const beside = (kind: SecretKind) => ({ ...photographOf('sealed', card), exposed: [{ kind, where }] })

  // Default deny: a kind that is added to the list is refused everywhere, until a station says that it may be seen.
  test.each(secretKinds.flatMap(kind => stationNames.map(station => [kind, station] as const)))(
    '%s stops the run at %s unless the station allows it',
    (kind, station) => {
      const may = stations[station].exposure.may.includes(kind)
      const alarm = exposureAlarm(stations[station], referenceProfile, { ...beside(kind), marks: [] })
      expect(alarm === null).toBe(may)
      if (alarm !== null) expect(alarm.because).toContain(secretTitles[kind])
    },
  )

  test('only the two factors may be seen anywhere, and only at the stations whose work they are', () => {
    expect(stationNames.map(station => stations[station].exposure.may)).toEqual([
      ['epk'],
      ['passphrase'],
      [],
      ['epk', 'passphrase'],
    ])
  })

  test('is told from a planted factor, which excuses nothing else', () => {
    const peeled = { ...beside('wif'), marks: [epk] }
    expect(codeAt('sealed', peeled)).toBe('secret-exposed')
    expect(codeAt('opened', peeled)).toBe('secret-exposed')
  })

  test.each([
    ['a mini key', 'S6c56bnXQiBjk9mqSYE7ykVQ7NzrRy', 'secret-exposed'],
    ['a passphrase', 'BBBB-CCCC-DDDD-EEEE-FFFF-2345', 'passphrase-exposed'],
    ['a passphrase without separators', 'BBBBCCCCDDDDEEEEFFFF2345', 'passphrase-exposed'],
    ['an EPK in small letters', card.epk.toLowerCase(), 'epk-exposed'],
  ])('stops the run as %s in the place of the address, and is kept', (_, text, code) => {
    const misplaced = photographOf('sealed', card, { 'address-qr': readingOf('address-qr', text) })
    const kept = withKeysKept(referenceProfile, misplaced)
    expect(codeAt('sealed', misplaced)).toBe(code)
    expect(exposureAlarm(stations.sealed, referenceProfile, kept)).toMatchObject({ code, marks: ['address-qr'] })
    expect(JSON.stringify(kept)).not.toContain(text)
  })
})

test('keys are wrapped, at any mark and in any clause, and nothing else is', () => {
  const misplaced = readingOf('address-qr', card.epk, { because: `reads ${card.epk}` })
  const photograph = photographOf('sealed', card, { 'address-qr': misplaced })
  const kept = withKeysKept(referenceProfile, photograph)
  expect(JSON.stringify(kept)).not.toContain(card.epk)
  const wrapped = kept.marks.find(({ mark }) => mark === 'address-qr')
  expect(wrapped).toMatchObject({ outcome: 'read', because: '[secret]' })
  expect((wrapped!.text as Secret).exposeText()).toBe(card.epk)
  const others = (reading: PhotographReading) => reading.marks.filter(({ mark }) => mark !== 'address-qr')
  expect(others(kept)).toEqual(others(photograph))
})
