import { AssayError, type ExitCode, exitCodes } from '../../core/assay-error.ts'
import { createOutside } from '../../core/outside-file.node.ts'
import { showsMark } from '../../core/vocabulary.ts'
import { loadProfile } from '../../products/load-profile.ts'
import { type ProductProfile, State } from '../../products/profile.ts'
import type { Vision } from '../../vision/pool/vision.ts'
import type { PhotographReading } from '../../vision/reading.ts'
import { type Explanation, explainHtml } from '../../vision/report/explain.ts'
import { writing } from '../write-file.ts'
import { type LightOptions, lightOfFiles } from './light-of-file.ts'
import { lookAtPhotographs } from './look-at-photographs.ts'
import type { Output } from './output.ts'
import { documentOf, errorDocument, showsLooseLayers } from './photograph-document.ts'
import { photographLines } from './photograph-lines.ts'
import { worstExit } from './worst-exit.ts'

export interface ReadCommandOptions extends LightOptions {
  readonly product: string
  readonly state?: string
  readonly json?: boolean
  readonly revealSecrets?: boolean
  readonly explain?: string
}

/** `assay read`: one document or one table a photograph, in their order. @returns the worst exit code */
export async function readPhotographs(
  photos: readonly string[],
  options: ReadCommandOptions,
  output: Output,
  signal: AbortSignal,
  open?: () => Vision,
): Promise<ExitCode> {
  const profile = loadProfile(options.product)
  const state = parseState(options.state)
  const reveal = options.revealSecrets === true
  if (reveal) output.tell(revealedSentence)
  const lightOf = lightOfFiles(profile, options)
  const look = { crops: false, explain: options.explain !== undefined, revealSecrets: reveal, lightOf }
  const codes: ExitCode[] = []
  const explanations: { name: string; explanation: Explanation }[] = []

  for await (const looked of lookAtPhotographs(photos, profile, look, signal, open)) {
    const { photo } = looked
    if ('error' in looked) {
      output.tell(`assay: ${looked.error.message}`)
      if (options.json) output.print(JSON.stringify(errorDocument(photo, looked.error)))
      codes.push(looked.exitCode)
      continue
    }
    const { reading, explanation } = looked.look
    if (explanation !== null) explanations.push({ name: photo, explanation })
    const document = documentOf(photo, reading, profile, reveal)
    if (options.json) {
      if (document.error !== undefined) output.tell(`assay: ${document.error.message}`)
      output.print(JSON.stringify(document))
    } else for (const line of photographLines(document, openMarks(profile, state))) output.print(line)
    codes.push(exitOf(reading, profile, state))
  }
  if (options.explain !== undefined) await writeExplanations(options.explain, explanations, output)
  return worstExit(codes)
}

export const revealedSentence = 'assay: secrets are shown in clear, because --reveal-secrets was given.'

/** @throws AssayError `explain-unwritable` */
export async function writeExplanations(
  file: string,
  explanations: readonly { readonly name: string; readonly explanation: Explanation }[],
  output: Output,
): Promise<void> {
  const page = explainHtml(explanations)
  const elsewhere = 'choose another place for --explain'
  // It may show secrets: for nobody else's eyes, and never in place of what lies there.
  if (!writing(file, 'explain-unwritable', elsewhere, () => createOutside(file, page)))
    throw new AssayError('explain-unwritable', `${file} is there already and is not written over; ${elsewhere}.`)
  output.tell(`assay: every step is in ${file}.`)
}

function parseState(given: string | undefined): State | null {
  if (given === undefined) return null
  const parsed = State.safeParse(given)
  if (parsed.success) return parsed.data
  throw new AssayError('unknown-state', `There is no state «${given}»; there are ${State.options.join(', ')}.`)
}

/** The marks that should lie open in `state`: all of both loose layers in `printed`. Null without a state. */
function openMarks({ marks }: ProductProfile, state: State | null): ReadonlySet<string> | null {
  if (state === null) return null
  return new Set(
    marks
      .filter(({ on, visibleIn }) => (state === 'printed' ? on !== 'card' : visibleIn.includes(state)))
      .map(({ name }) => name),
  )
}

function exitOf(reading: PhotographReading, profile: ProductProfile, state: State | null): ExitCode {
  const { card, marks } = reading
  if ((card === null && !showsLooseLayers(reading)) || marks.every(({ outcome }) => showsMark[outcome] !== true))
    return exitCodes.inconclusive
  const open = openMarks(profile, state)
  const isMissed = ({ mark, outcome }: (typeof marks)[number]) =>
    open === null ? outcome === 'unread' : open.has(mark) && showsMark[outcome] !== true
  return marks.some(isMissed) ? exitCodes.inconclusive : exitCodes.passed
}
