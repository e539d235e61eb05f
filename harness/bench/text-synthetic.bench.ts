import { parseArgs } from 'node:util'
import { openFont } from '../products/font.node.ts'
import { shippedFonts } from '../products/font.ts'
import { drawLine, type SyntheticLine } from '../vision/text/synthetic-line.testing.ts'
import { DIGITS, LETTERS, type TextField, templateField } from '../vision/text/text-field.ts'
import { openTextReader } from '../vision/text/text-reader.node.ts'

// node harness/bench/text-synthetic.bench.ts [--lines N] [--seed S] [--etch-net FOLDER] [FONT.ttf ...]
//   [--told own|other]   the reader is told the face of each line, or another one
//   [--alphabet 36]      passphrases of all letters and digits, 0 and O, 1 and I among them, with these in half of the lines
// How often is a drawn line accepted wrongly? Half of the lines carry one look-alike in place of their character:
// reading what was meant instead of what is there is the worst that a reader can do.

const { values, positionals: fonts } = parseArgs({
  allowPositionals: true,
  options: {
    lines: { type: 'string', default: '100' },
    seed: { type: 'string', default: '1' },
    'etch-net': { type: 'string' },
    told: { type: 'string' },
    alphabet: { type: 'string', default: '31' },
  },
})
if (![undefined, 'own', 'other'].includes(values.told) || !['31', '36'].includes(values.alphabet)) {
  console.error('text-synthetic: --told is own or other, --alphabet is 31 or 36.')
  process.exit(2)
}

const isFull = values.alphabet === '36'
const PASSPHRASE = isFull ? LETTERS + DIGITS : 'ABCDEFGHJKMNPQRSTUVWXYZ23456789'
const LOOK_ALIKES = [
  '5S',
  '2Z',
  '8B',
  'UV',
  '6G',
  '7T',
  'VY',
  'MN',
  'PF',
  'EF',
  'CG',
  'DB',
  'QG',
  '4A',
  '39',
  'KX',
  'HN',
  'PR',
]
const fullAlphabetOnly = ['0O', '1I', '0O', '1I', '0D', '0Q']
const fields: readonly { readonly name: string; readonly field: TextField; readonly symbols: string }[] = [
  { name: 'serial', field: templateField('AA9999999', LETTERS + DIGITS, 'etched'), symbols: '' },
  { name: 'passphrase', field: templateField('****-****-****', PASSPHRASE, 'etched'), symbols: PASSPHRASE },
]
const levels: readonly { readonly name: string; readonly line: Partial<SyntheticLine> }[] = [
  { name: 'print', line: { ground: 235, ink: 40, noise: 3, capHeightPx: 28, blurPx: 0.6 } },
  { name: 'print small', line: { ground: 200, ink: 90, noise: 8, capHeightPx: 17, blurPx: 1 } },
  { name: 'etch', line: { ground: 165, ink: 95, noise: 5, brushed: 8, capHeightPx: 32, blurPx: 1 } },
  { name: 'etch hard', line: { ground: 160, ink: 118, noise: 8, brushed: 13, capHeightPx: 24, blurPx: 1.3 } },
]

let state = Number(values.seed)
const random = () => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0
  return state / 2 ** 32
}
const pick = (symbols: string) => symbols[Math.floor(random() * symbols.length)]!

await using reader = await openTextReader(values['etch-net'] ? { etchNet: values['etch-net'] } : {})
const faces = [...Object.values(shippedFonts), ...fonts]
const table = new Map<string, { lines: number; exact: number; accepted: number; wrong: number }>()
const pairs = new Map<string, number>()
for (let i = 0; i < Number(values.lines); i++) {
  const { name, field } = fields[i % 2]!
  const level = levels[(i >> 1) % levels.length]!
  const font = faces[(i >> 3) % faces.length]!
  // The next face but one: neighbours are often weights of one family.
  const told = values.told === 'own' ? font : faces[((i >> 3) + 2) % faces.length]!
  const known = values.told === undefined ? {} : { font: { outlines: openFont(told), letterSpacingInCaps: 0 } }
  let text = [...field.template!]
    .map(sign => (sign === 'A' ? pick(LETTERS) : sign === '9' ? pick(DIGITS) : sign === '*' ? pick(PASSPHRASE) : sign))
    .join('')
  if (name === 'passphrase' && random() < 0.5) {
    const pairsOf = isFull ? fullAlphabetOnly : LOOK_ALIKES
    const pair = pairsOf[Math.floor(random() * pairsOf.length)]!
    const at = [0, 2, 5, 7, 11, 13][Math.floor(random() * 6)]!
    text = text.slice(0, at) + pick(pair) + text.slice(at + 1)
  }
  const shift = () => (random() - 0.5) * 8
  const offsetPx = { x: shift(), y: shift() }
  const crop = await drawLine({ text, font, seed: i + 1, angleDeg: (random() - 0.5) * 1.2, offsetPx, ...level.line })
  const reading = await reader.readLine(crop, { ...field, ...known })
  const top = reading.characters.map(({ symbol }) => symbol).join('')
  const row = table.get(`${name} ${level.name}`) ?? { lines: 0, exact: 0, accepted: 0, wrong: 0 }
  table.set(`${name} ${level.name}`, row)
  row.lines++
  if (top === text) row.exact++
  if (reading.outcome === 'read') row.accepted++
  if (reading.outcome === 'read' && reading.text !== text) {
    row.wrong++
    console.log(
      `wrong: ${font.split('/').at(-1)} ${level.name} ${text} read as ${top}, ${reading.confidence.toFixed(3)}`,
    )
  }
  for (const [at, symbol] of [...text].entries())
    if (top.length === text.length && top[at] !== symbol)
      pairs.set(`${symbol}>${top[at]}`, (pairs.get(`${symbol}>${top[at]}`) ?? 0) + 1)
}
console.table(Object.fromEntries(table))
const accepted = [...table.values()].reduce((sum, row) => sum + row.accepted, 0)
const wrong = [...table.values()].reduce((sum, row) => sum + row.wrong, 0)
console.log(
  `wrong among accepted: ${wrong} of ${accepted}${wrong === 0 ? `, so at most ${(300 / accepted).toFixed(2)} % (95 %, rule of three)` : ''}`,
)
console.log(
  `confusions: ${[...pairs]
    .sort((a, b) => b[1] - a[1])
    .slice(0, 25)
    .map(([pair, n]) => `${pair} ${n}`)
    .join(', ')}`,
)
