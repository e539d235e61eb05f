// @module-tag long
import fc from 'fast-check'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { compose, type Homography, scaling } from '../../../harness/imaging/homography.ts'
import { openRig } from '../../rig.ts'
import { pixelOf } from '../../virtual/optics/pixel-of.testing.ts'
import { viewOfScene } from '../../virtual/optics/scene-view.ts'
import { targetSurface } from '../../virtual/target-surface.ts'
import { examineRig, noiseBetween } from '../examine-rig.ts'
import { calibrate } from './calibrate.ts'
import {
  assertCalibrated,
  type CalibrationContent,
  calibrationFigures,
  formatCalibration,
  parseCalibration,
  sealCalibration,
} from './calibration.ts'
import { edgeSharpness } from './edge-sharpness.ts'
import { findTarget, type SeenDot } from './find-target.ts'
import { type LightPicture, lightPictureOf } from './picture.ts'
import { fitPlaneCamera, type PlaneCamera, pictureOfPlane, pixelsPerMm, planeOfPicture } from './plane-camera.ts'
import { prove } from './prove.ts'
import { sampleCalibration } from './sample-calibration.testing.ts'
import { calibrationTarget, dotPlaceMm, type TargetDesign, verificationTarget } from './target.ts'

const size = { width: 2400, height: 1600 }
const plain: PlaneCamera = {
  size,
  perspective: [16, -0.2, 1230, 0.19, 15.9, 820, 1e-5, -2e-5, 1],
  k1: 0,
  k2: 0,
  centrePx: [1200, 800],
}

/** Where a camera would show the dots, each off by grain of `noisePx`. */
function seenBy(camera: PlaneCamera, noisePx: number, seed = 1, design: TargetDesign = calibrationTarget): SeenDot[] {
  let state = seed
  const random = () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return state / 2 ** 32 - 0.5
  }
  return design.dots.map(step => {
    const place = dotPlaceMm(design, step)
    const [x, y] = pictureOfPlane(camera, place)
    return { step, placeMm: place, atPx: [x + noisePx * 3.46 * random(), y + noisePx * 3.46 * random()] }
  })
}

function worstOff(found: PlaneCamera, truth: PlaneCamera): { px: number; mm: number } {
  let px = 0
  let mm = 0
  for (const step of calibrationTarget.dots) {
    const place = dotPlaceMm(calibrationTarget, step)
    const at = pictureOfPlane(truth, place)
    const guess = pictureOfPlane(found, place)
    const back = planeOfPicture(found, at)
    px = Math.max(px, Math.hypot(guess[0] - at[0], guess[1] - at[1]))
    mm = Math.max(mm, Math.hypot(back[0] - place[0], back[1] - place[1]))
  }
  return { px, mm }
}

describe('the lens', () => {
  test('any mild lens, tilt and grain is found back within 0.1 px and 0.02 mm', () => {
    const camera = fc.record({
      k1: fc.double({ min: -0.08, max: 0.08, noNaN: true }),
      k2: fc.double({ min: -0.02, max: 0.02, noNaN: true }),
      tiltX: fc.double({ min: -2e-4, max: 2e-4, noNaN: true }),
      tiltY: fc.double({ min: -2e-4, max: 2e-4, noNaN: true }),
      seed: fc.integer({ min: 1, max: 1e6 }),
    })
    fc.assert(
      fc.property(camera, ({ k1, k2, tiltX, tiltY, seed }) => {
        const truth = {
          ...plain,
          k1,
          k2,
          perspective: [16, -0.2, 1230, 0.19, 15.9, 820, tiltX, tiltY, 1] as Homography,
        }
        const { camera: found, rmsPx } = fitPlaneCamera(seenBy(truth, 0.05, seed), size)
        const { px, mm } = worstOff(found, truth)
        expect(rmsPx).toBeLessThan(0.12)
        expect(px).toBeLessThan(0.1)
        expect(mm).toBeLessThan(0.02)
      }),
      { numRuns: 12 },
    )
  })

  test('terms are taken in when the residuals ask for them, and only then', () => {
    expect(fitPlaneCamera(seenBy(plain, 0.05), size).terms).toBe('none')
    expect(fitPlaneCamera(seenBy({ ...plain, k1: -0.02 }, 0.05), size).terms).toBe('k1')
    expect(fitPlaneCamera(seenBy({ ...plain, k1: -0.02, k2: 0.05 }, 0.05), size).terms).toBe('k2')
    expect(fitPlaneCamera(seenBy({ ...plain, k1: -0.08, centrePx: [1260, 770] }, 0.02), size).terms).toBe('centre')
  })

  test('what is bent as no lens bends shows in the residual', () => {
    const bent = seenBy(plain, 0.02).map(dot => ({
      ...dot,
      atPx: [dot.atPx[0] + 6 * Math.sin(dot.placeMm[1] / 8), dot.atPx[1]] as const,
    }))
    expect(fitPlaneCamera(bent, size).rmsPx).toBeGreaterThan(1)
  })

  test('there and back is the same place', () => {
    const camera = { ...plain, k1: -0.05, k2: 0.01 }
    for (const [x, y] of [
      [0, 0],
      [60, -38],
      [-55, 30],
    ] as const) {
      const [u, v] = planeOfPicture(camera, pictureOfPlane(camera, [x, y]))
      expect(Math.hypot(u - x, v - y)).toBeLessThan(1e-6)
    }
  })
})

describe('the proof on the second target', () => {
  test('a good calibration passes, wherever the target lies', () => {
    const turned = seenBy(plain, 0.02, 3, verificationTarget).map(dot => {
      const [x, y] = dot.placeMm
      const c = Math.cos(0.1)
      const s = Math.sin(0.1)
      return { ...dot, atPx: pictureOfPlane(plain, [c * x - s * y + 3, s * x + c * y - 2]) }
    })
    const { rmsMm, scalePercent } = prove(plain, turned)
    expect(rmsMm).toBeLessThan(1e-6)
    expect(scalePercent).toBeCloseTo(0, 6)
  })

  test('a calibration of wrong scale, and one without its lens, do not', () => {
    const seen = seenBy({ ...plain, k1: -0.03 }, 0.02, 3, verificationTarget)
    expect(prove(plain, seen).rmsMm).toBeGreaterThan(0.02)
    const wide = { ...plain, perspective: compose(plain.perspective, scaling(1.01)) }
    expect(prove(wide, seenBy(plain, 0, 3, verificationTarget)).scalePercent).toBeCloseTo(-0.99, 1)
  })
})

/** A picture of the target with round dots only, drawn here: not by the twin that the code is used on. */
async function drawn(design: TargetDesign, more: { turn?: number; flip?: boolean } = {}): Promise<LightPicture> {
  const k = 10
  const w = design.widthMm * k
  const h = design.heightMm * k
  const dots = design.dots
    .map(step => {
      const [x, y] = dotPlaceMm(design, step)
      const key =
        (step[0] === 0 && step[1] === 0) || (step[0] === 2 && step[1] === 0) || (step[0] === 0 && step[1] === 1)
      const r = ((key ? design.keyMm : design.dotMm) / 2) * k
      return `<circle cx="${(x + design.originMm[0]) * k}" cy="${(y + design.originMm[1]) * k}" r="${r}"/>`
    })
    .join('')
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h}"><rect width="100%" height="100%" fill="#ddd"/>${dots}</svg>`
  let picture = sharp(Buffer.from(svg)).rotate(more.turn ?? 0, { background: '#444' })
  if (more.flip) picture = picture.flop()
  return await lightPictureOf(await picture.png().toBuffer())
}

describe('finding the target', () => {
  test.each([0, 17, 90, 180, 261])('every dot at %d°, each to a tenth of a pixel', async turn => {
    const picture = await drawn(calibrationTarget, { turn })
    const dots = findTarget(picture, calibrationTarget)
    expect(dots.length).toBe(calibrationTarget.dots.length)
    const { rmsPx, camera } = fitPlaneCamera(dots, picture)
    expect(rmsPx).toBeLessThan(0.1)
    expect(pixelsPerMm(camera, [0, 0])).toBeCloseTo(10, 2)
  })

  test('the other target is not taken for it', async () => {
    const dots = findTarget(await drawn(verificationTarget), verificationTarget)
    expect(dots.length).toBe(verificationTarget.dots.length)
    const { camera } = fitPlaneCamera(dots, await drawn(verificationTarget))
    expect(pixelsPerMm(camera, [0, 0])).toBeCloseTo(10, 2)
  })

  test('a mirrored picture, an empty one and one full of something else say what is wrong', async () => {
    const mirrored = await drawn(calibrationTarget, { flip: true })
    expect(() => findTarget(mirrored, calibrationTarget)).toThrow('Switch mirroring off')
    const grey = {
      width: 200,
      height: 100,
      rgb: new Float32Array(60_000).fill(0.5),
      grey: new Float32Array(20_000).fill(0.5),
    }
    expect(() => findTarget(grey, calibrationTarget)).toThrow('only 0 dots were seen')
    const chess = { ...grey, grey: grey.grey.map((_, i) => ((i >> 3) + ((i / 200) >> 3)) & 1) }
    expect(() => findTarget(chess, calibrationTarget)).toThrow(/target was not recognised/)
  })
})

test('sharpness falls as an edge is blurred, to what a Gaussian blur leaves', () => {
  const camera: PlaneCamera = { ...plain, perspective: [16, 0, 1200, 0, 16, 800, 0, 0, 1] }
  const corners = [0, 1, 2, 3].map(i => {
    const half = calibrationTarget.square.sideMm / 2
    const turn = ((5 + 90 * i) * Math.PI) / 180
    return [Math.cos(turn), Math.sin(turn), half] as const
  })
  const [cx, cy] = pictureOfPlane(camera, calibrationTarget.square.atMm)
  for (const sigma of [1, 2, 3]) {
    const grey = new Float32Array(size.width * size.height).fill(0.6)
    for (let y = cy - 200; y < cy + 200; y++) {
      for (let x = cx - 200; x < cx + 200; x++) {
        const px = Math.floor(x)
        const py = Math.floor(y)
        let ink = 1
        for (const [c, s, half] of corners) {
          const beyond = (px + 0.5 - cx) * c + (py + 0.5 - cy) * s - half * 16
          ink *= 0.5 * (1 - Math.tanh((beyond / sigma) * 0.7978 * 1.0228))
        }
        grey[py * size.width + px] = 0.6 - 0.5 * ink
      }
    }
    const picture: LightPicture = { ...size, grey, rgb: new Float32Array(0) }
    // exp(−2π²σ²f²) = ½
    expect(edgeSharpness(picture, camera, calibrationTarget)).toBeCloseTo(
      Math.sqrt(Math.LN2 / 2) / (Math.PI * sigma),
      1.6,
    )
  }
})

const content = sampleCalibration
const madeAt = new Date(content.madeAt)
const identity = {
  name: 'bench',
  kind: 'real',
  drivers: { camera: 'http', stage: 'grbl', light: 'grbl' },
  firmware: { camera: '1', stage: '1', light: '1' },
  truth: null,
  calibration: null,
} as const
const later = new Date('2026-03-10T08:00:00Z')

describe('a rig refuses to judge', () => {
  const judge = (more: Partial<CalibrationContent>, now = later) => {
    const calibration = sealCalibration({ ...content, ...more })
    const its = { ...identity, calibration: calibration.id }
    return assertCalibrated(calibration, { identity: its }, now, 'cal.json')
  }

  test('unless its calibration is whole, its own, in time and within limits', () => {
    expect(judge({})).toMatch(/^[0-9a-f]{64}$/)
  })

  test.each<[string, string, Partial<CalibrationContent>, Date?]>([
    ['of another rig', 'calibration-foreign', { rig: 'other' }],
    ['of the twin', 'calibration-foreign', { kind: 'virtual' }],
    ['of another camera', 'calibration-foreign', { camera: { ...content.camera, firmware: '2' } }],
    ['expired', 'calibration-expired', {}, new Date('2026-03-31T08:00:00Z')],
    ['from the future', 'calibration-expired', {}, new Date('2026-02-01T08:00:00Z')],
    ['of a time that is no time', 'calibration-expired', { expiresAt: 'soon' }],
    ['blurred', 'calibration-out-of-limits', { mtf50: 0.02 }],
    ['not a number', 'calibration-out-of-limits', { mtf50: 0 }],
    [
      'proved wrong',
      'calibration-out-of-limits',
      { verification: { points: 1, rmsMm: 0.03, worstMm: 1, scalePercent: 0 } },
    ],
    ['with a worn stage', 'calibration-out-of-limits', { stage: { ...content.stage!, repeatMm: 0.5 } }],
  ])('%s', (_, code, more, now) => {
    let refusal: unknown
    try {
      judge(more, now)
    } catch (error) {
      refusal = error
    }
    expect(refusal).toMatchObject({
      code,
      exitCode: 3,
      message: expect.stringContaining('Run assay rig calibrate bench'),
    })
  })

  test('while it works by another than lies in its file, as one that is served and was calibrated anew', () => {
    const [old, young] = ['2026-03-09T08:00:00.000Z', '2026-04-30T08:00:00.000Z'].map(expiresAt =>
      sealCalibration({ ...content, expiresAt }),
    )
    for (const calibration of [old!.id, null])
      expect(() => assertCalibrated(young!, { identity: { ...identity, calibration } }, later, 'cal.json')).toThrow(
        'it works by another calibration than that in cal.json. End assay rig serve',
      )
  })

  test('without one', () => {
    expect(() => assertCalibrated(null, { identity }, later, 'cal.json')).toThrow('it has no calibration (cal.json)')
  })
})

describe('the file', () => {
  test('is read back as it was written, whatever the order of its keys', () => {
    const sealed = sealCalibration(content)
    expect(parseCalibration(formatCalibration(sealed), 'f')).toEqual(sealed)
    const reordered = JSON.stringify(Object.fromEntries(Object.entries(sealed).reverse()))
    expect(parseCalibration(reordered, 'f')).toEqual(sealed)
  })

  test.each([
    ['changed', (text: string) => text.replace('"rmsPx": 0.02', '"rmsPx": 0.01'), 'it was changed after it was made'],
    ['cut', (text: string) => text.slice(0, 300), 'it is no JSON'],
    ['lacking something', (text: string) => text.replace('"by": "me",', ''), 'by is not as it must be'],
  ])('%s is refused', (_, change, why) => {
    const text = change(formatCalibration(sealCalibration(content)))
    expect(() => parseCalibration(text, 'cal.json')).toThrow(`the calibration in cal.json cannot be used: ${why}`)
  })
})

test('a file with any part damaged is refused in one sentence, and a valid seal does not make up for it', () => {
  const sealed = sealCalibration(content)
  const places = [...Object.keys(sealed), ...Object.keys(content.plane), 'field', 'columns', 'white', 'dome', 'size']
  const damage = fc.tuple(
    fc.constantFrom(...places),
    fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom('', -1, 1e308, [], {}, [[]], '\u0000')),
  )
  const texts = fc.oneof(
    damage.map(([place, value]) => JSON.stringify(sealed, (key, old) => (key === place ? value : old))),
    fc.nat(2000).map(length => formatCalibration(sealed).slice(0, length)),
    fc.json(),
    fc.string(),
  )
  fc.assert(
    fc.property(texts, text => {
      try {
        expect(parseCalibration(text, 'cal.json')).toEqual(sealed)
      } catch (error) {
        expect(error).toMatchObject({ code: 'calibration-unusable', exitCode: 3 })
        const { message } = error as Error
        expect(message).toMatch(
          /^the calibration in cal\.json cannot be used: [^\p{Cc}]{5,120}\. Run assay rig calibrate\.$/u,
        )
      }
    }),
    { numRuns: 500 },
  )
  // Whoever seals what cannot be is told so before anything is corrected by it.
  const { dome } = content.lights
  const field = { ...dome!.field, white: [0.6] }
  expect(() => sealCalibration({ ...content, lights: { dome: { ...dome!, field } } })).toThrow()
})

describe('on the virtual rig', () => {
  const small = { width: 900, height: 600 }

  test('the lens that it draws with is found back, and a calibration holds on other photographs', {
    timeout: 180_000,
  }, async () => {
    await using rig = await openRig({ kind: 'virtual', seed: 8, size: small, hurry: 200 })
    const found = await calibrate({
      rig,
      lay: async design => rig.place(targetSurface(design, 10)),
      by: 'test',
      lens: null,
      now: () => madeAt,
      validDays: 1,
      verify: true,
    })
    expect(found.plane.rmsPx).toBeLessThan(0.1)
    expect(found.verification!.rmsMm).toBeLessThan(0.02)
    // Only the scale is out of limits: this camera is made small for the test.
    expect(
      calibrationFigures(found)
        .filter(({ isGood }) => !isGood)
        .map(({ name }) => name),
    ).toEqual(['scale'])
    expect(found.stage).not.toBeNull()
    expect(Object.keys(found.lights)).toEqual(['dome', 'ring', 'left', 'right'])

    // The truth of one photograph, which no calibration ever sees.
    await rig.light.set('dome')
    await using fresh = await openRig({ kind: 'virtual', seed: 9, size: small, hurry: 200 })
    await fresh.stage.goTo('inspect')
    await fresh.light.set('dome')
    fresh.place(targetSurface(calibrationTarget, 10))
    const { truth, lamps, carriage, placed } = fresh.bench
    const scene = {
      truth,
      size: small,
      lamps,
      carriage,
      placement: placed!.placement,
      exposureMs: 12,
      seed: 9,
      shot: 1,
      dark: false,
      blurred: false,
    }
    const dots = findTarget(
      await lightPictureOf((await fresh.camera.photograph({ exposureMs: 12 })).bytes),
      calibrationTarget,
    )
    const { camera } = fitPlaneCamera(dots, small)
    const view = viewOfScene(scene as Parameters<typeof viewOfScene>[0])
    let squares = 0
    for (const { placeMm: place } of dots) {
      const { widthMm, heightMm, originMm } = calibrationTarget
      const point = [place[0] + originMm[0] - widthMm / 2, place[1] + originMm[1] - heightMm / 2, 1.2] as const
      const [x, y] = pixelOf(scene as Parameters<typeof viewOfScene>[0], view, point)
      const guess = pictureOfPlane(camera, place)
      squares += (guess[0] - x) ** 2 + (guess[1] - y) ** 2
    }
    expect(Math.sqrt(squares / dots.length)).toBeLessThan(0.1)
  })

  test('noise is that of the sensor, also when the mount shook between two pictures, and none is noticed', () => {
    let state = 5
    const random = () => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
      return state / 2 ** 32
    }
    const normal = () => Math.sqrt(-2 * Math.log(random() + 1e-12)) * Math.cos(2 * Math.PI * random())
    /** Black dots on white, moved by so many px, with grain. */
    const taken = (shift: number, sigma: number): LightPicture => {
      const grey = new Float32Array(300 * 200)
      for (let i = 0; i < grey.length; i++) {
        const isDot = ((i % 300) + shift) % 30 < 8 && Math.floor(i / 300) % 30 < 8
        grey[i] = (isDot ? 0.05 : 0.6) + sigma * normal()
      }
      return { width: 300, height: 200, grey, rgb: new Float32Array(0) }
    }
    for (const shift of [0, 1, 2]) {
      const { noise, isSame } = noiseBetween(taken(0, 0.01), taken(shift, 0.01))
      expect(noise).toBeGreaterThan(0.009)
      expect(noise).toBeLessThan(0.0115)
      expect(isSame).toBe(false)
    }
    const still = taken(0, 0.01)
    expect(noiseBetween(still, still)).toEqual({ noise: 0, isSame: true })
  })

  test('the doctor finds what is wrong, and takes nothing for good that it did not see', {
    timeout: 60_000,
  }, async () => {
    await using rig = await openRig({ kind: 'virtual', seed: 8, size: { width: 360, height: 240 }, hurry: 200 })
    const request = { rig, calibration: null, calibrationFile: 'none.json', now: () => madeAt }
    const states = async () => new Map((await examineRig(request)).map(({ name, state }) => [name, state]))
    const empty = await states()
    expect(empty.get('calibration')).toBe('bad')
    expect(empty.get('lamp dome')).toBe('good')
    expect(empty.get('sharpness')).toBe('not measured')
    expect(empty.get('repeatability')).toBe('not measured')
    rig.faults.inject('dark-frame')
    const dark = await states()
    expect(dark.get('lamp dome')).toBe('bad')
    expect(dark.get('lamp ring')).toBe('bad')
    rig.faults.clear('dark-frame')
    rig.faults.inject('hard-limit')
    const alarmed = await examineRig(request)
    expect(alarmed.find(({ device, state }) => device === 'stage' && state === 'bad')?.hint).toContain('hard limit')
  })
})
