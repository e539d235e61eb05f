export function sameSerial(a: string, b: string): boolean {
  return withoutTypography(a) === withoutTypography(b)
}

/** Blanks and dashes in a serial are typography. */
export const withoutTypography = (text: string) => text.replaceAll(/[\s-]/g, '')

/**
 * How one serial may be written, of which a product's pattern describes one: as it stands, without typography, and with that of
 * the product's template.
 */
export function serialWritings(text: string, template: string): readonly string[] {
  const bare = withoutTypography(text)
  const left = [...bare]
  const typeset = [...template].map(kind => (withoutTypography(kind) === '' ? kind : (left.shift() ?? ''))).join('')
  return [...new Set([text, bare, typeset + left.join('')])]
}
