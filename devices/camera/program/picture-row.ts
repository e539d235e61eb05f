import { RigError } from '../../rig-error.ts'
import { ByteQueue } from '../http/byte-queue.ts'
import { examinePicture } from '../picture-file.ts'

const startOfJpeg = Buffer.from([0xff, 0xd8, 0xff])

/** Cuts JPEG files written one right after the other, with or without junk between them, in chunks cut anywhere. */
export class PictureRow {
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
