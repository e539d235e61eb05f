import { useEffect, useRef, useState } from 'preact/hooks'
import { KeyButton } from './key-button.tsx'
import { useWords } from './words.ts'

interface CameraProps {
  /** A photograph was taken. */
  readonly onPicture: (picture: File) => void
}

/** More than any camera has: the browser gives the most that this one can. */
const widest = { width: { ideal: 4096 }, height: { ideal: 3072 } }
const quality = 0.95

/** The camera of this device: what it sees, and a button. Nothing of it leaves the page but the photographs that are taken. */
export function Camera({ onPicture }: CameraProps) {
  const { camera: words } = useWords()
  const video = useRef<HTMLVideoElement>(null)
  const [stream, setStream] = useState<MediaStream | null>(null)
  const [said, setSaid] = useState<string | null>(null)
  const close = () => {
    for (const track of stream?.getTracks() ?? []) track.stop()
    setStream(null)
  }
  useEffect(() => {
    if (video.current !== null) video.current.srcObject = stream
    // A camera that nobody watches sees more than its owner knows.
    const look = () => {
      if (document.visibilityState === 'hidden') close()
    }
    document.addEventListener('visibilitychange', look)
    return () => {
      document.removeEventListener('visibilitychange', look)
      for (const track of stream?.getTracks() ?? []) track.stop()
    }
  }, [stream])
  // Browsers have none for pages that came in clear over a network.
  if (navigator.mediaDevices === undefined) return null
  const open = async () => {
    setSaid(null)
    try {
      setStream(
        await navigator.mediaDevices.getUserMedia({ video: { facingMode: { ideal: 'environment' }, ...widest } }),
      )
    } catch {
      setSaid(words.none)
    }
  }
  const shoot = async () => {
    const { videoWidth: width, videoHeight: height } = video.current!
    if (width === 0) return
    const canvas = new OffscreenCanvas(width, height)
    canvas.getContext('2d')!.drawImage(video.current!, 0, 0)
    const bytes = await canvas.convertToBlob({ type: 'image/jpeg', quality })
    onPicture(new File([bytes], `camera-${new Date().toISOString().slice(11, 19).replaceAll(':', '')}.jpg`))
  }
  if (stream === null) {
    return (
      <>
        <KeyButton keyName="k" run={() => void open()}>
          {words.open}
        </KeyButton>
        <p class="refused" role="status">
          {said}
        </p>
      </>
    )
  }
  return (
    <div class="camera">
      <video ref={video} autoPlay muted playsInline aria-label={words.sees} />
      <div class="choices">
        <KeyButton keyName="t" class="main" run={() => void shoot()}>
          {words.shoot}
        </KeyButton>
        <KeyButton keyName="k" run={close}>
          {words.close}
        </KeyButton>
      </div>
    </div>
  )
}
