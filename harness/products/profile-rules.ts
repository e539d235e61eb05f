import { grown } from './geometry.ts'
import type { Mark, ProductProfile, RectMm } from './profile.ts'
import { type SerialPattern, serialPattern } from './serial-pattern.ts'

/** What is wrong with a profile: where, and what to do about it. */
export interface ProfileFault {
  readonly path: readonly (string | number)[]
  readonly message: string
}
type Rule = (profile: ProductProfile) => Iterable<ProfileFault>

/** Faults that the shape alone cannot show. A rule gets a profile whose shape is right. */
export function profileFaults(profile: ProductProfile): ProfileFault[] {
  return rules.flatMap(rule => [...rule(profile)])
}

const rules: readonly Rule[] = [
  namesAreUnique,
  stickerLiesOnTheCard,
  marksLieOnTheirSurface,
  textLinesLieInTheirRect,
  wordsAreGiven,
  secretsAreCalledSecret,
  coversCover,
  factorsStayApart,
  serialsMatch,
  passphraseHolds,
  epkTextHasSymbol,
  denominationsDiffer,
  limitsAreOrdered,
]

/** Drawings round to 0.01 mm: less than that is not a fault. */
const slackMm = 0.011

function outside(inner: RectMm, outer: RectMm): boolean {
  return (
    inner.x < outer.x - slackMm ||
    inner.y < outer.y - slackMm ||
    inner.x + inner.width > outer.x + outer.width + slackMm ||
    inner.y + inner.height > outer.y + outer.height + slackMm
  )
}

const say = ({ x, y, width, height }: RectMm) => `${mm(width)} × ${mm(height)} mm at (${mm(x)}, ${mm(y)})`
const mm = (value: number) => String(Math.round(value * 100) / 100)

function* namesAreUnique({ marks }: ProductProfile): Generator<ProfileFault> {
  const first = new Map<string, number>()
  const roles = new Map<string, string>()
  for (const [i, mark] of marks.entries()) {
    const earlier = first.get(mark.name)
    if (earlier !== undefined) {
      yield {
        path: ['marks', i, 'name'],
        message: `mark ${earlier} is called «${mark.name}» too; give each mark a name of its own`,
      }
    }
    first.set(mark.name, i)
    const role = mark.kind === 'qr' ? `${mark.payload} symbol` : mark.kind === 'text' ? `${mark.content} text` : null
    if (role === null || role === 'words text') continue
    const place = `${role} on ${mark.on}`
    const other = roles.get(place)
    if (other !== undefined) {
      yield {
        path: ['marks', i],
        message: `«${other}» is already the ${place}; one is enough, or the readings cannot be told apart`,
      }
    }
    roles.set(place, mark.name)
  }
}

function* stickerLiesOnTheCard({ sticker, card }: ProductProfile): Generator<ProfileFault> {
  if (sticker === null) return
  const face = { x: 0, y: 0, width: card.width, height: card.height }
  if (outside(sticker.rect, face)) {
    yield {
      path: ['sticker', 'rect'],
      message: `the sticker (${say(sticker.rect)}) reaches over the card's edge (${mm(card.width)} × ${mm(card.height)} mm)`,
    }
  }
  if (sticker.cornerRadius * 2 > Math.min(sticker.rect.width, sticker.rect.height)) {
    yield { path: ['sticker', 'cornerRadius'], message: "is more than half of the sticker's shorter side" }
  }
  if (card.cornerRadius * 2 > Math.min(card.width, card.height)) {
    yield { path: ['card', 'cornerRadius'], message: "is more than half of the card's shorter side" }
  }
}

function* marksLieOnTheirSurface({ marks, sticker, card }: ProductProfile): Generator<ProfileFault> {
  for (const [i, mark] of marks.entries()) {
    if (mark.on !== 'card' && sticker === null) {
      yield { path: ['marks', i, 'on'], message: `«${mark.name}» is on the ${mark.on}, but the product has no sticker` }
      continue
    }
    const size = mark.on === 'card' || sticker === null ? card : sticker.rect
    if (outside(mark.rect, { x: 0, y: 0, width: size.width, height: size.height })) {
      const frame = mark.on === 'card' ? 'the card' : "the sticker's own top left corner"
      yield {
        path: ['marks', i, 'rect'],
        message: `«${mark.name}» (${say(mark.rect)}) reaches out of the ${mark.on} (${mm(size.width)} × ${mm(size.height)} mm); it is measured from ${frame}`,
      }
    }
    if (mark.kind === 'qr' && Math.abs(mark.rect.width - mark.rect.height) > slackMm) {
      yield {
        path: ['marks', i, 'rect'],
        message: `«${mark.name}» is a QR code, so its rectangle must be square`,
      }
    }
  }
}

function* textLinesLieInTheirRect({ marks }: ProductProfile): Generator<ProfileFault> {
  for (const [i, mark] of marks.entries()) {
    if (mark.kind !== 'text') continue
    for (const [j, line] of mark.lines.entries()) {
      const band = { x: line.baseline.x, y: line.baseline.y - line.capHeight, width: 0, height: line.capHeight }
      if (outside(band, mark.rect)) {
        yield {
          path: ['marks', i, 'lines', j],
          message: `line ${j + 1} of «${mark.name}» starts at (${mm(band.x)}, ${mm(line.baseline.y)}) with capitals ${mm(line.capHeight)} mm high, which is outside of the mark's rectangle (${say(mark.rect)}); baseline and rectangle are measured from the same corner`,
        }
      }
    }
  }
}

function* wordsAreGiven({ marks }: ProductProfile): Generator<ProfileFault> {
  for (const [i, mark] of marks.entries()) {
    if (mark.kind !== 'text') continue
    const given = (mark.words ?? '') !== ''
    if (mark.content === 'words' && !given) {
      yield { path: ['marks', i, 'words'], message: `«${mark.name}» shows fixed words: say which` }
    }
    if (mark.content !== 'words' && mark.words !== undefined) {
      yield {
        path: ['marks', i, 'words'],
        message: `«${mark.name}» shows the unit's own ${mark.content}: leave \`words\` out`,
      }
    }
  }
}

const showsEpk = (mark: Mark) =>
  (mark.kind === 'qr' && mark.payload === 'epk') || (mark.kind === 'text' && mark.content === 'epk')

const isSecret = (mark: Mark) => showsEpk(mark) || (mark.kind === 'text' && mark.content === 'passphrase')

function* secretsAreCalledSecret({ marks }: ProductProfile): Generator<ProfileFault> {
  for (const [i, mark] of marks.entries()) {
    if (isSecret(mark) && !mark.secret) {
      yield {
        path: ['marks', i, 'secret'],
        message: `«${mark.name}» shows a factor of the key: set \`secret\` to true`,
      }
    }
    if (!isSecret(mark) && mark.secret) {
      yield {
        path: ['marks', i, 'secret'],
        message: `«${mark.name}» shows nothing secret: set \`secret\` to false, or it can never be reported`,
      }
    }
  }
}

function* coversCover({ marks }: ProductProfile): Generator<ProfileFault> {
  for (const [i, mark] of marks.entries()) {
    if (mark.kind !== 'cover') continue
    const hidden = marks.find(other => other.name === mark.covers)
    if (hidden === undefined || hidden.kind === 'cover') {
      const names = marks.filter(other => other.kind !== 'cover').map(other => other.name)
      yield {
        path: ['marks', i, 'covers'],
        message: `«${mark.name}» covers «${mark.covers}», which is not a mark that can be covered; choose one of ${names.join(', ')}`,
      }
      continue
    }
    if (hidden.on !== mark.on) {
      yield { path: ['marks', i, 'on'], message: `«${mark.name}» must be on the ${hidden.on}, as «${hidden.name}» is` }
      continue
    }
    if (outside(grown(hidden.rect, mark.marginMm), mark.rect)) {
      yield {
        path: ['marks', i, 'rect'],
        message: `«${mark.name}» (${say(mark.rect)}) leaves a part of «${hidden.name}» (${say(hidden.rect)}) with its margin of ${mm(mark.marginMm)} mm uncovered`,
      }
    }
    for (const state of visibleTogether(mark, hidden)) {
      yield {
        path: ['marks', i, 'visibleIn'],
        message: `«${mark.name}» and «${hidden.name}», which it hides, are both visible in «${state}»`,
      }
    }
  }
}

const visibleTogether = (a: Mark, b: Mark) => a.visibleIn.filter(state => b.visibleIn.includes(state))

/** Design rule 6: both factors of a key lie open together on an opened unit only. */
function* factorsStayApart({ marks }: ProductProfile): Generator<ProfileFault> {
  const epks = marks.filter(showsEpk)
  for (const [i, mark] of marks.entries()) {
    if (mark.kind !== 'text' || mark.content !== 'passphrase') continue
    for (const epk of epks) {
      for (const state of visibleTogether(mark, epk)) {
        if (state === 'opened') continue
        yield {
          path: ['marks', i, 'visibleIn'],
          message: `«${mark.name}» and «${epk.name}» are both visible in «${state}»: the two factors may meet on an opened unit only`,
        }
      }
    }
  }
}

function* serialsMatch({ serial }: ProductProfile): Generator<ProfileFault> {
  if (!serial.pattern.startsWith('^') || !serial.pattern.endsWith('$')) {
    yield { path: ['serial', 'pattern'], message: 'must be anchored: begin with ^ and end with $' }
    return
  }
  let pattern: SerialPattern
  try {
    pattern = serialPattern(serial.pattern)
  } catch {
    yield {
      path: ['serial', 'pattern'],
      message: 'is not a regular expression that can be read as Unicode, without look-around and back references',
    }
    return
  }
  if (!pattern.test(serial.example)) {
    yield {
      path: ['serial', 'example'],
      message: `«${serial.example}» does not match the pattern ${serial.pattern}; mend one of them`,
    }
  }
  const example = [...serial.example]
  const classes = [...serial.template]
  const fits = (kind: string, symbol: string | undefined) =>
    symbol !== undefined &&
    (kind === 'A' ? /^[A-Z]$/.test(symbol) : kind === '9' ? /^[0-9]$/.test(symbol) : kind === symbol)
  if (example.length !== classes.length || !classes.every((kind, i) => fits(kind, example[i]))) {
    yield {
      path: ['serial', 'template'],
      message: `«${serial.template}» does not describe the example «${serial.example}» (A is a letter, 9 a digit, anything else itself)`,
    }
  }
}

function* passphraseHolds({ passphrase, marks }: ProductProfile): Generator<ProfileFault> {
  const { alphabet, groups, groupLength, separator, madeBy } = passphrase
  if (alphabet !== null) {
    if (new Set(alphabet).size !== [...alphabet].length || alphabet === '') {
      yield { path: ['passphrase', 'alphabet'], message: 'must name each symbol once, and at least one' }
    }
    if (separator !== null && separator !== '' && alphabet.includes(separator)) {
      yield { path: ['passphrase', 'separator'], message: `«${separator}» is also a symbol of the alphabet` }
    }
  }
  if ((groups === null) !== (groupLength === null)) {
    yield { path: ['passphrase', 'groups'], message: '`groups` and `groupLength` go together: give both, or null both' }
  }
  if (madeBy === 'maker' && (alphabet === null || groups === null)) {
    yield {
      path: ['passphrase', 'alphabet'],
      message: "a maker's passphrase has an alphabet and groups; only the customer's own may be free text",
    }
  }
  if (groups !== null && groups > 1 && (separator === null || separator === '') && passphrase.separatorIsSecret) {
    yield { path: ['passphrase', 'separatorIsSecret'], message: 'there is no separator that could be secret' }
  }
  for (const [i, mark] of marks.entries()) {
    if (mark.kind !== 'text' || mark.content !== 'passphrase') continue
    if (mark.split === 'groups' && groups === null) {
      yield { path: ['marks', i, 'split'], message: `«${mark.name}» is set in groups, but the passphrase has none` }
    }
    if (mark.split === 'groups' && groups !== null && mark.lines.length > groups) {
      yield { path: ['marks', i, 'lines'], message: `«${mark.name}» has more lines than the passphrase has groups` }
    }
  }
}

/** A text is read by its letter shapes, without error correction: it is judged against the QR code beside it. */
function* epkTextHasSymbol({ marks }: ProductProfile): Generator<ProfileFault> {
  for (const [i, mark] of marks.entries()) {
    if (mark.kind !== 'text' || mark.content !== 'epk') continue
    if (marks.some(other => other.kind === 'qr' && other.payload === 'epk' && other.on === mark.on)) continue
    yield {
      path: ['marks', i],
      message: `«${mark.name}» shows the EPK as text, but the ${mark.on} has no EPK symbol to compare it with`,
    }
  }
}

function* denominationsDiffer({ denominations = [] }: ProductProfile): Generator<ProfileFault> {
  for (const [i, value] of denominations.entries()) {
    const earlier = denominations.indexOf(value)
    if (earlier < i) yield { path: ['denominations', i], message: `«${value}» is entry ${earlier + 1} already` }
  }
}

function* limitsAreOrdered({ limits }: ProductProfile): Generator<ProfileFault> {
  for (const [name, { min, max }] of Object.entries(limits)) {
    if (min !== null && max !== null && min > max) {
      yield { path: ['limits', name], message: `the least allowed (${min}) is more than the most allowed (${max})` }
    }
  }
}
