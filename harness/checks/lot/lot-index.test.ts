import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { toHex } from '../../bip38/bytes.ts'
import { basePoint, encodePoint } from '../../bip38/curve.ts'
import type { AddressBook } from '../../bip38/index.ts'
import { coinBook } from '../../coins/index.ts'
import { LotFileError, type UnitRecord } from '../../products/unit-record.ts'
import { matchAddress } from '../same-key.ts'
import { indexOf } from './lot-index.ts'
import { readLotFile } from './read-lot-file.ts'

const keyOf = (scalar: number, compressed = true) => toHex(encodePoint(basePoint(BigInt(scalar), true), compressed))
const addressOf = (scalar: number, kind: string) => coinBook.addressesOf(keyOf(scalar))[kind]!
const lotOf = (units: readonly UnitRecord[]) => ({ lot: null, product: null, units: [...units] })

/** Counts what is worked out for a lookup. */
function counting(): AddressBook & { count: number } {
  const book = {
    count: 0,
    addressesOf: (key: string) => {
      book.count++
      return coinBook.addressesOf(key)
    },
    readAddress: (text: string) => {
      book.count++
      return coinBook.readAddress(text)
    },
  }
  return book
}

describe('indexOf', () => {
  test('finds by any address of a key what a walk through all records finds', () => {
    const units: UnitRecord[] = [
      { serial: 'A1', publicKey: keyOf(1), address: addressOf(1, 'btc_p2pkh') },
      { serial: 'A2', publicKey: keyOf(2) },
      { serial: 'A3', address: addressOf(3, 'btc_p2pkh') },
      { serial: 'A4', address: addressOf(4, 'btc_p2wpkh') },
      { serial: 'A5', publicKey: keyOf(5, false) },
      { serial: 'A6', address: addressOf(6, 'ltc') },
      { serial: 'A7' },
    ]
    const lot = lotOf(units)
    const texts = [1, 2, 3, 4, 5, 6, 7].flatMap(scalar => [
      ...Object.values(coinBook.addressesOf(keyOf(scalar))),
      ...Object.values(coinBook.addressesOf(keyOf(scalar, false))),
    ])
    fc.assert(
      fc.property(fc.constantFrom(...texts, 'nonsense', texts[0]!.slice(1)), text => {
        const walked = units.filter(unit => matchAddress(text, unit, coinBook).outcome === 'same-key')
        expect(indexOf(lot).byAddress(text, coinBook, [])).toEqual(walked)
      }),
      { numRuns: 300 },
    )
  })

  test('finds serials whatever their blanks and dashes, and both of two that are one', () => {
    const units = [{ serial: 'BX 240-9708' }, { serial: 'BX2409708' }, { serial: 'BX2409709' }]
    expect(indexOf(lotOf(units)).bySerial('BX-2409708')).toEqual(units.slice(0, 2))
    expect(indexOf(lotOf(units)).bySerial('BX2409707')).toEqual([])
  })

  test('of many records a photograph costs no more than of few', () => {
    const units = Array.from({ length: 700 }, (_, i): UnitRecord => ({ serial: `A${i}`, publicKey: keyOf(i + 1) }))
    const lot = lotOf(units)
    const book = counting()
    const index = indexOf(lot)
    expect(indexOf(lot)).toBe(index)
    expect(index.byAddress(addressOf(7, 'btc_p2pkh'), book, [])).toEqual([units[6]])
    expect(index.byAddress(addressOf(9, 'eth'), book, index.bySerial('A8'))).toEqual([units[8]])
    expect(index.byAddress('1HREFhkEqFqetmvjcVPpcT37zmPr4G1Wzu', book, [])).toEqual([])
    expect(book.count).toBeLessThan(20)
    // An address without the key's hash in it names no record unless a serial does.
    expect(index.byAddress(addressOf(9, 'eth'), book, [])).toBeNull()
    expect(book.count).toBeLessThan(30)
  })
})

describe('a lot of many records', () => {
  const sound = { serial: 'FG9943191', address: '14gfWyRtFZWzW17pE4x7tqRKSM1KKtrmKb' }
  const many = Array.from({ length: 600 }, (_, i) => ({ serial: `AA${String(i).padStart(7, '0')}` }))
  const bad = { serial: 'QR8797086', address: '1DYk2D9fAShCWzZ33Mr85jnkW6uEPabQpt' }

  test('has each record proved when its unit is there, and says that it is the record', () => {
    const { lot } = readLotFile(JSON.stringify([...many, sound, bad]))
    const index = indexOf(lot)
    expect(index.byAddress(sound.address, coinBook, [])).toEqual([sound])
    const faulty = () => index.byAddress(sound.address, coinBook, index.bySerial(bad.serial))
    expect(faulty).toThrow(LotFileError)
    expect(faulty).toThrow('unit QR8797086, field «address»: its checksum does not fit')
  })

  test('is refused as a whole where its records are few enough to be proved at once', () => {
    expect(() => readLotFile(JSON.stringify([...many.slice(0, 100), sound, bad]))).toThrow(
      'unit QR8797086, field «address»',
    )
  })

  test('is read in little time, with every one of many faults', () => {
    const twins = Array.from({ length: 50_000 }, () => sound)
    const began = process.cpuUsage()
    expect(() => readLotFile(JSON.stringify(twins))).toThrow('(they are number 1 and 2)')
    const { user, system } = process.cpuUsage(began)
    expect((user + system) / 1e6).toBeLessThan(10)
  })
})
