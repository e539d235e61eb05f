import { expect, test } from 'vitest'
import { pickedCode, pickedFromFrames } from './picked-code.ts'

const nameOf = (text: string) => (text.startsWith('a:') ? text.slice(2).toLowerCase() : null)

test.each([
  ['one among others', ['x', 'a:1', 'y'], { outcome: 'one', text: 'a:1' }],
  ['one that is there twice, written in two ways', ['a:b', 'a:B'], { outcome: 'one', text: 'a:b' }],
  ['two different ones', ['a:1', 'a:2'], { outcome: 'several' }],
  ['the same two the other way round', ['a:2', 'x', 'a:1'], { outcome: 'several' }],
  ['others alone', ['x'], { outcome: 'other' }],
  ['a key', ['x', 'L1YLRFGbLVqcHS1o2WJ96ZkrZdDDnxxX4qPoG1H6GDWNNhtEhxNx'], { outcome: 'secret' }],
  [
    'an encrypted key where none is wanted',
    ['6PoLpHU8jZaMsv9dZNNFxfBJfJJnkNMCZapeSESH3bZgQdH5SMt4SRJEiX'],
    { outcome: 'other' },
  ],
  ['nothing', [], { outcome: 'none' }],
])('in a picture: %s', (_, texts, picked) => {
  expect(pickedCode(texts, nameOf)).toEqual(picked)
})

test('a camera takes what two frames agree on, and refuses two cards though each frame shows one', () => {
  expect(pickedFromFrames([['a:1']], nameOf)).toEqual({ outcome: 'none' })
  expect(pickedFromFrames([['a:1'], [], ['a:1']], nameOf)).toEqual({ outcome: 'one', text: 'a:1' })
  expect(pickedFromFrames([['a:1'], ['a:2']], nameOf)).toEqual({ outcome: 'several' })
  expect(pickedFromFrames([['a:1', 'a:2']], nameOf)).toEqual({ outcome: 'several' })
  expect(pickedFromFrames([['x']], nameOf)).toEqual({ outcome: 'other' })
})
