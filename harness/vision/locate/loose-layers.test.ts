import { describe, expect, it } from 'vitest'
import { drawLooseLayers, looseLayerToBoard } from '../../../fixtures/artwork/draw-loose-layers.ts'
import { makeCard } from '../../../fixtures/artwork/physical-card.ts'
import { paperUnit } from '../../../fixtures/virtual-line/paper-unit.testing.ts'
import { VirtualLotRandom } from '../../../fixtures/virtual-line/virtual-lot-random.ts'
import { toGrey } from '../../imaging/grey.ts'
import { compose, type Homography, invert, project, scaling } from '../../imaging/homography.ts'
import type { Raster } from '../../imaging/raster.ts'
import { rectify } from '../../imaging/rectify.ts'
import { loadProfile } from '../../products/load-profile.ts'
import type { SymbolSeen } from '../reading.ts'
import { findSymbols } from '../symbols/find-symbols.ts'
import { layerNames, locateLooseLayers } from './loose-layers.ts'
import { viewOf } from './synthetic-card.testing.ts'

const profile = loadProfile('assay-reference')
const board = { width: 112, height: 82 }
const pixelsPerMm = 14

function cardOf(seed: number) {
  const random = new VirtualLotRandom(seed)
  return makeCard(profile, paperUnit(profile, random), random)
}

/** The board of one unit, flat, as drawn. */
function flat(seed: number): Raster {
  const { width, height, colour } = drawLooseLayers({ profile, card: cardOf(seed), pixelsPerMm })
  return { width, height, channels: 3, data: colour }
}

interface Look {
  readonly turnDeg?: number
  readonly tiltDeg?: number
  readonly tiltAxisDeg?: number
  readonly pixelsPerMm?: number
}

/** The board seen from somewhere, and the map from its mm to that picture. */
function seen(picture: Raster, look: Look = {}): { picture: Raster; boardToPixels: Homography } {
  const [width, height] = [1700, 1500]
  const view = {
    turnDeg: 0,
    tiltDeg: 0,
    tiltAxisDeg: 30,
    pixelsPerMm: 11,
    middle: [width / 2, height / 2] as const,
    ...look,
  }
  const boardToPixels = viewOf({ ...profile.card, ...board }, view)
  const back = compose(scaling(pixelsPerMm), invert(boardToPixels))
  return { picture: rectify(picture, back, { x: 0, y: 0, width, height }, 1), boardToPixels }
}

/** Largest distance of a found layer's corners from where they really are, mm. */
async function errorMm(seed: number, look: Look): Promise<Readonly<Record<string, number>>> {
  const { picture, boardToPixels } = seen(flat(seed), look)
  const { layers } = locateLooseLayers(toGrey(picture), profile, await findSymbols(picture))
  const { width, height } = profile.sticker!.rect
  return Object.fromEntries(
    layers.map(({ on, mmToPixels }) => {
      const seat = looseLayerToBoard(profile, cardOf(seed), on)
      const errors = (
        [
          [0, 0],
          [width, 0],
          [width, height],
          [0, height],
        ] as const
      ).map(([x, y]) => {
        const truth = [seat.a * x + seat.c * y + seat.e, seat.b * x + seat.d * y + seat.f] as const
        const [u, v] = project(invert(boardToPixels), project(mmToPixels, [x, y]))
        return Math.hypot(u - truth[0], v - truth[1])
      })
      return [on, Math.max(...errors)]
    }),
  )
}

describe('locateLooseLayers', () => {
  it.each([
    ['straight from above', 1, {}],
    ['upside down', 3, { turnDeg: 180 }],
    ['askew', 4, { turnDeg: -37 }],
    ['from far', 5, { pixelsPerMm: 8 }],
    ['tilted by 25°', 7, { tiltDeg: 25, tiltAxisDeg: 100 }],
  ] as const)('finds both layers %s, to 0.2 mm at every corner', async (_, seed, look) => {
    const errors = await errorMm(seed, look)
    expect(Object.keys(errors).sort()).toEqual([...layerNames].sort())
    for (const error of Object.values(errors)) expect(error).toBeLessThan(0.2)
  })

  it('tells by its place which layer a symbol is of that nobody can decode', async () => {
    const { picture } = seen(flat(8))
    const symbols = (await findSymbols(picture)).map((symbol): SymbolSeen => ({ ...symbol, bytes: null }))
    const { layers, missing } = locateLooseLayers(toGrey(picture), profile, symbols)
    expect(layers.map(({ on }) => on)).toEqual(layerNames)
    expect(missing.size).toBe(0)
    const [top, bottom] = layers.map(({ symbol }) => symbols[symbol]!.corners[0][0])
    expect(top).toBeLessThan(bottom!)
  })

  it('does not choose between two layers of a kind', async () => {
    const [one, other] = [flat(9), flat(10)]
    const data = new Uint8Array(2 * one.data.length)
    data.set(one.data)
    data.set(other.data, one.data.length)
    const picture: Raster = { ...one, height: 2 * one.height, data }
    const symbols = await findSymbols(picture)
    expect(symbols.length).toBe(4)
    const { layers, missing } = locateLooseLayers(toGrey(picture), profile, symbols)
    expect(layers).toEqual([])
    for (const on of layerNames) expect(missing.get(on)).toMatch(/2 sheets in view.*one unit at a time/)
  })

  it('says that a layer is not there, and that an edge cannot be seen', async () => {
    const { picture } = seen(flat(11))
    const symbols = await findSymbols(picture)
    const onlyTop = symbols.filter(({ corners }) => corners[0][0] < picture.width / 2)
    const alone = locateLooseLayers(toGrey(picture), profile, onlyTop)
    expect(alone.layers.map(({ on }) => on)).toEqual(['top-layer'])
    expect(alone.missing.get('bottom-layer')).toBe('no bottom layer in view')
    // White paper on a white board: nothing but the symbols can be seen.
    const grey = toGrey(picture)
    const bright = { ...grey, data: new Uint8Array(grey.data.length).fill(235) }
    for (const { corners } of symbols) {
      const [xs, ys] = [0, 1].map(axis => corners.map(corner => corner[axis]!)) as [number[], number[]]
      for (let y = Math.floor(Math.min(...ys)) - 3; y < Math.max(...ys) + 3; y++) {
        const from = y * grey.width + Math.floor(Math.min(...xs)) - 3
        bright.data.set(grey.data.subarray(from, from + Math.ceil(Math.max(...xs) - Math.min(...xs)) + 6), from)
      }
    }
    const white = locateLooseLayers(bright, profile, symbols)
    expect(white.layers.map(({ on }) => on)).not.toContain('top-layer')
    expect(white.missing.get('top-layer')).toMatch(/edge of the top layer cannot be seen.*dark surface/)
  })

  it('takes no symbol for a layer where there is no sheet around it', async () => {
    const { picture } = seen(flat(12))
    const symbols = await findSymbols(picture)
    const nothing: Raster = { ...picture, data: new Uint8Array(picture.data.length).fill(90) }
    expect(locateLooseLayers(toGrey(nothing), profile, symbols).layers).toEqual([])
    expect(locateLooseLayers(toGrey(picture), profile, []).layers).toEqual([])
  })
})
