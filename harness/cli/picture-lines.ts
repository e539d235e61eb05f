import { AssayError, type ExitCode, exitCodes } from '../core/assay-error.ts'
import { decodePicture } from '../imaging/decode.node.ts'
import { readPictureFile } from '../imaging/file.node.ts'
import type { Raster } from '../imaging/raster.ts'
import { worstExit } from './photographs/worst-exit.ts'

/** How a command makes one line of a picture, and of the line what it prints. */
interface LineMaker<Line> {
  /** A picture with a smaller side is refused. */
  readonly minSidePx: number
  read(picture: Raster, photo: string): Promise<Line>
  isRead(line: Line): boolean
  forPeople(line: Line): readonly string[]
}

/** Reads the pictures one after the other; a bad one does not stop the rest. */
export async function printPictures<Line>(
  photos: readonly string[],
  { minSidePx, read, isRead, forPeople }: LineMaker<Line>,
  { json }: { readonly json?: boolean },
  print: (line: string) => void,
  signal?: AbortSignal,
): Promise<ExitCode> {
  const codes: ExitCode[] = []
  for (const name of photos) {
    try {
      const line = await read(await decodePicture(await readPictureFile(name), { name, signal, minSidePx }), name)
      codes.push(isRead(line) ? exitCodes.passed : exitCodes.inconclusive)
      for (const text of json ? [JSON.stringify(line)] : forPeople(line)) print(text)
    } catch (error) {
      if (!(error instanceof AssayError)) throw error
      const { code, message } = error
      codes.push(exitCodes.usage)
      print(json ? JSON.stringify({ photo: name, error: { code, message } }) : message)
    }
  }
  return worstExit(codes)
}
