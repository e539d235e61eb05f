import { AssayError, type ExitCode } from '../../core/assay-error.ts'
import { readPictureFile } from '../../imaging/file.node.ts'
import { type KnownProduct, Likeness } from '../../inspection/likeness.ts'
import type { ProductProfile } from '../../products/profile.ts'
import { type Look, type LookOptions, openVision, type Vision } from '../../vision/pool/vision.ts'
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
  readonly others?: readonly KnownProduct[]
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
    const otherProduct = await likeness.sentence({ bytes, chosen: profile, reading: look.reading }, signal)
    return { photo, light, rig, look, otherProduct }
  } catch (error) {
    if (signal.aborted || !(error instanceof AssayError)) throw error
    return { photo, error: { code: error.code, message: error.message }, exitCode: error.exitCode }
  }
}
