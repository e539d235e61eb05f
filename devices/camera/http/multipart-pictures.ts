import { RigError } from '../../rig-error.ts'
import type { StreamPicture } from '../frame-fan-out.ts'
import { examinePicture } from '../picture-file.ts'
import { ByteQueue } from './byte-queue.ts'

interface MultipartOptions {
  /** The `Content-Type` header of the answer. */
  readonly contentType: string
  readonly maxBytes: number
  /** Who sends it, to begin a sentence with. Default: «the camera». */
  readonly sender?: string
  /** Told why a part is no whole picture. */
  readonly dropped?: (why: string) => void
}

const maxLineBytes = 4096
const maxHeadLines = 64
const startOfJpeg = Buffer.from([0xff, 0xd8])

/**
 * Cuts a `multipart/x-mixed-replace` stream (MJPEG) into its pictures, as cameras really send it: with the boundary
 * quoted or not, with or without its dashes, or another one than was announced; with lengths that are missing or wrong;
 * with junk between the parts; in chunks cut anywhere. Parts that are no whole picture are dropped and counted. What
 * it holds is never more than a picture's `maxBytes` and one chunk.
 *
 * A picture comes out as soon as its last byte is in, not when the next part begins.
 */
export class MultipartPictures {
  readonly #queue = new ByteQueue()
  readonly #maxBytes: number
  readonly #sender: string
  /** The line that divides parts; null until the stream itself has shown it. */
  #delimiter: string | null
  readonly #announced: readonly string[]
  #state: 'between' | 'head' | 'body' | 'ended' = 'between'
  /** Of the delimiter that is on trial until a head follows it. */
  #trial = ''
  #headLines = 0
  #isHead = false
  #length: number | null = null
  /** How far the body was searched for a delimiter. */
  #searched = 0
  #skipped = 0
  #beganAt = 0
  #dropped = 0
  readonly #tellDropped: (why: string) => void

  constructor({ contentType, maxBytes, sender = 'the camera', dropped = () => {} }: MultipartOptions) {
    this.#sender = sender
    this.#maxBytes = maxBytes
    this.#tellDropped = dropped
    const boundary = boundaryOf(contentType)
    this.#announced = boundary === null ? [] : [`--${boundary}`, boundary]
    this.#delimiter = null
  }

  /** Parts that were no whole picture. */
  get dropped(): number {
    return this.#dropped
  }

  /** Bytes that wait for more. */
  get held(): number {
    return this.#queue.length
  }

  /** Whether the stream said that no part follows. */
  get ended(): boolean {
    return this.#state === 'ended'
  }

  /**
   * @param now any clock, ms; pictures whose part begins in this chunk are stamped with it
   * @throws RigError `http-answer` when what comes is no such stream
   */
  push(chunk: Uint8Array, now: number): StreamPicture[] {
    const pictures: StreamPicture[] = []
    // A huge chunk is taken in pieces, so that what is held stays bounded by the picture and not by the chunk.
    for (let from = 0; from < chunk.length && this.#state !== 'ended'; from += 65_536) {
      this.#queue.push(chunk.subarray(from, from + 65_536))
      while (this.#step(now, pictures)) {
        // Until nothing more can be told from what is there.
      }
    }
    return pictures
  }

  /** @returns whether there may be more to tell */
  #step(now: number, pictures: StreamPicture[]): boolean {
    switch (this.#state) {
      case 'between':
        return this.#readBetween(now)
      case 'head':
        return this.#readHead()
      case 'body':
        return this.#readBody(pictures)
      case 'ended':
        return false
    }
  }

  #readBetween(now: number): boolean {
    const line = this.#line()
    if (line === null) return false
    const divides = this.#divides(line)
    if (divides === 'last') {
      this.#state = 'ended'
    } else if (divides) {
      this.#trial = line
      this.#state = 'head'
      this.#headLines = 0
      this.#isHead = false
      this.#length = null
      this.#beganAt = now
    } else {
      this.#skipped += line.length + 1
      if (this.#skipped > this.#maxBytes) throw this.#notAStream('sends no parts')
    }
    return true
  }

  #divides(line: string): boolean | 'last' {
    if (this.#delimiter !== null) {
      if (line === this.#delimiter) return true
      return line === `${this.#delimiter}--` ? 'last' : false
    }
    if (this.#announced.includes(line)) return true
    if (line.endsWith('--') && this.#announced.includes(line.slice(0, -2))) return 'last'
    return line.startsWith('--') && line.length > 2 && line.length <= 200
  }

  #readHead(): boolean {
    const view = this.#queue.view()
    if (view.length < 2) return false
    // The empty line between head and body was forgotten.
    if (view.subarray(0, 2).equals(startOfJpeg)) return this.#beginBody()
    const line = this.#line()
    if (line === null) return false
    if (line === '') {
      if (this.#isHead || this.#announced.includes(this.#trial) || this.#trial === this.#delimiter) {
        return this.#beginBody()
      }
      this.#state = 'between'
      return true
    }
    const [, name = '', value = ''] = /^([\w-]{1,80})\s*:\s*(.*)$/.exec(line) ?? []
    if (name !== '') this.#isHead = true
    if (/^content-length$/i.test(name) && /^\d{1,12}$/.test(value)) this.#length = Number(value)
    if (++this.#headLines > maxHeadLines) throw this.#notAStream('sends a part whose head does not end')
    // A line that only looked like a delimiter, or one delimiter right after the other.
    if (name === '' && this.#divides(line) === true) this.#trial = line
    return true
  }

  #beginBody(): true {
    this.#delimiter = this.#trial
    this.#skipped = 0
    this.#searched = 0
    this.#state = 'body'
    return true
  }

  #readBody(pictures: StreamPicture[]): boolean {
    const view = this.#queue.view()
    const length = this.#length
    if (length !== null && length > 0 && length <= this.#maxBytes) {
      if (view.length < length) return this.#bodyEndedEarly(view, pictures)
      if (this.#emit(length, pictures)) return true
      // A wrong length: only the delimiter can tell.
      this.#length = null
    }
    if (this.#cutAtDelimiter(view, pictures)) return true
    if (endsLikeJpeg(view) && this.#emit(view.length, pictures)) return true
    if (view.length > this.#maxBytes) throw this.#notAStream(`sends a picture of more than ${this.#maxBytes} bytes`)
    return false
  }

  /** A length that is too large would swallow the next part. */
  #bodyEndedEarly(view: Buffer, pictures: StreamPicture[]): boolean {
    const at = this.#findDelimiter(view)
    if (at === null) return false
    const whole = typeof examinePicture(view.subarray(0, at)) !== 'string'
    if (!whole) return this.#drop(at)
    return this.#emit(at, pictures)
  }

  #cutAtDelimiter(view: Buffer, pictures: StreamPicture[]): boolean {
    const at = this.#findDelimiter(view)
    if (at === null) return false
    return this.#emit(at, pictures) || this.#drop(at)
  }

  /** Where the line break before the next delimiter line begins. */
  #findDelimiter(view: Buffer): number | null {
    const needle = this.#delimiter!
    for (;;) {
      const at = view.indexOf(needle, this.#searched)
      if (at === -1) {
        this.#searched = Math.max(this.#searched, view.length - needle.length + 1, 0)
        return null
      }
      const after = at + needle.length
      const next = view[after]
      // What follows decides whether it is a line of its own: wait for it.
      if (next === undefined || (next === 0x2d && after + 2 > view.length)) {
        this.#searched = at
        return null
      }
      // Some forget the line break after the picture.
      const endsPicture = view[at - 2] === 0xff && view[at - 1] === 0xd9
      const startsLine = at === 0 || view[at - 1] === 0x0a || endsPicture
      const endsLine = [0x0d, 0x0a, 0x20, 0x09].includes(next) || (next === 0x2d && view[after + 1] === 0x2d)
      if (startsLine && endsLine) return at
      this.#searched = at + 1
    }
  }

  #emit(length: number, pictures: StreamPicture[]): boolean {
    const file = examinePicture(this.#queue.view().subarray(0, length))
    if (typeof file === 'string') return false
    // No further than the picture itself: a length that is too large may reach into the next delimiter.
    pictures.push({ bytes: this.#queue.take(file.length), beganAt: this.#beganAt })
    this.#state = 'between'
    return true
  }

  #drop(length: number): true {
    const file = examinePicture(this.#queue.view().subarray(0, length))
    this.#dropped++
    this.#tellDropped(typeof file === 'string' ? file : 'has bytes behind its end')
    this.#queue.drop(length)
    this.#state = 'between'
    return true
  }

  /** The next line without its end, or null when it has none yet. A line that is too long is taken for junk. */
  #line(): string | null {
    const view = this.#queue.view()
    const end = view.indexOf(0x0a)
    if (end === -1 || end > maxLineBytes) {
      if (view.length <= maxLineBytes) return null
      if (this.#state === 'head') throw this.#notAStream('sends a part whose head does not end')
      const junk = end === -1 ? view.length : end + 1
      this.#skipped += junk
      if (this.#skipped > this.#maxBytes) throw this.#notAStream('sends no parts')
      this.#queue.drop(junk)
      return end === -1 ? null : ''
    }
    const line = view.toString('latin1', 0, end).trimEnd()
    this.#queue.drop(end + 1)
    return line
  }

  #notAStream(what: string): RigError {
    return new RigError('http-answer', `${this.#sender} ${what}; this is no MJPEG stream. Check the camera's address.`)
  }
}

/** RFC 2046, section 5.1.1, and what cameras make of it: quoted, unquoted, or with a quote forgotten. */
function boundaryOf(contentType: string): string | null {
  const found = /;\s*boundary\s*=\s*(?:"([^"]{1,200})"|"?([^\s;"]{1,200}))/i.exec(contentType)
  return found?.[1]?.trim() ?? found?.[2] ?? null
}

function endsLikeJpeg(view: Buffer): boolean {
  // At most a line break after it.
  for (let end = view.length; end >= view.length - 2 && end >= 2; end--) {
    if (view[end - 1] === 0xd9 && view[end - 2] === 0xff) return true
  }
  return false
}
