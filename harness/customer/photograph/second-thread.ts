import type { Raster } from '../../imaging/raster.ts'
import type { VisionTools } from '../../vision/read/read-photograph.ts'
import type { LineCrop } from '../../vision/text/line-crop.ts'
import type { LineReading } from '../../vision/text/line-reading.ts'
import type { FieldFont, TextField } from '../../vision/text/text-field.ts'
import type { TextReader } from '../../vision/text/text-reader.ts'
import { unfitIn } from './opened-picture.ts'
import type { Unfit } from './photograph-messages.ts'

/*
 * A second thread that does beforehand what the first one will ask for: the same programs over the same pixels, so that no reading depends on
 * whether there is one. What it did not begin in time, or failed at, the first thread does itself.
 */

/** A field without what cannot be sent: its font by name. */
interface SentField extends Omit<TextField, 'font'> {
  readonly font?: Omit<FieldFont, 'outlines'> & { readonly file: string }
}

/** What can be asked of the second thread, and what it answers. */
interface Work {
  readonly line: {
    readonly asked: { readonly crop: LineCrop; readonly field: SentField }
    readonly answer: LineReading
  }
  readonly detect: { readonly asked: Raster; readonly answer: Float32Array }
  readonly unfit: { readonly asked: Uint8Array<ArrayBuffer>; readonly answer: Unfit | null }
}
type Kind = keyof Work
type ToSecond = { readonly [K in Kind]: { readonly kind: K; readonly asked: Work[K]['asked'] } }[Kind]
type FromSecond = { readonly opened: true } | { readonly answer: unknown } | { readonly failed: true }

interface Task {
  readonly message: ToSecond
  readonly answered: (answer: unknown) => void
  readonly failed: () => void
}

/** The second thread as the first one sees it: one task at a time, in the order in which they were told. */
export class SecondThread {
  readonly #port: MessagePort
  #isOpen = false
  #running: Task | null = null
  #waiting: Task[] = []

  constructor(port: MessagePort) {
    this.#port = port
    port.onmessage = ({ data }: MessageEvent<FromSecond>) => {
      if ('opened' in data) this.#isOpen = true
      else if ('failed' in data) this.#running?.failed()
      else this.#running?.answered(data.answer)
      if (!('opened' in data)) this.#running = null
      this.#next()
    }
  }

  /** Takes up a task. The answer is null where the thread had not begun it when it was asked for, or failed: the asker does it then. */
  begin<K extends Kind>(kind: K, asked: Work[K]['asked']): () => Promise<{ readonly it: Work[K]['answer'] } | null> {
    const { promise, resolve } = Promise.withResolvers<{ readonly it: Work[K]['answer'] } | null>()
    const task: Task = {
      message: { kind, asked } as ToSecond,
      answered: answer => resolve({ it: answer as Work[K]['answer'] }),
      failed: () => resolve(null),
    }
    this.#waiting.push(task)
    this.#next()
    return () => {
      if (this.#waiting.includes(task)) {
        this.#waiting = this.#waiting.filter(one => one !== task)
        task.failed()
      }
      return promise
    }
  }

  /** What it has not begun yet is not wanted any more. */
  drop(): void {
    for (const task of this.#waiting) task.failed()
    this.#waiting = []
  }

  /** The thread has ended: nothing more is to be waited for. */
  end(): void {
    this.#isOpen = false
    this.#running?.failed()
    this.#running = null
    this.drop()
  }

  #next(): void {
    if (!this.#isOpen || this.#running !== null) return
    this.#running = this.#waiting.shift() ?? null
    if (this.#running !== null) this.#port.postMessage(this.#running.message)
  }
}

/** Serves another thread, one task after the other. */
export async function serveFirst(port: MessagePort, tools: Promise<VisionTools>): Promise<void> {
  const { text, detector } = await tools
  const answerOf = async ({ kind, asked }: ToSecond): Promise<unknown> => {
    if (kind === 'unfit') return await unfitIn(asked)
    if (kind === 'detect') return await detector!.detect(asked)
    return await text.readLine(asked.crop, received(asked.field, text))
  }
  port.onmessage = ({ data }: MessageEvent<ToSecond>) => {
    answerOf(data).then(
      answer => port.postMessage({ answer } satisfies FromSecond),
      () => port.postMessage({ failed: true } satisfies FromSecond),
    )
  }
  port.postMessage({ opened: true } satisfies FromSecond)
}

/** The same tools, with what the second thread did beforehand. */
export function withSecond(tools: VisionTools, second: SecondThread): VisionTools {
  const { text, detector } = tools
  const lines = new Map<LineCrop, { readonly under: string; readonly take: ReturnType<typeof second.begin<'line'>> }>()
  const pictures = new Map<Raster, ReturnType<typeof second.begin<'detect'>>>()
  return {
    text: {
      ...text,
      ahead(line, field) {
        const { raster, pixelsPerMm, capHeightPx, baselineY, span } = line
        const crop = { raster, pixelsPerMm, capHeightPx, baselineY, ...(span && { span }) }
        lines.set(line, { under: nameOf(field), take: second.begin('line', { crop, field: sent(field) }) })
      },
      async readLine(crop, field, signal) {
        const begun = lines.get(crop)
        lines.delete(crop)
        const done = await begun?.take()
        signal?.throwIfAborted()
        return done && begun?.under === nameOf(field) ? done.it : await text.readLine(crop, field, signal)
      },
    },
    ...(detector && {
      detector: {
        ...detector,
        ahead: (raster: Raster) => void pictures.set(raster, second.begin('detect', raster)),
        async detect(raster: Raster) {
          const done = await pictures.get(raster)?.()
          pictures.delete(raster)
          return done ? done.it : await detector.detect(raster)
        },
      },
    }),
  }
}

function sent({ font, ...field }: TextField): SentField {
  if (font === undefined) return field
  const { outlines, ...how } = font
  return { ...field, font: { ...how, file: outlines.file } }
}

function received({ font, ...field }: SentField, { openFont }: TextReader): TextField {
  if (font === undefined) return field
  const { file, ...how } = font
  return { ...field, font: { ...how, outlines: openFont(file) } }
}

/** Equal for fields that ask for the same. */
const nameOf = (field: TextField): string => JSON.stringify(sent(field))
