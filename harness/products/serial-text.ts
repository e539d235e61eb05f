export function sameSerial(a: string, b: string): boolean {
  return withoutTypography(a) === withoutTypography(b)
}

/** Blanks and dashes in a serial are typography. */
export const withoutTypography = (text: string) => text.replaceAll(/[\s-]/g, '')
