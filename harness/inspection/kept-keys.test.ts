import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import {
  latticeOf,
  makeReferenceUnit,
  photographOf,
  type ReferenceUnit,
  readingOf,
} from '../checks/reference-unit.testing.ts'
import { Secret } from '../core/secret.ts'
import { type StationName, stationNames } from '../core/vocabulary.ts'
import { serialiseRecord } from '../record/inspection-record.ts'
import type { Reading } from '../vision/reading.ts'
import { inspectUnit } from './inspect-unit.ts'
import { requestOf } from './reference-request.testing.ts'

// What gives money away is kept secret wherever it was read, and nothing of it stays behind.

/** Published vectors (BIP32 test vector 1, Bitcoin wiki, BIP38): nobody's money. */
const keys: Readonly<Record<string, string>> = {
  'extended private key':
    'xprv9s21ZrQH143K3QTDL4LXw2F7HEK3wJUD2nW2nRk4stbPy6cq3jPPqjiChkVvvNKmPGJxWUtg6LnF5kejMRNNU3TGtRBeJgk33yuGBxrMPHi',
  'key of the test network': '92Pg46rUhgTT7romnV7iGW6W1gbGdeezqdbJCzShkCsYNzyyNcc',
  'private key': '5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ',
  'cut EPK': '6PRVWUbkzzsbcVac2qwfssoUJAN1Xhrg6bNk8J7',
  'EPK in an address': 'bitcoin:6PRVWUbkzzsbcVac2qwfssoUJAN1Xhrg6bNk8J7Nzm5H7kxEbn2Nh2ZoGg',
}

/** A factor of a unit; any other key is a secret that no station may see. */
const isEpk = (key: string) => key.includes('6PRV')

let unit: ReferenceUnit
beforeAll(async () => {
  unit = await makeReferenceUnit('BX0000001', 0, 'AAAABBBBCCCCDDDDEEEEFFFF')
})
afterEach(() => vi.restoreAllMocks())

const records = () => ({ lot: 'L-0', product: null, units: [unit.record] })

/** Inspects a unit that shows something else at some marks; of `key` nothing may come out, whatever the record says. */
async function inspect(station: StationName, key: string, ...shown: readonly Readonly<Record<string, Reading>>[]) {
  const photographs = shown.map((over, i) => ({
    ...photographOf(station, unit.card, over),
    photographId: `${i}`.repeat(64),
  }))
  const record = await inspectUnit(requestOf(station, photographs, { records }))
  const written = serialiseRecord(record)
  for (let i = 0; i + 12 <= key.length; i++) expect(written).not.toContain(key.slice(i, i + 12))
  return record
}

describe.each(Object.entries(keys))('%s', (_, key) => {
  test.each(['etched', 'sealed'] as const)(
    'where an address should be raises the alarm at station %s',
    async station => {
      const ofEpk = station === 'etched' ? 'both-factors-exposed' : 'epk-exposed'
      const code = isEpk(key) ? ofEpk : 'secret-exposed'
      const record = await inspect(station, key, { 'address-qr': readingOf('address-qr', key) })
      expect(record).toMatchObject({ verdict: 'FAIL', findings: [], alarm: { code, acknowledged: false } })
      expect(record.alarm?.marks).toContain('address-qr')
      expect(record.readings.find(({ mark }) => mark === 'address-qr')).toMatchObject({ secret: true, text: null })
    },
  )

  test('where an address should be fails where an EPK may be seen, and no sentence quotes it', async () => {
    const record = await inspect('printed', key, { 'address-qr': readingOf('address-qr', key) })
    if (isEpk(key)) {
      expect(record).toMatchObject({ verdict: 'FAIL', alarm: null })
      expect(record.findings.find(({ check }) => check === 'address-matches')).toMatchObject({
        verdict: 'FAIL',
        because: 'address-qr carries a private key where an address should be.',
      })
    } else expect(record).toMatchObject({ verdict: 'FAIL', alarm: { code: 'secret-exposed', marks: ['address-qr'] } })
    const open = await inspect('opened', key, { 'address-qr': readingOf('address-qr', key) })
    expect(open.readings.find(({ mark }) => mark === 'address-qr')).toMatchObject({ secret: true, text: null })
  })

  test('comes out of no other mark, sentence or contradiction', async () => {
    for (const station of stationNames) {
      for (const mark of ['address-text', 'serial-top', 'serial-bottom', 'serial-card', 'words']) {
        const misplaced = { [mark]: readingOf(mark, key, { because: `reads ${key}` }) }
        expect((await inspect(station, key, misplaced)).verdict, `${mark} at ${station}`).not.toBe('ERROR')
        await inspect(station, key, misplaced, {})
      }
    }
  })
})

test('EPK, passphrase and what the picture allows as well travel as Secrets, and what was made of them is wiped', async () => {
  const made: Secret[] = []
  const { ofText, ofBytes } = Secret
  vi.spyOn(Secret, 'ofText').mockImplementation(text => remember(ofText.call(Secret, text)))
  vi.spyOn(Secret, 'ofBytes').mockImplementation(bytes => remember(ofBytes.call(Secret, bytes)))
  function remember(secret: Secret): Secret {
    made.push(secret)
    return secret
  }
  const text = 'AAAA-BBBB-CCCC-DDDD-EEEE-FFFG'
  const doubt = Object.fromEntries([0, 5, 10, 15].map(at => [at, ['Z', 0.3] as const]))
  const passphrase = readingOf('passphrase', Secret.ofText(text), { alternatives: latticeOf(text, doubt) })
  const photograph = photographOf('opened', unit.card, { passphrase })
  const ofTheReading = new Set(photograph.marks.map(({ text }) => text))
  made.length = 0
  const record = await inspectUnit(requestOf('opened', [photograph], { records }))
  expect(record.findings.find(({ check }) => check === 'decryption')).toMatchObject({
    verdict: 'FAIL',
    because: expect.stringContaining('Nor do the 8 other texts'),
  })
  // The passphrase as BIP38 takes it, and each of eight alternatives as displayed and as BIP38 takes it.
  expect(made).toHaveLength(17)
  expect(made.filter(secret => secret.length > 0 && !ofTheReading.has(secret))).toEqual([])
})
