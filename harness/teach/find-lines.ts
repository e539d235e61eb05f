import { findBlobs } from '../imaging/blobs.ts'
import type { Homography } from '../imaging/homography.ts'
import type { Raster } from '../imaging/raster.ts'
import { rectify } from '../imaging/rectify.ts'
import { grown } from '../products/geometry.ts'
import type { RectMm } from '../products/profile.ts'
import { LEAST_CERTAINTY, UNCLIP } from '../vision/rest/foreign-text.ts'
import type { TextDetector } from '../vision/rest/text-detector.ts'
import type { LineCrop } from '../vision/text/line-crop.ts'
import { lineOfPicture } from '../vision/text/line-of-picture.ts'
import type { LineRecogniser, Posteriors } from '../vision/text/line-recogniser.ts'
import { viewsOf } from '../vision/text/line-views.ts'
import { findBand } from '../vision/text/text-band.ts'
import type { CardShape } from './locate-unknown.ts'

/** A line of text somewhere on the card, as a reader made it out. What it says may be secret: it stays in the teacher. */
export interface LineFound {
  /** Around its ink, roughly, mm of the card's front. */
  readonly rect: RectMm
  /** Best guess, symbol by symbol. */
  readonly text: string
}

/** Finer than the search for foreign texts: every line counts, down to capitals of 1.2 mm. */
const DETECT_PIXELS_PER_MM = 14
const READ_PIXELS_PER_MM = 20
const LEAST_AREA_PX = 40
/** Room around a line for its reader, as a share of its height. */
const ROOM_SHARE = 0.25

/** Every line of text on the card's front, whatever it says. */
export async function findLines(
  raster: Raster,
  card: CardShape,
  mmToPixels: Homography,
  { detector, reader }: { readonly detector: TextDetector; readonly reader: LineRecogniser },
): Promise<LineFound[]> {
  const front = { x: 0, y: 0, width: card.width, height: card.height }
  const flat = rectify(raster, mmToPixels, front, DETECT_PIXELS_PER_MM)
  const certainties = await detector.detect(flat)
  const isText = Uint8Array.from(certainties, certainty => Number(certainty > LEAST_CERTAINTY))
  const lines: LineFound[] = []
  for (const { left, top, right, bottom, areaPx } of findBlobs(isText, flat.width)) {
    if (areaPx < LEAST_AREA_PX) continue
    const [width, height] = [(right - left) / DETECT_PIXELS_PER_MM, (bottom - top) / DETECT_PIXELS_PER_MM]
    const core = { x: left / DETECT_PIXELS_PER_MM, y: top / DETECT_PIXELS_PER_MM, width, height }
    const rect = grown(core, (UNCLIP * width * height) / (2 * (width + height)))
    if (rect.width < rect.height) continue
    lines.push({ rect, text: await bestPath(cutOut(raster, mmToPixels, rect), reader) })
  }
  return lines
}

/** The line with some room around it, as a reader wants it. */
function cutOut(raster: Raster, mmToPixels: Homography, rect: RectMm): LineCrop {
  return lineOfPicture(rectify(raster, mmToPixels, grown(rect, ROOM_SHARE * rect.height), READ_PIXELS_PER_MM))
}

async function bestPath(crop: LineCrop, reader: LineRecogniser): Promise<string> {
  const view = viewsOf(crop, findBand(crop), reader.recipes).next().value!
  return greedy(await reader.recognise(view))
}

/** The likeliest symbol of each step, repeats and blanks left out. */
function greedy({ steps, classes, logProbabilities, blank, charset }: Posteriors): string {
  let text = ''
  let before = blank
  for (let t = 0; t < steps; t++) {
    let top = 0
    for (let c = 1; c < classes; c++)
      if (logProbabilities[t * classes + c]! > logProbabilities[t * classes + top]!) top = c
    if (top !== before && top !== blank) text += charset[top]!
    before = top
  }
  return text
}
