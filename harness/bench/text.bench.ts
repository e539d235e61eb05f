import { existsSync, globSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { openFont } from '../products/font.node.ts'
import type { OutlineFont } from '../products/font.ts'
import type { LineReading } from '../vision/text/line-reading.ts'
import { openTextReader } from '../vision/text/text-reader.node.ts'
import { type BenchLine, linesOfPhotographs } from './bench-lines.ts'

// node harness/bench/text.bench.ts [--seeds N] [--lines] [--only TEXT] [--engine wasm] [--etch-net FOLDER] [--shift-mm D] [--angle-deg A]
//   [--fonts FOLDER]   tells the reader the font of each line that lies in the folder, as a profile that names it would
// Passphrases are printed as counts and positions only, as everywhere.

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1' },
    lines: { type: 'boolean', default: false },
    only: { type: 'string' },
    fonts: { type: 'string' },
    engine: { type: 'string' },
    'etch-net': { type: 'string' },
    'shift-mm': { type: 'string', default: '0.12' },
    'angle-deg': { type: 'string', default: '0.15' },
  },
})
const folder = process.env['ASSAY_PHOTOS'] ?? '../shared/photos'
if (!existsSync(join(folder, 'index.json'))) {
  console.log(`No photographs at ${folder}: set ASSAY_PHOTOS. The text benchmark was not run.`)
  process.exit(0)
}

const fontFiles = values.fonts === undefined ? [] : globSync('**/*.{ttf,otf}', { cwd: values.fonts })

/** The face of a line, where a file of its name is there. */
function fontNamed(name: string): OutlineFont | null {
  const names = [name, `${name}-Regular`].flatMap(base => [`${base}.ttf`, `${base}.otf`])
  const file = fontFiles.find(path => names.includes(path.split(/[\\/]/).at(-1)!))
  return file === undefined ? null : openFont(join(values.fonts!, file))
}

interface Outcome {
  readonly line: BenchLine
  readonly reading: LineReading
  readonly top: string
  readonly ms: number
}

const outcomes: Outcome[] = []
await using reader = await openTextReader({
  ...(values.engine === 'wasm' && { engine: 'wasm' }),
  ...(values['etch-net'] && {
    etchNet: values['etch-net'],
  }),
})
for (let seed = 1; seed <= Number(values.seeds); seed++) {
  const jitter = { shiftMm: Number(values['shift-mm']), angleDeg: Number(values['angle-deg']), random: randomOf(seed) }
  for await (const line of linesOfPhotographs(folder, jitter)) {
    if (values.only && !`${line.photograph} ${line.mark}`.includes(values.only)) continue
    const before = process.cpuUsage()
    const outlines = fontNamed(line.font)
    const known = outlines === null ? {} : { font: { outlines, letterSpacingInCaps: 0 } }
    const reading = await reader.readLine(line.crop, { ...line.field, ...known })
    const spent = process.cpuUsage(before)
    const top = reading.characters.map(({ symbol }) => symbol).join('')
    outcomes.push({ line, reading, top, ms: (spent.user + spent.system) / 1000 })
    if (values.lines) console.log(describe(outcomes.at(-1)!))
  }
}

const groups = new Map<string, Outcome[]>()
for (const outcome of outcomes) {
  const { line } = outcome
  const kind = line.truth === null ? 'covered' : line.adverse.length > 0 ? 'adverse' : 'nominal'
  const illegible = line.defect === 'etch-illegible-stroke' && line.field.made === 'etched' && line.truth !== null
  const key = `${line.mark} ${illegible ? 'illegible' : kind}`
  groups.set(key, [...(groups.get(key) ?? []), outcome])
}
console.log(`engine ${reader.engine}, readers ${reader.readers.join(', ')}, ${outcomes.length} lines`)
console.log('field                       lines  exact  accepted  wrong accepted  ink seen  median ms')
for (const [key, group] of [...groups].sort(([a], [b]) => a.localeCompare(b))) {
  const exact = group.filter(({ line, top }) => top === line.truth).length
  const accepted = group.filter(({ reading }) => reading.outcome === 'read').length
  const ms = group.map(each => each.ms).sort((a, b) => a - b)[group.length >> 1]!
  const cells = [
    group.length,
    exact,
    accepted,
    group.filter(wrong).length,
    group.filter(o => o.reading.inkPresent).length,
  ]
  console.log(
    `${key.padEnd(26)} ${cells.map((n, i) => String(n).padStart([6, 6, 9, 15, 9][i]!)).join(' ')} ${ms.toFixed(0).padStart(10)}`,
  )
}
const accepted = outcomes.filter(({ reading }) => reading.outcome === 'read')
const mistakes = accepted.filter(wrong)
const bound = mistakes.length === 0 ? `, so at most ${(300 / accepted.length).toFixed(2)} % (95 %, rule of three)` : ''
console.log(`\nwrong among accepted: ${mistakes.length} of ${accepted.length}${bound}`)

// Zero wrong of n supports no rate below 3/n, and each face on each surface is its own question.
console.log('\nsurface and face                    lines  accepted  wrong accepted  at most')
const faces = Map.groupBy(
  outcomes.filter(({ line }) => line.truth !== null),
  ({ line }) => `${line.field.made} ${line.font}`,
)
for (const [face, group] of [...faces].sort(([a], [b]) => a.localeCompare(b))) {
  const taken = group.filter(({ reading }) => reading.outcome === 'read')
  const errors = taken.filter(wrong).length
  const most = errors === 0 ? `${(300 / taken.length).toFixed(1)} %` : '–'
  console.log(
    `${face.padEnd(34)} ${String(group.length).padStart(6)} ${String(taken.length).padStart(9)} ${String(errors).padStart(15)} ${most.padStart(8)}`,
  )
}

console.log('\nreliability: confidence of the weakest character against exactness')
for (const [low, high] of [
  [0, 0.5],
  [0.5, 0.8],
  [0.8, 0.9],
  [0.9, 0.95],
  [0.95, 0.99],
  [0.99, 0.999],
  [0.999, 1.01],
] as const) {
  const inside = outcomes.filter(
    o => o.line.truth !== null && o.reading.confidence >= low && o.reading.confidence < high,
  )
  if (inside.length > 0)
    console.log(
      `${low.toFixed(3)}–${Math.min(1, high).toFixed(3)}: ${inside.filter(o => o.top === o.line.truth).length} of ${inside.length} exact`,
    )
}

const pairs = new Map<string, number>()
for (const { line, top } of outcomes) {
  if (line.truth === null || line.truth.length !== top.length || line.mark === 'passphrase') continue
  for (const [i, symbol] of [...line.truth].entries())
    if (symbol !== top[i]) pairs.set(`${symbol}>${top[i]}`, (pairs.get(`${symbol}>${top[i]}`) ?? 0) + 1)
}
const sorted = [...pairs].sort((a, b) => b[1] - a[1]).slice(0, 20)
console.log(
  `\nconfusions outside passphrases (seen for true): ${sorted.map(([pair, n]) => `${pair} ${n}`).join(', ') || 'none'}`,
)

function wrong({ line, reading }: Outcome): boolean {
  return reading.outcome === 'read' && reading.text !== line.truth
}

function describe(outcome: Outcome): string {
  const { line, reading, top, ms } = outcome
  const verdict = line.truth === null ? '—' : top === line.truth ? 'exact' : `distance ${editDistance(top, line.truth)}`
  const flag = wrong(outcome) ? ' WRONG' : ''
  return `${line.photograph} ${line.mark}:${line.line} [${line.adverse.join(' ')}] ${verdict} ${reading.outcome}${flag} conf ${reading.confidence.toFixed(3)} out ${reading.massOutsideAlphabet.toFixed(2)} ink ${reading.inkPresent} seen ${reading.symbolsSeen} stroke ${strokeOf(reading)} ${ms.toFixed(0)} ms: ${reading.because}`
}

function strokeOf({ legibility }: LineReading): string {
  if (legibility === null) return '–'
  const { weakestStroke, weakestAt, contrastPercent, noisePercent } = legibility
  return `${weakestStroke.toFixed(2)}@${weakestAt} (${contrastPercent.toFixed(0)}/${noisePercent.toFixed(0)} %)`
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++)
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)))
    row = next
  }
  return row[b.length]!
}

/** mulberry32: the same jitter for the same seed. */
function randomOf(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}
