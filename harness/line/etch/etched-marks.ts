import { Secret } from '../../core/secret.ts'
import { fontOf } from '../../products/font.node.ts'
import { lineBoxes } from '../../products/geometry.ts'
import type { Mark, ProductProfile, RectMm, State } from '../../products/profile.ts'
import { EtchError } from '../line-error.ts'
import { linesOf, markContent, type UnitTexts } from '../mark-content.ts'
import { moduleOutlines } from '../print/module-outline.ts'
import { symbolModules } from '../symbol-modules.ts'
import { contoursOf, type Polyline, strokeOf } from './polyline.ts'

/** One character or symbol to be etched, mm on the card. */
export interface EtchShape {
  /** Areas, as closed contours; empty for a single-stroke character. */
  readonly contours: readonly Polyline[]
  /** Strokes of a single-stroke font. */
  readonly strokes: readonly Polyline[]
}

/** What the laser makes at one mark. */
export interface EtchedMark {
  readonly mark: string
  readonly shapes: readonly EtchShape[]
}

/**
 * Lays out what site A etches on one unit: the marks on the card that are first seen after etching. What stood on the
 * blank before is left alone.
 * @throws EtchError `etch-incomplete` when the unit lacks a text, `etch-nothing` for a product without etched marks
 */
export function etchedMarks(profile: ProductProfile, unit: UnitTexts): EtchedMark[] {
  const marks = profile.marks.filter(mark => mark.on === 'card' && mark.kind !== 'cover' && !isOnBlank(mark))
  if (marks.length === 0) {
    throw new EtchError('etch-nothing', `The product ${profile.name} has no mark that is etched on its card.`)
  }
  return marks.map(mark => {
    const content = markContent(profile, mark, unit)
    if (content === null) {
      throw new EtchError(
        'etch-incomplete',
        `The card of ${unit.serial} cannot be etched: the unit has nothing for the mark «${mark.name}».`,
      )
    }
    const shapes = shapesOf(profile, mark, content)
    // The displayed passphrase was made for this job alone.
    if (mark.kind === 'text' && mark.content === 'passphrase' && content instanceof Secret) content.dispose()
    return { mark: mark.name, shapes }
  })
}

const beforeEtching: readonly State[] = ['printed', 'stickered']

const isOnBlank = ({ visibleIn }: Mark) => visibleIn.some(state => beforeEtching.includes(state))

function shapesOf(profile: ProductProfile, mark: Mark, content: string | Secret): EtchShape[] {
  if (mark.kind === 'qr') return [symbolShape(mark.rect, content)]
  if (mark.kind === 'cover') return []
  const font = fontOf(profile, 'etched')
  const boxes = lineBoxes(mark)
  return linesOf(profile, mark, content).flatMap((line, i) => {
    const { baseline, align, capHeightMm, letterSpacingMm } = boxes[i]!
    return font
      .setLine(line, baseline, align, capHeightMm, letterSpacingMm)
      .filter(({ ink }) => ink !== null)
      .map(({ outline }) => shapeOf(contoursOf(outline)))
  })
}

function shapeOf(contours: readonly Polyline[]): EtchShape {
  const strokes = contours.map(strokeOf)
  return {
    contours: contours.filter((_, i) => strokes[i] === null),
    strokes: strokes.filter(stroke => stroke !== null),
  }
}

function symbolShape(rect: RectMm, content: string | Secret): EtchShape {
  const { size, dark } = symbolModules(content)
  const module = rect.width / size
  const contours = moduleOutlines(dark, size).map(outline =>
    [...outline, outline[0]!].map(([x, y]) => [rect.x + x * module, rect.y + y * module] as const),
  )
  return { contours, strokes: [] }
}
