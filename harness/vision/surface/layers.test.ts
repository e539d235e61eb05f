import { describe, expect, it } from 'vitest'
import { seeded } from '../../core/seeded.testing.ts'
import { invert, project, projectQuad } from '../../imaging/homography.ts'
import type { Raster } from '../../imaging/raster.ts'
import { corners as cornersOf, symbolMarks } from '../../products/geometry.ts'
import { loadProfile } from '../../products/load-profile.ts'
import type { State } from '../../products/profile.ts'
import { drawScene, paintOf, viewOf } from '../locate/synthetic-card.testing.ts'
import type { SymbolAtMark } from '../read/symbol-marks.ts'
import { seeLayers, showsBottom } from './layers.ts'

const profile = loadProfile('assay-reference')
const view = viewOf(profile.card, { turnDeg: 8, tiltDeg: 5, tiltAxisDeg: 40, pixelsPerMm: 7, middle: [320, 220] })

const greys = new Map<State, Raster>()
/** The card in a state, drawn once. */
function greyOf(state: State): Raster {
  const known = greys.get(state)
  if (known !== undefined) return known
  const grey = drawScene(
    640,
    440,
    [{ mmToPixels: view, card: profile.card, paint: paintOf(profile, state, 4) }],
    () => 70,
    seeded(9),
  )
  greys.set(state, grey)
  return grey
}

function scene(state: State, tint: (grey: number, x: number, y: number) => readonly [number, number, number]): Raster {
  const grey = greyOf(state)
  const data = new Uint8Array(grey.data.length * 3)
  for (const [i, value] of grey.data.entries()) data.set(tint(value, i % 640, Math.floor(i / 640)), 3 * i)
  return { width: 640, height: 440, channels: 3, data }
}
const plain = (grey: number) => [grey, grey, grey] as const
const yellow = (grey: number) => (grey > 200 ? ([230, 185, 50] as const) : ([grey, grey * 0.97, grey * 0.94] as const))
const warm = (grey: number) => [grey, grey * 0.93, grey * 0.85] as const

describe('the layers of the sticker', () => {
  it('are told by the size of the symbol in a monochrome picture', () => {
    expect(seeLayers(scene('sealed', plain), profile, [], view).open).toBe('top')
    expect(seeLayers(scene('opened', plain), profile, [], view).open).toBe('bottom')
  })

  it('are told by colour, and warm light makes no bottom layer', () => {
    expect(seeLayers(scene('opened', yellow), profile, [], view).because).toMatch(/colour/)
    const seen = seeLayers(scene('sealed', warm), profile, [], view)
    expect(seen.open).toBe('top')
    expect(seen.measurements).toContainEqual({ name: 'layer-exposed', of: 'bottom-layer', value: 0, unit: '%' })
    expect(seen.measurements.map(({ name }) => name)).not.toContain('layer-dark-paper')
  })

  it('show a lifted top layer by the colour beside it', () => {
    const lifted = scene('sealed', (grey, x) => (grey > 200 && x < 100 ? [230, 185, 50] : warm(grey)))
    const seen = seeLayers(lifted, profile, [], view)
    expect(seen.measurements[0]!.value).toBeGreaterThan(8)
    // Then a secret of the bottom layer may lie open, whatever limit the product has for it.
    expect(showsBottom(seen)).toBe(true)
    expect(showsBottom(seeLayers(scene('sealed', warm), profile, [], view))).toBe(false)
  })

  it('show a lifted top layer by colour in a picture that has hardly any other', () => {
    // White paper on steel under one lamp: on the whole no more colourful than a grey file.
    const lifted = scene('sealed', (grey, x) => (grey > 200 && x < 80 ? [140, 112, 30] : plain(0.6 * grey)))
    const seen = seeLayers(lifted, profile, [], view)
    expect(seen.measurements.map(({ name }) => name)).toEqual([
      'layer-exposed',
      'layer-open-area',
      'paper-colour',
      'light-colour',
      'show-through',
    ])
    expect(seen.measurements[0]!.value).toBeGreaterThan(1)
  })

  it('are not known where a monochrome picture shows a corner of the top layer darker than the rest', () => {
    // Yellow is about 18 % darker than white to a monochrome camera.
    const back = invert(view)
    const { x, y } = profile.sticker!.rect
    const fromCorner = (px: number, py: number) => {
      const [u, v] = project(back, [px + 0.5, py + 0.5])
      return u - x + (v - y)
    }
    const lifted = (legMm: number) =>
      scene('sealed', (grey, px, py) => plain(grey > 200 && fromCorner(px, py) < legMm ? 0.82 * grey : grey))
    const whole = seeLayers(lifted(0), profile, [], view)
    expect(whole.open).toBe('top')
    expect(whole.measurements.map(({ name, value }) => [name, value])).toEqual([
      ['layer-dark-paper', 0],
      ['show-through', expect.any(Number)],
    ])
    expect(seeLayers(lifted(10), profile, [], view)).toMatchObject({
      open: 'unknown',
      because: expect.stringContaining('lifted corner'),
    })
  })

  it('are told from a coloured film over them, and a coloured blank from steel, in white light and in warm light', () => {
    const cool = (grey: number) => [0.93 * grey, 0.97 * grey, grey] as const
    const measured = (tint: (grey: number) => readonly [number, number, number], name: string) => {
      const all = [cool, warm].map(
        light =>
          seeLayers(
            scene('sealed', grey => {
              const [lit, dyed] = [light(grey), tint(grey)]
              return [0, 1, 2].map(i => (lit[i]! * dyed[i]!) / Math.max(1, grey)) as unknown as [number, number, number]
            }),
            profile,
            [],
            view,
          ).measurements.find(one => one.name === name)!.value,
      )
      return [Math.min(...all), Math.max(...all)] as const
    }
    const isPaper = (grey: number) => grey > 200
    expect(measured(plain, 'paper-colour')[1]).toBeLessThan(0.1)
    expect(measured(plain, 'light-colour')[1]).toBeLessThan(0.6)
    const film = (grey: number) => (isPaper(grey) ? ([grey, 0.74 * grey, 0.74 * grey] as const) : plain(grey))
    const blank = (grey: number) => (isPaper(grey) ? plain(grey) : ([0.75 * grey, 0.9 * grey, grey] as const))
    expect(measured(film, 'paper-colour')[0]).toBeGreaterThan(0.55)
    expect(measured(blank, 'paper-colour')[0]).toBeGreaterThan(0.35)
    const opened = (tint: (grey: number) => readonly [number, number, number]) =>
      seeLayers(
        scene('opened', grey => (isPaper(grey) ? yellow(grey) : tint(grey))),
        profile,
        [],
        view,
      ).measurements
    expect(opened(cool)[0]!.value).toBeLessThan(0.4)
    expect(opened(grey => [0.5 * grey, 0.8 * grey, grey])[0]!.value).toBeGreaterThan(0.9)
    // A film over all of the card looks like light of its colour, which is never taken for good.
    const all = (grey: number) => [0.5 * grey, 0.8 * grey, grey] as const
    expect(measured(all, 'light-colour')[1]).toBeGreaterThan(0.9)
  })

  it('are told by a symbol that was read before anything else, and both at once are said so', () => {
    const at = (name: string) => {
      const mark = symbolMarks(profile).find(one => one.name === name)!
      const corners = projectQuad(view, cornersOf(mark.rectOnCard))
      return { mark, fits: true, corners, quarterTurns: 0, symbol: { corners } } as SymbolAtMark
    }
    const picture = scene('sealed', plain)
    expect(seeLayers(picture, profile, [at('epk-qr')], view).open).toBe('bottom')
    expect(seeLayers(picture, profile, [at('epk-qr'), at('address-qr')], view).open).toBe('both')
  })

  it('are not known where there is no symbol', () => {
    expect(seeLayers(scene('printed', plain), profile, [], view).open).toBe('unknown')
  })
})
