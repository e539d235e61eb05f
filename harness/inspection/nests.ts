import type { VirtualRig } from '../../devices/rig.ts'
import type { CardSurface } from '../../devices/virtual/card-surface.ts'
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
