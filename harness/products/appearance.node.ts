import { createHash } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { OutsideFileError, readOutside } from '../core/outside-file.node.ts'
import { type Appearance, AppearanceError, parseAppearance } from './appearance.ts'
import type { ProductProfile } from './profile.ts'

const shippedFolder = new URL('shipped/', import.meta.url)

/** What ends the name of an appearance's file; the rest is its product's name where it comes with Assay. */
export const APPEARANCE_ENDING = '.appearance.json'

/** Does the appearance come with Assay? It goes by its bare name then, as the fonts do. */
export function isShippedAppearance(file: string): boolean {
  return file.endsWith(APPEARANCE_ENDING) && readdirSync(shippedFolder).includes(file)
}

const known = new WeakMap<ProductProfile, readonly Appearance[]>()

/**
 * The appearances that a profile names, read and checked once a profile; none when it names none.
 * @throws AppearanceError `appearance-unreadable`, `appearance-faulty`, `appearance-changed` (another digest than the profile
 * states), `appearance-foreign` (of a product with other measures)
 */
export function appearancesOf(profile: ProductProfile): readonly Appearance[] {
  const before = known.get(profile)
  if (before !== undefined) return before
  const appearances = named(profile)
  known.set(profile, appearances)
  return appearances
}

function named(profile: ProductProfile): Appearance[] {
  return (profile.appearance ?? []).map(({ file, sha256 }) => {
    const bytes = readBytes(file)
    if (createHash('sha256').update(bytes).digest('hex') !== sha256)
      throw new AppearanceError(
        'appearance-changed',
        `The appearance ${file} is not the one that ${profile.name} names: its digest is another. Put it back, or learn it again.`,
      )
    return checkedAppearance(bytes, file, profile)
  })
}

/** An appearance that a person names. @throws AppearanceError as {@link appearancesOf} */
export function loadAppearance(file: string, profile: ProductProfile): Appearance {
  return checkedAppearance(readBytes(file), file, profile)
}

function checkedAppearance(bytes: Uint8Array, file: string, profile: ProductProfile): Appearance {
  const appearance = parseAppearance(new TextDecoder().decode(bytes), file)
  if (appearance.geometrySha256 !== geometrySha256(profile))
    throw new AppearanceError(
      'appearance-foreign',
      `The appearance ${file} was learned on a ${appearance.product} with other measures than ${profile.name} has: learn it again with assay product appearance, or leave it out of the profile.`,
    )
  return appearance
}

/** Over all that decides where something stands on a unit: card, sticker and marks. */
export function geometrySha256({ card, sticker, marks }: ProductProfile): string {
  return createHash('sha256').update(canonical({ card, sticker, marks })).digest('hex')
}

/** Keys in their order, so that the same measures give the same text. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )
}

function readBytes(file: string): Uint8Array {
  try {
    return readOutside(isShippedAppearance(file) ? fileURLToPath(new URL(file, shippedFolder)) : file, 'appearance')
  } catch (cause) {
    if (!(cause instanceof OutsideFileError)) throw cause
    throw new AppearanceError('appearance-unreadable', `The appearance ${file} cannot be used: it ${cause.clause}.`, {
      cause,
    })
  }
}
