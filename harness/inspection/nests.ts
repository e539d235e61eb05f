import type { VirtualRig } from '../../devices/rig.ts'
import type { Scanner } from '../../devices/scanner/scanner.ts'
import type { CardSurface } from '../../devices/virtual/card-surface.ts'
import { AssayError } from '../core/assay-error.ts'
import type { Nest } from './inspect-lot.ts'

/** A card that a virtual rig can have laid in. */
export interface TwinCard {
  draw(signal: AbortSignal | undefined): Promise<CardSurface>
}

/** Lays one card after the other into the twin's nest. */
export function twinNest(rig: Pick<VirtualRig, 'place'>, cards: Iterable<TwinCard>): Nest {
  const left = cards[Symbol.iterator]()
  return {
    next: async signal => {
      signal?.throwIfAborted()
      const { value, done } = left.next()
      rig.place(done === true ? null : await value.draw(signal))
      return done !== true
    },
  }
}

/** What a person at the bench answers: lines of standard input. */
export interface Answers {
  /** The next line; null at the end. Rejects with the signal's reason. */
  next(signal: AbortSignal | undefined): Promise<string | null>
}

/** A person lays the cards in: Enter when one lies there, `q` or the end of the input when there is no more. */
export function handNest(answers: Answers, ask: (question: string) => void): Nest {
  return {
    next: async signal => {
      ask('Lay the next card in and press Enter; q and Enter when there is no more.')
      const answer = await answers.next(signal)
      return answer !== null && answer.trim().toLowerCase() !== 'q'
    },
  }
}

/** A nest whose cards are scanned as they are laid in. */
export interface ScannedNest extends Nest {
  /** Serial that was scanned for the card in the nest; null before the first one. */
  readonly scanned: string | null
}

/** What {@link scannedNest} works with. */
export interface ScanToStart {
  readonly scanner: Scanner
  /** Serial of the one unit that a serial or an address names; null where there is none. */
  find(text: string): string | null
  readonly answers: Answers
  ask(question: string): void
}

/** How long the scanner reads at a time, ms; what came meanwhile and was no code is told then. */
const scanMs = 60_000

/**
 * A person lays the cards in and scans each, which starts it: no Enter. What names no unit of the lot is refused and the scan goes on;
 * `q` or the end of the input when there is no more. Rejects with what the scanner is lost by.
 */
export function scannedNest({ scanner, find, answers, ask }: ScanToStart): ScannedNest {
  let scanned: string | null = null
  return {
    get scanned() {
      return scanned
    },
    next: async signal => {
      scanned = null
      ask('Lay the next card in and scan its serial or address; q and Enter when there is no more.')
      const over = new AbortController()
      const stop = signal === undefined ? over.signal : AbortSignal.any([signal, over.signal])
      const code = scannedUnit(scanner, find, ask, stop)
      const noMore = untilNoMore(answers, ask, stop)
      try {
        scanned = await Promise.race([code, noMore])
        return scanned !== null
      } finally {
        over.abort()
        // The scanner is free, and its light off, before anything is photographed.
        await Promise.allSettled([code, noMore])
      }
    },
  }
}

async function scannedUnit(
  scanner: Scanner,
  find: ScanToStart['find'],
  ask: ScanToStart['ask'],
  signal: AbortSignal,
): Promise<string> {
  let told = null as string | null
  while (true) {
    try {
      const { payload } = await scanner.scan(scanMs, signal)
      // What the lot's public records hold is public, whatever it looks like. Nothing else is repeated.
      const unit = find(typeof payload === 'string' ? payload : payload.exposeText())
      if (typeof payload !== 'string') payload.dispose()
      if (unit !== null) return unit
      told = null
      ask(typeof payload === 'string' ? noCardOfLot : mayBeSecret)
    } catch (error) {
      if (signal.aborted || !(error instanceof AssayError) || !isScanAgain(error)) throw error
      // Once, not every minute.
      if (error.message !== told) ask(error.message)
      told = error.message
    }
  }
}

const noCardOfLot = 'No card of the lot has the code that was scanned. Scan the serial or the address of the card.'
const mayBeSecret =
  'The code that was scanned is no serial and no address of the lot, and may be a key or a passphrase: it was thrown away. Scan the serial or the address of the card.'

const isScanAgain = ({ code }: AssayError) => code === 'scan-noise' || code === 'scan-deadline'

async function untilNoMore(answers: Answers, ask: ScanToStart['ask'], signal: AbortSignal): Promise<null> {
  while (true) {
    const answer = await answers.next(signal)
    if (answer === null || answer.trim().toLowerCase() === 'q') return null
    ask('Scan the card: Enter alone starts nothing here.')
  }
}

/**
 * Lines of a stream, one at a time. Nothing is taken from it before the first question: what is typed until then, a password,
 * is for somebody else. What is read ahead waits for the next question; disposing lets the process end.
 */
export function answersOf(input: NodeJS.ReadStream): Answers & Disposable {
  const lines: string[] = []
  let rest = ''
  let isEnded = false
  let wake = () => {}
  const onData = (chunk: Buffer | string) => {
    const parts = (rest + chunk.toString()).split('\n')
    rest = parts.pop()!
    lines.push(...parts)
    wake()
  }
  const onEnd = () => {
    isEnded = true
    wake()
  }
  let isListening = false
  return {
    next: async signal => {
      signal?.throwIfAborted()
      if (!isListening) input.on('data', onData).on('end', onEnd)
      isListening = true
      input.resume()
      const aborted = () => wake()
      signal?.addEventListener('abort', aborted)
      try {
        while (lines.length === 0 && !isEnded) {
          await new Promise<void>(resolve => {
            wake = resolve
          })
          signal?.throwIfAborted()
        }
      } finally {
        signal?.removeEventListener('abort', aborted)
        input.pause()
      }
      return lines.shift() ?? null
    },
    [Symbol.dispose]() {
      input.off('data', onData).off('end', onEnd)
      input.pause()
      input.unref?.()
    },
  }
}
