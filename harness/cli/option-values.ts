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

/** @param hint one more sentence */
export const wholeFrom =
  (min: number, max: number, hint = '') =>
  (text: string): number => {
    const number = Number(text)
    if (/^\d+$/.test(text) && number >= min && number <= max) return number
    throw new InvalidArgumentError(`It takes a whole number from ${min} to ${max}. ${hint}`.trim())
  }

/** A file descriptor. */
export const descriptor = wholeFrom(0, 1023)
