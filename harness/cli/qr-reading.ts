import type { ExitCode } from '../core/assay-error.ts'
import { looksSecret } from '../core/looks-secret.ts'
import { mapQuad, type Quad } from '../imaging/quad.ts'
import type { PictureAnswer } from '../vision/pool/vision-wire.ts'
import type { SymbolSeen } from '../vision/reading.ts'
import { printPictures } from './picture-lines.ts'

/** The smallest symbol has 21 modules a side. */
const MIN_SIDE_PX = 21

/** One symbol of an output line; the order of the keys is the order on screen. */
interface SymbolLine {
  /** Null when not decoded, not UTF-8, or a secret that is not to be shown. */
  readonly text: string | null
  /** Lower-case hex; null when not decoded or not to be shown. */
  readonly bytes: string | null
  readonly secret: boolean
  readonly corners: Quad
  readonly version: number | null
  readonly level: string | null
  readonly readers: readonly string[]
  readonly unusedErrorCorrection: number | null
}

interface QrLine {
  readonly photo: string
  readonly width: number
  readonly height: number
  readonly symbols: readonly SymbolLine[]
}

/** Reads the pictures one after the other; a bad one does not stop the rest. */
export function readPictures(
  pictures: readonly string[],
  options: { readonly json?: boolean; readonly revealSecrets?: boolean },
  print: (line: string) => void,
  signal?: AbortSignal,
): Promise<ExitCode> {
  const reveal = options.revealSecrets === true
  const question = { minSidePx: MIN_SIDE_PX, line: null }
  const lineOf = ({ size, symbols }: PictureAnswer, photo: string): QrLine => ({
    photo,
    width: size.width,
    height: size.height,
    symbols: symbols.map(symbol => symbolLine(symbol, reveal)),
  })
  const isRead = ({ symbols }: QrLine) => symbols.some(wasRead)
  return printPictures(pictures, { question, lineOf, isRead, forPeople }, options, print, signal)
}

function symbolLine(symbol: SymbolSeen, reveal: boolean): SymbolLine {
  const secret = symbol.bytes !== null && looksSecret(symbol.bytes)
  const shown = secret && !reveal ? null : symbol.bytes
  return {
    text: shown && asText(shown),
    bytes: shown && Buffer.from(shown).toString('hex'),
    secret,
    corners: mapQuad(symbol.corners, ([x, y]) => [rounded(x), rounded(y)]),
    version: symbol.version,
    level: symbol.errorCorrectionLevel,
    readers: symbol.readers,
    unusedErrorCorrection: symbol.unusedErrorCorrection,
  }
}

function wasRead(symbol: SymbolLine): boolean {
  return symbol.readers.length > 0
}

function asText(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return null
  }
}

function rounded(coordinate: number): number {
  return Math.round(coordinate * 100) / 100
}

function forPeople(line: QrLine): string[] {
  if (line.symbols.length === 0) return [`${line.photo}: no QR symbol`]
  return line.symbols.map(symbol => {
    const { version, level, readers } = symbol
    if (!wasRead(symbol)) return `${line.photo}: a symbol is there, but it could not be read`
    const payload = symbol.text ?? (symbol.secret ? '[secret]' : `hex ${symbol.bytes}`)
    // A payload is whatever somebody printed: control characters must not drive the terminal.
    return `${line.photo}: ${JSON.stringify(payload)} (version ${version}-${level}, ${readers.join(' and ')})`
  })
}
