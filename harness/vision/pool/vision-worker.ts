import { createHash } from 'node:crypto'
import { flushCompileCache } from 'node:module'
import { becomePrivate } from '../../core/private-process.node.ts'
import { correctPicture } from '../../imaging/correct-picture.ts'
import { decodePicture } from '../../imaging/decode.node.ts'
import { decodeAnyway } from '../../imaging/decode-anyway.node.ts'
import { openFont } from '../../products/font.node.ts'
import { appearanceSample } from '../appearance/sample.ts'
import { withKeysKept } from '../kept-keys.ts'
import type { Photograph } from '../photograph.ts'
import { seePhotograph, type VisionTools } from '../read/read-photograph.ts'
import { openOnCard, type SearchedPicture, searchPicture } from '../read/search-picture.ts'
import { cutEvidence } from '../report/evidence.node.ts'
import { explainSight } from '../report/explain-sight.node.ts'
import { openInstalledDetector } from '../rest/text-detector.node.ts'
import { findSymbols } from '../symbols/find-symbols.ts'
import { lineOfPicture } from '../text/line-of-picture.ts'
import { openTextReader } from '../text/text-reader.node.ts'
import type { TextReader } from '../text/text-reader.ts'
import { sealReading } from './sealed-reading.ts'
import {
  type AnswerReply,
  type LookReply,
  type LookRequest,
  packReading,
  type QuestionRequest,
  type SealFor,
  type SearchReply,
  type SearchRequest,
} from './vision-wire.ts'
import { wireError } from './wire-error.ts'

let tools: Promise<Required<VisionTools>> | undefined
let reader: Promise<TextReader> | undefined

async function look({ source, profile, settings }: LookRequest): Promise<LookReply> {
  const taken = await photographOf(source, settings.name)
  const photograph =
    settings.correction === null ? taken : { ...taken, pixels: correctPicture(taken.pixels, settings.correction) }
  const { revealSecrets, appearance, learn } = settings
  const sight = await seePhotograph(photograph, profile, await loadedTools(), { appearance })
  const crops = settings.crops ? await cutEvidence(sight, { revealSecrets }) : []
  const explanation = settings.explain ? await explainSight(sight, { revealSecrets }) : null
  const sample = learn ? { sample: appearanceSample(sight) } : {}
  const reading = packReading(
    settings.sealed ? sealReading(withKeysKept(profile, sight.reading), await sealFor.promise) : sight.reading,
  )
  return { outcome: 'seen', reading, pixelsSha256: digestOf(taken.pixels), crops, explanation, ...sample }
}

async function search({ search: bytes, texts, profile }: SearchRequest): Promise<SearchReply> {
  const picture = await decodeAnyway(bytes)
  if (picture === null) return { outcome: 'searched', found: null }
  const { raster, onGrounds, furtherFrames } = picture
  const loaded = texts ? await loadedTools() : null
  const found: SearchedPicture[] = []
  for (const one of [raster, ...onGrounds]) found.push(await searchPicture(one, loaded))
  const said = found.flatMap(one => one.said)
  const linesLeft = Math.max(...found.map(one => one.linesLeft))
  const card = profile === null ? null : await openOnCard(raster, profile, await loadedTools())
  return { outcome: 'searched', found: { said, linesLeft, furtherFrames, card } }
}

async function answer({ picture: bytes, question }: QuestionRequest): Promise<AnswerReply> {
  const { name, minSidePx, line } = question
  const picture = await decodePicture(bytes, { name, minSidePx })
  const size = { width: picture.width, height: picture.height }
  if (line !== null) {
    const { field, font } = line
    const known = font === null ? field : { ...field, font: { outlines: openFont(font), letterSpacingInCaps: 0 } }
    const text = await loadedReader()
    return {
      outcome: 'answered',
      answer: { size, symbols: [], line: await text.readLine(lineOfPicture(picture), known) },
    }
  }
  const symbols = (await findSymbols(picture)).map(
    ({ bytes, corners, version, errorCorrectionLevel, unusedErrorCorrection, readers }) => ({
      bytes,
      corners,
      version,
      errorCorrectionLevel,
      unusedErrorCorrection,
      readers,
    }),
  )
  return { outcome: 'answered', answer: { size, symbols, line: null } }
}

/** Loads the networks once; a failure is not kept, so that the next photograph tries again. */
async function loadedTools(): Promise<Required<VisionTools>> {
  tools ??= Promise.all([loadedReader(), openInstalledDetector()]).then(([text, detector]) => ({ text, detector }))
  try {
    return await tools
  } catch (cause) {
    tools = undefined
    throw cause
  }
}

/** The part of the networks that reads a line, where nothing has to be searched for. */
async function loadedReader(): Promise<TextReader> {
  reader ??= openTextReader()
  try {
    return await reader
  } catch (cause) {
    reader = undefined
    throw cause
  }
}

async function photographOf(source: Uint8Array | Photograph, name: string): Promise<Photograph> {
  if (!(source instanceof Uint8Array)) return source
  const pixels = await decodePicture(source, { name })
  const id = createHash('sha256').update(source).digest('hex')
  const how = { camera: 'file', exposureMs: null, light: 'unknown', pose: 'unknown', calibration: null }
  return { id, pixels, takenAt: null, how }
}

function digestOf({ width, height, data }: Photograph['pixels']): string {
  return createHash('sha256').update(`${width} × ${height}\n`).update(data).digest('hex')
}

let sealFor = Promise.withResolvers<Uint8Array>()

/** Pixels that show a secret, and what is read in them, are in here. */
const isPrivate = becomePrivate()

process.on('message', (request: LookRequest | SearchRequest | QuestionRequest | SealFor) => {
  if ('sealFor' in request) return void sealFor.resolve(request.sealFor)
  sealFor = Promise.withResolvers()
  const work = isPrivate.then((): Promise<LookReply | SearchReply | AnswerReply> => {
    if ('search' in request) return search(request)
    return 'question' in request ? answer(request) : look(request)
  })
  void work
    .catch((error: unknown): LookReply => ({ outcome: 'failed', error: wireError(error) }))
    .then(reply => process.send!(reply))
})
// The parent decides what an interruption means; without a parent there is nothing left to do.
process.on('SIGINT', () => {})
process.on('disconnect', () => process.exit())
// A process that is killed when its work is done keeps none of its compiled source for the next.
void isPrivate.then(() => flushCompileCache())
