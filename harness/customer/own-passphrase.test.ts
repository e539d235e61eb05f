import { expect, test } from 'vitest'
import { ownPassphraseFaults } from './own-passphrase.ts'

test.each([
  ['my own long words', []],
  ['my own long words ', ['odd-blanks']],
  ['my own\u200b long words', ['odd-blanks']],
  ['my own long\u202e words', ['odd-blanks']],
  ['my own long\twords', ['odd-blanks']],
  ['my own long\u00a0words', ['odd-blanks']],
  ['\u0000', ['odd-blanks', 'short']],
  ['x', ['short']],
  ['', []],
  ['6PoLpHU8jZaMsv9dZNNFxfBJfJJnkNMCZapeSESH3bZgQdH5SMt4SRJEiX', ['code']],
  ['cfrm38VXJ22tKoLqTmChreQrd2MEY5Z6qRwGbkxTFnKbHm2ex73kBbm8Ssh6TQoFTKVzL6dNoCS', ['code']],
  ['1MwWPJpapWfMyCJuEsp24Aut3M2Yda8xBR', ['code']],
])('%j', (passphrase, faults) => {
  expect(ownPassphraseFaults(passphrase)).toEqual(faults)
})
