import { toGrey } from '../../imaging/grey.ts'
import { localScale } from '../../imaging/homography.ts'
import type { Raster } from '../../imaging/raster.ts'
import { placedMarks } from '../../products/geometry.ts'
import type { ProductProfile } from '../../products/profile.ts'
import { cardUnder, type LooseLayer, locateLooseLayers } from '../locate/loose-layers.ts'
import type { Measurement, Reading } from '../reading.ts'
import { bottomColourShare } from '../surface/bottom-colour.ts'
import type { FoundSymbol } from '../symbols/found-symbol.ts'
import { quadInPhotograph } from '../text/text-line.ts'
import { textMeasurements } from '../text/text-measurements.ts'
import type { TextReader } from '../text/text-reader.ts'
import { symbolReading, textReading, unseenReading } from './mark-reading.ts'
import { symbolsAtMarks } from './symbol-marks.ts'
import { symbolMeasurements } from './symbol-measurements.ts'
import { readSymbolInPlace } from './symbol-retry.ts'
import { readTextMark } from './text-marks.ts'

/** What was read on loose sticker layers. */
export interface LooseLayersSeen {
  readonly layers: readonly LooseLayer[]
  /** Of every mark of both layers. */
  readonly marks: readonly Reading[]
  readonly measurements: readonly Measurement[]
  /** Symbols that were only found by looking again where a layer must have one. */
  readonly further: readonly FoundSymbol[]
}

/**
 * Reads the sticker layers that lie by themselves in a photograph without a card, blind. Null when there is none.
 * @param onTexts called before each text is read, for who times the stages
 * @throws the signal's reason when aborted
 */
export async function readLooseLayers(
  raster: Raster,
  profile: ProductProfile,
  symbols: readonly FoundSymbol[],
  reader: TextReader,
  signal: AbortSignal | undefined,
  onTexts: () => void,
): Promise<LooseLayersSeen | null> {
  if (profile.sticker === null || symbols.length === 0) return null
  const grey = toGrey(raster)
  const { layers, missing } = locateLooseLayers(grey, profile, symbols)
  if (layers.length === 0) return null
  const marks: Reading[] = []
  const measurements: Measurement[] = []
  const further: FoundSymbol[] = []
  for (const mark of placedMarks(profile)) {
    signal?.throwIfAborted()
    if (mark.on === 'card' || mark.kind === 'cover') continue
    const layer = layers.find(({ on }) => on === mark.on)
    const where = layer === undefined ? null : quadInPhotograph(mark.rect, layer.mmToPixels, raster)
    if (layer === undefined || where === null) {
      marks.push(unseenReading(mark, missing.get(mark.on) ?? 'its place lies outside the picture'))
    } else if (mark.kind === 'qr') {
      const card = cardUnder(profile, layer)
      let atMarks = symbolsAtMarks(profile, symbols, card)
      if (!atMarks.some(at => at.mark.name === mark.name && at.fits)) {
        const again = await readSymbolInPlace(grey, mark, card, signal)
        if (again !== null) further.push(again)
        atMarks = symbolsAtMarks(profile, [...symbols, ...further], card)
      }
      marks.push(symbolReading(mark, atMarks, where))
      const at = atMarks.find(candidate => candidate.mark.name === mark.name && candidate.fits)
      if (at !== undefined) measurements.push(...symbolMeasurements(raster, profile, at, layer.cutToPixels))
    } else {
      onTexts()
      const seen = await readTextMark(raster, profile, mark, layer.mmToPixels, reader, signal)
      marks.push(textReading(mark, seen, where))
      const lines = seen.lines.map(({ reading }) => reading)
      // Prints have no walls that light from one side could shade.
      measurements.push(...textMeasurements(lines, mark, 'dome'))
    }
  }
  for (const layer of layers) measurements.push(...sheetMeasurements(raster, profile, layer))
  return { layers, marks, measurements, further }
}

/** Colour of the sheet, and where it is cut. */
function sheetMeasurements(raster: Raster, profile: ProductProfile, layer: LooseLayer): Measurement[] {
  const { on, cutToPixels, printOffset } = layer
  const sticker = profile.sticker!
  const share = bottomColourShare(raster, profile, cardUnder(profile, layer))
  const middle = [sticker.rect.width / 2, sticker.rect.height / 2] as const
  const measured = (name: string, value: number, unit: Measurement['unit']): Measurement => ({
    name,
    of: on,
    value,
    unit,
  })
  return [
    measured('pixels-per-mm', localScale(cutToPixels, middle), 'px/mm'),
    ...(share === null ? [] : [measured('layer-bottom-colour', 100 * share, '%')]),
    measured('layer-cut-shift', Math.hypot(printOffset.shiftXMm, printOffset.shiftYMm), 'mm'),
    measured('layer-cut-turn', Math.abs(printOffset.turnDeg), 'deg'),
  ]
}
