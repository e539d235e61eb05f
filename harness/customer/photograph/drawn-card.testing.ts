import type { ProductProfile } from '../../products/profile.ts'
import { loadZxing } from '../../vision/symbols/zxing-wasm.ts'
import { noLine } from '../../vision/text/line-reading.ts'
import { readDrawnCard } from './drawn-card.ts'

/** What of its drawn card a page asked to be read, and how it ended. Runs in a browser; `zxing` is base64. */
export async function askedOfDrawnCard(profile: ProductProfile, zxing: string, stopAfter: number) {
  loadZxing(Uint8Array.from(atob(zxing), character => character.charCodeAt(0)).buffer)
  const stop = new AbortController()
  let [lines, pictures] = [0, 0]
  const reading = await readDrawnCard(
    profile,
    {
      text: {
        engine: 'wasm',
        readers: [],
        openFont() {
          throw new Error('no font here')
        },
        async readLine() {
          lines++
          // As a message would: not in the same step.
          if (lines === stopAfter) setTimeout(() => stop.abort())
          return noLine('not read here')
        },
        async [Symbol.asyncDispose]() {},
      },
      detector: {
        async detect({ width, height }) {
          pictures++
          return new Float32Array(width * height)
        },
        async [Symbol.asyncDispose]() {},
      },
    },
    stop.signal,
  ).catch(error => error as Error)
  return { lines, pictures, ended: reading instanceof Error ? reading.name : reading.symbolsRead }
}
