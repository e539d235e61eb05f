import { expect, test } from 'vitest'
import { addresses, checkInputOf, publicKeys, unitRecord } from '../checks/check-input.testing.ts'
import { readLotFile } from '../checks/lot/read-lot-file.ts'
import { blankReading, readingOf, referenceProfile } from '../checks/reference-unit.testing.ts'
import { coinBook } from '../coins/index.ts'
import type { UnitRecord } from '../products/unit-record.ts'
import type { Reading } from '../vision/reading.ts'
import { identifyUnit } from './identify.ts'

const other: UnitRecord = {
  serial: 'BX0000002',
  publicKey: publicKeys.other,
  address: addresses.other['btc_p2pkh']!,
  lot: 'L-0',
}
const identify = (over: Readonly<Record<string, Reading>>, units: readonly UnitRecord[] = [other, unitRecord]) =>
  identifyUnit(
    checkInputOf('sealed', over).marks,
    { lot: 'L-0', product: null, units: [...units] },
    coinBook,
    referenceProfile,
  )
const read = (mark: string, text: string) => ({ [mark]: readingOf(mark, text) })
const unread = (...marks: readonly string[]) =>
  Object.fromEntries(marks.map(mark => [mark, blankReading(mark, 'unread', 'glare')]))

test('the card says which unit it is, then the stickers, then the address: stickers can be swapped', () => {
  const swapped = { ...read('serial-top', 'BX0000002'), ...read('address-qr', other.address!) }
  expect(identify(swapped).unit).toBe(unitRecord)
  expect(identify({ ...swapped, ...unread('serial-card') }).unit).toBe(other)
  const byAddress = identify({ ...unread('serial-card', 'serial-top'), ...read('address-qr', other.address!) })
  expect(byAddress.unit).toBe(other)
})

test('a serial that is in no record makes a unit foreign, unless another mark says whose it is', () => {
  const strange = { ...read('serial-card', 'ZZ9999999'), ...read('serial-top', 'ZZ9999999') }
  expect(identify(strange)).toMatchObject({ unit: unitRecord, identification: { outcome: 'found' } })
  const alone = { ...strange, ...unread('address-qr', 'address-text') }
  expect(identify(alone)).toMatchObject({ unit: null, identification: { outcome: 'foreign' } })
})

test('a misread letter in the text of an address makes no unit foreign', () => {
  const misread = `${unitRecord.address!.slice(0, -1)}1`
  const only = { ...unread('serial-card', 'serial-top', 'address-qr'), ...read('address-text', misread) }
  expect(identify(only)).toMatchObject({ unit: null, identification: { outcome: 'unread' } })
})

test('of two records that fit none is taken', () => {
  const twin = { ...unitRecord, lot: 'L-1' }
  expect(identify({}, [unitRecord, twin])).toMatchObject({ unit: null, identification: { outcome: 'ambiguous' } })
})

test('a record that is not sound is refused as such, and says nothing of the unit', () => {
  const many = Array.from({ length: 600 }, (_, i) => ({ serial: `AA${String(i).padStart(7, '0')}` }))
  const unsound = { serial: unitRecord.serial, address: `${unitRecord.address!.slice(0, -1)}1` }
  const { lot } = readLotFile(JSON.stringify([...many, unsound]))
  expect(() => identifyUnit(checkInputOf('sealed', {}).marks, lot, coinBook, referenceProfile)).toThrow(
    `unit ${unitRecord.serial}, field «address»: its checksum does not fit`,
  )
})
