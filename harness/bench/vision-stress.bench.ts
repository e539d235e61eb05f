import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { limitsOf } from '../checks/limits.ts'
import { Secret } from '../core/secret.ts'
import { seeded } from '../core/seeded.testing.ts'
import { showsMark } from '../core/vocabulary.ts'
import { decodePicture } from '../imaging/decode.node.ts'
import type { Quad } from '../imaging/quad.ts'
import { loadProfile } from '../products/load-profile.ts'
import type { ProductProfile } from '../products/profile.ts'
import { readPhotograph } from '../vision/read/read-photograph.ts'
import type { PhotographReading } from '../vision/reading.ts'
import { type Disturbance, disturbances } from './stress/disturbances.ts'
import { noTexts } from './stress/no-texts.testing.ts'
import { encoded, type Shot } from './stress/shot.ts'

// Photographs disturbed in one way at a time (turned, tilted, cut, cluttered, over-exposed, blurred …): what seeing still
// finds, and whether it ever says something false. Texts are not read. False statements are a wrong QR text, a card at a
// wrong place, a state that contradicts the truth, and a measurement beyond its limits on a card without defect.
//
// node harness/bench/vision-stress.bench.ts [--photos N] [--photo TEXT] [--only TEXT]... [--each] [--save FOLDER]  (photographs: ASSAY_PHOTOS)

const { values: args } = parseArgs({
  options: {
    photos: { type: 'string', default: '10' },
    only: { type: 'string', multiple: true, default: [] },
    photo: { type: 'string' },
    each: { type: 'boolean', default: false },
    save: { type: 'string' },
  },
})

interface Truth {
  readonly file: string
  readonly state: 'sealed' | 'opened'
  readonly product: string
  readonly defect: string | null
  readonly adverse: readonly string[]
  readonly expected: { readonly qr: string }
  readonly fields: { readonly card: Quad }
}

class Row {
  shots = 0
  cards = 0
  clauses = 0
  qr = 0
  wrongTexts = 0
  readonly false: string[] = []
  readonly missed: string[] = []
  readonly errorsPx: number[] = []
  readonly cpuMs: number[] = []
}

/** Farther off than this a card was not found but made up. */
const FOUND_MM = 1.5

const folder = process.env['ASSAY_PHOTOS'] ?? '../shared/photos'
if (!existsSync(join(folder, 'index.json'))) {
  console.log(`No photographs at ${folder}: set ASSAY_PHOTOS to a folder with index.json.`)
} else await bench()

async function bench(): Promise<void> {
  const { images } = JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8')) as { images: readonly Truth[] }
  const good = images
    .filter(({ defect, adverse }) => defect === null && adverse.length === 0)
    .filter(({ file }) => args.photo === undefined || file.includes(args.photo))
    .slice(0, Number(args.photos))
  const wanted = disturbances.filter(
    ({ name }) => args.only.length === 0 || args.only.some(text => name.includes(text)),
  )
  console.log(`${good.length} photographs without defect, nominal as taken; ${wanted.length} disturbances\n`)
  console.log(
    `${'disturbance'.padEnd(26)}${'card'.padStart(8)}${'px med'.padStart(8)}${'worst'.padStart(7)}${'QR'.padStart(8)}${'wrong'.padStart(7)}${'CPU ms'.padStart(8)}  false statements; misses`,
  )
  const all = new Row()
  for (const disturbance of wanted) {
    const row = new Row()
    for (const truth of good) await disturbed(disturbance, truth, row)
    print(disturbance, row)
    if (disturbance.owed !== 'card') continue
    for (const key of ['shots', 'cards', 'qr', 'wrongTexts'] as const) all[key] += row[key]
    all.errorsPx.push(...row.errorsPx)
    all.cpuMs.push(...row.cpuMs)
    all.false.push(...row.false)
  }
  print({ name: 'all that owe a card', owed: 'card', disturb: shot => shot }, all, false)
}

async function disturbed(disturbance: Disturbance, truth: Truth, row: Row): Promise<void> {
  const source = await decodePicture(readFileSync(join(folder, truth.file)))
  const random = seeded(createHash('sha256').update(`${truth.file} ${disturbance.name}`).digest().readUInt32LE())
  const shot: Shot = await disturbance.disturb({ raster: source, card: truth.fields.card }, random)
  const bytes = await encoded(shot, disturbance.encoding ?? { quality: 92 })
  const photo = truth.file.replace(/^.*\/|\..*$/g, '')
  if (args.save !== undefined)
    writeFileSync(join(args.save, `${photo}-${disturbance.name.replace(/\W+/g, '-')}.jpg`), bytes)
  const pixels = await decodePicture(bytes)
  const how = { camera: 'file', exposureMs: null, light: 'unknown', pose: 'unknown', calibration: null }
  const profile = loadProfile(truth.product)
  const before = process.cpuUsage()
  const reading = await readPhotograph({ id: photo, pixels, takenAt: null, how }, profile, { text: noTexts })
  const { user, system } = process.cpuUsage(before)
  row.cpuMs.push((user + system) / 1000)
  row.shots++
  count(row, photo, reading, truth, shot, profile)
}

function count(row: Row, photo: string, reading: PhotographReading, truth: Truth, shot: Shot, profile: ProductProfile) {
  if (reading.card === null) {
    row.clauses++
    row.missed.push(`${photo} ${reading.because}`)
  } else {
    const squares = reading.card.corners.map(([x, y], i) => (x - shot.card[i]![0]) ** 2 + (y - shot.card[i]![1]) ** 2)
    const px = Math.sqrt(squares.reduce((sum, value) => sum + value, 0) / 4)
    if (px / reading.card.pixelsPerMm < FOUND_MM) {
      row.cards++
      row.errorsPx.push(px)
    } else row.false.push(`${photo} card ${(px / reading.card.pixelsPerMm).toFixed(0)} mm off`)
  }
  const qrMark = truth.state === 'sealed' ? 'address-qr' : 'epk-qr'
  const texts = reading.marks.filter(({ text }) => text !== null)
  const wrong = texts.filter(({ mark, text }) => mark !== qrMark || plain(text!) !== truth.expected.qr)
  row.wrongTexts += wrong.length
  if (texts.length > wrong.length) row.qr++
  else if (reading.card !== null) row.missed.push(`${photo} QR`)
  row.false.push(...falseStates(reading, truth, profile).map(clause => `${photo} ${clause}`))
}

/** What a verdict could rest on, and is not so. */
function falseStates(reading: PhotographReading, { state }: Truth, profile: ProductProfile): string[] {
  if (reading.card === null) return []
  const said = new Map(reading.marks.map(({ mark, outcome }) => [mark, outcome]))
  const open = new Set(profile.marks.filter(mark => mark.visibleIn.includes(state)).map(({ name }) => name))
  const states = [...said].flatMap(([mark, outcome]) => {
    const isFalse = showsMark[outcome] === !open.has(mark)
    return isFalse ? [`${mark} ${outcome}`] : []
  })
  const beyond = reading.measurements.flatMap(one => {
    const { name, of, value, fit } = one
    const limits = limitsOf(profile, one)
    const isBeyond = (limits?.min ?? value) > value || (limits?.max ?? value) < value
    return isBeyond && fit !== false ? [`${of} ${name} ${value.toFixed(2)}`] : []
  })
  return [...states, ...beyond]
}

function plain(text: string | Secret): string {
  return text instanceof Secret ? text.exposeText() : text
}

function print({ name, owed }: Disturbance, row: Row, details = true): void {
  const of = (n: number) => `${n}/${row.shots}`
  const sorted = row.errorsPx.toSorted((a, b) => a - b)
  const px = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]?.toFixed(2) ?? '–'
  const cpu = row.cpuMs.toSorted((a, b) => a - b)[row.cpuMs.length >> 1] ?? 0
  const found =
    owed === 'card' ? of(row.cards) : owed === 'clause' ? `${of(row.clauses)}c` : `${row.cards}+${row.clauses}c`
  const notes = details
    ? [...row.false.map(clause => `FALSE ${clause}`), ...(args.each ? row.missed : [])]
    : [`${row.false.length} false`]
  console.log(
    `${name.padEnd(26)}${found.padStart(8)}${px(0.5).padStart(8)}${px(1).padStart(7)}${of(row.qr).padStart(8)}${String(row.wrongTexts).padStart(7)}${cpu.toFixed(0).padStart(8)}  ${notes.join('; ')}`,
  )
}
