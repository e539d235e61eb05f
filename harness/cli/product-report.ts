import { dirname } from 'node:path'
import { coinFaults } from '../checks/coin-keys.ts'
import { limitFaults } from '../checks/limits.ts'
import { AssayError, type ExitCode, exitCodes } from '../core/assay-error.ts'
import { decodeText } from '../core/decode-text.ts'
import { OutsideFileError, readOutside } from '../core/outside-file.node.ts'
import { drawProfile } from '../products/drawing.ts'
import { openFont } from '../products/font.node.ts'
import { FontError } from '../products/font.ts'
import { profileJsonSchema } from '../products/json-schema.ts'
import { loadProfile, parseProfile, shippedProfiles } from '../products/load-profile.ts'
import type { ProductProfile } from '../products/profile.ts'
import { faultyProfile, ProfileError, pathText } from '../products/profile-error.ts'
import type { ProfileFault } from '../products/profile-rules.ts'
import { printDocument } from './terminal.ts'
import { replaceFile, writing } from './write-file.ts'

type Print = (line: string) => void

/** The shipped products, one line each; how much of each is nominal is said. */
export function listProducts(options: { json?: boolean }, print: Print): ExitCode {
  const profiles = shippedProfiles()
  if (options.json === true) {
    print(
      JSON.stringify(
        profiles.map(({ name, title, nominal }) => ({ name, title, nominal })),
        null,
        2,
      ),
    )
    return exitCodes.passed
  }
  const width = Math.max(...profiles.map(profile => profile.name.length))
  for (const { name, title, nominal } of profiles) {
    print(`${name.padEnd(width)}  ${title}${nominal.length > 0 ? '  (some measures are nominal)' : ''}`)
  }
  return exitCodes.passed
}

/** One product in words and mm. @throws ProfileError */
export function showProduct(nameOrPath: string, options: { json?: boolean }, print: Print): ExitCode {
  const profile = loadProfile(nameOrPath)
  if (options.json === true) printDocument(profile, print)
  else for (const line of describeProfile(profile)) print(line)
  return exitCodes.passed
}

/** Says everything that is wrong with a profile file, or that nothing is, and draws it when it can be drawn. */
export function checkProduct(path: string, options: { svg?: string; json?: boolean }, print: Print): ExitCode {
  let profile: ProductProfile
  try {
    profile = parseProfile(readText(path), path, dirname(path))
    const found = [...fontFaults(profile), ...limitFaults(profile), ...coinFaults(profile)]
    if (found.length > 0) throw faultyProfile(path, found)
  } catch (error) {
    if (!(error instanceof ProfileError)) throw error
    const faults = error.faults.map(fault => ({ path: pathText(fault.path), message: fault.message }))
    if (options.json === true) {
      printDocument({ file: path, sound: false, because: error.message, faults }, print)
    } else if (faults.length === 0) {
      print(error.message)
    } else {
      print(`${path}: ${faults.length} ${faults.length === 1 ? 'fault' : 'faults'}`)
      for (const fault of faults) print(`  ${fault.path}: ${fault.message}`)
    }
    return exitCodes.usage
  }
  const { svg } = options
  if (svg !== undefined) {
    writing(svg, 'drawing-unwritable', 'choose another path', () => replaceFile(svg, drawProfile(profile)))
  }
  if (options.json === true) {
    printDocument({ file: path, sound: true, faults: [] }, print)
    return exitCodes.passed
  }
  print(`${path}: sound. ${profile.title} has ${profile.marks.length} marks.`)
  for (const sentence of profile.nominal) print(`  nominal: ${sentence}`)
  if (svg !== undefined) print(`  drawn in ${svg}`)
  return exitCodes.passed
}

/** The format of a profile as JSON Schema. */
export function printProductSchema(print: Print): ExitCode {
  printDocument(profileJsonSchema(), print)
  return exitCodes.passed
}

function describeProfile(profile: ProductProfile): string[] {
  const { card, sticker, passphrase, serial } = profile
  const { groups, groupLength, separator } = passphrase
  const form =
    groups === null || passphrase.alphabet === null
      ? "free text, the customer's own"
      : `${groups} groups of ${groupLength} of [${passphrase.alphabet}], separator ${separator === null ? 'none' : `«${separator}» (${passphrase.separatorIsSecret ? 'part of the passphrase' : 'not part of the passphrase'})`}`
  const nameWidth = Math.max(...profile.marks.map(mark => mark.name.length))
  return [
    `${profile.name}: ${profile.title}`,
    `  card        ${card.width} × ${card.height} × ${card.thickness} mm, ${card.finish}`,
    `  sticker     ${sticker === null ? 'none' : `${sticker.rect.width} × ${sticker.rect.height} mm at (${sticker.rect.x}, ${sticker.rect.y}), ± ${sticker.toleranceMm} mm, ± ${sticker.toleranceDeg}°`}`,
    `  serial      ${serial.pattern}, e.g. ${serial.example}`,
    `  passphrase  ${form}`,
    `  flags       ${profile.bip38.flags.map(flag => `0x${flag.toString(16).padStart(2, '0')}`).join(', ')}`,
    `  addresses   ${profile.address.kinds.join(', ')}`,
    '  marks',
    ...profile.marks.map(mark => {
      const { x, y, width, height } = mark.rect
      return `    ${mark.name.padEnd(nameWidth)}  ${mark.kind.padEnd(5)}  ${mark.on.padEnd(12)}  ${width} × ${height} mm at (${x}, ${y})  visible: ${mark.visibleIn.join(', ')}${mark.secret ? '  secret' : ''}`
    }),
    ...profile.nominal.map(sentence => `  nominal: ${sentence}`),
  ]
}

/** Fonts are opened only when something is drawn or read, so a check opens them once. */
function fontFaults(profile: ProductProfile): ProfileFault[] {
  return (['etching', 'print'] as const).flatMap(use => {
    const file = profile.fonts[use]
    if (file === null) return []
    try {
      openFont(file)
      return []
    } catch (error) {
      if (!(error instanceof FontError)) throw error
      return [{ path: ['fonts', use], message: error.message }]
    }
  })
}

function readText(path: string): string {
  let text: string | null
  try {
    text = decodeText(readOutside(path, 'profile'))
  } catch (cause) {
    if (!(cause instanceof OutsideFileError)) throw cause
    throw new AssayError('profile-unreadable', `The product profile ${path} cannot be read: it ${cause.clause}.`, {
      cause,
    })
  }
  if (text !== null) return text
  throw new AssayError('profile-unreadable', `The product profile ${path} is neither UTF-8 nor UTF-16.`)
}
