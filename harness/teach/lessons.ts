import { mean, median } from '../imaging/quantile.ts'
import type { PhotographSeen } from './learned-marks.ts'
import type { Shown } from './shown.ts'

/** Something that must not be learned, or that is missing. Never holds a secret. */
export interface Lesson {
  readonly kind:
    | 'unseen'
    | 'unknown-unit'
    | 'foreign-serial'
    | 'other-product'
    | 'sticker-off'
    | 'cover-open'
    | 'doubtful-symbol'
    | 'passphrase-unproved'
    | 'text-not-found'
    | 'too-coarse'
    | 'too-few'
    | 'one-unit-often'
    | 'one-light'
    | 'states-missing'
  /** The photograph or unit that it is about; `lot` of all. */
  readonly of: string
  readonly because: string
  /** The serial of a unit from which nothing is learned for it. */
  readonly leavesOut: string | null
}

/** A symbol so far from where it is on the others is on another product; nearer, its sticker sits badly, mm. */
const OTHER_PRODUCT_MM = 4
/** Good units scatter by 0.35 mm at most of 11 (sd); one that is off by this is no example, mm. */
const STICKER_OFF_MM = 0.9
/** Below this nothing fine can be measured, px/mm. */
const LEAST_PIXELS_PER_MM = 9
/** Units from which geometry is learned at all, an appearance, and rates as the guide promises. */
export const UNITS = { least: 3, appearance: 5, promised: 10 } as const

/** What is wrong with golden units among golden units: each is held against the others. */
export function badLessons(shown: readonly Shown[]): Lesson[] {
  return [
    ...misplaced(shown),
    ...openCovers(shown),
    ...doubtfulSymbols(shown),
    ...missingTexts(shown),
    ...ofTheLot(shown),
  ]
}

/** Serials of units from which nothing is learned. */
export function unitsInDoubt(lessons: readonly Lesson[]): ReadonlySet<string> {
  return new Set(lessons.flatMap(({ leavesOut }) => leavesOut ?? []))
}

function misplaced(shown: readonly PhotographSeen[]): Lesson[] {
  const symbols = shown.flatMap(({ unit, symbols: own }) => own.map(symbol => ({ unit, ...symbol })))
  return [...Map.groupBy(symbols, ({ payload }) => payload).values()].flatMap(some => {
    const units = [...Map.groupBy(some, ({ unit }) => unit)].map(([unit, own]) => ({
      unit,
      x: mean(own.map(({ square }) => square.xMm)),
      y: mean(own.map(({ square }) => square.yMm)),
      side: mean(own.map(({ square }) => square.sideMm)),
    }))
    if (units.length < 3) return []
    const [x, y, side] = [median(units.map(u => u.x)), median(units.map(u => u.y)), median(units.map(u => u.side))]
    return units.flatMap((one): Lesson[] => {
      const off = Math.hypot(one.x - x, one.y - y)
      const isOther = off > OTHER_PRODUCT_MM || Math.abs(one.side - side) > 0.08 * side
      if (!isOther && off <= STICKER_OFF_MM) return []
      const far = `${off.toFixed(1)} mm from where the others have it`
      return [
        {
          kind: isOther ? 'other-product' : 'sticker-off',
          of: one.unit,
          because: isOther
            ? `its ${some[0]!.payload} symbol is ${far}, ${one.side.toFixed(1)} mm wide: another product`
            : `its ${some[0]!.payload} symbol is ${far}: the sticker sits badly`,
          leavesOut: one.unit,
        },
      ]
    })
  })
}

function openCovers(shown: readonly Shown[]): Lesson[] {
  return shown.flatMap(({ name, unit, state, places }) =>
    state === 'sealed' && places.some(({ content }) => content === 'passphrase')
      ? [
          {
            kind: 'cover-open' as const,
            of: name,
            because: `a part of the passphrase of ${unit} lies open under its scratch-off: shifted or torn`,
            leavesOut: unit,
          },
        ]
      : [],
  )
}

/**
 * So much better than the told symbol readers may like another. A true symbol is hardly ever liked less; in addresses readers mix up
 * capitals and small letters, and its checksum and its code uphold what was told.
 */
const MOST_NATS = { serial: 0, passphrase: 0, address: 4, epk: 4, 'confirmation-code': 4 } as const

/** Places where readers see another symbol than was told, over all photographs of a unit: the unit is not as it was said to be. */
function doubtfulSymbols(shown: readonly PhotographSeen[]): Lesson[] {
  const lines = shown.flatMap(({ unit, lines: own }) => own.map(line => ({ unit, line })))
  const byLine = Map.groupBy(lines, ({ unit, line: { content, on, from } }) => `${unit} ${content} ${on} ${from}`)
  return [...byLine.values()].flatMap(some => {
    const { unit, line } = some[0]!
    const { content, on, from } = line
    if (content === 'words') return []
    return line.measured.doubts.flatMap(({ place }): Lesson[] => {
      const each = some.flatMap(one => one.line.measured.doubts[place] ?? [])
      const rivals = Map.groupBy(each, ({ rival }) => rival)
      const [, same] = [...rivals].sort((a, b) => b[1].length - a[1].length)[0]!
      const isAgreed = same.length > each.length / 2
      if (!isAgreed || mean(each.map(({ nats }) => nats)) <= MOST_NATS[content]) return []
      const where = `symbol ${from + place + 1} of its ${content} on the ${on.replace('-', ' ')}`
      return [
        {
          kind: 'doubtful-symbol',
          of: unit,
          because: `${where} looks like another than was told: the unit, or what was told of it, is wrong`,
          leavesOut: unit,
        },
      ]
    })
  })
}

/** A text that most units show in a state, and one does not. */
function missingTexts(shown: readonly PhotographSeen[]): Lesson[] {
  return [...Map.groupBy(shown, ({ state }) => state)].flatMap(([state, some]) => {
    const keys = new Set(some.flatMap(({ lines }) => lines.map(({ content, on }) => `${content} ${on}`)))
    const units = Map.groupBy(some, ({ unit }) => unit)
    return [...keys].flatMap((key): Lesson[] => {
      const shows = (own: readonly PhotographSeen[]) =>
        own.some(({ lines }) => lines.some(({ content, on }) => `${content} ${on}` === key))
      const without = [...units].filter(([, own]) => !shows(own))
      if (without.length === 0 || without.length >= units.size / 2) return []
      const [content, on] = key.split(' ') as [string, string]
      return without.map(([unit]) => ({
        kind: 'text-not-found',
        of: unit,
        because: `its ${content} was not found on the ${on.replace('-', ' ')} of the ${state} unit: photograph it sharper or under another light`,
        leavesOut: null,
      }))
    })
  })
}

function ofTheLot(shown: readonly Shown[]): Lesson[] {
  const units = new Set(shown.map(({ unit }) => unit)).size
  const lights = new Set(shown.map(({ light }) => light))
  const states = new Set(shown.map(({ state }) => state))
  const lessons: Lesson[] = []
  const say = (kind: Lesson['kind'], because: string) => lessons.push({ kind, of: 'lot', because, leavesOut: null })
  for (const { name, pixelsPerMm } of shown)
    if (pixelsPerMm < LEAST_PIXELS_PER_MM)
      lessons.push({
        kind: 'too-coarse',
        of: name,
        because: `it has ${pixelsPerMm.toFixed(1)} px/mm of the ${LEAST_PIXELS_PER_MM} that it takes: go nearer`,
        leavesOut: null,
      })
  if (units > 0 && shown.length >= 4 * units && units < UNITS.appearance)
    say(
      'one-unit-often',
      `${shown.length} photographs show ${units} unit${units === 1 ? '' : 's'}: only units count, photograph others`,
    )
  if (units < UNITS.promised)
    say(
      'too-few',
      units < UNITS.least
        ? `${units} good units were seen of at least ${UNITS.least}: photograph more of them`
        : units < UNITS.appearance
          ? `from ${units} units no appearance is learned, and the cover’s material is not proved: photograph ${UNITS.appearance - units} more`
          : `${units} units give no rates yet that could be promised: that takes ${UNITS.promised}`,
    )
  if (lights.size === 1)
    say(
      'one-light',
      `all photographs were taken under one light (${[...lights][0]}): photographs under another light will look unlike what was taught`,
    )
  for (const state of ['sealed', 'opened'] as const)
    if (!states.has(state)) say('states-missing', `no ${state} unit was shown: ${MISSING[state]}`)
  return lessons
}

const MISSING = {
  sealed: 'the scratch-off is not learned',
  opened: 'the bottom layer is not learned',
} as const
