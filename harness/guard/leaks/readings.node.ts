/** The same text, with one way of writing undone wherever it occurs. Only what lies near a change: all else was seen already. */
export interface Reading {
  /** Which ways of writing were undone, outermost first. */
  readonly how: string
  /** Bytes, as characters of Latin-1. */
  readonly text: string
}

/** What stands in place of a match; null: it stays. `at` is where it begins in `text`. */
type Replace = (match: RegExpExecArray, text: string, at: number) => string | null
type Dialect = readonly [how: string, pattern: RegExp, replace: Replace]

/** So much on both sides of a change is read again, characters: more than any secret has. */
const nearby = 1024
/** A longer text is read by parts of this size, which overlap. */
const partSize = 2 ** 24
/** Escapes within escapes. */
const deepest = 4
/** Readings within readings may hold so many times the text, and so much in any case. */
const [mostTimes, always] = [2, 2 ** 14]

/** A character beyond ASCII as the bytes of UTF-8. */
function utf8(code: number): string {
  if (code < 0x80) return String.fromCharCode(code)
  return code > 0x10ffff ? '' : Buffer.from(String.fromCodePoint(code)).toString('latin1')
}
const byte = (digits: string, base = 16) => String.fromCharCode(Number.parseInt(digits, base) & 0xff)
const character = (digits: string, base = 16) => utf8(Number.parseInt(digits, base))

const controls: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f', v: '\v', 0: '\0' }
const entities: Readonly<Record<string, string>> = {
  ...{ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ', ensp: ' ', emsp: ' ', thinsp: ' ', shy: '' },
  ...{ zwj: '', zwnj: '', NoBreak: '', ndash: '-', mdash: '-', hyphen: '-', dash: '-', minus: '-', lowbar: '_' },
  ...{ comma: ',', period: '.', colon: ':', semi: ';', sol: '/', bsol: '\\', equals: '=', plus: '+', num: '#' },
  ...{ excl: '!', quest: '?', dollar: '$', percnt: '%', lpar: '(', rpar: ')', ast: '*', commat: '@', Tab: '\t' },
  ...{ NewLine: '\n', verbar: '|', vert: '|', grave: '`', lbrack: '[', rbrack: ']', lbrace: '{', rbrace: '}' },
}

/** Without what nobody sees, in the plain form of each character (NFKC), every dash as one. */
function plainForm(run: string): string {
  const text = Buffer.from(run, 'latin1').toString('utf8').normalize('NFKC')
  return Buffer.from(
    text.replaceAll(/\p{Cf}|\p{Variation_Selector}|\u034f/gu, '').replaceAll(/[\p{Pd}\u2212]/gu, '-'),
  ).toString('latin1')
}

/** Colours of a terminal, what it writes over, and characters beyond ASCII. */
const unseen = new RegExp(
  [
    '\\u001b\\[[0-9;:?]{0,40}[ -/]?[@-~]',
    '\\u001b\\][^\\u0007\\u001b]{0,400}(?:\\u0007|\\u001b\\\\)',
    '.\\u0008',
    '[\\u0080-\\u00ff]{1,4000}',
  ].join('|'),
  'g',
)

const tag = /<[/!?]?[A-Za-z][^<>]{0,400}>(?:\s{0,40}<[/!?]?[A-Za-z][^<>]{0,400}>){0,20}/g
const isToken = (text: string) => /^[A-Za-z0-9+/=_-]+$/.test(text)

const dialects: readonly Dialect[] = [
  [
    'backslash escapes',
    /\\(?:u\{([0-9A-Fa-f]{1,6})\}|U([0-9A-Fa-f]{8})|u([Dd][89ABab][0-9A-Fa-f]{2})\\u([Dd][C-Fc-f][0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2})|([0-3][0-7]{2})|\r?\n[ \t]{0,80}|([\s\S]))/g,
    ([, braced, long, high, low, short, hex, octal, one]) => {
      const code = braced ?? long ?? short
      if (code !== undefined) return character(code)
      if (high !== undefined) return character((0x10000 + pair(high, low!)).toString(16))
      if (hex !== undefined) return byte(hex)
      if (octal !== undefined) return byte(octal, 8)
      return one === undefined ? '' : (controls[one] ?? one)
    },
  ],
  [
    'HTML escapes',
    /&(?:#(\d{1,8})|#[xX]([0-9A-Fa-f]{1,7})|([A-Za-z]{2,7}));?/g,
    ([, decimal, hex, name]) =>
      decimal !== undefined ? character(decimal, 10) : hex !== undefined ? character(hex) : (entities[name!] ?? null),
  ],
  ['URL escapes', /%([0-9A-Fa-f]{2})/g, ([, hex]) => byte(hex!)],
  ['quoted-printable', /=(?:[ \t]{0,8}\r?\n|([0-9A-Fa-f]{2}))/g, ([, hex]) => (hex === undefined ? '' : byte(hex))],
  [
    'what nobody sees',
    unseen,
    ([run]) => {
      const plain = run.charCodeAt(0) < 0x80 ? '' : plainForm(run)
      return plain === run ? null : plain
    },
  ],
  ['without tags', tag, () => ''],
  ['tags as spaces', tag, () => ' '],
  // Keys and base64 in lines, quoted in mail, marked in a difference, or in strings that a program puts together.
  [
    'lines joined',
    /(?:["'`]\s{0,8}[+.&]?\s{0,40}["'`]|\\?\r?\n[ \t]{0,40}(?:[>+|#*-][ \t]?){0,4})/g,
    ([run], text, at) => {
      const after = at + run.length
      return isToken(text.slice(Math.max(0, at - 8), at)) && isToken(text.slice(after, after + 4)) ? '' : null
    },
  ],
  [
    'doubled quotes',
    /'\\''|'"'"'|""|''/g,
    // Empty ones are a program's.
    ([run], text, at) =>
      /[\s=(,:[{?+]/.test(text[at - 1] ?? ' ') && /[\s;,)\]}:+>]/.test(text[at + run.length] ?? ' ')
        ? null
        : run.at(-1)!,
  ],
  // PDF: letters of one line with the space between them.
  ['strings of a PDF joined', /\)\s{0,4}-?[\d.]{0,12}\s{0,4}\(|>\s{0,4}-?[\d.]{1,12}\s{0,4}</g, () => ''],
  [
    'a form',
    /%([0-9A-Fa-f]{2})|\+(?=[\w%])/g,
    ([, hex], text, at) => {
      if (hex !== undefined) return byte(hex)
      const [before, around] = [text[at - 1] ?? '', text.slice(Math.max(0, at - 32), at + 32)]
      const isBase64 = around.length > 40 && /^[A-Za-z0-9+/]+$/.test(around) && /[0-9/]/.test(around)
      return /\w/.test(before) && !isBase64 ? ' ' : null
    },
  ],
]

/** The number of two surrogates, less 0x10000. */
const pair = (high: string, low: string) =>
  ((Number.parseInt(high, 16) - 0xd800) << 10) + (Number.parseInt(low, 16) - 0xdc00)

/**
 * A text in every one of the ways in which it may have been written, each undone over the whole of it, and these within one
 * another, {@link deepest} deep. The readings grow with the text, by a small factor.
 * @param text bytes, as characters of Latin-1
 */
export function* readingsOf(text: string): Generator<Reading> {
  for (let from = 0; from < text.length; from += partSize)
    yield* readingsOfPart(text.slice(from, from + partSize + 2 * nearby))
}

function* readingsOfPart(part: string): Generator<Reading> {
  const known = new Set([part])
  let room = mostTimes * part.length + always
  let layer: readonly Reading[] = [{ how: '', text: part }]
  for (let depth = 0; depth < deepest; depth++) {
    const next: Reading[] = []
    for (const one of layer) {
      for (const dialect of dialects) {
        if (depth > 0 && room <= 0) return
        const text = undone(one.text, dialect)
        if (text === null || known.has(text)) continue
        const reading = { how: one.how === '' ? dialect[0] : `${one.how}, ${dialect[0]}`, text }
        if (depth > 0) room -= text.length
        known.add(text)
        next.push(reading)
        yield reading
      }
    }
    layer = next
  }
}

/** @returns null where nothing is written so */
function undone(text: string, [, pattern, replace]: Dialect): string | null {
  let [out, from] = ['', -1]
  for (const match of text.matchAll(pattern)) {
    const { index } = match
    const instead = replace(match, text, index)
    if (instead === null) continue
    if (from < 0) out += text.slice(Math.max(0, index - nearby), index)
    else if (index - from <= 2 * nearby) out += text.slice(from, index)
    else out += `${text.slice(from, from + nearby)}\n\0\n${text.slice(index - nearby, index)}`
    out += instead
    from = index + match[0].length
  }
  return from < 0 ? null : out + text.slice(from, from + nearby)
}
