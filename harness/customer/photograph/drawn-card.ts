import { create } from 'qrcode'
import type { Raster } from '../../imaging/raster.ts'
import { coverMarks, lineBoxes, symbolMarks, textMarks } from '../../products/geometry.ts'
import type { ProductProfile } from '../../products/profile.ts'
import { readPhotograph, type VisionTools } from '../../vision/read/read-photograph.ts'
import { paper } from '../page/picture-pixels.ts'
import { type CanvasPixels, rasterOf } from '../page/worker-messages.ts'

/*
 * A browser runs a program's loops and networks slowly until it has seen them run. While a person looks for a photograph, a drawn card is
 * read, so that the first one that counts is read as fast as any after it. Nothing of this reading is kept.
 */

const pixelsPerMm = 14
const aroundMm = 6
/** Nobody's: no public key has a hash of zeros alone. */
const address = '1111111111111111111114oLvT2'
const letters = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789'

/** A sealed card of that product, with texts and a code that are nobody's. */
function drawnCard(profile: ProductProfile): Raster {
  const { card, sticker } = profile
  const width = Math.round((card.width + 2 * aroundMm) * pixelsPerMm)
  const height = Math.round((card.height + 2 * aroundMm) * pixelsPerMm)
  const context = paper(width, height)
  const fill = (colour: string, x: number, y: number, across: number, down: number, radius = 0) => {
    context.fillStyle = colour
    context.beginPath()
    context.roundRect(x, y, across, down, radius)
    context.fill()
  }
  fill('#1c1c1c', 0, 0, width, height)
  context.setTransform(pixelsPerMm, 0, 0, pixelsPerMm, aroundMm * pixelsPerMm, aroundMm * pixelsPerMm)
  fill(card.finish === 'gold' ? '#c8a85a' : '#b4b4b4', 0, 0, card.width, card.height, card.cornerRadius)
  if (sticker !== null) {
    const { rect, topColour, cornerRadius } = sticker
    fill(topColour, rect.x, rect.y, rect.width, rect.height, cornerRadius)
  }
  const isOpen = ({ visibleIn }: { readonly visibleIn: readonly string[] }) => visibleIn.includes('sealed')
  for (const {
    rectOnCard: { x, y, width: side },
  } of symbolMarks(profile).filter(isOpen)) {
    const { size, data } = create([{ data: new TextEncoder().encode(address), mode: 'byte' }], {
      errorCorrectionLevel: 'M',
    }).modules
    const module = side / size
    fill('#fff', x - 2 * module, y - 2 * module, side + 4 * module, side + 4 * module)
    data.forEach((isDark, i) => {
      if (isDark) fill('#000', x + (i % size) * module, y + Math.floor(i / size) * module, module * 1.02, module * 1.02)
    })
  }
  for (const mark of textMarks(profile).filter(isOpen)) {
    for (const { rect, baseline, align, capHeightMm } of lineBoxes(mark, mark.originOnCard)) {
      context.font = `${capHeightMm / 0.72}px sans-serif`
      context.textAlign = align === 'left' ? 'left' : 'center'
      context.fillStyle = '#111'
      context.fillText(letters, baseline.x, baseline.y, rect.width)
    }
  }
  for (const {
    rectOnCard: { x, y, width: across, height: down },
  } of coverMarks(profile).filter(isOpen))
    fill('#8d8d92', x, y, across, down)
  return rasterOf(context.getImageData(0, 0, width, height) as unknown as CanvasPixels)
}

/**
 * Reads a drawn card until it is told to stop, which it is between two steps. What was read is nothing to anybody.
 * @returns how many symbols were read
 * @throws the signal's reason when aborted
 */
export async function readDrawnCard(
  profile: ProductProfile,
  tools: VisionTools,
  signal: AbortSignal,
): Promise<{ readonly symbolsRead: number }> {
  const how = { camera: 'none', exposureMs: null, light: 'unknown', pose: 'unknown', calibration: null }
  const { text, detector } = tools
  const told = () => new Promise<void>(resolve => setTimeout(resolve))
  const { marks } = await readPhotograph(
    { id: 'drawn', pixels: drawnCard(profile), takenAt: null, how },
    profile,
    {
      text: {
        ...text,
        async readLine(...line) {
          await told()
          signal.throwIfAborted()
          return await text.readLine(...line)
        },
      },
      ...(detector && {
        detector: {
          ...detector,
          async detect(picture) {
            await told()
            signal.throwIfAborted()
            return await detector.detect(picture)
          },
        },
      }),
    },
    { appearance: null, signal },
  )
  const symbols = symbolMarks(profile).map(({ name }) => name)
  return { symbolsRead: marks.filter(({ mark, outcome }) => symbols.includes(mark) && outcome === 'read').length }
}
