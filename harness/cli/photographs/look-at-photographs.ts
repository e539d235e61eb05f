import { AssayError, type ExitCode } from '../../core/assay-error.ts'
import { Secret } from '../../core/secret.ts'
import { readPictureFile } from '../../imaging/file.node.ts'
import type { ProductProfile } from '../../products/profile.ts'
import { type Look, type LookOptions, openVision, type Vision } from '../../vision/pool/vision.ts'
import type { PhotographReading } from '../../vision/reading.ts'
import type { LightOfFile } from './light-of-file.ts'
import type { DocumentError } from './photograph-document.ts'

/** One photograph: what was seen, or why nothing was. */
export type Looked =
  | ({
      readonly photo: string
      readonly look: Look
      /** «this looks like …»; null where it shows the chosen product, or none that is known. */
      readonly otherProduct: string | null
    } & Pick<LightOfFile, 'light' | 'rig'>)
  | { readonly photo: string; readonly error: DocumentError; readonly exitCode: ExitCode }

/** What is wanted of each, and the light of each. */
export interface FileLook extends LookOptions {
  readonly lightOf: (photo: string, bytes: Uint8Array) => LightOfFile
  /** Products to look for where the chosen one is not seen. Default: none. */
  readonly others?: readonly ProductProfile[]
}

/** Photographs that are read ahead of the one being judged: reading and scrypt then share the cores. */
const AHEAD = 2

/**
 * Reads the photographs in their order. One that cannot be used gives its error, and the others are still read.
 * @throws what is no {@link AssayError}, and the signal's reason
 */
export async function* lookAtPhotographs(
  photos: readonly string[],
  profile: ProductProfile,
  options: FileLook,
  signal: AbortSignal,
  open: () => Vision = openVision,
): AsyncGenerator<Looked> {
  await using vision = open()
  const likeness = new Likeness(vision, options.others ?? [])
  const started: Promise<Looked>[] = []
  for (let i = 0; i < photos.length; i++) {
    while (started.length < Math.min(photos.length, i + 1 + AHEAD)) {
      const next = lookAt(photos[started.length]!, vision, profile, options, likeness, signal)
      // It is awaited in its turn; until then a failure must not count as unhandled.
      next.catch(() => {})
      started.push(next)
    }
    signal.throwIfAborted()
    yield await started[i]!
  }
}

async function lookAt(
  photo: string,
  vision: Vision,
  profile: ProductProfile,
  { lightOf, others: _, ...options }: FileLook,
  likeness: Likeness,
  signal: AbortSignal,
): Promise<Looked> {
  try {
    const bytes = await readPictureFile(photo)
    const { light, rig, appearance } = lightOf(photo, bytes)
    const look = await vision.look(bytes, profile, { ...options, appearance, name: photo, signal })
    const otherProduct = isMisfit(look.reading) ? await likeness.sentence(bytes, profile, signal) : null
    return { photo, light, rig, look, otherProduct }
  } catch (error) {
    if (signal.aborted || !(error instanceof AssayError)) throw error
    return { photo, error: { code: error.code, message: error.message }, exitCode: error.exitCode }
  }
}

/** So many photographs without the chosen product are held against the others; after them it is not the product. */
const mostTries = 2
/** A product is another one's likeness where so many of its marks were read, on a card that is wholly there. */
const fewestMarks = 2

/**
 * Something of a card was found, and it does not lie as the product has it: cut off, or another product's. What reads as a
 * secret where hardly a mark of the product was read may be a public text of another one.
 */
function isMisfit({ card, because, marks, looseLayers = [], exposed = [] }: PhotographReading): boolean {
  if (looseLayers.length >= 2) return false
  if (exposed.length > 0 && (card === null || marksRead(marks) < fewestMarks)) return true
  return card === null && because?.includes('outside the picture') === true
}

const marksRead = (marks: PhotographReading['marks']) => marks.filter(({ outcome }) => outcome === 'read').length

/** What else a photograph may show. To look for all products takes long, so the one that was found is asked first. */
class Likeness {
  readonly #vision: Vision
  #others: readonly ProductProfile[]
  #tries = 0

  constructor(vision: Vision, others: readonly ProductProfile[]) {
    this.#vision = vision
    this.#others = others
  }

  /** «this looks like assay-reference (…): …»; null where it looks like nothing that is known. */
  async sentence(bytes: Uint8Array, chosen: ProductProfile, signal: AbortSignal): Promise<string | null> {
    if (this.#tries >= mostTries) return null
    this.#tries++
    for (const other of this.#others) {
      if (other.name === chosen.name) continue
      const { reading } = await this.#vision.look(bytes, other, { signal, crops: false })
      for (const { text } of reading.marks) if (text instanceof Secret) text.dispose()
      if (reading.card === null || marksRead(reading.marks) < fewestMarks) continue
      this.#tries = 0
      this.#others = [other]
      return `this looks like ${other.name} (${other.title}), and ${chosen.name} was chosen: add --product ${other.name}`
    }
    return null
  }
}
