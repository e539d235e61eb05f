import { Secret } from '../core/secret.ts'
import type { PictureCorrection } from '../imaging/correct-picture.ts'
import type { ProductProfile } from '../products/profile.ts'
import type { Vision } from '../vision/pool/vision.ts'
import type { PhotographReading } from '../vision/reading.ts'

/** A product that a card may be of, and how `--product` names it. */
export interface KnownProduct {
  readonly profile: ProductProfile
  readonly choose: string
}

/** A picture that was read as a card of the chosen product. */
export interface ReadAsChosen {
  readonly bytes: Uint8Array
  readonly chosen: ProductProfile
  readonly reading: PhotographReading
  readonly correction?: PictureCorrection | null
}

/** So many photographs without the chosen product are held against the others; after them it is not the product. */
const mostTries = 2
/** A product is another one's likeness where so many of its marks were read, on a card that is wholly there. */
const fewestMarks = 2

/** What else a photograph may show. To look for all products takes long, so the one that was found is asked first. */
export class Likeness {
  readonly #vision: Vision
  #others: readonly KnownProduct[]
  #tries = 0

  /** @param others products to look for where the chosen one is not seen */
  constructor(vision: Vision, others: readonly KnownProduct[]) {
    this.#vision = vision
    this.#others = others
  }

  /** «this looks like assay-reference (…): …»; null where it shows the chosen product, or nothing that is known. */
  async sentence(
    { bytes, chosen, reading, correction = null }: ReadAsChosen,
    signal: AbortSignal | undefined,
  ): Promise<string | null> {
    if (this.#others.length === 0 || this.#tries >= mostTries || !isMisfit(reading)) return null
    this.#tries++
    for (const other of this.#others) {
      const { profile, choose } = other
      if (profile.name === chosen.name) continue
      const seen = (await this.#vision.look(bytes, profile, { signal, correction, crops: false })).reading
      for (const { text } of seen.marks) if (text instanceof Secret) text.dispose()
      if (seen.card === null || marksRead(seen.marks) < fewestMarks || isTurned(seen)) continue
      this.#tries = 0
      this.#others = [other]
      return `this looks like ${profile.name} (${profile.title}), and ${chosen.name} was chosen: add --product ${choose}`
    }
    return null
  }
}

/**
 * Something of a card was found, and it does not lie as the product has it: cut off, or another product's. What reads as a
 * secret where hardly a mark of the product was read may be a public text of another one. What lies turned may lie as another has it.
 */
function isMisfit(reading: PhotographReading): boolean {
  const { card, because, marks, looseLayers = [], exposed = [] } = reading
  if (looseLayers.length >= 2) return false
  if (isTurned(reading)) return true
  if (exposed.length > 0 && (card === null || marksRead(marks) < fewestMarks)) return true
  return card === null && because?.includes('outside the picture') === true
}

const isTurned = ({ measurements }: PhotographReading) => measurements.some(({ name }) => name === 'symbol-turn')

const marksRead = (marks: PhotographReading['marks']) => marks.filter(({ outcome }) => outcome === 'read').length
