import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { testCard } from '../card.testing.ts'
import type { CardSurface } from '../card-surface.ts'
import { type PlacementName, placements } from '../placement.ts'
import { virtualTruth } from '../truth.ts'
import { blurToMosaic } from './blur.ts'
import { develop } from './develop.ts'
import { pixelOf } from './pixel-of.testing.ts'
import { Chamber } from './render.ts'
import type { Scene } from './scene.ts'
import { viewOfScene } from './scene-view.ts'
import { expose, rawBlack, rawFull } from './sensor.ts'

const noLamp = { dome: 0, ring: 0, left: 0, right: 0 }

function sceneOf(more: Partial<Scene> = {}): Scene {
  return {
    truth: virtualTruth,
    size: { width: 900, height: 600 },
    lamps: { ...noLamp, dome: 1 },
    carriage: virtualTruth.mount.axisAt,
    placement: placements.nest,
    exposureMs: 20,
    seed: 1,
    shot: 1,
    dark: false,
    blurred: false,
    ...more,
  }
}

interface Picture {
  readonly data: Uint8Array
  readonly width: number
  readonly height: number
}

const chamber = new Chamber()

async function shoot(scene: Scene, surface: CardSurface | null): Promise<Picture> {
  const jpeg = await chamber.photograph(scene, surface)
  const { data, info } = await sharp(jpeg).greyscale().raw().toBuffer({ resolveWithObject: true })
  return { data, width: info.width, height: info.height }
}

/** Mean grey of a square around a point of the card, mm from its top left corner. */
function greyAt(picture: Picture, scene: Scene, card: CardSurface, xMm: number, yMm: number, radius = 3): number {
  const [px, py] = where(scene, card, xMm, yMm)
  let sum = 0
  for (let y = -radius; y <= radius; y++) {
    for (let x = -radius; x <= radius; x++) {
      sum += picture.data[(Math.floor(py) + y) * picture.width + Math.floor(px) + x]!
    }
  }
  return sum / (2 * radius + 1) ** 2
}

function where(scene: Scene, card: CardSurface, xMm: number, yMm: number): readonly [number, number] {
  return pixelOf(scene, viewOfScene(scene), [xMm - card.widthMm / 2, yMm - card.heightMm / 2, card.thicknessMm])
}

/** White card with black dots. */
function dottedCard(dots: readonly (readonly [number, number])[]): CardSurface {
  const card = testCard(12)
  card.metal.fill(0)
  card.gloss.fill(0)
  card.heightUm.fill(0)
  card.colour.fill(230)
  for (const [xMm, yMm] of dots) {
    for (let y = Math.floor((yMm - 2) * 12); y < (yMm + 2) * 12; y++) {
      for (let x = Math.floor((xMm - 2) * 12); x < (xMm + 2) * 12; x++) {
        if (Math.hypot((x + 0.5) / 12 - xMm, (y + 0.5) / 12 - yMm) < 1.2) {
          card.colour.fill(15, 3 * (y * card.width + x), 3 * (y * card.width + x) + 3)
        }
      }
    }
  }
  return card
}

function darkCentre({ data, width }: Picture, [px, py]: readonly [number, number], radius: number): [number, number] {
  let mass = 0
  let mx = 0
  let my = 0
  for (let y = Math.floor(py) - radius; y <= py + radius; y++) {
    for (let x = Math.floor(px) - radius; x <= px + radius; x++) {
      const weight = Math.max(0, 110 - data[y * width + x]!)
      mass += weight
      mx += weight * (x + 0.5)
      my += weight * (y + 0.5)
    }
  }
  return [mx / mass, my / mass]
}

describe('the picture lies where lens and pose put it', () => {
  const dots = [6, 30, 56, 80].flatMap(x => [6, 27, 48].map(y => [x, y] as const))
  test.each(Object.keys(placements) as PlacementName[])('placement %s', async name => {
    const card = dottedCard(dots)
    const scene = sceneOf({ placement: placements[name] })
    const picture = await shoot(scene, card)
    for (const [x, y] of dots) {
      const expected = where(scene, card, x, y)
      const found = darkCentre(picture, expected, 9)
      expect(Math.hypot(found[0] - expected[0], found[1] - expected[1])).toBeLessThan(0.12)
    }
  })

  test('the lens bends: a straight edge is not straight in the picture', () => {
    const scene = sceneOf({ truth: { ...virtualTruth, mount: { ...virtualTruth.mount, tiltDeg: 0, rollDeg: 0 } } })
    const card = testCard(4)
    const [left, middle, right] = [0, 43, 86].map(x => where(scene, card, x, 0)[1]) as [number, number, number]
    expect(Math.abs((left + right) / 2 - middle)).toBeGreaterThan(0.3)
  })

  test('the stage moves the nest: x to the right, y up', () => {
    const card = testCard(4)
    const at = (xMm: number, yMm: number): readonly [number, number] => {
      const { axisAt } = virtualTruth.mount
      return where(sceneOf({ carriage: { ...axisAt, xMm: axisAt.xMm + xMm, yMm: axisAt.yMm + yMm } }), card, 43, 27)
    }
    const [x0, y0] = at(0, 0)
    expect(at(10, 0)[0] - x0).toBeGreaterThan(50)
    expect(at(0, 10)[1] - y0).toBeLessThan(-50)
  })

  test('a stage that is elsewhere shows no card', async () => {
    const card = testCard()
    const scene = sceneOf({ carriage: { xMm: -280, yMm: -190, zMm: -5 } })
    const there = await shoot(scene, card)
    const empty = await shoot({ ...scene, placement: null }, null)
    const mean = ({ data }: Picture): number => data.reduce((sum, grey) => sum + grey, 0) / data.length
    expect(Math.abs(mean(there) - mean(empty))).toBeLessThan(6)
  })
})

describe('light', () => {
  test('low lamps leave brushed steel dark and turn with it, dome and ring light it up', async () => {
    const card = testCard()
    const steel = async (lamp: keyof typeof noLamp, name: PlacementName = 'nest'): Promise<number> => {
      const scene = sceneOf({ lamps: { ...noLamp, [lamp]: 1 }, placement: placements[name] })
      return greyAt(await shoot(scene, card), scene, card, 60, 15, 8)
    }
    const along = await steel('left')
    expect(along).toBeLessThan(0.6 * (await steel('dome')))
    expect(along).toBeLessThan(0.6 * (await steel('ring')))
    // Across the brushing the scratches throw light up that goes past the lens along it.
    expect(await steel('left', 'turned90')).toBeGreaterThan(1.3 * along)
  })

  test('relief shows from the side: an edge towards the lamp is light, one away from it casts a shadow', async () => {
    const card = dottedCard([])
    for (let y = 180; y < 460; y++) for (let x = 300; x < 700; x++) card.heightUm[y * card.width + x] = 250
    const scene = sceneOf({ size: { width: 1800, height: 1200 }, lamps: { ...noLamp, left: 1 } })
    const picture = await shoot(scene, card)
    const grey = (xMm: number): number => greyAt(picture, scene, card, xMm, 27, 1)
    const [left, right] = [300 / 12, 700 / 12] as const
    expect(grey(left)).toBeGreaterThan(grey(left + 3) + 8)
    expect(grey(right + 0.2)).toBeLessThan(grey(right + 4) - 15)
  })

  test('a card throws its shadow away from the lamp', async () => {
    const card = testCard()
    for (const [lamp, shaded, free] of [
      ['left', 87, -1],
      ['right', -1, 87],
    ] as const) {
      const scene = sceneOf({
        lamps: { ...noLamp, [lamp]: 1 },
        placement: { ...placements.white, rotationDeg: 0, background: 'white' },
      })
      const picture = await shoot(scene, card)
      expect(greyAt(picture, scene, card, shaded, 27, 1)).toBeLessThan(0.6 * greyAt(picture, scene, card, free, 27, 1))
    }
  })

  test('twice the exposure is twice the light until the well is full', () => {
    const mosaic = new Float32Array(64 * 64).fill(0.2)
    const meanAt = (exposureMs: number): number => {
      const raw = new Uint16Array(mosaic.length)
      expose(sceneOf({ size: { width: 64, height: 64 }, exposureMs }), [1, 1, 1], mosaic, raw)
      return raw.reduce((sum, counts) => sum + counts - rawBlack, 0) / raw.length
    }
    expect(meanAt(20) / meanAt(10)).toBeCloseTo(2, 1)
    expect(meanAt(1000)).toBeGreaterThan(0.99 * (rawFull - rawBlack))
  })
})

describe('the sensor', () => {
  test('has shot noise: the variance in electrons grows as their number, with the read noise below', () => {
    const size = { width: 2400, height: 16 }
    const truth = { ...virtualTruth, lens: { ...virtualTruth.lens, vignette: 0 } }
    const electronsPerCount = virtualTruth.sensor.fullWellElectrons / (rawFull - rawBlack)
    for (const level of [0, 0.1, 0.6]) {
      const raw = new Uint16Array(size.width * size.height)
      expose(sceneOf({ size, truth }), [1, 1, 1], new Float32Array(raw.length).fill(level), raw)
      const green = Array.from(raw).filter((_, i) => ((i % size.width) + Math.floor(i / size.width)) % 2 === 1)
      const mean = green.reduce((sum, counts) => sum + counts - rawBlack, 0) / green.length
      const variance = green.reduce((sum, counts) => sum + (counts - rawBlack - mean) ** 2, 0) / green.length
      const expected = mean * electronsPerCount + virtualTruth.sensor.readNoiseElectrons ** 2
      const quantising = electronsPerCount ** 2 / 12
      expect(variance * electronsPerCount ** 2).toBeGreaterThan(0.9 * expected)
      expect(variance * electronsPerCount ** 2).toBeLessThan(1.1 * (expected + quantising))
    }
  })

  test('developing gives an even grey back, and a grey ramp without colour, but for the balance', () => {
    const size = { width: 64, height: 32 }
    const raw = new Uint16Array(size.width * size.height)
    const truth = { ...virtualTruth, sensor: { ...virtualTruth.sensor, whiteBalance: [1, 1, 1] as const } }
    for (let i = 0; i < raw.length; i++) raw[i] = rawBlack + 20 * (i % size.width)
    const rgb = new Uint8Array(3 * raw.length)
    develop(sceneOf({ size, truth }), raw, rgb)
    for (let y = 0; y < size.height; y++) {
      for (let x = 3; x < size.width - 3; x++) {
        const i = 3 * (y * size.width + x)
        expect(Math.abs(rgb[i]! - rgb[i + 1]!)).toBeLessThanOrEqual(1)
        expect(Math.abs(rgb[i + 2]! - rgb[i + 1]!)).toBeLessThanOrEqual(1)
      }
    }
  })

  test('blur keeps the light and spreads a point by the given width', () => {
    const [width, height] = [96, 64]
    const image = new Float32Array(3 * width * height)
    // A block of 2 × 2 lights every colour of the filter once.
    for (const [x, y] of [
      [48, 32],
      [49, 32],
      [48, 33],
      [49, 33],
    ] as const)
      image.fill(1, 3 * (y * width + x), 3 * (y * width + x) + 3)
    const mosaic = new Float32Array(width * height)
    blurToMosaic(image, width, height, () => 2, mosaic)
    const sum = mosaic.reduce((total, light) => total + light, 0)
    let spread = 0
    for (let i = 0; i < mosaic.length; i++) spread += mosaic[i]! * ((i % width) + 0.5 - 49) ** 2
    expect(sum).toBeCloseTo(4, 1)
    // The block itself has a variance of 1/4.
    expect(Math.sqrt(spread / sum - 0.25)).toBeCloseTo(2, 0)
  })
})
