import { expect, test } from 'vitest'
import { addressName, comparedAddress, scannedText, withoutNames } from './card-address.ts'
import { everyNetworkBook } from './every-network.ts'

const addresses = {
  btc_p2pkh: '1MwWPJpapWfMyCJuEsp24Aut3M2Yda8xBR',
  eth: '0x52908400098527886E0F7030069857D2E4169EE7',
  tbtc_p2pkh: 'n2TTgMuZdY6ckJnWxSnPt68CuLdFaw9pge',
}
const own = addresses.btc_p2pkh
const confirmationCode = 'cfrm38VXJ22tKoLqTmChreQrd2MEY5Z6qRwGbkxTFnKbHm2ex73kBbm8Ssh6TQoFTKVzL6dNoCS'

test.each([
  ['as it stands on the card', own, 'same'],
  ['over two lines', `${own.slice(0, 17)}\n ${own.slice(17)} `, 'same'],
  ['as a symbol has it', `bitcoin:${own}`, 'same'],
  ['with nothing behind its question mark', `bitcoin:${own}?`, 'same'],
  ['that is none, before an invoice', 'bitcoin:?lightning=LNBC1X', 'more'],
  ['with an amount and a name', `bitcoin:${own}?amount=0.1&label=x`, 'more'],
  ['with an invoice in a name', `bitcoin:${own}?label=x%26lightning=LNBC1X`, 'more'],
  ['with an invoice behind a second question mark', `bitcoin:${own}?label=a?lightning=LNBC1X`, 'more'],
  ['with a way to pay beside it', `bitcoin:${own}?amount=1&lightning=LNBC1X`, 'more'],
  ['with another address beside it', `${own}?address=1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMH`, 'more'],
  ['with a name that no reader of it may pass over', `BITCOIN:${own}?REQ-pay=x`, 'more'],
  ['Ethereum’s, in small letters', addresses.eth.toLowerCase(), 'same'],
  ['Ethereum’s, in another case than its checksum has', `${addresses.eth.slice(0, -1)}e`, 'damaged'],
  ['Ethereum’s, on a chain, with a capital X', `ethereum:${addresses.eth.replace('0x', '0X')}@1`, 'same'],
  ['behind the name of another coin', `litecoin:${own}`, 'wrong-coin'],
  ['of Ethereum behind Bitcoin’s name', `bitcoin:${addresses.eth}`, 'wrong-coin'],
  ['behind a name that everything has', `constructor:${own}`, 'no-address'],
  ['behind the name of no coin', `solana:${own}`, 'no-address'],
  ['that is an invoice', 'lightning:lnbc20u1pvjluez', 'no-address'],
  ['that is a link', 'https://example.com/pay', 'no-address'],
  ['that is longer than any', 'q'.repeat(121), 'no-address'],
  ['that is the confirmation code of a card', confirmationCode, 'no-address'],
  ['whose own name is typed first', 'bitcoincash:qq', 'unfinished'],
  ['of which a name is typed', 'bitcoin', 'unfinished'],
  ['of another card', '1BoatSLRHtKNngkdXEeobR76b53LETtpyT', 'other'],
  ['of a test network', addresses.tbtc_p2pkh, 'test'],
  ['in small letters, which are others', own.toLowerCase(), 'damaged'],
  ['with a wrong character', own.replace('8', '9'), 'damaged'],
  ['with a character too many', `${own}R`, 'damaged'],
  ['with the letter O', `${own.slice(0, -1)}O`, 'unfinished'],
  ['that is still typed', own.slice(0, 12), 'unfinished'],
  ['that is a key', 'L1YLRFGbLVqcHS1o2WJ96ZkrZdDDnxxX4qPoG1H6GDWNNhtEhxNx', 'secret'],
  ['that is a key behind a name', 'bitcoin:L1YLRFGbLVqcHS1o2WJ96ZkrZdDDnxxX4qPoG1H6GDWNNhtEhxNx', 'secret'],
  ['that is the words of a wallet', `${'abandon '.repeat(11)}about`, 'secret'],
  ['before another one', `${own} 1BoatSLRHtKNngkdXEeobR76b53LETtpyT`, 'no-address'],
  ['of nothing', ' \n', 'empty'],
])('an address %s', (_, typed, outcome) => {
  expect(comparedAddress(addresses, typed).outcome).toBe(outcome)
})

test.each([
  ['a mark of the order of bytes', `\ufeff${own}`],
  ['a blank of no width', `${own.slice(0, 9)}\u200b${own.slice(9)}`],
  ['an override of the direction', `\u202e${own}`],
  ['a zero byte', `${own}\0`],
])('%s beside an address is more than an address, wherever it comes from, and is shown', (_, text) => {
  for (const from of [text, scannedText(text), `bitcoin:${text}`]) {
    expect(comparedAddress(addresses, from).outcome).toBe('more')
  }
  expect(scannedText(text)).toMatch(/‹U\+[0-9A-F]{4}›/)
  expect(withoutNames(scannedText(text))).toBe(own)
  expect(addressName(addresses, text)).not.toBe(addressName(addresses, own))
})

test('a blank is typed easily, and in a symbol it is more than an address', () => {
  for (const text of [` ${own}`, `${own}\n`, `${own.slice(0, 9)} ${own.slice(9)}`]) {
    expect(comparedAddress(addresses, text).outcome).toBe('same')
    expect(comparedAddress(addresses, scannedText(text)).outcome).toBe('more')
  }
})

test('no beginning of an address is said to be another card’s, or a key', () => {
  const publicKey = '0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798'
  const all = Object.values(everyNetworkBook.addressesOf(publicKey))
  for (const address of all) {
    for (let length = 1; length < address.length; length++) {
      const { outcome } = comparedAddress(addresses, address.slice(0, length))
      expect([address, length, outcome === 'other' || outcome === 'secret']).toEqual([address, length, false])
    }
  }
  expect(all.length).toBeGreaterThan(20)
})

test('addresses of one key are one in a picture, of two cards two, and anything else is none', () => {
  const names = (...texts: string[]) => texts.map(text => addressName(addresses, text))
  expect(new Set(names(own, `bitcoin:${own}`, addresses.eth)).size).toBe(1)
  expect(new Set(names(own, `bitcoin:${own}?lightning=LNBC1X`)).size).toBe(2)
  const others = ['1BoatSLRHtKNngkdXEeobR76b53LETtpyT', '12cbQLTFMXRnSzktFkuoG3eHoMeFtpTu3S']
  expect(new Set(names(own, ...others)).size).toBe(3)
  expect(names('hello', '', '6PoLpHU8jZaMsv9dZNNFxfBJfJJnkNMCZapeSESH3bZgQdH5SMt4SRJEiX')).toEqual([null, null, null])
})
