import fc from 'fast-check'
import { expect, test } from 'vitest'
import { TextTable } from './text-table.ts'

test('finds what a map finds, however many texts there are', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', 'é'), maxLength: 3 })
  fc.assert(
    fc.property(fc.array(text, { maxLength: 60 }), fc.array(text), (texts, asked) => {
      const table = new TextTable(texts.length)
      const map = new Map<string, number>()
      for (const [place, one] of texts.entries()) {
        expect(table.add(one, place)).toBe(map.get(one))
        if (!map.has(one)) map.set(one, place)
      }
      for (const one of asked) expect(table.placeOf(one)).toBe(map.get(one))
    }),
  )
})
