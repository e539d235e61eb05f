import { fileURLToPath } from 'node:url'
import { OutsideFileError, readOutside } from '../core/outside-file.node.ts'
import { FontError, type OutlineFont, parseFont, shippedFonts } from './font.ts'
import { isGlyphFile, parseGlyphs } from './learned-glyphs.ts'
import type { ProductProfile } from './profile.ts'

const fontFolder = new URL('fonts/', import.meta.url)
const opened = new Map<string, OutlineFont>()

/**
 * Opens a font: a shipped file by its name, or any TrueType, OpenType or learned glyph file by its path. Opened once a process.
 * @throws FontError `font-unreadable`, `font-faulty`
 */
export function openFont(nameOrPath: string): OutlineFont {
  const known = opened.get(nameOrPath)
  if (known !== undefined) return known
  const font = readFont(nameOrPath)
  opened.set(nameOrPath, font)
  return font
}

/** {@link openFont} for a font that is needed once: nothing of it stays in memory. @throws FontError */
export function readFont(nameOrPath: string): OutlineFont {
  const bytes = readFontFile(nameOrPath)
  return isGlyphFile(bytes) ? parseGlyphs(bytes, nameOrPath) : parseFont(bytes, nameOrPath)
}

/** The bytes of a font file, for what embeds it: shipped by its name, any other by its path. @throws FontError `font-unreadable` */
export function readFontFile(nameOrPath: string): Uint8Array {
  const shipped = Object.values(shippedFonts).some(file => file === nameOrPath)
  try {
    return readOutside(shipped ? fileURLToPath(new URL(nameOrPath, fontFolder)) : nameOrPath, 'font')
  } catch (cause) {
    if (!(cause instanceof OutsideFileError)) throw cause
    throw new FontError('font-unreadable', `The font ${nameOrPath} cannot be used: it ${cause.clause}.`, { cause })
  }
}

/** The profile's own font for etched or printed text, or the shipped one where the maker's is not known. */
export function fontOf(profile: ProductProfile, made: 'etched' | 'printed'): OutlineFont {
  const named = made === 'etched' ? profile.fonts.etching : profile.fonts.print
  return openFont(named ?? (made === 'etched' ? shippedFonts.etching : shippedFonts.print))
}
