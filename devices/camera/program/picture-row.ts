import { RigError } from '../../rig-error.ts'
import { ByteQueue } from '../http/byte-queue.ts'
import { examinePicture } from '../picture-file.ts'
import { type ProgramEnd, type ProgramRun, streamOf } from './run-program.ts'

/** Largest picture of a preview, bytes. */
const mostBytes = 16 * 1024 * 1024

/** The JPEG files that a program writes one after the other. @param explain what is wrong with how it ended, if anything */
export async function* filmOf(
  run: ProgramRun,
  signal: AbortSignal,
  explain: (end: ProgramEnd) => RigError | null,
): AsyncGenerator<Uint8Array, void> {
  const row = new PictureRow(mostBytes)
  const stream = streamOf(run, signal)
  try {
    for (let step = await stream.next(); ; step = await stream.next()) {
      if (!step.done) yield* row.push(step.value)
      else {
        const why = explain(step.value)
        if (why) throw why
        return
      }
    }
  } finally {
    await stream.return({ code: null, complaint: '' })
  }
}

const startOfJpeg = Buffer.from([0xff, 0xd8, 0xff])

/** Cuts JPEG files written one right after the other, with or without junk between them, in chunks cut anywhere. */
class PictureRow {
  readonly #queue = new ByteQueue()
  readonly #maxBytes: number

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** @throws RigError `camera-answer` when a picture would be larger than it may be */
  push(chunk: Uint8Array): Uint8Array[] {
    this.#queue.push(chunk)
    const pictures: Uint8Array[] = []
    for (;;) {
      const view = this.#queue.view()
      const start = view.indexOf(startOfJpeg)
      this.#queue.drop(start === -1 ? Math.max(0, view.length - 2) : start)
      if (start === -1) return pictures
      const file = examinePicture(this.#queue.view())
      if (typeof file !== 'string') pictures.push(this.#queue.take(file.length))
      else if (this.#queue.length > this.#maxBytes) {
        throw new RigError('camera-answer', `the camera's video has a picture of more than ${this.#maxBytes} bytes.`)
      } else return pictures
    }
  }
}
