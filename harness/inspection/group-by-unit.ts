import type { Mark, ProductProfile } from '../products/profile.ts'
import { roleOf } from '../products/role.ts'
import type { PhotographReading } from '../vision/reading.ts'

/**
 * Puts photographs of the same unit together by what was read on them, before any record is known: those that show the same serial
 * on the card. A sticker alone says nothing of the card that it lies on: without the card's serial a photograph stays alone, but
 * where there is no card to be read, of loose layers and of a product that has no serial on its card.
 */
export function groupByUnit<P>(
  photographs: readonly P[],
  readingOf: (photograph: P) => PhotographReading,
  profile: ProductProfile,
): readonly (readonly P[])[] {
  const identifying = profile.marks.filter(isIdentifying)
  const onCards = identifying.filter(mark => roleOf(mark) === 'serial' && mark.on === 'card')
  const namesOf = (photograph: P): readonly string[] => {
    const reading = readingOf(photograph)
    const hasNoSerial = onCards.length === 0 || (reading.card === null && reading.looseLayers !== undefined)
    return identifiers(reading, hasNoSerial ? identifying : onCards)
  }
  const groups: P[][] = []
  for (const photograph of photographs) {
    const own = namesOf(photograph)
    const same = groups.filter(group => group.some(other => namesOf(other).some(name => own.includes(name))))
    if (same.length === 1) same[0]!.push(photograph)
    else groups.push([photograph])
  }
  return groups
}

function isIdentifying(mark: Mark): boolean {
  return !mark.secret && ['serial', 'address-qr'].includes(roleOf(mark))
}

/** `mark text` of every identifying mark that was read. */
function identifiers({ marks }: PhotographReading, wanted: readonly Mark[]): readonly string[] {
  return marks
    .filter(({ mark, outcome }) => outcome === 'read' && wanted.some(({ name }) => name === mark))
    .flatMap(({ mark, text }) => (typeof text === 'string' ? [`${mark} ${text}`] : []))
}
