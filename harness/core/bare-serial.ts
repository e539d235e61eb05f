/** Blanks and dashes in a serial are typography: one unit has one name, however a file, a card or a person sets it. */
export const withoutTypography = (text: string) => text.replaceAll(/[\s-]/g, '')
