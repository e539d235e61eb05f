import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compose, type Homography, invert, project, rigid } from '../../imaging/homography.ts'
import { corners as cornersOf, markNamed, placedMarks } from '../../products/geometry.ts'
import { loadProfile } from '../../products/load-profile.ts'
import type { Mark } from '../../products/profile.ts'
import { nominalLayerPose } from '../locate/layer-pose.ts'
import type { CardSight, Sight } from '../read/read-photograph.ts'
import { quadOf } from '../text/text-line.ts'
import { blackedOut, secretAreas } from './evidence.ts'

describe('a blacked-out place', () => {
  it('keeps no pixel of what it hides, and touches nothing two pixels away', () => {
    const white = { width: 80, height: 60, channels: 3 as const, data: new Uint8Array(80 * 60 * 3).fill(255) }
    const rect = { x: 0, y: 0, width: 20, height: 8 }
    const number = (min: number, max: number) => fc.double({ min, max, noNaN: true })
    fc.assert(
      fc.property(number(-180, 180), number(0.5, 4), number(-20, 90), number(-20, 70), (turn, scale, x, y) => {
        const view: Homography = compose(rigid(turn, x, y), [scale, 0, 0, 0, scale, 0, 0.002, 0.001, 1])
        const { data } = blackedOut(white, [quadOf(rect, view)])
        const back = invert(view)
        for (let py = 0; py < 60; py += 1) {
          for (let px = 0; px < 80; px += 1) {
            const [u, v] = project(back, [px + 0.5, py + 0.5])
            const room = 2.2 / scale
            const p = (py * 80 + px) * 3
            if (u >= 0 && v >= 0 && u <= 20 && v <= 8) expect(data[p]! + data[p + 1]! + data[p + 2]!).toBe(0)
            else if (u < -room || v < -room || u > 20 + room || v > 8 + room) expect(data[p]).toBe(255)
          }
        }
        expect(white.data.every(value => value === 255)).toBe(true)
      }),
      { numRuns: 12 },
    )
  })
})

describe('the places where secrets may be', () => {
  const profile = loadProfile('assay-reference')
  const pixelsPerMm = 10
  const view: Homography = [pixelsPerMm, 0, 0, 0, pixelsPerMm, 0, 0, 0, 1]
  const raster = { width: 860, height: 540, channels: 1 as const, data: new Uint8Array(860 * 540).fill(255) }
  const addressQr = {
    ...symbolOf('1BoatSLRHtKNngkdXEeobR76b53LETtpyT', 'address-qr'),
    mark: markNamed(profile, 'address-qr'),
  }

  function symbolOf(text: string | null, place: string) {
    const bytes = text === null ? null : new TextEncoder().encode(text)
    const corners = cornersOf(markNamed(profile, place).rectOnCard).map(([x, y]) => [x * 10, y * 10])
    return { symbol: { bytes, corners }, fits: true }
  }

  /** How much of a mark's own rectangle is left to be seen, 0..1. */
  function openShare(
    name: string,
    seen: { cover: string; open: string; exposed: number; symbol?: typeof addressQr; text?: string },
  ) {
    const card = {
      covers: new Map([['scratch-off', { outcome: seen.cover }]]),
      atMarks: seen.symbol ? [seen.symbol] : [],
      layers: { open: seen.open, measurements: [{ name: 'layer-exposed', value: seen.exposed }] },
      poseOf: (mark: Mark) => nominalLayerPose(profile, mark.on, view),
    } as unknown as CardSight
    // Vision's word for both secrets is the one that would show them, if evidence believed it.
    const marks = placedMarks(profile).map(mark => {
      const where = quadOf(mark.rectOnCard, view)
      return { mark: mark.name, outcome: 'concealed', text: mark.name === name ? seen.text : null, where }
    })
    const symbols = seen.symbol ? [seen.symbol.symbol] : []
    const { data } = blackedOut(raster, secretAreas({ profile, card, symbols, reading: { marks } } as unknown as Sight))
    const rect = markNamed(profile, name).rectOnCard
    let white = 0
    let all = 0
    for (let y = Math.ceil(rect.y * 10); y < (rect.y + rect.height) * 10; y++) {
      for (let x = Math.ceil(rect.x * 10); x < (rect.x + rect.width) * 10; x++, all++) if (data[y * 860 + x]) white++
    }
    return white / all
  }

  it.each(['whole', 'broken', 'missing'])('a passphrase is blacked out, be its cover %s', cover => {
    expect(openShare('passphrase', { cover, open: 'top', exposed: 0, symbol: addressQr })).toBe(0)
  })

  it('of a whole cover the upper and lower edge stay in view, of any other nothing', () => {
    const around = { open: 'top', exposed: 0, symbol: addressQr }
    expect(openShare('scratch-off', { cover: 'whole', ...around })).toBeGreaterThan(0.05)
    expect(openShare('scratch-off', { cover: 'broken', ...around })).toBe(0)
  })

  it('the place of the EPK stays open only under a printed layer whose symbol was read, with nothing shining out', () => {
    const closed = { cover: 'whole', open: 'top', exposed: 0, symbol: addressQr }
    expect(openShare('epk-qr', closed)).toBe(1)
    expect(openShare('epk-qr', { ...closed, exposed: 3 })).toBe(0)
    expect(openShare('epk-qr', { ...closed, open: 'both' })).toBe(0)
    // Only guessed from a frame of the right size.
    const { symbol: _, ...guessed } = closed
    expect(openShare('epk-qr', guessed)).toBe(0)
  })

  it('a private key in the place of the address is blacked out', () => {
    const wif = '5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ'
    const symbol = { ...symbolOf(wif, 'address-qr'), mark: markNamed(profile, 'address-qr') }
    expect(openShare('address-qr', { cover: 'whole', open: 'top', exposed: 0, symbol })).toBe(0)
  })

  it('and so is one that is printed as text', () => {
    const seen = { cover: 'read', open: 'top', exposed: 0, symbol: addressQr }
    expect(openShare('address-text', { ...seen, text: '1BoatSLRHtKNngkdXEeobR76b53LETtpyT' })).toBeGreaterThan(0.9)
    const text = '92Pg46rUhgTT7romnV7iGW6W1gbGdeezqdbJCzShkCsYNzyyNcc'
    expect(openShare('address-text', { ...seen, text })).toBeLessThan(0.01)
  })
})
