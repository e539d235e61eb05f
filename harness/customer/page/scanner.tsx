import { useEffect, useRef, useState } from 'preact/hooks'
import { pictureFault } from '../picture-fault.ts'
import { CodeReader } from './card-thread.ts'
import { bytesOf } from './file-bytes.ts'
import { useWords } from './words.ts'
import type { CanvasPixels } from './worker-messages.ts'

interface Props {
  /** True: that was it, look no further. */
  readonly onTexts: (texts: readonly string[]) => boolean
}

/** A code fills a third of what a camera sees: with so many pixels a module of the finest one still has four. */
const widestFramePx = 1280
/** A photograph of a phone has 12 megapixels, of which a code needs few. */
const longestPhotographPx = 3200

/** A button that shows what a camera sees until a code was read in it. */
export function CameraScan({ onTexts }: Props) {
  const words = useWords()
  const [open, setOpen] = useState(false)
  const [refused, setRefused] = useState(false)
  const video = useRef<HTMLVideoElement>(null)
  const hear = useRef(onTexts)
  hear.current = onTexts
  useEffect(() => {
    if (!open) return
    const closed = new AbortController()
    const end = () => {
      if (!closed.signal.aborted) setOpen(false)
    }
    void watch(video.current!, closed.signal, texts => hear.current(texts)).then(end, () => {
      end()
      setRefused(true)
    })
    return () => closed.abort()
  }, [open])
  return (
    <>
      <button
        type="button"
        aria-expanded={open}
        onClick={() => {
          setRefused(false)
          setOpen(!open)
        }}
      >
        {open ? words.run.cancel : words.code.scan}
      </button>
      {open && <video ref={video} muted playsInline aria-label={words.code.scan} />}
      {refused && (
        <span role="alert" class="bad">
          {words.code.noCamera}
        </span>
      )}
    </>
  )
}

/** Looks through the camera until `onTexts` has what it wants. The camera goes off on every way out. */
async function watch(video: HTMLVideoElement, closed: AbortSignal, onTexts: Props['onTexts']): Promise<void> {
  const facing = { facingMode: 'environment', width: { ideal: widestFramePx } }
  const stream = await navigator.mediaDevices.getUserMedia({ video: facing, audio: false })
  const reader = new CodeReader()
  try {
    video.srcObject = stream
    await video.play()
    while (!closed.aborted) {
      const texts = await reader.read(pixelsOf(video, video.videoWidth, video.videoHeight, widestFramePx), false)
      if (closed.aborted || onTexts(texts)) return
    }
  } finally {
    reader.close()
    for (const track of stream.getTracks()) track.stop()
  }
}

/** A button that takes a picture, by the system's own camera or from a file. */
export function PhotographScan({ onTexts }: Props) {
  const words = useWords()
  const [said, setSaid] = useState<'noCode' | 'heic' | 'tooLarge' | 'noPicture' | null>(null)
  const [busy, setBusy] = useState(false)
  /** What is being read; nothing is heard of it once the field is gone, cleared that is. */
  const reading = useRef<CodeReader | null>(null)
  useEffect(
    () => () => {
      reading.current?.close()
      reading.current = null
    },
    [],
  )
  const look = async (file: Blob) => {
    reading.current?.close()
    setSaid(null)
    setBusy(true)
    const reader = new CodeReader()
    reading.current = reader
    try {
      const fault = pictureFault(await bytesOf(file))
      // Too large to make room for; of what else looks wrong some browsers see enough for a code.
      if (fault === 'too-large') return setSaid('tooLarge')
      const pixels = await pixelsIn(file, longestPhotographPx)
      if (pixels === null) return setSaid(fault === 'heic' ? 'heic' : 'noPicture')
      const texts = await reader.read(pixels, true)
      if (reading.current !== reader) return
      setSaid(texts.length === 0 ? 'noCode' : null)
      onTexts(texts)
    } catch (error) {
      setSaid(error instanceof RangeError ? 'tooLarge' : 'noPicture')
    } finally {
      reader.close()
      if (reading.current === reader) setBusy(false)
    }
  }
  return (
    <>
      <label
        class="button"
        aria-busy={busy}
        onDragOver={event => event.preventDefault()}
        onDrop={event => {
          event.preventDefault()
          const file = event.dataTransfer?.files[0]
          if (file) void look(file)
        }}
      >
        {words.code.photo}
        <input
          type="file"
          accept="image/*"
          onChange={({ currentTarget }) => {
            const file = currentTarget.files?.[0]
            currentTarget.value = ''
            if (file) void look(file)
          }}
        />
      </label>
      {said !== null && (
        <span role="alert" class="bad">
          {words.code[said]}
        </span>
      )}
    </>
  )
}

/** The pixels of a picture file, upright, made smaller where it is longer than that. Null: the browser cannot open it. */
export async function pixelsIn(file: Blob, longestPx: number): Promise<CanvasPixels | null> {
  const picture = await createImageBitmap(file).catch(() => null)
  if (picture === null) return null
  try {
    return pixelsOf(picture, picture.width, picture.height, longestPx)
  } finally {
    picture.close()
  }
}

/** A picture's pixels, made smaller where it is longer than that. */
function pixelsOf(source: CanvasImageSource, width: number, height: number, longestPx: number): CanvasPixels {
  const scale = Math.min(1, longestPx / Math.max(width, height))
  const [w, h] = [width, height].map(side => Math.max(1, Math.round(side * scale))) as [number, number]
  const context = new OffscreenCanvas(w, h).getContext('2d', { willReadFrequently: true })
  if (context === null) throw new Error('no canvas')
  context.imageSmoothingQuality = 'high'
  context.drawImage(source, 0, 0, w, h)
  return { width: w, height: h, data: context.getImageData(0, 0, w, h).data as CanvasPixels['data'] }
}
