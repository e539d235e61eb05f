import { toGrey } from '../../imaging/grey.ts'
import type { Point, Quad } from '../../imaging/quad.ts'
import type { Raster } from '../../imaging/raster.ts'
import { rectify } from '../../imaging/rectify.ts'
import { sharp } from '../../imaging/sharp.node.ts'
import { grown } from '../../products/geometry.ts'
import type { CardSight, Sight } from '../read/read-photograph.ts'
import { whyUndecoded } from '../symbols/why-undecoded.ts'
import { encodeJpeg } from './evidence.node.ts'
import { blackedOut, readsAsKey, secretAreas, shownPicture } from './evidence.ts'
import type { ExplainPicture, ExplainStep, Explanation } from './explain.ts'

export interface ExplainOptions {
  /** Show secret marks. Default: false. */
  readonly revealSecrets?: boolean | undefined
}

/**
 * So few pixels that even of a close-up neither a symbol (21 modules and more) nor a line of text can be made out: shown
 * when nobody knows where a secret lies.
 */
const BLUR_PX = 12
const BLUR_SHOWN_PX = 240
const OVERVIEW_PX = 1100

/** Every intermediate picture of the path, in order, with captions. */
export async function explainSight(sight: Sight, options: ExplainOptions = {}): Promise<Explanation> {
  const reveal = options.revealSecrets === true
  const steps: ExplainStep[] = []
  const source =
    sight.card === null && !reveal
      ? blackedOut(sight.photograph.pixels, secretAreas(sight))
      : shownPicture(sight, options)
  steps.push({ stage: 'symbols', caption: symbolsCaption(sight), picture: null })
  if (sight.card === null) {
    steps.push({
      stage: 'card',
      caption: `${sight.reading.because ?? 'no card in view'}.${reveal ? '' : ' The picture is shown as a blur, as it is not known where a secret may lie.'}`,
      picture: reveal ? await overview(source, [], OVERVIEW_PX) : await blur(source),
    })
  } else {
    steps.push(...(await cardSteps(sight, sight.card, source)))
    for (const reading of sight.reading.marks) {
      steps.push(...(await markSteps(sight, sight.card, source, reading.mark, reveal)))
    }
  }
  return { photographId: sight.photograph.id, product: sight.profile.name, steps }
}

/** Each symbol in view: who decoded it, or why nobody could. Nothing of what it says. */
function symbolsCaption({ symbols, photograph }: Sight): string {
  if (symbols.length === 0) return 'No QR symbol in view, nor three finder patterns that could be one.'
  const grey = toGrey(photograph.pixels)
  const lines = symbols.map((symbol, i) => {
    const size = symbol.version === null ? '' : `, version ${symbol.version}`
    const said =
      symbol.bytes === null ? `not decoded: ${whyUndecoded(grey, symbol)}` : `by ${symbol.readers.join(' and ')}`
    return `${i + 1}${size}, ${said}`
  })
  return `${symbols.length} in view: ${lines.join('. ')}.`
}

async function cardSteps(sight: Sight, card: CardSight, source: Raster): Promise<ExplainStep[]> {
  const { pose, refined, anchor } = card.located
  const shapes: Shape[] = [
    { kind: 'quad', quad: pose.corners, colour: '#00d0ff' },
    ...sight.symbols.map((symbol): Shape => ({ kind: 'quad', quad: symbol.corners, colour: '#ff3bd4' })),
    ...refined.edges.map(
      (edge): Shape => ({ kind: 'dot', at: edge.at, colour: edge.weight > 0.1 ? '#3cff4e' : '#ff3030' }),
    ),
  ]
  const { width, height } = sight.profile.card
  const flat = rectify(source, pose.mmToPixels, grown({ x: 0, y: 0, width, height }, 2), Math.min(10, pose.pixelsPerMm))
  const used = refined.edges.filter(edge => edge.weight > 0.1).length
  return [
    {
      stage: 'card',
      caption: `The card by its outline (blue): ${used} of ${refined.edges.length} edge points used (green), ${pose.residualPx.toFixed(2)} px RMS, ${pose.pixelsPerMm.toFixed(1)} px/mm, found by ${anchor === null ? 'its outline alone' : `the symbol taken for ${anchor.mark}`}. Symbols in pink: ${sight.symbols.length}.`,
      picture: await overview(source, shapes, OVERVIEW_PX),
    },
    {
      stage: 'card laid flat',
      caption: `${width} × ${height} mm with 2 mm around. Layers: ${card.layers.because}. Looks like: ${sight.reading.states.join(' or ') || 'no state of the profile'}.`,
      picture: { ...(await jpeg(flat)) },
    },
  ]
}

async function markSteps(
  sight: Sight,
  card: CardSight,
  source: Raster,
  name: string,
  reveal: boolean,
): Promise<ExplainStep[]> {
  const mark = sight.profile.marks.find(candidate => candidate.name === name)!
  const reading = sight.reading.marks.find(candidate => candidate.mark === name)!
  const said = `${reading.outcome}: ${reading.because}.`
  const text = card.texts.get(name)
  const hide = (mark.secret || readsAsKey(sight.profile, reading)) && !reveal
  if (reading.where === null || hide) {
    return [{ stage: name, caption: hide ? `${said} Not shown: secret.` : said, picture: null }]
  }
  if (text === undefined) {
    const flat = rectify(source, card.poseOf(mark), grown(mark.rect, 3), Math.min(12, card.located.pose.pixelsPerMm))
    return [{ stage: name, caption: said, picture: await jpeg(flat) }]
  }
  const steps: ExplainStep[] = []
  for (const [i, { crop, reading: line }] of text.lines.entries()) {
    const confidence = `weakest character ${line.confidence.toFixed(2)}`
    const shown =
      mark.secret || (reading.outcome !== 'read' && !reveal)
        ? ''
        : ` «${line.characters.map(({ symbol }) => symbol).join('')}»`
    // Cut again from the masked picture: the reader's own crop knows no masks.
    const flat = rectify(source, card.poseOf(mark), crop.rect, crop.pixelsPerMm)
    steps.push({
      stage: `${name}, line ${i + 1}`,
      caption: `${line.outcome}: ${line.because};${shown} ${confidence}.`,
      picture: await jpeg(flat),
    })
  }
  steps.push({ stage: name, caption: said, picture: null })
  return steps
}

type Shape =
  | { readonly kind: 'quad'; readonly quad: Quad; readonly colour: string }
  | { readonly kind: 'dot'; readonly at: Point; readonly colour: string }

/** The photograph, at most `widest` px wide, with shapes drawn over it. */
async function overview(source: Raster, shapes: readonly Shape[], widest: number): Promise<ExplainPicture> {
  const { width, height, channels, data } = source
  const scale = Math.min(1, widest / Math.max(width, height))
  const [w, h] = [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))]
  const drawn = shapes.map(shape => {
    if (shape.kind === 'dot') {
      const [x, y] = shape.at
      return `<circle cx="${(x * scale).toFixed(1)}" cy="${(y * scale).toFixed(1)}" r="1.3" fill="${shape.colour}"/>`
    }
    const points = shape.quad.map(([x, y]) => `${(x * scale).toFixed(1)},${(y * scale).toFixed(1)}`).join(' ')
    const [fx, fy] = shape.quad[0]
    return `<polygon points="${points}" fill="none" stroke="${shape.colour}" stroke-width="1.5"/><circle cx="${fx * scale}" cy="${fy * scale}" r="4" fill="${shape.colour}"/>`
  })
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h}">${drawn.join('')}</svg>`
  const bytes = await sharp(data, { raw: { width, height, channels } })
    .resize(w, h)
    .composite([{ input: Buffer.from(svg) }])
    .jpeg({ quality: 82 })
    .toBuffer()
  return { mediaType: 'image/jpeg', bytes: Uint8Array.from(bytes), width: w, height: h }
}

/** Light and dark of the photograph, and nothing finer. */
async function blur({ width, height, channels, data }: Raster): Promise<ExplainPicture> {
  const scaled = (longest: number) => {
    const scale = longest / Math.max(width, height)
    return [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))] as const
  }
  const raw = await sharp(data, { raw: { width, height, channels } })
    .resize(...scaled(BLUR_PX), { fit: 'fill' })
    .raw()
    .toBuffer({ resolveWithObject: true })
  const [w, h] = scaled(BLUR_SHOWN_PX)
  const { width: coarseWidth, height: coarseHeight, channels: samples } = raw.info
  const bytes = await sharp(raw.data, { raw: { width: coarseWidth, height: coarseHeight, channels: samples } })
    .resize(w, h, { fit: 'fill' })
    .jpeg({ quality: 82 })
    .toBuffer()
  return { mediaType: 'image/jpeg', bytes: Uint8Array.from(bytes), width: w, height: h }
}

async function jpeg(raster: Raster): Promise<ExplainPicture> {
  return { mediaType: 'image/jpeg', bytes: await encodeJpeg(raster), width: raster.width, height: raster.height }
}
