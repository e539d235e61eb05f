import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { z } from 'zod'
import { AssayError } from '../../core/assay-error.ts'
import { readOutside } from '../../core/outside-file.node.ts'
import { parseJson } from '../../core/parse-json.ts'
import { appearanceRig } from '../../inspection/photograph-unit.ts'
import { appearancesOf, loadAppearance } from '../../products/appearance.node.ts'
import { type AppearanceRig, type LearnedLight, learnedLight } from '../../products/appearance.ts'
import type { ProductProfile } from '../../products/profile.ts'

/** What a person may say of the light of files. */
export interface LightOptions {
  /** Of all of them, by name. */
  readonly light?: string
  /** What good units look like, instead of what the profile names. */
  readonly appearance?: string
}

/** The light of a file, and what good units look like under it. */
export interface LightOfFile {
  /** By name, or `unknown`. */
  readonly light: string
  readonly appearance: LearnedLight | null
  /** The rig that took it; null where nobody wrote that down. */
  readonly rig: AppearanceRig | null
}

/** What `assay rig shoot` writes beside a photograph, as far as it matters here. */
const Shot = z.object({
  id: z.string(),
  how: z.object({ light: z.string() }),
  rig: z.object({ kind: z.enum(['virtual', 'real']), name: z.string(), calibration: z.string().nullable() }),
})

/**
 * Tells the light of picture files: by what `assay rig shoot` wrote beside them, else by the person's word.
 * @throws AssayError `light-faulty`, `light-unlearned`, AppearanceError
 */
export function lightOfFiles(
  profile: ProductProfile,
  { light: said, appearance: file }: LightOptions,
): (photo: string, bytes: Uint8Array) => LightOfFile {
  if (said !== undefined && !/^[a-z][a-z0-9-]{1,39}$/.test(said))
    throw new AssayError('light-faulty', `«${said}» is no name of a light; name one such as dome, in small letters.`)
  const named = file === undefined ? null : loadAppearance(file, profile)
  const appearances = named === null ? appearancesOf(profile) : [named]
  if (named !== null && said !== undefined && !Object.hasOwn(named.lights, said))
    throw new AssayError(
      'light-unlearned',
      `The appearance ${file} does not hold the light «${said}»; it holds ${Object.keys(named.lights).join(', ') || 'none'}.`,
    )
  // Who names both answers for it that they belong together; else a person's word counts for what was learned from files.
  const byHand: AppearanceRig = named?.rig ?? { kind: 'files', name: 'files', calibration: null }
  return (photo, bytes) => {
    const shot = shotBeside(photo, bytes)
    if (shot !== null) {
      const { light } = shot.how
      if (said !== undefined && said !== light)
        throw new AssayError(
          'light-differs',
          `${photo} was taken under ${light}, as the file beside it says, and not under ${said}; leave --light out.`,
        )
      const rig = appearanceRig(shot.rig)
      return { light, appearance: learnedLight(appearances, rig, light), rig }
    }
    if (said === undefined) return { light: 'unknown', appearance: null, rig: null }
    return { light: said, appearance: learnedLight(appearances, byHand, said), rig: null }
  }
}

/** What was written beside this very picture; null for every other file of that name. */
function shotBeside(photo: string, bytes: Uint8Array): z.infer<typeof Shot> | null {
  const beside = photo.replace(/\.\w+$/, '.json')
  if (beside === photo || !existsSync(beside)) return null
  let text: string
  try {
    text = readOutside(beside, 'note').toString('utf8')
  } catch {
    return null
  }
  const read = Shot.safeParse(parseJson(text))
  return read.success && read.data.id === createHash('sha256').update(bytes).digest('hex') ? read.data : null
}
