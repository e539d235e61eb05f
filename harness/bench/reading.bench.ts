import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { limitsOf } from '../checks/limits.ts'
import { standing } from '../checks/measured.ts'
import { seeded } from '../core/seeded.testing.ts'
import { type GreyImage, gaussianBlur, greyOf } from '../imaging/grey-image.ts'
import { textMarks } from '../products/geometry.ts'
import { loadProfile } from '../products/load-profile.ts'
import type { Box, LineReading } from '../vision/text/line-reading.ts'
import { textMeasurements } from '../vision/text/text-measurements.ts'
import { openTextReader } from '../vision/text/text-reader.node.ts'
import { workingCrop } from '../vision/text/working-crop.ts'
import { type BenchLine, linesOfPhotographs } from './bench-lines.ts'

// Reads lines of photographs that were spoiled in a known way, and counts wrong texts, damage that passed and good lines that failed.
// node harness/bench/reading.bench.ts [--every N] [--seed S]; every Nth line only. Ends with 1 when a wrong text was accepted.
// Passphrases are never printed.

const { values } = parseArgs({
  options: { every: { type: 'string', default: '4' }, seed: { type: 'string', default: '1' } },
})
const folder = process.env['ASSAY_PHOTOS'] ?? '../shared/photos'
if (!existsSync(join(folder, 'index.json'))) {
  console.log(`No photographs at ${folder}: set ASSAY_PHOTOS. The reading benchmark was not run.`)
  process.exit(0)
}

const random = seeded(Number(values.seed))
const within = (from: number, to: number) => from + random() * (to - from)
const profile = loadProfile('assay-reference')
const marks = new Map(textMarks(profile).map(mark => [mark.name, mark]))

/** A way to spoil a line: what it leaves true, and the picture. Null where it does not apply. */
interface Spoiling {
  readonly name: string
  /** Is the unit still good? Then it must not fail; else it must not pass as it was. */
  readonly isGood: boolean
  spoil(grey: GreyImage, line: BenchLine, boxes: LineReading['characters']): GreyImage | null
}

const spoilings: readonly Spoiling[] = [
  { name: 'as taken', isGood: true, spoil: grey => grey },
  ...[0, 45, 90, 135].map(angle => ({
    name: `motion ${angle}°, 0.1–0.5 cap`,
    isGood: true,
    spoil: (grey: GreyImage, { crop }: BenchLine) => moved(grey, within(0.1, 0.5) * crop.capHeightPx, angle),
  })),
  {
    name: 'defocus, 0.1–0.5 cap',
    isGood: true,
    spoil: (grey, { crop }) => gaussianBlur(grey, (within(0.1, 0.5) * crop.capHeightPx) / 4),
  },
  { name: 'glare on a character', isGood: true, spoil: (grey, _, boxes) => glaring(grey, pick(boxes)) },
  { name: 'light from one end', isGood: true, spoil: grey => lit(grey, within(0.25, 0.5)) },
  { name: 'half a character erased', isGood: false, spoil: (grey, line, boxes) => erased(grey, line, pick(boxes)) },
  { name: 'a bar added', isGood: false, spoil: (grey, line, boxes) => barred(grey, line, pick(boxes)) },
]

/** A bar is one where so much of it was no stroke before. */
const OPEN_SHARE = 0.7

interface Tally {
  lines: number
  read: number
  wrong: number
  passed: number
  failed: number
}

const tallies = new Map(
  spoilings.map(({ name }) => [name, { lines: 0, read: 0, wrong: 0, passed: 0, failed: 0 } as Tally]),
)
{
  await using reader = await openTextReader()
  let i = 0
  for await (const line of linesOfPhotographs(folder, { shiftMm: 0, angleDeg: 0, random })) {
    if (line.truth === null || line.mark === 'address-text' || line.defect !== null) continue
    if (i++ % Number(values.every) !== 0) continue
    const { crop } = workingCrop(line.crop)
    const whole = await reader.readLine(crop, line.field)
    if (whole.text !== line.truth) continue
    for (const { name, isGood, spoil } of spoilings) {
      const spoiled = spoil(
        greyOf(crop.raster),
        { ...line, crop },
        whole.characters.filter(({ literal }) => !literal),
      )
      if (spoiled === null) continue
      const data = Uint8Array.from(spoiled.data, level => Math.min(255, Math.max(0, level + within(-2, 2) + 0.5)))
      const reading = await reader.readLine({ ...crop, raster: { ...crop.raster, channels: 1, data } }, line.field)
      const tally = tallies.get(name)!
      tally.lines++
      if (reading.outcome !== 'read') continue
      tally.read++
      const strokes = strokesOf(reading, line.mark)
      if (isGood && reading.text !== line.truth) tally.wrong++
      if (isGood && strokes === 'FAIL') tally.failed++
      // Damage that makes another character of it is seen by whoever compares the text.
      if (!isGood && reading.text === line.truth && strokes === 'PASS') tally.passed++
    }
  }
}

console.log('                            lines   read  wrong  damage passed  good failed   bound (95 %)')
for (const { name, isGood } of spoilings) {
  const { lines, read, wrong, passed, failed } = tallies.get(name)!
  const bound = isGood ? upperBound(wrong + failed, read) : upperBound(passed, lines)
  const cells = [lines, read, isGood ? wrong : '–', isGood ? '–' : passed, isGood ? failed : '–'].map(String)
  console.log(
    `${name.padEnd(26)} ${cells.map((cell, i) => cell.padStart([6, 6, 6, 14, 12][i]!)).join(' ')}   ${(100 * bound).toFixed(1)} %`,
  )
}
process.exitCode = [...tallies.values()].some(({ wrong }) => wrong > 0) ? 1 : 0

/** The verdict over a line's strokes, by the usual limits. */
function strokesOf(reading: LineReading, name: string): 'PASS' | 'INCONCLUSIVE' | 'FAIL' {
  const verdicts = textMeasurements([reading], marks.get(name)!, 'dome').flatMap(measurement => {
    const limits = limitsOf(profile, measurement)
    if (limits === null) return []
    const verdict = standing(measurement, limits)
    return [measurement.fit === false && verdict === 'FAIL' ? 'INCONCLUSIVE' : verdict]
  })
  return verdicts.includes('FAIL') ? 'FAIL' : verdicts.every(verdict => verdict === 'PASS') ? 'PASS' : 'INCONCLUSIVE'
}

function pick<T>(items: readonly T[]): T {
  return items[Math.floor(random() * items.length)]!
}

/** Levels of light: a camera's are about its 2.2th root. */
function light(level: number): number {
  return (Math.max(0, level) / 255) ** 2.2
}

function level(amount: number): number {
  return 255 * Math.max(0, amount) ** (1 / 2.2)
}

function moved({ width, height, data }: GreyImage, lengthPx: number, angleDeg: number): GreyImage {
  const steps = Math.max(2, Math.ceil(lengthPx))
  const [cos, sin] = [Math.cos((angleDeg * Math.PI) / 180), Math.sin((angleDeg * Math.PI) / 180)]
  const out = new Float32Array(data.length)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      let sum = 0
      for (let k = 0; k < steps; k++) {
        const by = (k / (steps - 1) - 0.5) * lengthPx
        const column = Math.min(width - 1, Math.max(0, Math.round(x + by * cos)))
        const row = Math.min(height - 1, Math.max(0, Math.round(y + by * sin)))
        sum += light(data[row * width + column]!)
      }
      out[y * width + x] = level(sum / steps)
    }
  return { width, height, data: out }
}

function glaring({ width, height, data }: GreyImage, { box }: LineReading['characters'][number]): GreyImage {
  const [cx, cy] = [(box.left + box.right) / 2, (box.top + box.bottom) / 2]
  const radius = 0.35 * (box.bottom - box.top)
  const out = data.map((value, i) => {
    const away = Math.hypot((i % width) - cx, Math.floor(i / width) - cy) / radius
    return value + 220 * Math.exp(-(away ** 2))
  })
  return { width, height, data: out }
}

function lit({ width, height, data }: GreyImage, least: number): GreyImage {
  return { width, height, data: data.map((value, i) => value * (least + ((1 - least) * (i % width)) / width)) }
}

/** Half of a character, left or right, or its middle third, filled with the ground above and below it. */
function erased(grey: GreyImage, { crop }: BenchLine, { box }: LineReading['characters'][number]): GreyImage {
  const { width, height } = grey
  const part = pick([
    [0, 0.45, 0.12, 0.88],
    [0.55, 1, 0.12, 0.88],
    [0, 1, 0.36, 0.64],
  ] as const)
  const mask = maskOf(grey, box, part)
  const above = Math.max(0, Math.round(box.top - 0.2 * crop.capHeightPx))
  const below = Math.min(height - 1, Math.round(box.bottom + 0.2 * crop.capHeightPx))
  const data = grey.data.map((value, i) => {
    if (mask.data[i]! < 0.01) return value
    const share = (Math.floor(i / width) - above) / Math.max(1, below - above)
    const ground =
      grey.data[above * width + (i % width)]! * (1 - share) + grey.data[below * width + (i % width)]! * share
    return value * (1 - mask.data[i]!) + ground * mask.data[i]!
  })
  return { width, height, data }
}

/** A bar as dark (or bright) as the strokes over the open part of a character; null where strokes stand already. */
function barred(grey: GreyImage, _: BenchLine, { box }: LineReading['characters'][number]): GreyImage | null {
  const part = pick([
    [0.12, 0.27, 0.1, 0.9],
    [0.73, 0.88, 0.1, 0.9],
    [0.1, 0.9, 0.43, 0.57],
  ] as const)
  const mask = maskOf(grey, box, part)
  const inside: number[] = []
  for (let y = Math.ceil(box.top); y < box.bottom; y++)
    for (let x = Math.ceil(box.left); x < box.right; x++) inside.push(grey.data[y * grey.width + x] ?? 0)
  inside.sort((a, b) => a - b)
  const [dark, usual, bright] = [0.06, 0.6, 0.94].map(share => inside[Math.floor(share * inside.length)]!)
  const ink = usual! - dark! > bright! - usual! ? dark! : bright!
  const isDark = ink === dark
  const isOpen = (level: number) => Math.abs(level - usual!) < Math.abs(level - ink)
  const places = [...mask.data.keys()].filter(i => mask.data[i]! > 0.5)
  if (places.filter(i => isOpen(grey.data[i]!)).length < OPEN_SHARE * places.length) return null
  const data = grey.data.map((value, i) => {
    const inked = value * (1 - mask.data[i]!) + ink * mask.data[i]!
    return isDark ? Math.min(value, inked) : Math.max(value, inked)
  })
  return { ...grey, data }
}

/** Where something is done to a character: a part of its box, in shares of it (left, right, top, bottom), with soft edges. */
function maskOf({ width, height }: GreyImage, box: Box, part: readonly [number, number, number, number]): GreyImage {
  const [w, h] = [box.right - box.left, box.bottom - box.top]
  const [left, right] = [box.left + w * part[0], box.left + w * part[1]]
  const [top, bottom] = [box.top + h * part[2], box.top + h * part[3]]
  const data = new Float32Array(width * height)
  for (let y = Math.max(0, Math.round(top)); y < Math.min(height, bottom); y++)
    for (let x = Math.max(0, Math.round(left)); x < Math.min(width, right); x++) data[y * width + x] = 1
  return gaussianBlur({ width, height, data }, 1)
}

/** The rate that a count of `n` does not rule out with 95 % (Poisson above a few, rule of three for none). */
function upperBound(count: number, n: number): number {
  return n === 0 ? 1 : Math.min(1, (count === 0 ? 3 : count + 1.65 * Math.sqrt(count) + 1.7) / n)
}
