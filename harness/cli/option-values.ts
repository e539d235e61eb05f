import { InvalidArgumentError } from 'commander'

/*
 * Parsers of options' values. What they throw, commander shows beside the option.
 */

export const numberFrom =
  (min: number, max: number) =>
  (text: string): number => {
    const number = Number(text)
    if (/^\d+(\.\d+)?$/.test(text) && number >= min && number <= max) return number
    throw new InvalidArgumentError(`It takes a number from ${min} to ${max}.`)
  }

/** A decimal number as tables have it, such as `-1.5` or `1.2E-05`; null for anything else that JavaScript calls one (`0x10`). */
export const decimalIn = (text: string): number | null =>
  /^\s*[-+]?\d+(\.\d+)?(e[-+]?\d+)?\s*$/i.test(text) ? Number(text) : null

/** The same as an option. */
export function decimal(text: string): number {
  const value = decimalIn(text)
  if (value !== null) return value
  throw new InvalidArgumentError('It takes a number.')
}

/** @param hint one more sentence */
export const wholeFrom =
  (min: number, max: number, hint = '') =>
  (text: string): number => {
    const number = Number(text)
    if (/^\d+$/.test(text) && number >= min && number <= max) return number
    throw new InvalidArgumentError(`It takes a whole number from ${min} to ${max}. ${hint}`.trim())
  }

/** Why somebody decides something: it stays in the journal. */
export function reason(text: string): string {
  if (/\p{L}{2}/u.test(text)) return text
  throw new InvalidArgumentError('It takes a reason in words.')
}

/** A file descriptor. */
export const descriptor = wholeFrom(0, 1023)

/** Public keys of Ed25519, one after another. */
export function publicKeys(text: string, before: readonly string[] = []): readonly string[] {
  if (/^[A-Za-z0-9_-]{43}$/.test(text)) return [...before, text]
  throw new InvalidArgumentError('It takes 43 letters, as `assay vault key` shows them.')
}

/** Width and height in mm: `86x54`, `85.6 × 53.98`. */
export function cardSize(text: string): { readonly width: number; readonly height: number } {
  const [, width, height] = /^(\d+(?:\.\d+)?)\s*[x×]\s*(\d+(?:\.\d+)?)$/.exec(text.trim()) ?? []
  const size = { width: Number(width), height: Number(height) }
  if (size.width >= 20 && size.width <= 300 && size.height >= 20 && size.height <= 300) return size
  throw new InvalidArgumentError('It takes width and height in mm, each from 20 to 300, such as 86x54.')
}
