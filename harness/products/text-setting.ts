import type { ProductProfile, TextMark } from './profile.ts'

/**
 * Cuts a mark's whole text into the lines that stand on the card, in order; the inverse of {@link joinLines}.
 *
 * `equal`: lines of equal length, the last may be shorter (an address of 34 characters on 3 lines: 12, 12, 10; of 42:
 * 14, 14, 14). `groups`: whole groups, as many a line as needed, earlier lines fuller; the separator between two lines
 * is left out, as the line break stands for it.
 *
 * @param text as displayed, separators included, e.g. from {@link displayPassphrase}
 * @param separator of the groups; unused for `equal`
 * @returns as many lines as the mark has; short texts leave the last ones empty
 */
export function splitText(mark: TextMark, text: string, separator = '-'): string[] {
  const count = mark.lines.length
  const bySeparator = mark.split === 'groups' && separator !== ''
  const parts = bySeparator ? text.split(separator) : [...text]
  const perLine = Math.max(1, Math.ceil(parts.length / count))
  const glue = bySeparator ? separator : ''
  return Array.from({ length: count }, (_, i) => parts.slice(i * perLine, (i + 1) * perLine).join(glue))
}

/** The whole text from the lines that were read; the inverse of {@link splitText}. Empty lines are skipped. */
export function joinLines(mark: TextMark, lines: readonly string[], separator = '-'): string {
  return lines.filter(line => line !== '').join(mark.split === 'groups' ? separator : '')
}

/** The separator of a mark's text: the passphrase's own, and nothing for any other text. */
export function separatorOf(profile: ProductProfile, mark: TextMark): string {
  return mark.content === 'passphrase' ? (profile.passphrase.separator ?? '') : ''
}

/**
 * The passphrase as it stands on the card, from the BIP38 passphrase. Where separators are only typography (the
 * reference cards) they are put in; where they belong to the secret (Ballet) or the text is free, nothing changes.
 */
export function displayPassphrase(profile: ProductProfile, passphrase: string): string {
  const { separator, separatorIsSecret, groupLength } = profile.passphrase
  if (separatorIsSecret || separator === null || separator === '' || groupLength === null) return passphrase
  const symbols = [...passphrase]
  const groups = []
  for (let i = 0; i < symbols.length; i += groupLength) groups.push(symbols.slice(i, i + groupLength).join(''))
  return groups.join(separator)
}

/** The BIP38 passphrase from the text on the card; the inverse of {@link displayPassphrase}. */
export function bip38Passphrase(profile: ProductProfile, displayed: string): string {
  const { separator, separatorIsSecret, groupLength } = profile.passphrase
  if (separatorIsSecret || separator === null || separator === '' || groupLength === null) return displayed
  return displayed.replaceAll(separator, '')
}
