import { readAddress } from '../coins/index.ts'
import type { Mark, ProductProfile, RectMm, State, Surface } from '../products/profile.ts'
import type { LineLearned, SymbolLearned, TextLearned } from './learned-marks.ts'
import type { CardShape } from './locate-unknown.ts'
import { toleranceOf } from './spread.ts'

/** What a profile is put together from. */
export interface Learned {
  readonly card: CardShape
  readonly symbols: readonly SymbolLearned[]
  readonly texts: readonly TextLearned[]
  /** Around the symbol of one layer, in the frame of that symbol. */
  readonly sticker: { readonly about: SymbolLearned; readonly edges: RectMm } | null
  readonly cover: RectMm | null
  readonly serials: readonly string[]
  readonly addresses: readonly string[]
  readonly prefixes: readonly string[]
  readonly flags: readonly number[]
  readonly passphrase: PassphraseForm
  /** How much wider than its glyphs a text is set, caps. */
  readonly spacingOf: (text: TextLearned) => number
  /** Files of learned glyphs, named beside the profile. */
  readonly fonts: { readonly etching: string | null; readonly print: string | null }
}

export interface PassphraseForm {
  readonly alphabet: string | null
  readonly groups: number | null
  readonly groupLength: number | null
  readonly separator: string | null
  readonly separatorIsSecret: boolean
}

/** What must be measured, and what must be guessed: one sentence each. */
type Notes = string[]

const STATES_OF: Readonly<Record<Surface, readonly State[]>> = {
  card: ['etched', 'sealed', 'opened'],
  'top-layer': ['stickered', 'etched', 'sealed'],
  'bottom-layer': ['opened'],
}
const LAYER_NAMES: Readonly<Record<Surface, string>> = { card: 'card', 'top-layer': 'top', 'bottom-layer': 'bottom' }

/** A sticker may sit so far off at least before that is a fault: a few units that happen to sit well prove no better. */
const LEAST_TOLERANCE = { mm: 0.6, deg: 1 }
const MOST_TOLERANCE = { mm: 1.5, deg: 2.5 }
/** How far text scatters from unit to unit, and its ink from its capitals' box, mm and capitals. */
const SCATTER_MM = 0.3
const BELOW_CAPS = 0.3

/** The profile of what was learned; what it could not tell is said in `nominal`. */
export function profileOf(name: string, title: string, learned: Learned): ProductProfile {
  const { card, symbols, texts, cover } = learned
  const nominal: Notes = [
    `The card's size, corner radius, thickness and finish are as a person said: ${card.width} × ${card.height} mm.`,
  ]
  const rect = stickerRect(learned)
  const origin = (on: Surface) => (on === 'card' || rect === null ? { x: 0, y: 0 } : rect)
  /** From a layer's symbol to the layer's corner. */
  const layerShift = (on: Surface) => {
    if (on === 'card' || rect === null) return { x: 0, y: 0 }
    const symbol = symbols.find(one => one.on === on)
    return symbol === undefined ? null : { x: symbol.xMm.mean - rect.x, y: symbol.yMm.mean - rect.y }
  }
  const marks: Mark[] = symbols.map(({ payload, on, xMm, yMm, sideMm }) => {
    const { x, y } = origin(on)
    const side = mm(sideMm.mean)
    return {
      kind: 'qr',
      name: `${payload === 'confirmation-code' ? 'confirmation' : payload}-qr`,
      on,
      rect: { x: mm(xMm.mean - x), y: mm(yMm.mean - y), width: side, height: side },
      visibleIn: [...STATES_OF[on]],
      secret: payload === 'epk',
      payload,
    }
  })
  let wordsSeen = 0
  for (const text of texts) {
    const shift = layerShift(text.on)
    if (shift === null) continue
    if (text.words !== null) wordsSeen++
    marks.push(textMark(text, shift, wordsSeen, learned.spacingOf(text)))
  }
  const hidden = marks.find(mark => mark.kind === 'text' && mark.content === 'passphrase')
  if (cover !== null && hidden !== undefined) marks.push(coverMark(cover, hidden))
  for (const mark of marks) keepInside(mark, mark.on === 'card' || rect === null ? card : rect)
  if (hidden === undefined)
    nominal.push(
      'No passphrase was told or found: its mark, and the scratch-off over it, are missing from this profile.',
    )
  else if (cover === null)
    nominal.push('No sealed unit showed the edges of a scratch-off: its mark is missing from this profile.')
  if (rect === null) nominal.push('No sticker was made out: all marks are measured from the card.')
  const { passphrase } = learned
  const addressKinds = [...new Set(learned.addresses.flatMap(address => readAddress(address).key ?? []))]
  return {
    format: 'assay-product-1',
    name,
    title,
    nominal,
    card,
    sticker:
      rect === null
        ? null
        : {
            rect,
            cornerRadius: 1,
            topColour: '#f4f4f0',
            bottomColour: '#f2c230',
            toleranceMm: tolerance(LEAST_TOLERANCE.mm, MOST_TOLERANCE.mm, symbols, ({ xMm, yMm }) =>
              Math.hypot(toleranceOf(xMm), toleranceOf(yMm)),
            ),
            toleranceDeg: tolerance(LEAST_TOLERANCE.deg, MOST_TOLERANCE.deg, symbols, ({ turnDeg }) =>
              toleranceOf(turnDeg),
            ),
          },
    marks,
    serial: serialForm(learned.serials),
    passphrase: { ...passphrase, madeBy: passphrase.alphabet === null ? 'customer' : 'maker' },
    bip38: { flags: flagsOf(learned.flags, nominal) },
    address: {
      kinds: addressKinds.length === 0 ? ['btc_p2pkh'] : addressKinds,
      ...(learned.prefixes.some(prefix => prefix !== '') ? { prefixes: [...learned.prefixes] } : {}),
    },
    fonts: { ...learned.fonts },
    limits: {},
  }
}

/** To a hundredth of a mm: what is beyond is not known. */
const mm = (value: number) => Math.round(value * 100) / 100

function stickerRect({ sticker, card }: Learned): RectMm | null {
  if (sticker === null) return null
  const { about, edges } = sticker
  const x = Math.max(0, mm(about.xMm.mean + edges.x))
  const y = Math.max(0, mm(about.yMm.mean + edges.y))
  return { x, y, width: mm(Math.min(edges.width, card.width - x)), height: mm(Math.min(edges.height, card.height - y)) }
}

function textMark(
  { content, words, on, lines, align, split, states }: TextLearned,
  shift: { readonly x: number; readonly y: number },
  count: number,
  spacing: number,
): Mark {
  const cap = lines.reduce((sum, { capHeightMm }) => sum + capHeightMm.mean, 0) / lines.length
  const common = commonStart(lines, align)
  const left = Math.min(...lines.map(({ reachMm }) => reachMm[0])) - SCATTER_MM
  const right = Math.max(...lines.map(({ reachMm }) => reachMm[1])) + SCATTER_MM
  const top = lines[0]!.baselineYMm.mean - lines[0]!.capHeightMm.mean - SCATTER_MM
  const below = content === 'address' || content === 'epk' ? BELOW_CAPS * cap : 0.1 * cap
  const bottom = lines.at(-1)!.baselineYMm.mean + below + SCATTER_MM
  const isSecret = content === 'passphrase' || content === 'epk'
  const seenIn = content === 'passphrase' ? (['etched', 'opened'] as const) : STATES_OF[on]
  return {
    kind: 'text',
    name: nameOf(content, on, count),
    on,
    rect: { x: mm(left + shift.x), y: mm(top + shift.y), width: mm(right - left), height: mm(bottom - top) },
    visibleIn: seenIn.filter(state => state === 'stickered' || states.length > 0),
    secret: isSecret,
    content,
    lines: lines.map(({ baselineYMm }) => ({
      baseline: { x: mm(common + shift.x), y: mm(baselineYMm.mean + shift.y) },
      align,
      capHeight: mm(cap),
      ...(mm(spacing * cap) > 0 ? { letterSpacing: mm(spacing * cap) } : {}),
    })),
    split,
    made: on === 'card' ? 'etched' : 'printed',
    ...(words === null ? {} : { words }),
  }
}

/** Lines of one text start at one place; where that is comes from the line that most units show. */
function commonStart(lines: readonly LineLearned[], align: 'left' | 'centre'): number {
  const starts = lines.map(({ penMm, middleMm }) => (align === 'left' ? penMm : middleMm))
  const all = starts.reduce((sum, { n }) => sum + n, 0)
  return starts.reduce((sum, { mean, n }) => sum + mean * n, 0) / all
}

function nameOf(content: TextLearned['content'], on: Surface, count: number): string {
  if (content === 'serial') return `serial-${LAYER_NAMES[on]}`
  if (content === 'words') return count === 1 ? 'words' : `words-${count}`
  if (content === 'passphrase') return 'passphrase'
  return `${content === 'confirmation-code' ? 'confirmation' : content}-text`
}

/** The foil, and how far it reaches beyond the text at its least. A side that the text's own scatter would leave open is moved out. */
function coverMark(cover: RectMm, hidden: Mark): Mark {
  const [left, top] = [Math.min(cover.x, hidden.rect.x), Math.min(cover.y, hidden.rect.y)]
  const right = Math.max(cover.x + cover.width, hidden.rect.x + hidden.rect.width)
  const bottom = Math.max(cover.y + cover.height, hidden.rect.y + hidden.rect.height)
  const margin = Math.min(
    hidden.rect.x - left,
    hidden.rect.y - top,
    right - hidden.rect.x - hidden.rect.width,
    bottom - hidden.rect.y - hidden.rect.height,
  )
  return {
    kind: 'cover',
    name: 'scratch-off',
    on: hidden.on,
    rect: { x: mm(left), y: mm(top), width: mm(right - left), height: mm(bottom - top) },
    visibleIn: ['sealed'],
    secret: false,
    covers: hidden.name,
    marginMm: Math.max(0, Math.floor(margin * 10) / 10),
  }
}

/** A mark at the rim of its surface ends with it. */
function keepInside(mark: Mark, { width, height }: { readonly width: number; readonly height: number }): void {
  const { rect } = mark
  if (mark.kind === 'qr') return
  const [x, y] = [Math.max(0, rect.x), Math.max(0, rect.y)]
  mark.rect = {
    x,
    y,
    width: mm(Math.min(rect.x + rect.width, width) - x),
    height: mm(Math.min(rect.y + rect.height, height) - y),
  }
}

function tolerance(
  least: number,
  most: number,
  symbols: readonly SymbolLearned[],
  of: (symbol: SymbolLearned) => number,
): number {
  const widest = Math.max(...symbols.filter(({ on, xMm }) => on !== 'card' && xMm.n > 1).map(of), least)
  return Math.ceil(Math.min(most, widest) * 10) / 10
}

/** Letters and digits by place; anything else stands for itself. A class that a few serials show is not narrowed to what they show. */
function serialForm(serials: readonly string[]): ProductProfile['serial'] {
  const example = serials[0]!
  const same = serials.filter(serial => serial.length === example.length)
  const signs = [...example].map((symbol, i) => {
    const seen = new Set(same.map(serial => serial[i]!))
    if ([...seen].every(one => /[A-Z]/.test(one))) return 'A'
    if ([...seen].every(one => /[0-9]/.test(one))) return '9'
    return symbol
  })
  const pattern = signs
    .join('')
    .replaceAll(/A+|9+|[^A9]+/g, run =>
      run.startsWith('A')
        ? `[A-Z]{${run.length}}`
        : run.startsWith('9')
          ? `[0-9]{${run.length}}`
          : run.replaceAll(/[.*+?^${}()|[\]\\/-]/g, String.raw`\$&`),
    )
  return { pattern: `^${pattern}$`, template: signs.join(''), example }
}

type Flag = ProductProfile['bip38']['flags'][number]

function flagsOf(seen: readonly number[], nominal: Notes): Flag[] {
  const known = seen.filter((flag): flag is Flag => [0x00, 0x04, 0x20, 0x24].includes(flag))
  if (known.length > 0) return [...new Set(known)].sort((a, b) => a - b)
  nominal.push('No EPK or confirmation code was seen: flag bytes 0x20 and 0x24 are nominal.')
  return [0x20, 0x24]
}

/** The alphabets that makers use: which of them the symbols seen speak for. Unsure: the larger one, which costs INCONCLUSIVE, not PASS. */
const ALPHABETS = [
  { symbols: 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789', least: 60 },
  { symbols: 'ABCDEFGHJKMNPQRSTUVWXYZ23456789', least: 60 },
  { symbols: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789', least: 0 },
] as const

/** Form of passphrases by those that were told, as displayed. */
export function passphraseForm(displayed: readonly string[]): Omit<PassphraseForm, 'separatorIsSecret'> {
  const free = { alphabet: null, groups: null, groupLength: null, separator: null }
  const first = displayed[0]
  if (first === undefined) return free
  const separator = ['-', ' ', '.', '/'].find(sign => displayed.every(text => text.includes(sign))) ?? null
  const groups = displayed.map(text => (separator === null ? [text] : text.split(separator)))
  const lengths = new Set(groups.flat().map(group => group.length))
  if (lengths.size !== 1 || new Set(groups.map(({ length }) => length)).size !== 1) return free
  const seen = new Set(groups.flat().join(''))
  const symbols = groups.flat().join('').length
  const fitting = ALPHABETS.filter(
    ({ symbols: own, least }) => symbols >= least && [...seen].every(symbol => own.includes(symbol)),
  )
  // The smallest that could hold a text in which 60 symbols show none of those that it leaves out.
  const alphabet = fitting.toSorted((a, b) => a.symbols.length - b.symbols.length)[0]?.symbols ?? null
  if (alphabet === null) return free
  return { alphabet, groups: groups[0]!.length, groupLength: [...lengths][0]!, separator }
}
