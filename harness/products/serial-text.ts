import { withoutTypography } from '../core/bare-serial.ts'

export function sameSerial(a: string, b: string): boolean {
  return withoutTypography(a) === withoutTypography(b)
}

/**
 * How one serial may be written, of which a product's pattern describes one: as it stands, without typography, and with that of
 * the product's template.
 */
export function serialWritings(text: string, template: string): readonly string[] {
  const bare = withoutTypography(text)
  let at = 0
  const typeset = template.replaceAll(/[^\s-]/g, () => bare[at++] ?? '') + bare.slice(at)
  return [text, bare, typeset]
}

/** A pattern of serials without typography: a product's own, or where that has blanks or dashes what its template says. */
export function barePattern({ pattern, template }: { readonly pattern: string; readonly template: string }): string {
  const bare = withoutTypography(template)
  if (bare === template) return pattern
  const classes = [...bare].map(kind =>
    kind === 'A' ? '[A-Z]' : kind === '9' ? '[0-9]' : `\\u{${kind.codePointAt(0)!.toString(16)}}`,
  )
  return `^${classes.join('')}$`
}
