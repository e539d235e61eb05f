import { useEffect, useRef, useState } from 'preact/hooks'
import { type NameOf, type PickedCode, pickedCode, pickedFromFrames } from '../picked-code.ts'
import { pictureFault } from '../picture-fault.ts'
import { CodeReader } from './card-thread.ts'
import { bytesOf } from './file-bytes.ts'
import { pixelsIn, pixelsOf } from './picture-pixels.ts'
import { stopped } from './stopped.ts'
import { useWords } from './words.ts'

interface Props {
  /** What stands in the field that the text is for: whatever is typed there takes the place of what is still being read. */
  readonly field: string
  readonly nameOf: NameOf
  /** Something new is looked at: what was taken before, and what was said of it, counts no more. */
  readonly onNew: () => void
  readonly onText: (text: string) => void
}

/** A code fills a third of what a camera sees: with so many pixels a module of the finest one still has four. */
const widestFramePx = 1280
/** A photograph of a phone has 12 megapixels, of which a code needs few. */
const longestPhotographPx = 3200

type Said = 'noCamera' | 'noCode' | 'otherCode' | 'secret' | 'several' | 'heic' | 'tooLarge' | 'noPicture'

const saidOf = { none: 'noCode', other: 'otherCode', secret: 'secret', several: 'several' } as const

/** Takes the text of a field from what a camera sees or from a picture. Whatever comes of it is said, or stands in the field. */
export function CodeScan({ field, nameOf, onNew, onText }: Props) {
  const words = useWords()
  const [said, setSaid] = useState<Said | null>(null)
  /** What is being looked at: `camera`, or a picture that is read. */
  const [looking, setLooking] = useState<'camera' | 'picture' | null>(null)
  const video = useRef<HTMLVideoElement>(null)
  /** Of a look that another one, or somebody's hand, took the place of nothing is heard. */
  const current = useRef<AbortController | null>(null)
  const hear = useRef({ nameOf, onText })
  hear.current = { nameOf, onText }
  const end = () => {
    current.current?.abort(stopped)
    current.current = null
    setLooking(null)
    setSaid(null)
  }
  useEffect(() => {
    if (field !== '') end()
  }, [field])
  useEffect(() => {
    // A camera that nobody watches sees more than its owner knows.
    const look = () => {
      if (document.visibilityState === 'hidden' && video.current !== null) end()
    }
    document.addEventListener('visibilitychange', look)
    return () => {
      document.removeEventListener('visibilitychange', look)
      current.current?.abort(stopped)
    }
  }, [])
  const begin = (of: 'camera' | 'picture'): AbortSignal => {
    end()
    onNew()
    setLooking(of)
    current.current = new AbortController()
    return current.current.signal
  }
  const look = async (closed: AbortSignal, see: () => Promise<PickedCode | Said>) => {
    const seen = await see().catch(() => 'noPicture' as const)
    if (closed.aborted) return
    current.current = null
    setLooking(null)
    if (typeof seen === 'string') setSaid(seen)
    else if (seen.outcome === 'one') hear.current.onText(seen.text)
    else setSaid(saidOf[seen.outcome])
  }
  useEffect(() => {
    const closed = current.current?.signal
    if (looking !== 'camera' || closed === undefined) return
    const heard = ({ outcome }: PickedCode) =>
      setSaid(outcome === 'other' || outcome === 'secret' ? saidOf[outcome] : null)
    const naming: NameOf = text => hear.current.nameOf(text)
    void look(closed, () => watch(video.current!, closed, naming, heard).catch(() => 'noCamera' as const))
  }, [looking])
  const take = (file: Blob | undefined) => {
    if (file === undefined) return
    const closed = begin('picture')
    void look(closed, () => codeIn(file, closed, nameOf))
  }
  return (
    <>
      <p class="actions">
        <button
          type="button"
          aria-expanded={looking === 'camera'}
          onClick={() => (looking === 'camera' ? end() : void begin('camera'))}
        >
          {looking === 'camera' ? words.run.cancel : words.code.scan}
        </button>
        {looking === 'camera' && <video ref={video} muted playsInline aria-label={words.code.scan} />}
        <label
          class="button"
          aria-busy={looking === 'picture'}
          onDragOver={event => event.preventDefault()}
          onDrop={event => {
            event.preventDefault()
            take(event.dataTransfer?.files[0])
          }}
        >
          {words.code.photo}
          <input
            type="file"
            accept="image/*"
            onChange={({ currentTarget }) => {
              const file = currentTarget.files?.[0]
              currentTarget.value = ''
              take(file)
            }}
          />
        </label>
      </p>
      {said !== null && (
        <p role="alert" class="bad">
          {words.code[said]}
        </p>
      )}
    </>
  )
}

/** Looks through the camera until it has seen one code of the wanted kind, or two. The camera goes off on every way out. */
async function watch(
  video: HTMLVideoElement,
  closed: AbortSignal,
  nameOf: NameOf,
  onFrame: (picked: PickedCode) => void,
): Promise<PickedCode> {
  const facing = { facingMode: 'environment', width: { ideal: widestFramePx } }
  const stream = await navigator.mediaDevices.getUserMedia({ video: facing, audio: false })
  let reader: CodeReader | null = null
  try {
    reader = await CodeReader.open(closed)
    video.srcObject = stream
    await video.play()
    let frames: readonly (readonly string[])[] = []
    while (!closed.aborted) {
      const texts = await reader.read(pixelsOf(video, video.videoWidth, video.videoHeight, widestFramePx), false)
      if (closed.aborted) break
      const shows = texts.some(text => nameOf(text) !== null)
      if (shows) frames = [...frames, texts]
      const picked = pickedFromFrames(frames, nameOf)
      if (picked.outcome === 'one' || picked.outcome === 'several') return picked
      onFrame(shows ? picked : pickedFromFrames([texts], nameOf))
    }
    return { outcome: 'none' }
  } finally {
    reader?.close()
    for (const track of stream.getTracks()) track.stop()
  }
}

/** The code of the wanted kind in a picture file, or why there is none. Never settles where it is closed meanwhile. */
async function codeIn(file: Blob, closed: AbortSignal, nameOf: NameOf): Promise<PickedCode | Said> {
  const reader = await CodeReader.open(closed)
  try {
    const fault = pictureFault(await bytesOf(file))
    // Too large to make room for; of what else looks wrong some browsers see enough for a code.
    if (fault === 'too-large') return 'tooLarge'
    const pixels = await pixelsIn(file, longestPhotographPx)
    if (pixels === null) return fault === 'heic' ? 'heic' : 'noPicture'
    return pickedCode(await reader.read(pixels, true), nameOf)
  } catch (error) {
    return error instanceof RangeError ? 'tooLarge' : 'noPicture'
  } finally {
    reader.close()
  }
}
