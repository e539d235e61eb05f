import { readdirSync, readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { ZodError } from 'zod'
import { decodeText } from '../core/decode-text.ts'
import { deepFreeze } from '../core/deep-freeze.ts'
import { OutsideFileError, readOutside } from '../core/outside-file.node.ts'
import { readJson } from '../core/parse-json.ts'
import { fieldNamesOf } from '../core/schema-fields.ts'
import { shapeFault, shownPath } from '../core/shape-fault.ts'
import { APPEARANCE_ENDING, isShippedAppearance } from './appearance.node.ts'
import { shippedFonts } from './font.ts'
import { ProductProfile } from './profile.ts'
import { faultyProfile, ProfileError } from './profile-error.ts'
import { type ProfileFault, profileFaults } from './profile-rules.ts'

const shippedFolder = new URL('shipped/', import.meta.url)

/** Names of the profiles that come with Assay, sorted. */
export function shippedProfileNames(): string[] {
  return readdirSync(shippedFolder)
    .filter(file => file.endsWith('.json') && !file.endsWith(APPEARANCE_ENDING))
    .map(file => file.slice(0, -'.json'.length))
    .sort()
}

/** The profiles that come with Assay, by name, checked and frozen. */
export function shippedProfiles(): ProductProfile[] {
  return shippedProfileNames().map(name => loadProfile(name))
}

/**
 * Reads a product profile once, checks it, and freezes it deeply.
 * @param nameOrPath a shipped profile's name (`assay-reference`) or the path of a JSON file
 * @throws ProfileError `profile-not-found`, `profile-unreadable`, `profile-not-json`, `profile-faulty`
 */
export function loadProfile(nameOrPath: string): ProductProfile {
  const shipped = shippedProfileNames()
  if (shipped.includes(nameOrPath)) {
    return parseProfile(readFileSync(new URL(`${nameOrPath}.json`, shippedFolder), 'utf8'), nameOrPath)
  }
  let text: string | null
  try {
    text = decodeText(readOutside(nameOrPath, 'profile'))
  } catch (cause) {
    if (!(cause instanceof OutsideFileError)) throw cause
    const isMissing = cause.why === 'missing'
    const sentence = isMissing
      ? `There is no product ${shownProduct(nameOrPath)}: neither a shipped one (${shipped.join(', ')}) nor a file of that name.`
      : `The product profile ${nameOrPath} cannot be used: it ${cause.clause}.`
    throw new ProfileError(isMissing ? 'profile-not-found' : 'profile-unreadable', sentence, [], { cause })
  }
  if (text === null) {
    throw new ProfileError(
      'profile-not-json',
      `${nameOrPath} is neither UTF-8 nor UTF-16; write it out again as UTF-8.`,
    )
  }
  return parseProfile(text, nameOrPath, dirname(nameOrPath))
}

/** Names and paths are shown; what is neither may be a secret that stands in a setting's place. */
const shownProduct = (given: string) =>
  /[./\\]/.test(given) || /^[a-z][a-z0-9-]{0,39}$/.test(given) ? `«${given}»` : 'of that name'

/**
 * A profile from its JSON text, checked and deeply frozen.
 * @param origin what to call it in errors, e.g. the file's path
 * @param folder where the files that it names lie. Default: the working folder
 * @throws ProfileError `profile-not-json`, `profile-faulty`
 */
export function parseProfile(text: string, origin: string, folder = '.'): ProductProfile {
  const json = readJson(text)
  if ('fault' in json) throw new ProfileError('profile-not-json', `${origin} ${json.fault}.`)
  const result = ProductProfile.safeParse(json.value, { reportInput: true })
  const faults = result.success ? profileFaults(result.data) : shapeFaults(result.error)
  if (result.success && faults.length === 0) return deepFreeze(withFilesFrom(result.data, folder))
  throw faultyProfile(origin, faults)
}

/** Every field that a profile may have, at any depth. */
const fieldNames = fieldNamesOf(ProductProfile)

function shapeFaults(error: ZodError): ProfileFault[] {
  return error.issues.map(issue => ({
    path: issue.path.map(part => (typeof part === 'number' ? part : shownPath([part], fieldNames)[0]!)),
    message: shapeFault(issue, fieldNames),
  }))
}

/** Fonts and appearances are named beside the profile; the ones that come with Assay by their bare name. */
function withFilesFrom({ appearance, ...profile }: ProductProfile, folder: string): ProductProfile {
  const shipped: readonly string[] = Object.values(shippedFonts)
  const place = (file: string | null) => (file === null || shipped.includes(file) ? file : resolve(folder, file))
  const fonts = { ...profile.fonts, etching: place(profile.fonts.etching), print: place(profile.fonts.print) }
  if (appearance === undefined) return { ...profile, fonts }
  const placed = appearance.map(({ file, sha256 }) => ({
    file: isShippedAppearance(file) ? file : resolve(folder, file),
    sha256,
  }))
  return { ...profile, fonts, appearance: placed }
}
