import type { Lattice, ReaderName } from '../reading.ts'
import { ACCEPT, objection, SUPPORTS, WITH_CHECKSUM, type Witness } from './acceptance.ts'
import { characterBoxes } from './character-boxes.ts'
import { evenlyLit } from './character-light.ts'
import type { LineCrop } from './line-crop.ts'
import { type Box, type CharacterSeen, type Legibility, type LineReading, noLine } from './line-reading.ts'
import { DRAWN_ALIKE } from './look-alikes.ts'
import type { HeldText } from './ocv/held-text.ts'
import type { RecognisedLine } from './recognise-line.ts'
import { measureStrokes } from './stroke-legibility.ts'
import { STROKE_CAP } from './stroke-relief.ts'
import type { TextBand } from './text-band.ts'

/** Band prominence below which nothing like text is there: text has 2.5 and more, covers mostly 1.0 to 1.6. */
const BLANK_PROMINENCE = 1.9
/** Completeness below which a stretch of stroke is as good as not there. */
const PARTLY_MISSING = 0.25
/**
 * Contrast of strokes against the noise of the ground, below which nothing is accepted. The faintest lines that were read
 * on photographs have 3.9; drawn ones that were misread with confidence 0 to 3.6.
 */
const STANDS_OUT = 3
/** Characters that a line must have for its strokes to be measured. */
const MEASURABLE = 3
/** A face that explains so much of a line says where its characters are; readers see the middle of a j or f beside its ink. */
const LAID = 0.8
/** Marks that reach from the baseline to the cap line. */
const FILLS_HEIGHT = /^[0-9A-Zbdfhklt]$/
/** Marks of about one width in any face. */
const FILLS_WIDTH = /^[02-9ABCDGHKNOPQRSUVXYZ]$/

/** Puts what the readers say of a line together, accepted or not. */
export function assembleReading(
  crop: LineCrop,
  band: TextBand,
  { symbolsSeen, witness, rivals }: RecognisedLine,
  sharpness: number,
  held: HeldText | null = null,
  acceptAlike: readonly string[] = [],
): LineReading {
  const inkPresent = symbolsSeen > 0 || band.prominence >= BLANK_PROMINENCE
  if (witness === null)
    return noLine(symbolsSeen === 0 ? 'no text' : 'no text of the expected shape', {
      symbolsSeen,
      inkPresent,
      sharpness,
    })
  const isLaid = held !== null && held.fit >= LAID
  const boxes = isLaid ? boxesOfLaid(held, crop, band) : characterBoxes(crop, band, witness.middles)
  const characters = charactersOf(witness, boxes)
  const legibility = measureStrokes(
    crop,
    band,
    characters.map(({ symbol, box, literal }) => ({
      box,
      fillsHeight: !literal && FILLS_HEIGHT.test(symbol),
      fillsWidth: literal ? 'any' : FILLS_WIDTH.test(symbol) ? 'usual' : symbol === 'J' ? 'narrow' : 'any',
    })),
  )
  const because =
    symbolsSeen === 0
      ? 'no text'
      : (objection(witness, ACCEPT) ??
        lookAlikes(rivals, held?.confused ?? [], acceptAlike) ??
        tooFaint(legibility, characters))
  return {
    text: because === null ? witness.text : null,
    outcome: because === null ? 'read' : 'unread',
    doubt: because === null ? null : symbolsSeen > 0 && objection(witness, WITH_CHECKSUM) === null ? 'weak' : 'shape',
    confidence: witness.weakest,
    characters,
    readers: supporters(witness),
    lattice: latticeOf(witness),
    massOutsideAlphabet: witness.outside,
    symbolsSeen,
    inkPresent,
    sharpness,
    turnDeg: (Math.atan(band.slope) * 180) / Math.PI,
    legibility,
    strokes: held && {
      faceFit: held.fit,
      face: held.face,
      isNamedFace: held.isNamed,
      missing: held.residual.missing,
      added: held.residual.added,
      second: held.residual.second,
      lit: evenlyLit(crop, band, boxes),
    },
    because: (because ?? agreementOf(witness)) + missingStrokes(legibility),
  }
}

/** What a text is not believed for although all readers agree on it: a symbol that could be, or looks like, another. */
function lookAlikes(
  rivals: readonly string[],
  confused: readonly string[],
  acceptAlike: readonly string[],
): string | null {
  const isAccepted = ([a, b]: string) => acceptAlike.some(pair => pair.includes(a!) && pair.includes(b!))
  if (rivals.some(pair => !isAccepted(pair)))
    return 'a character looks more like another one than the field allows there'
  return confused.every(isAccepted)
    ? null
    : 'a 0 or O, 1 or I, that the typeface does not tell (fonts, or acceptAlike, in the product profile)'
}

/** Where the laid text has each character: cut half way to its neighbours' ink. */
function boxesOfLaid({ edges }: HeldText, crop: LineCrop, band: TextBand): readonly Box[] {
  const scale = STROKE_CAP / band.capHeightPx
  return edges.map(([left, right]) => ({
    left: Math.max(0, left / scale),
    right: Math.min(crop.raster.width, right / scale),
    top: band.baselineY - band.capHeightPx,
    bottom: band.baselineY,
  }))
}

/** Strokes that hardly stand out of the ground's grain: readers then see characters that the grain draws. */
function tooFaint(legibility: Legibility | null, characters: readonly CharacterSeen[]): string | null {
  if (characters.filter(({ symbol, literal }) => !literal && FILLS_HEIGHT.test(symbol)).length < MEASURABLE) return null
  if (legibility === null) return 'the strokes do not stand out of the ground'
  const { contrastPercent, noisePercent } = legibility
  return contrastPercent < STANDS_OUT * noisePercent ? 'the strokes hardly stand out of the ground' : null
}

function supporters({ opinions }: Witness): readonly ReaderName[] {
  return opinions.filter(({ weakest }) => weakest >= SUPPORTS).map(({ name }) => name)
}

function agreementOf(witness: Witness): string {
  const { views, decoding } = witness
  const agreeing = `${Math.round(decoding.agreement * views)} of ${views} views agree`
  const readers = supporters(witness).length
  return readers > 1 ? `${readers} readers and ${agreeing}` : agreeing
}

/** A network completes half a character as a person does; that it is half must be said. */
function missingStrokes(legibility: Legibility | null): string {
  const missing = legibility?.characters.flatMap(({ strokeCompleteness }, i) =>
    strokeCompleteness < PARTLY_MISSING ? [i + 1] : [],
  )
  if (!missing || missing.length === 0) return ''
  return `; strokes of character${missing.length > 1 ? 's' : ''} ${missing.join(', ')} are partly missing`
}

function charactersOf(witness: Witness, boxes: readonly Box[]): readonly CharacterSeen[] {
  return witness.decoding.text.map((choice, place) => {
    const { symbols, literal } = witness.places[place]!
    const rivals = witness.decoding.rivals[place]!
    return {
      symbol: symbols[choice]!,
      probability: rivals[choice]!,
      alternatives: symbols
        .map((symbol, k) => ({ symbol, probability: rivals[k]! }))
        .filter((_, k) => k !== choice)
        .sort((a, b) => b.probability - a.probability)
        .slice(0, 4),
      box: boxes[place]!,
      literal,
    }
  })
}

/** How far apart two of them are at most, nats: near enough that two such places together still count as allowed. */
const DRAWN_ALIKE_NATS = 0.9

function latticeOf({ decoding, places, opinions }: Witness): Lattice {
  const hasFontOpinion = opinions.some(({ name }) => name === 'ocv')
  return {
    positions: decoding.rivals.map((rivals, place) => {
      const { symbols } = places[place]!
      const choice = decoding.text[place]!
      const probabilities = hasFontOpinion ? rivals : withAlike(symbols, choice, [...rivals])
      const candidates = symbols.map((symbol, k) => ({ symbol, logProbability: Math.log(probabilities[k]! + 1e-12) }))
      return { candidates: candidates.sort((a, b) => b.logProbability - a.logProbability).slice(0, 5) }
    }),
  }
}

/** What symbols drawn like the chosen one share with it, so that none of them seems surer than shapes can tell. */
function withAlike(symbols: readonly string[], choice: number, probabilities: number[]): readonly number[] {
  const group = DRAWN_ALIKE.find(alike => alike.includes(symbols[choice]!))
  const members = group === undefined ? [] : symbols.flatMap((symbol, k) => (group.includes(symbol) ? [k] : []))
  const least = (k: number) => Math.max(probabilities[k]!, probabilities[choice]! * Math.exp(-DRAWN_ALIKE_NATS))
  const wanted = members.map(least)
  const scale = sum(members.map(k => probabilities[k]!)) / Math.max(1e-12, sum(wanted))
  for (const [i, k] of members.entries()) probabilities[k] = wanted[i]! * scale
  return probabilities
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
