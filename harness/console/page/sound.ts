import { useEffect } from 'preact/hooks'

/** Until somebody has acknowledged it, every so often, ms. */
const AGAIN_MS = 2500

let context: AudioContext | null = null

/** Two tones down, as long as it takes to hear them. A browser that lets no page sound before a click stays silent until then. */
function alarm(): void {
  try {
    context ??= new AudioContext()
    void context.resume()
    for (const [at, hertz] of [
      [0, 660],
      [0.22, 440],
    ] as const) {
      const tone = context.createOscillator()
      const volume = context.createGain()
      tone.frequency.value = hertz
      volume.gain.setValueAtTime(0.2, context.currentTime + at)
      volume.gain.exponentialRampToValueAtTime(0.001, context.currentTime + at + 0.2)
      tone.connect(volume).connect(context.destination)
      tone.start(context.currentTime + at)
      tone.stop(context.currentTime + at + 0.21)
    }
  } catch {
    // No sound device: word, shape and colour are there.
  }
}

/** Sounds while something waits to be acknowledged. */
export function useAlarm(sounds: boolean): void {
  useEffect(() => {
    if (!sounds) return
    alarm()
    const again = setInterval(alarm, AGAIN_MS)
    return () => clearInterval(again)
  }, [sounds])
}
