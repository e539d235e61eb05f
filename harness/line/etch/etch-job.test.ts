import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Modal, modalAtReset, parseBlock, tidyLine } from '../../../devices/virtual/firmware/parse-block.ts'
import { paperUnit } from '../../../fixtures/virtual-line/paper-unit.testing.ts'
import { VirtualLotRandom } from '../../../fixtures/virtual-line/virtual-lot-random.ts'
import { Secret } from '../../core/secret.ts'
import { scaling } from '../../imaging/homography.ts'
import type { Raster } from '../../imaging/raster.ts'
import { loadProfile, shippedProfiles } from '../../products/load-profile.ts'
import type { ProductProfile, TextMark } from '../../products/profile.ts'
import { singleStrokeFont } from '../../products/single-stroke-font.testing.ts'
import { bip38Passphrase } from '../../products/text-setting.ts'
import { readTextMark } from '../../vision/read/text-marks.ts'
import { openTextReader } from '../../vision/text/text-reader.node.ts'
import { type EtchOptions, etchJob, type UnitToEtch } from './etch-job.ts'

const reference = loadProfile('assay-reference')

function unitOf(profile: ProductProfile): UnitToEtch {
  const { record, secrets } = paperUnit(profile, new VirtualLotRandom('etch'))
  return { serial: record.serial, confirmationCode: record.confirmationCode, passphrase: secrets.passphrase }
}

const job = (profile = reference, options: EtchOptions = {}) => etchJob(profile, unitOf(profile), options)

/** One move as the firmware understands it. */
interface Move {
  readonly from: readonly [number, number]
  readonly to: readonly [number, number]
  readonly modal: Modal
}

/** Runs the job through the firmware's own parser. */
function movesOf(gcode: Secret): { moves: Move[]; end: Modal; ends: boolean } {
  let modal: Modal = modalAtReset
  let at = { xMm: 0, yMm: 0, zMm: 0 }
  let ends = false
  const moves: Move[] = []
  for (const raw of gcode.exposeText().split('\n')) {
    expect(raw.length).toBeLessThan(80)
    const line = tidyLine(raw)
    if (line === '') continue
    expect(ends).toBe(false)
    const block = parseBlock(line, modal, at, { mist: false })
    modal = block.modal
    ends ||= block.ends
    if (block.target === null) continue
    moves.push({ from: [at.xMm, at.yMm], to: [block.target.xMm, block.target.yMm], modal })
    at = block.target
  }
  return { moves, end: modal, ends }
}

describe('etchJob', () => {
  it.each(shippedProfiles().map(profile => [profile.name, profile] as const))(
    'gives %s a job that GRBL understands, inside the card, dark on every travel, and off at the end',
    (_, profile) => {
      const { gcode, burnMm } = job(profile)
      const { moves, end, ends } = movesOf(gcode)
      expect(ends).toBe(true)
      expect(end.spindle).toBe('M5')
      const burning = moves.filter(({ modal }) => modal.motion === 'G1')
      for (const { modal } of moves) {
        expect(modal.speed).toBe(modal.motion === 'G1' ? 800 : 0)
        expect(modal.inches).toBe(false)
        expect(modal.absolute).toBe(true)
      }
      for (const { from, to, modal } of burning) {
        expect(modal.spindle).toBe('M4')
        expect(modal.feedMmPerMin).toBe(1200)
        for (const [x, y] of [from, to]) {
          expect(x).toBeGreaterThanOrEqual(1)
          expect(y).toBeGreaterThanOrEqual(1)
          expect(x).toBeLessThanOrEqual(profile.card.width - 1)
          expect(y).toBeLessThanOrEqual(profile.card.height - 1)
        }
      }
      const length = burning.reduce((sum, { from, to }) => sum + Math.hypot(to[0] - from[0], to[1] - from[1]), 0)
      expect(length).toBeCloseTo(burnMm, -1)
    },
  )

  it('gives the same bytes for the same unit', () => {
    expect(job().gcode.equals(job().gcode)).toBe(true)
    expect(job().svg.equals(job().svg)).toBe(true)
  })

  it('says in no file what it etches, but as a drawing', () => {
    const unit = unitOf(reference)
    const { svg, gcode } = etchJob(reference, unit)
    const passphrase = unit.passphrase!.exposeText()
    for (const file of [svg, gcode]) expect(file.exposeText().includes(passphrase)).toBe(false)
    expect(svg.exposeText()).not.toContain('<text')
  })

  it('refuses a text that is not there, without asking for more than the product needs', () => {
    expect(() => etchJob(reference, { serial: 'BX2409708' })).toThrow(
      expect.objectContaining({ code: 'etch-incomplete' }),
    )
    expect(() => etchJob(loadProfile('pro'), { serial: 'RA104729', confirmationCode: 'cfrm38V' })).not.toThrow()
  })

  it('refuses settings that no laser has', () => {
    for (const options of [{ pitchMm: 0 }, { power: -1 }, { feedMmPerMin: Number.NaN }]) {
      expect(() => job(reference, options)).toThrow(expect.objectContaining({ code: 'etch-settings' }))
    }
  })

  describe('stops before the laser is told anything', () => {
    /** The reference card with its passphrase set elsewhere. */
    function withPassphraseAt(
      change: { x?: number; y?: number; capHeight?: number },
      keepCover = true,
    ): ProductProfile {
      const marks = reference.marks
        .filter(({ name }) => keepCover || name !== 'scratch-off')
        .map(mark =>
          mark.kind !== 'text' || mark.content !== 'passphrase'
            ? mark
            : {
                ...mark,
                lines: mark.lines.map(line => ({
                  ...line,
                  baseline: { x: line.baseline.x + (change.x ?? 0), y: line.baseline.y + (change.y ?? 0) },
                  capHeight: change.capHeight ?? line.capHeight,
                })),
              },
        )
      return { ...reference, marks }
    }

    it.each([
      ['when a text runs off the card', withPassphraseAt({ x: 40 }, false), 'etch-outside-card', /passphrase.*86 × 54/],
      ['when it comes too near the edge', withPassphraseAt({ y: 18 }, false), 'etch-outside-card', /less than 1 mm/],
      ['when it runs under the sticker', withPassphraseAt({ x: -12 }, false), 'etch-under-sticker', /sticker/],
      ['when its cover would not hide it', withPassphraseAt({ y: 3 }), 'etch-outside-cover', /scratch-off.*readable/],
      ['when letters grow out of the cover', withPassphraseAt({ capHeight: 3.4 }), 'etch-outside-cover', /scratch-off/],
    ] as const)('%s', (_, profile, code, says) => {
      const unit = unitOf(reference)
      const error = (() => {
        try {
          etchJob(profile, unit)
        } catch (caught) {
          return caught as Error
        }
        return new Error('nothing was refused')
      })()
      expect(error).toMatchObject({ code, message: expect.stringMatching(says) })
      expect(error.message.includes(unit.passphrase!.exposeText().slice(0, 4))).toBe(false)
    })

    it('and knows that corners are round', () => {
      const square = { ...reference, card: { ...reference.card, cornerRadius: 0 } }
      const round = { ...reference, card: { ...reference.card, cornerRadius: 27 } }
      const atCorner = (profile: ProductProfile): ProductProfile => ({
        ...profile,
        sticker: null,
        marks: profile.marks
          .filter(({ name }) => name === 'serial-card')
          .map(mark =>
            mark.kind !== 'text'
              ? mark
              : { ...mark, lines: [{ ...mark.lines[0]!, align: 'left', baseline: { x: 1.5, y: 4 } }] },
          ),
      })
      expect(() => job(atCorner(square))).not.toThrow()
      expect(() => job(atCorner(round))).toThrow(expect.objectContaining({ code: 'etch-outside-card' }))
    })
  })

  it('traces a single-stroke font along its strokes, once, and fills nothing', () => {
    const folder = mkdtempSync(join(tmpdir(), 'assay-etch-'))
    try {
      const file = join(folder, 'single.otf')
      writeFileSync(file, Buffer.from(singleStrokeFont('ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-')))
      const profile = { ...reference, fonts: { ...reference.fonts, etching: file } }
      const { moves } = movesOf(job(profile).gcode)
      const serial = unitOf(reference).serial
      const passphrase = 24 + 4
      const burning = moves.filter(({ modal }) => modal.motion === 'G1')
      expect(burning).toHaveLength(2 * (serial.length + passphrase))
      expect(job(profile).svg.exposeText()).toContain('fill="none"')
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('is read back by the text reader from the way that the beam went', { timeout: 60_000 }, async () => {
    const unit = unitOf(reference)
    const { moves } = movesOf(etchJob(reference, unit).gcode)
    const raster = burnt(moves, reference, 20)
    await using reader = await openTextReader()
    const perMm = scaling(20)
    const mark = (name: string) => reference.marks.find(candidate => candidate.name === name) as TextMark
    const read = (name: string) => readTextMark(raster, reference, mark(name), perMm, reader, undefined)
    expect((await read('serial-card')).text).toBe(unit.serial)
    const passphrase = (await read('passphrase')).text ?? ''
    expect(Secret.ofText(bip38Passphrase(reference, passphrase)).equals(unit.passphrase!)).toBe(true)
  })
})

/** The card as a beam of 0.06 mm leaves it: dark lines on light grey, seen from above. */
function burnt(moves: readonly Move[], { card }: ProductProfile, perMm: number): Raster {
  const [width, height] = [card.width * perMm, card.height * perMm]
  const data = new Uint8Array(width * height).fill(215)
  const half = 0.03 * perMm
  for (const { from, to, modal } of moves) {
    if (modal.motion !== 'G1') continue
    const [x0, y0, x1, y1] = [from[0] * perMm, height - from[1] * perMm, to[0] * perMm, height - to[1] * perMm]
    const steps = Math.max(1, Math.ceil(Math.hypot(x1 - x0, y1 - y0)))
    for (let i = 0; i <= steps; i++) {
      const [x, y] = [x0 + ((x1 - x0) * i) / steps, y0 + ((y1 - y0) * i) / steps]
      for (let v = Math.floor(y - half); v <= y + half; v++) {
        for (let u = Math.floor(x - half); u <= x + half; u++) data[v * width + u] = 60
      }
    }
  }
  return { width, height, channels: 1, data }
}
