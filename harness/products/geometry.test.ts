import { describe, expect, it } from 'vitest'
import { coverOf, lineBoxes, markNamed, type Placed, textMarks } from './geometry.ts'
import { loadProfile, shippedProfiles } from './load-profile.ts'
import type { TextMark } from './profile.ts'

describe('the reference cards', () => {
  // The layout as its makers describe it, mm on the card.
  const cases = [
    ['assay-reference', { x: 5, y: 8 }, { x: 57, y: 10 }, { x: 39, y: 30 }, { x: 39, y: 48 }],
    ['assay-reference-right', { x: 51, y: 8 }, { x: 5, y: 12 }, { x: 5, y: 30 }, { x: 5, y: 48 }],
  ] as const
  it.each(cases)('%s keeps to its layout', (name, sticker, serial, passphrase, words) => {
    const profile = loadProfile(name)
    expect(profile.sticker?.rect).toEqual({ ...sticker, width: 30, height: 38 })
    expect(markNamed(profile, 'address-qr').rectOnCard).toEqual({
      x: sticker.x + 4,
      y: sticker.y + 2.4,
      width: 22,
      height: 22,
    })
    expect(markNamed(profile, 'epk-qr').rectOnCard).toEqual({
      x: sticker.x + 3,
      y: sticker.y + 3.2,
      width: 24,
      height: 24,
    })
    const lines = (name: string) => {
      const mark = markNamed(profile, name) as Placed<TextMark>
      return lineBoxes(mark, mark.originOnCard)
    }
    expect(lines('serial-card').map(line => line.baseline)).toEqual([{ x: serial.x, y: serial.y }])
    expect(lines('passphrase').map(line => line.baseline)).toEqual([
      { x: passphrase.x, y: passphrase.y },
      { x: passphrase.x, y: passphrase.y + 5.5 },
    ])
    expect(lines('words').map(line => line.baseline)).toEqual([{ x: words.x, y: words.y }])
    const address = lines('address-text').map(line => line.baseline)
    expect(address.map(({ x }) => x)).toEqual([sticker.x + 15, sticker.x + 15, sticker.x + 15])
    expect(address[0]!.y).toBeCloseTo(sticker.y + 27.6)
    expect(address[2]!.y).toBeCloseTo(sticker.y + 27.6 + 2 * 2.45)
    expect(lines('serial-top')[0]!.baseline).toEqual({ x: sticker.x + 15, y: sticker.y + 36.3 })
    expect(lines('serial-bottom')[0]!.baseline).toEqual({ x: sticker.x + 15, y: sticker.y + 33.2 })
  })
})

describe('every shipped profile', () => {
  it('keeps four modules of quiet zone or what the reference cards have', () => {
    for (const profile of shippedProfiles()) {
      for (const mark of profile.marks) {
        if (mark.kind !== 'qr') continue
        const surface = mark.on === 'card' ? profile.card : profile.sticker!.rect
        const module = mark.rect.width / (mark.payload === 'epk' ? 33 : 29)
        const margin = Math.min(
          mark.rect.x,
          mark.rect.y,
          surface.width - mark.rect.x - mark.rect.width,
          surface.height - mark.rect.y - mark.rect.height,
        )
        expect(margin / module, `${profile.name} ${mark.name}`).toBeGreaterThanOrEqual(
          profile.name.startsWith('assay-reference') ? 3 : 3.9,
        )
      }
    }
  })

  it('hides each maker’s passphrase under a cover', () => {
    for (const profile of shippedProfiles()) {
      const passphrase = textMarks(profile).find(mark => mark.content === 'passphrase')
      if (passphrase === undefined) expect(profile.passphrase.madeBy).toBe('customer')
      else expect(coverOf(profile, passphrase)?.kind).toBe('cover')
    }
  })
})
