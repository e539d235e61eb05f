import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { shippedFonts } from '../products/font.ts'
import { loadProfile, parseProfile } from '../products/load-profile.ts'
import type { Mark, ProductProfile, TextMark } from '../products/profile.ts'

/** A product that the teacher has never seen: moved marks, another sticker, other typefaces, other passphrases. */
export interface HiddenProduct {
  readonly name: string
  readonly from: string
  readonly moved: Readonly<Record<string, readonly [xMm: number, yMm: number]>>
  readonly stickerBy: readonly [xMm: number, yMm: number]
  readonly etching: string
  readonly print: string
  readonly words: string
  readonly passphrase?: Partial<ProductProfile['passphrase']>
}

const shared = resolve('../shared/photos2/profiles/DejaVuSansMono.ttf')

export const hiddenProducts: readonly HiddenProduct[] = [
  {
    name: 'hidden-left',
    from: 'assay-reference',
    moved: { 'serial-card': [-2, 3], passphrase: [-1.5, 2.2], 'scratch-off': [-1.5, 2.2], words: [-3, -1.4] },
    stickerBy: [1.2, -1.5],
    etching: shippedFonts.print,
    print: shippedFonts.etching,
    words: 'HIDDEN STEEL CARD',
  },
  {
    name: 'hidden-right',
    from: 'assay-reference-right',
    moved: { 'serial-card': [1.4, 1.1], passphrase: [0.8, -2.5], 'scratch-off': [0.8, -2.5], words: [1.2, -1.8] },
    stickerBy: [-1.4, 1.3],
    etching: shippedFonts.etching,
    print: shippedFonts.print,
    words: 'OTHER WORDS HERE',
    // The largest alphabet that makers use, with separators that belong to the secret.
    passphrase: { alphabet: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789', separatorIsSecret: true },
  },
  {
    name: 'hidden-low',
    from: 'assay-reference',
    moved: { 'serial-card': [0.7, -1.2], passphrase: [-1, 4], 'scratch-off': [-1, 4], words: [-2, -30] },
    stickerBy: [-2, 2],
    etching: existsSync(shared) ? shared : shippedFonts.etching,
    print: shippedFonts.print,
    words: 'CARD OF A THIRD KIND',
  },
]

/** As its maker would describe it, and nobody tells the teacher. */
export function hiddenProfile(hidden: HiddenProduct): ProductProfile {
  const { appearance: _, ...base } = structuredClone(loadProfile(hidden.from))
  const marks = base.marks.map((mark): Mark => {
    const [x, y] = hidden.moved[mark.name] ?? [0, 0]
    const rect = { ...mark.rect, x: mark.rect.x + x, y: mark.rect.y + y }
    if (mark.kind !== 'text') return { ...mark, rect }
    const lines = mark.lines.map((line): TextMark['lines'][number] => ({
      ...line,
      baseline: { x: line.baseline.x + x, y: line.baseline.y + y },
    }))
    return { ...mark, rect, lines, ...(mark.content === 'words' ? { words: hidden.words } : {}) }
  })
  const { sticker } = base
  const [dx, dy] = hidden.stickerBy
  return parseProfile(
    JSON.stringify({
      ...base,
      name: hidden.name,
      title: hidden.name,
      marks,
      sticker: sticker && { ...sticker, rect: { ...sticker.rect, x: sticker.rect.x + dx, y: sticker.rect.y + dy } },
      passphrase: { ...base.passphrase, ...hidden.passphrase },
      fonts: { etching: hidden.etching, print: hidden.print },
    }),
    hidden.name,
  )
}
