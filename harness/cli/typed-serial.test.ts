import { expect, it } from 'vitest'
import type { JournalReader } from '../custody/journal/journal.ts'
import { typedSerial, typedUnit, typedUnitIn } from './typed-serial.ts'

it.each(['NXO-61362', 'NXO–61362', 'NXO‑61362', 'NXO−61362', ' NXO 61362', 'N\u00adXO\u200b61362', 'ＮＸＯ６１３６２'])(
  'takes %j for the serial that it is',
  text => {
    expect(typedSerial(text)).toBe('NXO61362')
  },
)

it('takes small letters for capitals where only these are a unit, and for themselves where they are one', async () => {
  const journal = {
    async *entriesAbout(unit: string) {
      const units = ['NXO61362', 'nxo61363', 'NXO61363']
      yield units.includes(unit) ? { unit } : { unit: null }
    },
  } as unknown as JournalReader
  for (const [typed, unit] of [
    ['nxo61362', 'NXO61362'],
    ['nxo61363', 'nxo61363'],
    ['NXO61363', 'NXO61363'],
    ['nxo61364', null],
  ] as const) {
    expect(typedUnit(['NXO61362', 'nxo61363', 'NXO61363'], typed)).toBe(unit)
    expect(await typedUnitIn(journal, typed)).toBe(unit ?? typed)
  }
})
