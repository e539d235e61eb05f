import { beforeAll, expect, test } from 'vitest'
import { makeReferenceUnit, photographOf, type ReferenceUnit } from '../checks/reference-unit.testing.ts'
import { leadOf, otherProductOf } from './lead-sentence.ts'
import { stations } from './station.ts'

let unit: ReferenceUnit
beforeAll(async () => {
  unit = await makeReferenceUnit('BX0000001', 0, 'AAAABBBBCCCCDDDDEEEEFFFF')
})

test('a card of another state is said to be that, with the station that it belongs to', () => {
  const sealed = photographOf('sealed', unit.card)
  expect(leadOf(stations.opened, [sealed])).toEqual({
    kind: 'wrong-station',
    because: 'This card looks sealed, and the station is opened. Choose --station sealed, or lay the right card in.',
  })
  expect(leadOf(stations.sealed, [sealed])).toBeNull()
  // One photograph that may show the right state is enough to look at the unit.
  expect(leadOf(stations.opened, [sealed, photographOf('opened', unit.card)])).toBeNull()
  expect(leadOf(stations.opened, [{ ...sealed, states: [] }])).toBeNull()
})

test('without anything seen, what vision says comes first, and what to do', () => {
  const blank = { card: null, states: [], marks: [], because: 'no card in view' }
  expect(leadOf(stations.sealed, [blank])?.because).toBe('No card in view; take it again with the whole card in view.')
  expect(leadOf(stations.sealed, [{ ...blank, because: '2 cards in view: show one at a time' }])?.because).toBe(
    '2 cards in view: show one at a time.',
  )
  expect(leadOf(stations.printed, [{ ...blank, looseLayers: ['top-layer', 'bottom-layer'] }])).toBeNull()
  expect(leadOf(stations.sealed, [])).toBeNull()
})

test('another product is told where no photograph may show the chosen one', () => {
  const blank = { card: null, states: [], marks: [], because: 'no card in view' }
  const other = {
    reading: blank,
    otherProduct: 'this looks like pure (Ballet PURE), and real was chosen: add --product pure',
  }
  expect(otherProductOf([{ reading: blank }, other])).toEqual({
    kind: 'other-product',
    because: 'This looks like pure (Ballet PURE), and real was chosen: add --product pure.',
  })
  expect(otherProductOf([other, { reading: photographOf('sealed', unit.card), otherProduct: null }])).toBeNull()
  expect(otherProductOf([{ reading: blank }])).toBeNull()
  expect(otherProductOf([])).toBeNull()
})
