import { expect, test } from 'vitest'
import { ownPassphraseFaults } from './own-passphrase.ts'

test.each([
  ['long words', 'my own long words', []],
  ['a blank at the end', 'my own long words ', ['odd-blanks']],
  ['what nobody sees', 'my own\u200b long words', ['odd-blanks']],
  ['what turns the direction', 'my own long\u202e words', ['odd-blanks']],
  ['a tab', 'my own long\twords', ['odd-blanks']],
  ['a blank of another kind', 'my own long\u00a0words', ['odd-blanks']],
  ['nothing that can be typed', '\u0000', ['odd-blanks', 'short']],
  ['one character', 'x', ['short']],
  ['nothing', '', []],
  ['an encrypted key', '6PoLpHU8jZaMsv9dZNNFxfBJfJJnkNMCZapeSESH3bZgQdH5SMt4SRJEiX', ['code']],
  ['a confirmation code', 'cfrm38VXJ22tKoLqTmChreQrd2MEY5Z6qRwGbkxTFnKbHm2ex73kBbm8Ssh6TQoFTKVzL6dNoCS', ['code']],
  ['an address', '1MwWPJpapWfMyCJuEsp24Aut3M2Yda8xBR', ['code']],
])('%s', (_, passphrase, faults) => {
  expect(ownPassphraseFaults(passphrase)).toEqual(faults)
})
