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
  ['a Cyrillic letter in a Latin word', 'my own l\u043eng words', ['two-scripts']],
  ['a Greek letter in a Latin word', 'my own long w\u03bfrds', ['two-scripts']],
  ['words of two scripts', 'my own \u0434\u043e\u043c and garden', []],
  [
    'kana between Chinese characters',
    '\u98df\u3079\u7269\u3068\u98f2\u307f\u7269\u304c\u5927\u597d\u304d\u3067\u3059',
    [],
  ],
  ['accents and digits in a word', 'gr\u00fc\u00dfe7und ca\u0301fe12', []],
  ['one character', 'x', ['short']],
  ['nothing', '', []],
  ['an encrypted key', '6PoLpHU8jZaMsv9dZNNFxfBJfJJnkNMCZapeSESH3bZgQdH5SMt4SRJEiX', ['code']],
  ['a confirmation code', 'cfrm38VXJ22tKoLqTmChreQrd2MEY5Z6qRwGbkxTFnKbHm2ex73kBbm8Ssh6TQoFTKVzL6dNoCS', ['code']],
  ['an address', '1MwWPJpapWfMyCJuEsp24Aut3M2Yda8xBR', ['code']],
])('%s', (_, passphrase, faults) => {
  expect(ownPassphraseFaults(passphrase)).toEqual(faults)
})
