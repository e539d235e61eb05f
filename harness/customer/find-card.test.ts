import { expect, test } from 'vitest'
import { VirtualLine } from '../../fixtures/virtual-line/virtual-line.ts'
import { type LotFileReading, readLotFile } from '../checks/lot/read-lot-file.ts'
import { loadProfile, shippedProfiles } from '../products/load-profile.ts'
import { cardFormOf } from './card-form.ts'
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

const forms = shippedProfiles().map(cardFormOf)
const found = (content: unknown, wanted: string | null = 'AB123456') => findInList(bytes(content), wanted, forms)

test('a file that is no list, or that is faulty', async () => {
  const whole = { fault: 'unusable', unit: null, field: null }
  expect(await found('no list')).toEqual(whole)
  expect(await found('')).toEqual(whole)
  const faulty = { units: [{ ...units[0], confirmationCode: 'cfrm38' }] }
  expect(await found(faulty)).toEqual({ fault: 'unusable', unit: 'unit AB123456', field: 'confirmationCode' })
  expect(await found({ units }, 'AB123459')).toBe('none')
  expect(await found({ units }, null)).toBe('none')
  expect(await found({ units }, 'AB123457')).toEqual({ serial: 'AB123457' })
})

const [own] = units
/** Another unit, whose every part is sound: with lot as REAL has it, and one without. */
const other = {
  intermediateCode: 'passphraseYE5Bi8jcXxkVZ3mz51kbXEa6RmAZnX697pjBr2cAhNfoUpRipE5WJFKtrQa4a5',
  confirmationCode: 'cfrm38VXGpmvpNodmHbBp6Y51E3QFj5yGRvmBSUgcRixPYuJdtjgNNnPqrTSfPrnTg7tvkAEv47',
  address: '1PvfHjk6p9vmxay15a6nbcFfJYWYQyQLLr',
  publicKey: '02f69bcb3a606ae208c1ecd3aef6a42e50254cd72dc2dfc136ff3f3102a257c5b9',
}
const withoutLot = {
  confirmationCode: 'cfrm38VUHGdU1hw5y8kWdRHVf5DBJmcyE4vZDVRzoiNH6vU2QfLWNezxwQyLuv2Tb3CoJbkSM8R',
  address: '19BhtWBsnG1Evkruh9pCokChdXLdDi77qQ',
}

test.each([
  ['an address that is not its code’s', { address: other.address, publicKey: undefined }, 'address'],
  ['an address and a key that are not its code’s', { address: other.address, publicKey: other.publicKey }, 'address'],
  ['a key that is not its code’s', { address: undefined, publicKey: other.publicKey }, 'publicKey'],
  ['an address that is not its key’s', { address: other.address }, 'address'],
  ['an intermediate code of another passphrase', { intermediateCode: other.intermediateCode }, 'intermediateCode'],
  ['a code that its product has not', { ...withoutLot, publicKey: undefined }, 'confirmationCode'],
])('a record with %s is the list’s fault, by name of unit and field', async (_, wrong, field) => {
  const list = { product: 'real', units: [{ serial: 'AB123457' }, { ...own, ...wrong }] }
  const fault = { fault: 'unusable', unit: 'unit AB123456', field }
  expect(await found(list, null)).toEqual(fault)
  expect(await found(list)).toEqual(fault)
})

test('what agrees is taken: every part of one unit, and a code without lot where the list names no product', async () => {
  expect(await found({ product: 'real', units: [{ serial: 'AB123456', ...other }] })).toMatchObject({
    serial: 'AB123456',
  })
  expect(await found({ units: [{ serial: 'AB123456', ...withoutLot }] })).toMatchObject(withoutLot)
})

const characters = ['QK7R', '9XMB', 'T3ZD', 'W8HF', 'P2VN'] as const
test.each([
  ['a remark', { remark: `see ${characters.join('-')}` }, 'remark'],
  ['a remark, in small letters and without separators', { remark: characters.join('').toLowerCase() }, 'remark'],
  ['a list of remarks', { remarks: ['none', characters.join(' ')] }, 'remarks.1'],
  ['an object', { made: { by: { hand: characters.join('-') } } }, 'made.by.hand'],
  ['a field that is read', { product: characters.join('-') }, 'product'],
  ['the name of a field', { [characters.join('')]: 'x' }, 'field 5'],
  ['the field of a passphrase', { passphrase: 'x' }, 'passphrase'],
  ['a remark, as seed words', { remark: `${'abandon '.repeat(11)}about` }, 'remark'],
])('a list with what may be a secret in %s is none', async (_, fields, field) => {
  const fault = { fault: 'secret', unit: 'unit AB123456', field }
  expect(await found({ product: 'real', units: [{ ...own, ...fields }] })).toEqual(fault)
})

test('nor one with it in its head or a table', async () => {
  const remark = characters.join('-')
  expect(await found({ remark, units })).toEqual({ fault: 'secret', unit: 'the lot', field: 'remark' })
  const table = `serial,remark\nAB123456,\nAB123457,${remark}\n`
  expect(await found(table)).toEqual({ fault: 'secret', unit: 'unit AB123457 (line 3)', field: 'remark' })
})

test('what a maker’s line writes for every product is no secret', async () => {
  for (const name of ['real', 'pure', 'pro', 'block', 'assay-reference']) {
    await using line = await VirtualLine.make({ profile: loadProfile(name), seed: 5, count: 2, share: 0 })
    expect([name, await found(line.records, null)]).toEqual([name, 'none'])
  }
})
