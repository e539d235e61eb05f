import { examineContainer } from '../imaging/container.ts'
import { sniffFormat } from '../imaging/format.ts'

/** Why a file is of no use as a photograph, as far as its owner can do something about it. */
export type PictureFault = 'heic' | 'too-large' | 'no-picture' | 'not-whole'

/** By the outside of the file alone, before a browser makes room for its pixels. Null: it may be a whole photograph. */
export function pictureFault(file: Uint8Array): PictureFault | null {
  const sniffed = sniffFormat(file)
  if (sniffed.kind === 'foreign') return ['HEIC', 'AVIF'].includes(sniffed.name) ? 'heic' : 'no-picture'
  const container = examineContainer(file)
  if (!('fault' in container)) return null
  return faults[container.fault]
}

const faults = {
  empty: 'no-picture',
  unknown: 'no-picture',
  foreign: 'no-picture',
  'several-frames': 'no-picture',
  'cut-short': 'not-whole',
  damaged: 'not-whole',
  'too-large': 'too-large',
} as const
