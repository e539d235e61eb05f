import { expect, test } from 'vitest'
import { forOwner } from './judge-photograph.ts'

test.each([
  [
    'a station to choose',
    'This card looks opened, and the station is sealed. Choose --station opened, or lay the right card in.',
    'This card looks opened, and the station is sealed.',
  ],
  [
    'a command between brackets',
    'The serial was not read: a 0 or O, that only a known font could tell (fonts in the product profile; assay text --font).',
    'The serial was not read: a 0 or O, that only a known font could tell.',
  ],
  ['nothing of the kind', 'The strip (gold) is whole. Nothing is open.', 'The strip (gold) is whole. Nothing is open.'],
])('an owner is not told of %s', (_, because, said) => {
  expect(forOwner(because)).toBe(said)
})
