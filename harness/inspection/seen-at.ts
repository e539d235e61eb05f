import { isOfCover } from '../core/vocabulary.ts'
import type { PhotographReading } from '../vision/reading.ts'
import type { Station } from './station.ts'

/**
 * What a photograph counts for at a station: loose layers are looked at before lamination and nowhere else, a card
 * everywhere but there. A photograph of the wrong thing leaves its marks unread, so that a layer held under the camera never
 * stands in for the card that carries it, nor a finished card for its layers.
 */
export function seenAt({ name, state }: Station, reading: PhotographReading): PhotographReading {
  const { card, looseLayers = [], because } = reading
  const showsLayers = looseLayers.length > 0
  if (state === 'printed') {
    if (showsLayers) return reading
    const instead = card === null ? (because ?? 'no loose layer in view') : 'a card is in view'
    return unreadAll(reading, `station ${name} looks at the two layers before lamination: ${instead}`)
  }
  if (!showsLayers) return reading
  return { ...unreadAll(reading, because ?? 'no card in view'), states: [] }
}

/** The measurements go too: they are of marks that do not count. */
function unreadAll(reading: PhotographReading, because: string): PhotographReading {
  return {
    ...reading,
    marks: reading.marks.map(({ mark, outcome, where }) => ({
      mark,
      outcome: isOfCover(outcome) ? 'unsure' : 'unread',
      text: null,
      confidence: 0,
      readers: [],
      alternatives: null,
      where,
      because,
    })),
    measurements: [],
  }
}
