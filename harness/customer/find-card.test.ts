import { expect, test } from 'vitest'
import { type LotFileReading, readLotFile } from '../checks/lot/read-lot-file.ts'
import { findCard, findInList } from './find-card.ts'

const units = [
  {
    serial: 'AB123456',
    address: '1MwWPJpapWfMyCJuEsp24Aut3M2Yda8xBR',
    publicKey: '027c2c66986d3f878521685ea78a310ecf654a3998d104e284949e7ad6b959a731',
    confirmationCode: 'cfrm38VXJ22tKoLqTmChreQrd2MEY5Z6qRwGbkxTFnKbHm2ex73kBbm8Ssh6TQoFTKVzL6dNoCS',
  },
  { serial: 'AB123457' },
]
const bytes = (value: unknown) => new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value))
const { lot }: LotFileReading = readLotFile(bytes({ product: 'real', units }))

test('a card by its serial, however it is set, and by any address of its key', () => {
  const { serial, address, confirmationCode } = units[0]!
  const card = { serial, address, confirmationCode, product: 'real' }
  for (const wanted of [
    serial,
    ' AB 123-456 ',
    address!,
    'BC1QUKCCRVA9V2JADENH437LU5RYAZZK75JD5XM527',
    'LgATeX8QuAuRE114R1oKLByeFZPppfq5E4',
  ]) {
    expect(findCard(lot, wanted), wanted).toEqual(card)
  }
  expect(findCard(lot, units[1]!.serial)).toEqual({ serial: 'AB123457', product: 'real' })
})

test('nothing more than stands on a card is told', () => {
  expect(Object.keys(findCard(lot, 'AB123456')!).sort()).toEqual(['address', 'confirmationCode', 'product', 'serial'])
})

test('no card for what is none', () => {
  for (const wanted of ['', 'AB123458', '1BoatSLRHtKNngkdXEeobR76b53LETtpyT', '%', '*']) {
    expect(findCard(lot, wanted)).toBeNull()
  }
})

test('a file that is no list, that is faulty, or that holds a key', () => {
  expect(findInList(bytes('no list'), 'AB123456')).toBe('unusable')
  expect(findInList(new Uint8Array(0), 'AB123456')).toBe('unusable')
  expect(findInList(bytes({ units: [{ ...units[0], confirmationCode: 'cfrm38' }] }), 'AB123456')).toBe('unusable')
  expect(findInList(bytes({ units: [{ ...units[0], passphrase: 'x' }] }), 'AB123456')).toBe('secret')
  expect(findInList(bytes({ units }), 'AB123459')).toBe('none')
  expect(findInList(bytes({ units }), 'AB123457')).toEqual({ serial: 'AB123457' })
})
