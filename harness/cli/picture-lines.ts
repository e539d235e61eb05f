import { AssayError, type ExitCode, exitCodes } from '../core/assay-error.ts'
import { readPictureFile } from '../imaging/file.node.ts'
import { openVision } from '../vision/pool/vision.ts'
import type { PictureAnswer, PictureQuestion } from '../vision/pool/vision-wire.ts'
import { worstExit } from './photographs/worst-exit.ts'

/** How a command makes one line of a picture, and of the line what it prints. */
interface LineMaker<Line> {
  readonly question: Omit<PictureQuestion, 'name'>
  lineOf(answer: PictureAnswer, photo: string): Line
  isRead(line: Line): boolean
  forPeople(line: Line): readonly string[]
}

/**
 * Reads the pictures one after the other, in a process with a deadline and a limit of memory: a picture may be made to take any time, and
 * whoever wants to stop is obeyed at once. A bad one does not stop the rest.
 */
export async function printPictures<Line>(
  photos: readonly string[],
  { question, lineOf, isRead, forPeople }: LineMaker<Line>,
  { json }: { readonly json?: boolean },
  print: (line: string) => void,
  signal?: AbortSignal,
): Promise<ExitCode> {
  const codes: ExitCode[] = []
  await using vision = openVision({ workers: 1 })
  for (const name of photos) {
    try {
      const line = lineOf(await vision.answer(await readPictureFile(name), { ...question, name }, { signal }), name)
      codes.push(isRead(line) ? exitCodes.passed : exitCodes.inconclusive)
      for (const text of json ? [JSON.stringify(line)] : forPeople(line)) print(text)
    } catch (error) {
      signal?.throwIfAborted()
      if (!(error instanceof AssayError)) throw error
      const { code, message, exitCode } = error
      codes.push(exitCode)
      print(json ? JSON.stringify({ photo: name, error: { code, message } }) : message)
    }
  }
  return worstExit(codes)
}
