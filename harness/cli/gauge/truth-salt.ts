import { createHmac } from 'node:crypto'
import { createOutside, OutsideFileError, readOutside } from '../../core/outside-file.node.ts'
import { printable } from '../../core/printable.ts'
import { systemRandom } from '../../core/random.ts'
import { writing } from '../write-file.ts'
import { GaugeError } from './gauge-tables.ts'

/** Where the salt of a table of truths lies: beside it, kept from the same people. */
export const saltFile = (truth: string): string => `${truth}.salt`

/** What the journal keeps of a table of truths: without the salt, nobody finds the table by trying all that there are. */
export const truthDigest = (truth: Uint8Array, salt: string): string =>
  createHmac('sha256', Buffer.from(salt, 'hex')).update(truth).digest('hex')

/** The salt of a table that is planned with; made where there is none. @throws GaugeError `salt-unreadable`; AssayError `results-unwritable` */
export function saltBeside(truth: string): string {
  const file = saltFile(truth)
  const salt = Buffer.from(systemRandom.bytes(16)).toString('hex')
  const isNew = writing(file, 'results-unwritable', 'put the table of truths elsewhere', () =>
    createOutside(file, `${salt}\n`),
  )
  return isNew ? salt : knownSalt(truth)
}

/** @throws GaugeError `salt-unreadable` */
export function knownSalt(truth: string): string {
  const file = saltFile(truth)
  let text = ''
  try {
    text = readOutside(file, 'note').toString('utf8')
  } catch (cause) {
    if (!(cause instanceof OutsideFileError)) throw cause
  }
  const [, salt] = /^([0-9a-f]{32})\r?\n?$/.exec(text) ?? []
  if (salt !== undefined) return salt
  throw new GaugeError(
    'salt-unreadable',
    `${printable(file)}, which assay gauge plan wrote beside the table of truths, is not there or another file: put it back. Nothing was written.`,
  )
}
